"""How close the language model comes to the least it could take: its matrix products alone.

Usage: ``PYTHONPATH=tools python -m bench.decoder``. Needs the model; beside `transformers`, where
that is installed. All ways take turns, and the least time of each counts. The floor multiplies the
same matrices with nothing in between. llama.cpp takes 6.6 ms a token, from the four-bit file: it
reads a fifth of the bytes.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from qkvlib import Decoder, decode, load_decoder, next_word_logits
from qkvlib._threads import _blas, on_one_thread
from qkvlib.models import smollm_weights
from qkvlib.models.files import ModelNotFoundError, find

from . import NONE, Row
from .attention import FORGET, TOOLS, status
from .interleaved import least_times

ROUNDS = 60  # a step alone is short enough to meet a quiet moment
PROMPTS = 6  # rounds of long prompts
LONG, FIRST, FAR = 512, 20, 2000
MATRICES = ("w_q", "w_k", "w_v", "w_o", "w_gate", "w_up", "w_down")


def products(decoder: Decoder, n: int) -> None:
    """The matrix products of `n` tokens and of the last one's logits, and nothing else."""
    widths = {len(decoder.blocks[0][name]) for name in MATRICES}
    x = {width: np.ones((n, width), np.float32) for width in widths}
    for block in decoder.blocks:
        for name in MATRICES:
            x[len(block[name])] @ block[name]
    x[decoder.embedding.shape[-1]][-1] @ decoder.embedding.T


def after(decoder: Decoder, n: int) -> Callable[[], None]:
    """A function that writes one token more after `n`, as often as it is called."""
    caches = decoder.new_caches()
    decode(decoder, some_ids(decoder, n), caches=caches)
    return lambda: next_word_logits(decoder, decode(decoder, [100], caches=caches)[-1])


def some_ids(decoder: Decoder, n: int) -> np.ndarray:
    """A text, as long as is wanted."""
    return np.arange(n) % len(decoder.embedding)


def by_transformers(decoder: Decoder) -> dict[str, Callable]:
    """The same in `transformers`, where it is installed."""
    try:
        import torch
        from model.smollm_reference import by_transformers
    except ImportError:
        return {}
    model, state = by_transformers(decoder), {}

    def step():
        with torch.no_grad():
            given = torch.tensor([[100]])
            result = model(given, past_key_values=state.get("past"), use_cache=True)
        state["past"] = result.past_key_values

    def prefill():
        with torch.no_grad():
            model(torch.arange(LONG)[None] + 100, logits_to_keep=1)

    return {"step": step, "prefill": prefill}


def held(way: Callable) -> Callable:
    """`way` with one thread for matrix products."""

    def run():
        with on_one_thread():
            way()

    return run


def speed_rows(decoder: Decoder, rounds: int = ROUNDS) -> Iterator[Row]:
    """One token more, early and late in a text, and a long prompt."""
    theirs = by_transformers(decoder)
    early, late = after(decoder, FIRST), after(decoder, FAR)
    ways = {"one": held(lambda: products(decoder, 1)), "early": early, "late": late}
    ways |= {"all": lambda: products(decoder, 1)}
    ways |= {"theirs": theirs["step"]} if theirs else {}
    ms = {name: 1000 * s for name, s in least_times(ways, rounds).items()}
    floor, torch = min(ms["one"], ms["all"]), NONE
    beside, ratios = f"{floor:.1f}", f"{ms['early'] / floor:.2f} × floor"
    if theirs:
        torch = f"{ms['theirs']:.1f} (transformers)"
        ratios += f", {ms['early'] / ms['theirs']:.2f} × transformers"
    yield (
        f"language model, a token after {FIRST}: ms",
        f"{ms['early']:.1f} ({ratios})",
        torch,
        beside,
    )
    ratio = ms["late"] / ms["early"]
    yield (
        f"language model, a token after {FAR}: ms",
        f"{ms['late']:.1f} ({ratio:.2f} × after {FIRST})",
        NONE,
        NONE,
    )
    chosen = "one is taken" if decoder.holds_threads else "those are taken"
    threads = f"{ms['all']:.1f}, {ms['all'] / ms['one']:.2f} × with one; {chosen}"
    yield "its matrix–vector products, as many threads as BLAS likes: ms", threads, NONE, beside

    ids = some_ids(decoder, LONG)
    read = lambda: next_word_logits(decoder, decode(decoder, ids)[-1])  # noqa: E731
    ways = {"floor": lambda: products(decoder, LONG), "ours": read, "one": held(read)}
    ways |= {"floor, one": held(lambda: products(decoder, LONG))}
    ways |= {"theirs": theirs["prefill"]} if theirs else {}
    s = least_times(ways, min(rounds, PROMPTS))
    torch = f"{s['theirs']:.2f} (transformers)" if theirs else NONE
    for name, floor, what in (("ours", "floor", ""), ("one", "floor, one", ", one BLAS thread")):
        yield (
            f"language model, a prompt of {LONG} tokens{what}: s",
            f"{s[name]:.2f} ({s[name] / s[floor]:.2f} × floor)",
            torch,
            f"{s[floor]:.2f}",
        )


def load_anew():
    """Load the model as a process does that has not loaded it."""
    smollm_weights._load.cache_clear()
    return load_decoder()


def loading_row(rounds: int = 3) -> Row:
    """From the file to float32, beside `gguf`'s own reading and dequantizing."""
    from gguf import GGUFReader
    from gguf.quants import dequantize

    path = find(smollm_weights.SMOLLM, smollm_weights.FILE)
    theirs = lambda: [dequantize(t.data, t.tensor_type) for t in GGUFReader(path).tensors]  # noqa: E731
    s = least_times({"ours": load_anew, "gguf": theirs}, rounds)
    ratio = f"{s['ours'] / s['gguf']:.2f} × gguf's own"
    return "language model, loading: s", f"{s['ours']:.1f} ({ratio})", NONE, f"{s['gguf']:.1f}"


def memory_row() -> Row:
    """What a process needs at most to load the model and write a few tokens."""
    name = "language model, memory at most: MB"
    if not FORGET.exists():
        return name, NONE, NONE, NONE
    command = [sys.executable, "-m", "bench.decoder", "memory"]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, check=True)
    used, weights = map(float, done.stdout.split())
    return name, f"{used:.0f} ({used / weights:.2f} × the weights)", NONE, f"{weights:.0f}"


def report_peak() -> None:
    """Print the megabytes that loading and a few tokens add, and those of the weights."""
    FORGET.write_text("5")  # the peak so far
    before = status("VmRSS")
    decoder, _ = load_decoder()
    step = after(decoder, FIRST)
    step()
    used = (status("VmHWM") - before) * 1024 / 1e6
    arrays = [a for block in decoder.blocks for a in block.values()]
    weights = sum(a.nbytes for a in [decoder.embedding, decoder.norm, *arrays]) / 1e6
    print(used, weights)


def main() -> None:
    """Print the rows, where the model is."""
    try:
        decoder, _ = load_decoder()
    except ModelNotFoundError as error:
        print(f"The language model is not measured: {error}")
        return
    if not _blas():
        print("threadpoolctl is not installed: nothing holds BLAS to one thread")
    for row in speed_rows(decoder):
        print(f"| {' | '.join(row)} |", flush=True)
    del decoder
    for row in (loading_row(), memory_row()):
        print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    report_peak() if Path(sys.argv[-1]).name == "memory" else main()
