"""Random cases in which rotary embeddings are those of transformers; needs torch and transformers.

A case is drawn from its seed alone.
"""

import random

import numpy as np
import pytest

import qkvlib as qkv

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from transformers import LlamaConfig  # noqa: E402
from transformers.models.gptj import modeling_gptj  # noqa: E402
from transformers.models.llama import modeling_llama  # noqa: E402

SEEDS = range(1000)


def draw(seed):
    r = random.Random(seed)
    d_k, n, heads = 2 * r.randint(1, 32), r.randint(1, 8), r.randint(1, 4)
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(2, heads, n, d_k)).astype(np.float32)
    first = rng.integers(0, r.choice([1, 50, 3000]), size=(2, 1), endpoint=True)
    positions = first + np.arange(n) if r.random() < 0.5 else rng.integers(4000, size=(2, n))
    return r, x, positions


def scaling(r):
    """The same scaling, as transformers and as `rotary_frequencies` take it."""
    base, factor = r.choice([10_000.0, 100_000.0, 500_000.0]), r.choice([2.0, 4.0, 8.0])
    kind = r.choice(["default", "linear", "llama3"])
    theirs = {"rope_type": kind, "rope_theta": base}
    ours = {"base": base}
    if kind != "default":
        theirs["factor"] = ours["factor"] = factor
    if kind == "llama3":
        few, many, length = r.choice([1, 2]), r.choice([4, 32]), r.choice([512, 8192])
        ours |= {"trained_length": length, "turns": (few, many)}
        theirs |= {"low_freq_factor": few, "high_freq_factor": many}
        theirs["original_max_position_embeddings"] = length
    return theirs, ours


def close(got, expected, positions):
    """Equal up to the rounding of their angles, which are float32."""
    atol = 1e-5 + positions.max() * 1e-6
    np.testing.assert_allclose(got, expected, rtol=0, atol=atol)


def test_halves_are_those_of_llama_with_every_scaling():
    for seed in SEEDS:
        r, x, positions = draw(seed)
        theirs, ours = scaling(r)
        config = LlamaConfig(
            head_dim=x.shape[-1], max_position_embeddings=8192, rope_parameters=theirs
        )
        rotary = modeling_llama.LlamaRotaryEmbedding(config)
        frequencies = qkv.rotary_frequencies(x.shape[-1], **ours)
        np.testing.assert_allclose(
            rotary.inv_freq.numpy(), frequencies, rtol=2e-6, err_msg=f"{seed}"
        )
        tensor = torch.tensor(x)
        cos, sin = rotary(tensor, torch.tensor(positions))
        expected, _ = modeling_llama.apply_rotary_pos_emb(tensor, tensor, cos, sin)
        got = qkv.rotary_embedding(x, positions[:, None], frequencies, interleaved=False)
        close(got, expected.numpy(), positions)


def test_neighbors_are_those_of_gpt_j():
    for seed in SEEDS:
        _, x, positions = draw(seed)
        d_k = x.shape[-1]
        table = modeling_gptj.create_sinusoidal_positions(4096, d_k)
        sin, cos = table[torch.tensor(positions)].chunk(2, dim=-1)
        tensor = torch.tensor(np.swapaxes(x, 1, 2))  # the heads follow the tokens there
        expected = modeling_gptj.apply_rotary_pos_emb(tensor, sin, cos).numpy()
        got = qkv.rotary_embedding(x, positions[:, None])
        close(got, np.swapaxes(expected, 1, 2), positions)
