"""A decoder with random weights that runs everywhere, and the same written out by hand, slowly."""

import functools

import numpy as np

from qkvlib.models.byte_pairs import _LETTERS, BytePairs
from qkvlib.models.decoder import Decoder

D_MODEL, HEADS, KV_HEADS, D_K, INNER, BLOCKS = 6, 6, 2, 4, 10, 3
EXTRA = ["it", "its", "Ġit", "Ġits", "<end>"]
MERGES = [("i", "t"), ("it", "s"), ("Ġ", "it"), ("Ġ", "its")]
TOKENIZER = BytePairs([*_LETTERS, *EXTRA], MERGES, ["<end>"])


@functools.cache
def tiny(n_words=40, seed=0):
    """Three blocks of six heads that share two; float64."""
    rng = np.random.default_rng(seed)
    shapes = {"norm_1": (D_MODEL,), "norm_2": (D_MODEL,)}
    shapes |= {"w_q": (D_MODEL, HEADS * D_K), "w_o": (HEADS * D_K, D_MODEL)}
    shapes |= {"w_k": (D_MODEL, KV_HEADS * D_K), "w_v": (D_MODEL, KV_HEADS * D_K)}
    shapes |= {"w_gate": (D_MODEL, INNER), "w_up": (D_MODEL, INNER), "w_down": (INNER, D_MODEL)}
    blocks = [{name: rng.normal(size=shape) for name, shape in shapes.items()} for _ in range(3)]
    return Decoder(
        embedding=rng.normal(size=(n_words, D_MODEL)),
        blocks=tuple(blocks),
        norm=rng.normal(size=D_MODEL),
        num_heads=HEADS,
        num_kv_heads=KV_HEADS,
        base=100.0,
    )


def by_hand(decoder, ids):
    """Return the logits of every place, one number at a time."""
    x = [decoder.embedding[i] for i in ids]
    for block in decoder.blocks:
        given = [_normed(row, block["norm_1"]) for row in x]
        fetched = _heads(block, given, decoder.base)
        x = [row + more @ block["w_o"] for row, more in zip(x, fetched, strict=True)]
        for i, row in enumerate(x):
            given = _normed(row, block["norm_2"])
            gate = given @ block["w_gate"]
            x[i] = row + (gate / (1 + np.exp(-gate)) * (given @ block["w_up"])) @ block["w_down"]
    last = [_normed(row, decoder.norm) for row in x]
    return np.array([[row @ word for word in decoder.embedding] for row in last])


def _normed(row, weight):
    return row / np.sqrt(sum(value**2 for value in row) / len(row) + 1e-5) * weight


def _turned(vector, place, base):
    result = vector.copy()
    for i in range(0, D_K, 2):
        angle = place * base ** (-i / D_K)
        a, b = vector[i], vector[i + 1]
        result[i] = a * np.cos(angle) - b * np.sin(angle)
        result[i + 1] = a * np.sin(angle) + b * np.cos(angle)
    return result


def _heads(block, given, base):
    """What all heads fetch for each token, side by side."""
    fetched = np.zeros((len(given), HEADS * D_K))
    for head in range(HEADS):
        own, shared = (slice(h * D_K, (h + 1) * D_K) for h in (head, head // (HEADS // KV_HEADS)))
        keys = [_turned((x @ block["w_k"])[shared], j, base) for j, x in enumerate(given)]
        values = [(x @ block["w_v"])[shared] for x in given]
        for i, x in enumerate(given):
            q = _turned((x @ block["w_q"])[own], i, base)
            powers = [np.exp(q @ keys[j] / np.sqrt(D_K)) for j in range(i + 1)]
            for power, value in zip(powers, values, strict=False):
                fetched[i, own] += power / sum(powers) * value
    return fetched
