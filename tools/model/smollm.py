"""Write what ships of the language model; needs the model.

Usage: ``PYTHONPATH=tools python -m model.smollm``. Runs SmolLM2-135M-Instruct through this book's
own functions and writes ``qkvlib/data/smollm.npz`` and ``smollm.json``. The weights are Apache-2.0,
from HuggingFaceTB/SmolLM2-135M-Instruct.
"""

import datetime
import itertools
import json
import platform
import re
from pathlib import Path

import numpy as np

from qkvlib import decode, go_on, load_decoder, next_word_logits, softmax
from qkvlib.models.smollm_slice import LIKELIEST
from qkvlib.models.smollm_weights import FILE, SMOLLM

from . import smollm_heads as heads
from . import smollm_texts as texts
from .trials import judge

DATA = Path(__file__).parents[2] / "qkvlib" / "data"
GROWN = 16  # tokens that the first prompt grows by
SHORT = 10  # random tokens whose maps are shown, written twice
WORDS = re.compile(r"(next|top)_\d|writes_\w+")  # arrays of words
DRAWN = 16  # tokens of each text that is drawn after the first prompt
HOW = [{"temperature": heat, "seed": seed} for heat in (0.7, 1, 2) for seed in (0, 2)]
WRITTEN = 32  # tokens after the first prompt, with a window
KEPT = [{"window": 8, "sink": sink} for sink in (0, 1)]
REPEATED = 8  # tokens after a text that repeats new words, with and without some heads
TOP, GROUPS = 100, 100  # at one place: the likeliest words, and groups of the others


def grown(decoder, ids, n=GROWN):
    """Return a text and the tokens that the model likes best, again and again."""
    caches, given, ids = decoder.new_caches(), ids, list(ids)
    for _ in range(n):
        given = [int(next_word_logits(decoder, decode(decoder, given, caches=caches)[-1]).argmax())]
        ids += given
    return ids


def drawn(decoder, tokenizer, heads):
    """Return texts that were written in other ways, in pieces; one may end before its `n`."""
    first = texts.PROMPTS[0]
    ways = [(first, DRAWN, how) for how in HOW] + [(first, WRITTEN, how) for how in KEPT]
    ways += [(texts.NEW_WORDS, REPEATED, how) for how in ({}, {"without": sorted(heads)})]
    return [written(decoder, tokenizer, *way) for way in ways]


def written(decoder, tokenizer, text, n, how):
    """Return what the model writes, and how it was asked to."""
    kept = {name: how[name] for name in ("window", "sink") if name in how}
    rest = {name: value for name, value in how.items() if name not in kept}
    pieces = list(go_on(decoder, tokenizer, text, n=n, caches=decoder.new_caches(**kept), **rest))
    return {"text": text, "n": n, "how": how, "pieces": pieces}


def read(decoder, ids, asked):
    """Return the maps of all heads and what comes next, as they are stored, and the trace.

    At the place `asked` more words are kept.
    """
    trace = []
    logits = next_word_logits(decoder, decode(decoder, ids, trace=trace))
    maps = np.stack([block["weights"] for block in trace])
    seen = np.tril_indices(len(ids))  # the rest is 0
    order = np.argsort(-logits, axis=-1)[:, :LIKELIEST]
    stored = {
        "maps": (maps[..., seen[0], seen[1]] * 10_000).round().astype(np.uint16),
        "next": order.astype(np.int32),
        "next_weight": np.take_along_axis(softmax(logits), order, -1).astype(np.float16),
    }
    return stored | one_place(logits[asked]), trace


def one_place(logits):
    """Return the logits of the likeliest words, and of the others in groups: how many, how large.

    A group's logit is such that all its words together have the weight that they have.
    """
    order = np.argsort(-logits)
    top, rest = order[:TOP], logits[order[TOP:]].astype(np.float64)
    bounds = np.unique(np.geomspace(1, len(rest) + 1, GROUPS + 1).round().astype(int)) - 1
    parts = [rest[a:b] for a, b in itertools.pairwise(bounds)]
    return {
        "top": top.astype(np.int32),
        "top_logit": logits[top],
        "rest_count": np.array([len(part) for part in parts], np.int32),
        "rest_logit": np.array([np.log(np.exp(part).mean()) for part in parts], np.float32),
    }


