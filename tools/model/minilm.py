"""Write what ships of the real model; needs the model.

Usage: ``PYTHONPATH=tools python -m model.minilm``. Runs all-MiniLM-L6-v2 through this book's own
functions and writes ``qkvlib/data/minilm.npz`` and ``minilm.json``. The weights are Apache-2.0,
from sentence-transformers/all-MiniLM-L6-v2.
"""

import datetime
import json
import platform
from pathlib import Path

import numpy as np

from qkvlib import (
    attention_weights,
    load_vocabulary,
    load_weights,
    project,
    sentence_vector,
    split_heads,
)
from qkvlib.models.encoder import layer_weights
from qkvlib.models.minilm_weights import D_MODEL, MINILM, NUM_HEADS, NUM_LAYERS

from . import trials

DATA = Path(__file__).parents[2] / "qkvlib" / "data"
SENTENCES = (
    "The puppy followed its mom",
    "The mom followed its puppy",
    "The king thanked the queen because she was kind",
    "The king thanked the queen because he was kind",
)
LAYER, HEAD = 3, 1  # of the matrices that ship
HEADS = [(layer, head) for layer in range(NUM_LAYERS) for head in range(NUM_HEADS)]
D_HEAD = D_MODEL // NUM_HEADS
SCALES = (0, 1 / D_HEAD, 1 / D_HEAD**0.5, 1)
FEW = slice(None, None, 4)  # of the fresh sentences: one for each pair of nouns and template


def head_of(weights, layer, head):
    """Return one head's columns of the layer's matrices and biases."""
    own = slice(head * D_HEAD, (head + 1) * D_HEAD)
    names = ("w_q", "w_k", "w_v", "b_q", "b_k", "b_v")
    return {name: layer_weights(weights, layer)[name][..., own] for name in names}


def value_lengths(weights, hidden):
    """Return how long each head's value vectors are, (6, 12, n)."""
    lengths = []
    for layer in range(NUM_LAYERS):
        own = layer_weights(weights, layer)
        values = project(hidden[layer], own["w_v"]) + own["b_v"]
        lengths.append(np.linalg.norm(split_heads(values, NUM_HEADS), axis=-1))
    return np.stack(lengths)


def without_each_head(weights, vocabulary, texts):
    """Return the cosine of a sentence's vector with and without each head, (texts, 6, 12)."""

    def vectors(**options):
        results = trials.run(weights, vocabulary, texts, **options)
        return np.stack([sentence_vector(hidden[-1]) for _, hidden, _ in results])

    whole = vectors()
    cosines = [(whole * vectors(without=[head])).sum(axis=-1) for head in HEADS]
    return np.stack(cosines, axis=-1).reshape(len(texts), NUM_LAYERS, NUM_HEADS)


def scaled(weights, asked, results):
    """Return the shipped head's mean weight on the right word at each of the scales."""
    own, found = head_of(weights, LAYER, HEAD), {scale: [] for scale in SCALES}
    for trial, (pieces, hidden, _) in zip(asked, results, strict=True):
        x = hidden[LAYER]
        q, k = project(x, own["w_q"]) + own["b_q"], project(x, own["w_k"]) + own["b_k"]
        for scale in SCALES:
            row = attention_weights(q, k, scale=scale)[pieces.index(trial.looks)]
            found[scale].append(row[pieces.index(trial.at)])
    return np.mean(list(found.values()), axis=1)


def neighbors(results):
    """Return each head's mean weight on [CLS], the token before and the one behind, (3, 6, 12)."""
    means = [
        [
            maps[..., 1:-1, 0].mean(axis=-1),  # of the words; [CLS] and [SEP] are none
            np.diagonal(maps, -1, -2, -1).mean(axis=-1),
            np.diagonal(maps, 1, -2, -1).mean(axis=-1),
        ]
        for _, _, maps in results
    ]
    return np.mean(means, axis=0)


def make(weights, vocabulary, few=FEW):
    """Return the arrays as they are stored, and what is said of them."""
    results = trials.run(weights, vocabulary, SENTENCES)
    hidden = results[0][1]
    arrays = {"x": hidden[LAYER], **head_of(weights, LAYER, HEAD)}
    arrays["value_lengths"] = value_lengths(weights, hidden)
    arrays["without"] = without_each_head(weights, vocabulary, SENTENCES[:1])[0]
    # Weights lie from 0 to 1: whole ten-thousandths are closer than half floats of the same size.
    packed = {
        f"maps_{i}": (maps * 10_000).round().astype(np.uint16)
        for i, (_, _, maps) in enumerate(results)
    }
    asked = trials.all_trials()
    for name, own in asked.items():
        read = trials.run(weights, vocabulary, [trial.text for trial in own])
        right, weight = trials.judge(own, read)
        packed[name] = np.packbits(right.reshape(len(own), -1), axis=-1)
        arrays[f"{name}_weight"] = weight.mean(axis=0)
        if name == "one_animal":
            arrays["weight_by_scale"] = scaled(weights, own, read)
        if name == "gender_fresh":
            arrays["neighbors_fresh"] = neighbors(read)
    fresh = [trial.text for trial in asked["gender_fresh"]][few]
    arrays["without_fresh"] = without_each_head(weights, vocabulary, fresh)
    said = {
        "sentences": {text: own[0] for text, own in zip(SENTENCES, results, strict=True)},
        "trials": {name: len(own) for name, own in asked.items()},
    }
    halves = {
        # Near 1 a half float has three digits only, too few for cosines.
        name: array.astype(np.float32 if name.startswith("without") else np.float16)
        for name, array in arrays.items()
    }
    return halves | packed, said


def main():
    """Write both files and say how large they are."""
    arrays, said = make(load_weights(), load_vocabulary())
    made = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
    }
    source = {"repository": MINILM.repository, "license": "Apache-2.0", "sha256": MINILM.sha256}
    DATA.mkdir(exist_ok=True)
    np.savez_compressed(DATA / "minilm.npz", **arrays)
    text = json.dumps({"source": source, "made": made, **said}, indent=1, ensure_ascii=False)
    (DATA / "minilm.json").write_text(text + "\n")
    for file in ("minilm.npz", "minilm.json"):
        print(f"{file}: {(DATA / file).stat().st_size / 1000:.1f} KB")


if __name__ == "__main__":
    main()
