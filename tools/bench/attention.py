"""How close tiled attention comes to the least it could take: the matrix products alone.

Each round runs all ways once, one after the other, so that a busy moment hits them alike, and the
least time of each counts. The floor takes the same tiles through the same two products, with
nothing in between. Memory is measured in a process of its own: what the system gave at most, less
what was there before, the output included.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from qkvlib import KVCache, scaled_dot_product_attention, tiled_attention
from qkvlib._threads import on_threads

from . import NONE, Row
from .interleaved import least_times

HEADS, D_HEAD, THREADS, BLOCK = 8, 64, 2, 512
SIZES = (2048, 4096)
ROUNDS = 12
CACHED = 2000  # keys that one new token's query meets
CALLS = 500
LONG = (16384, 1)  # tokens and heads: memory must not grow with n²
FORGET = Path("/proc/self/clear_refs")
TOOLS = Path(__file__).parents[1]
Arrays = list[np.ndarray]


def inputs(n: int, heads: int = HEADS) -> Arrays:
    """Queries, keys and values as a layer would make them: each about one in size."""
    rng = np.random.default_rng(0)
    return [rng.standard_normal((heads, n, D_HEAD), dtype=np.float32) for _ in range(3)]


def products(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The two matrix products of attention, tile by tile, without a softmax between them."""
    heads, n, _ = q.shape
    output = np.zeros_like(v)

    def work(places):
        buffer = np.empty((BLOCK, BLOCK), q.dtype)
        for head, first in places:
            rows = slice(first, first + BLOCK)
            for begin in range(0, n, BLOCK):
                columns = slice(begin, begin + BLOCK)
                scores = buffer[: len(q[head, rows]), : len(k[head, columns])]
                np.matmul(q[head, rows], k[head, columns].T, out=scores)
                output[head, rows] += scores @ v[head, columns]

    on_threads(work, [(h, first) for h in range(heads) for first in range(0, n, BLOCK)], THREADS)
    return output


def tiled(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """As a reader calls it, with as many threads as the others."""
    return tiled_attention(q, k, v, block_size=BLOCK, threads=THREADS)


def tiled_large(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Scores so large that the largest of each tile has to be found."""
    return tiled(8 * q, k, v)


def pytorch() -> Callable | None:
    """PyTorch's own kernel, where it is installed."""
    try:
        import torch
    except ImportError:
        return None
    torch.set_num_threads(THREADS)
    attend = torch.nn.functional.scaled_dot_product_attention
    return lambda *arrays: attend(*(torch.from_numpy(a)[None] for a in arrays))[0].numpy()


def ways() -> dict[str, Callable]:
    """What is compared, the floor first."""
    found = {
        "matrix products alone": products,
        "tiled": tiled,
        "tiled, large scores": tiled_large,
        "plain": scaled_dot_product_attention,
        "PyTorch": pytorch(),
    }
    return {name: way for name, way in found.items() if way}


def seconds_of(n: int, rounds: int) -> dict[str, float]:
    """Seconds of each way, interleaved."""
    arrays = inputs(n)
    return least_times({name: partial(way, *arrays) for name, way in ways().items()}, rounds)


def unchecked(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """The same lines as plain attention, without a check."""
    scores = q @ np.swapaxes(k, -1, -2) / np.float32(np.sqrt(D_HEAD))  # else all is float64
    terms = np.exp(scores - scores.max(-1, keepdims=True))
    return terms / terms.sum(-1, keepdims=True) @ v


def decode_row(heads: int) -> Row:
    """One query against cached keys: what the checks cost."""
    q, (k, v) = inputs(1, heads)[0], KVCache().append(*inputs(CACHED, heads)[1:])
    both = {"bare": unchecked, "checked": scaled_dot_product_attention}
    both = {name: partial(way, q, k, v) for name, way in both.items()}
    bare, checked = (1e6 * s for s in least_times(both, CALLS, pause=0).values())
    return (
        f"one query, {heads} × {CACHED} cached keys × {D_HEAD}: µs",
        f"{checked:.0f} ({checked / bare:.2f} × without a check)",
        NONE,
        f"{bare:.0f}",
    )


def megabytes(name: str, n: int, heads: int) -> str:
    """Memory that one way adds, in a process of its own, where the system tells."""
    if not FORGET.exists():
        return NONE
    command = [sys.executable, "-m", "bench.attention", name, str(n), str(heads)]
    done = subprocess.run(command, cwd=TOOLS, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def report_peak(name: str, n: int, heads: int) -> None:
    """Print the megabytes that a call adds; a small call first loads what stays."""
    way, arrays = ways()[name], inputs(n, heads)
    way(*inputs(BLOCK + 1, heads))
    FORGET.write_text("5")  # the peak so far
    before = status("VmRSS")
    way(*arrays)
    print(f"{(status('VmHWM') - before) * 1024 / 1e6:.1f}")


def status(field: str) -> int:
    """A line of the process's own status, in KiB."""
    status = Path("/proc/self/status").read_text()
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines[field].split()[0])


def attention_rows(rounds=ROUNDS, sizes=SIZES, long=LONG) -> Iterator[Row]:
    """Rows of the bench's table: tiled, PyTorch in the place of the usual way, and the floor."""
    for heads in (1, HEADS):
        yield decode_row(heads)
    for n in sizes:
        times = seconds_of(n, rounds)
        floor, torch = times["matrix products alone"], times.get("PyTorch")
        for name in ("tiled", "tiled, large scores", "plain"):
            ratios = f"{times[name] / floor:.2f} × floor"
            ratios += f", {times[name] / torch:.2f} × PyTorch" if torch else ""
            yield (
                f"attention, {HEADS} × {n} × {D_HEAD}, {name}: ms",
                f"{times[name] * 1000:.0f} ({ratios})",
                f"{torch * 1000:.0f} (PyTorch)" if torch else NONE,
                f"{floor * 1000:.0f}",
            )
    for n, heads in (*((n, HEADS) for n in sizes), long):
        for name in ("tiled", "plain"):
            if name == "tiled" or (n, heads) != long:  # plain would take gigabytes
                yield (
                    f"attention, {heads} × {n} × {D_HEAD}, {name}: extra memory at most, MB",
                    megabytes(name, n, heads),
                    f"{megabytes('PyTorch', n, heads)} (PyTorch)" if pytorch() else NONE,
                    NONE,
                )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        report_peak(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        for row in attention_rows():
            print(f"| {' | '.join(row)} |", flush=True)