def judged(decoder, tokenizer):
    """Return whether each head is right in each trial, its mean weight, and a few heads' own."""
    arrays, chosen = {}, {}
    for name, own in texts.all_trials().items():
        right, weight = judge(own, heads.run(decoder, tokenizer, [trial.text for trial in own]))
        arrays[f"{name}_right"] = np.packbits(right.reshape(len(own), -1), axis=-1)
        arrays[f"{name}_weight"] = weight.mean(axis=0)
        kind = name.removesuffix("_fresh")
        if kind == name:  # the best two of the first set: of right answers, then of weight
            chosen[kind] = heads.best(right.mean(axis=0) + weight.mean(axis=0), 2)
        few = [weight[:, layer, head] for layer, head in chosen[kind]]
        arrays[f"{name}_each"] = np.stack(few, axis=-1)
    return arrays, chosen


def one_head(trace, layer, head, decoder):
    """Return a head's queries and keys, turned, and values."""
    shared = head // (decoder.num_heads // decoder.num_kv_heads)
    own = trace[layer]
    return {"q": own["q"][head], "k": own["k"][shared], "v": own["v"][shared]}


def words_written(decoder, trace, layer, head):
    """Return the likeliest words that each token's value writes through a head, (n, 8)."""
    values = one_head(trace, layer, head, decoder)["v"]
    logits = heads.written(decoder, layer, head, values)
    return np.argsort(-logits, axis=-1)[:, :LIKELIEST].astype(np.int32)


def read_all(decoder, tokenizer):
    """Return the texts' tokens, what is stored of them, and their traces.

    The first prompt has grown, and the last text is of random tokens, written twice.
    """
    ids = [tokenizer.ids(prompt) for prompt in texts.PROMPTS]
    ids.append(texts.repeated(len(decoder.embedding), 1, SHORT, len(ids))[0].tolist())
    asked = [len(own) - 1 for own in ids]
    ids[0] = grown(decoder, ids[0])
    stored, traces = zip(*map(read, [decoder] * len(ids), ids, asked), strict=True)
    named = {f"{name}_{i}": a for i, own in enumerate(stored) for name, a in own.items()}
    return ids, named, traces


def make(decoder, tokenizer, draws=heads.DRAWS):
    """Return the arrays as they are stored, and what is said of them."""
    ids, packed, traces = read_all(decoder, tokenizer)
    arrays, removed = heads.induction(decoder, draws)
    for name in ("random_heads", "neither_heads"):
        packed[name] = arrays.pop(name)
    arrays |= heads.sinks(decoder, tokenizer, texts.TEXTS)
    found, chosen = judged(decoder, tokenizer)
    packed |= {name: a for name, a in found.items() if name.endswith("_right")}
    arrays |= {name: a for name, a in found.items() if not name.endswith("_right")}
    fresh = texts.repeated(len(decoder.embedding), 1, heads.LENGTH, heads.FRESH)[0]
    arrays["copying"], arrays["copying_rank"] = heads.copying(decoder, fresh[: heads.LENGTH])
    shown = {
        "induction": removed["best"][0],
        "copying": heads.best(arrays["copying"], 1)[0],
        "its": chosen["its"][0],
        "gender": chosen["gender"][0],
        "early": (0, 0),
    }
    trace = traces[1]
    for name, head in shown.items():
        arrays |= {f"{n}_{name}": a for n, a in one_head(trace, *head, decoder).items()}
        packed[f"writes_{name}"] = words_written(decoder, trace, *head)
    said = {
        "texts": ids,
        "drawn": drawn(decoder, tokenizer, removed["best"]),
        "windows": heads.WINDOWS,
        "removed": removed,
        "chosen": chosen,
        "shown": shown,
        "trials": {name: [trial.text for trial in own] for name, own in texts.all_trials().items()},
    }
    said["words"] = words_of(tokenizer, ids, packed)
    halves = {name: a.astype(np.float16) for name, a in arrays.items()}
    return halves | packed, said


def words_of(tokenizer, ids, packed):
    """Return the text of each token that is named somewhere, by its number."""
    named = [a.ravel() for name, a in packed.items() if WORDS.fullmatch(name)]
    rows = np.unique(np.concatenate([*named, *map(np.array, ids)]))
    return {str(row): tokenizer.text([row]) for row in rows}


def main():
    """Write both files and say how large they are."""
    arrays, said = make(*load_decoder())
    made = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    source = {
        "model": "HuggingFaceTB/SmolLM2-135M-Instruct",
        "card": "https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
        "license": "Apache-2.0",
        "sha256": SMOLLM.sha256[FILE],
    }
    np.savez_compressed(DATA / "smollm.npz", **arrays)
    said = {"source": source, "made": made, **said}
    lines = (f" {json.dumps(n)}: {json.dumps(v, ensure_ascii=False)}" for n, v in said.items())
    text = ",\n".join(lines)
    (DATA / "smollm.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
    for file in ("smollm.npz", "smollm.json"):
        print(f"{file}: {(DATA / file).stat().st_size / 1000:.1f} KB")


if __name__ == "__main__":
    main()
