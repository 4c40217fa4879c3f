"""Random cases in which qkvlib gives JAX's numbers, positions and masks included; needs jax."""

import random

import numpy as np
import pytest
from both_masks import both

import qkvlib as qkv

nn = pytest.importorskip("jax.nn")

SEEDS = range(500)


def check(seed):
    r, rng = random.Random(seed), np.random.default_rng(seed)
    sentences, kv_heads, share = r.randint(1, 3), r.randint(1, 2), r.choice([1, 2])
    n_q, n_k = r.choice([1, 2, 5]), 5  # few shapes: JAX compiles for each
    d_k = r.choice([2, 4])
    heads = kv_heads * share
    q = rng.normal(size=(sentences, heads, n_q, d_k)).astype(np.float32)
    k, v = rng.normal(size=(2, sentences, kv_heads, n_k, d_k)).astype(np.float32)
    start = n_k - n_q
    q = qkv.rotary_embedding(q, start + np.arange(n_q))
    k = qkv.rotary_embedding(k, np.arange(n_k))
    lengths = rng.integers(1, n_k + 1, sentences)
    real = qkv.padding_mask(lengths, n_k, heads_axis=True)
    own = np.arange(n_k) == start + np.arange(n_q)[:, None]  # no row is empty: JAX means it
    real = real | own
    causal = r.random() < 0.5
    bias = qkv.alibi_bias(heads, n_q, n_k, q_start=start).astype(np.float32)
    mask = both(bias, real) if r.random() < 0.5 else real
    expected = qkv.grouped_query_attention(q, k, v, mask=mask, is_causal=causal, q_start=start)
    arrays = (np.swapaxes(a, 1, 2) for a in (q, k, v))
    allowed = real & qkv.causal_mask(n_q, n_k, q_start=start) if causal else real
    allowed = np.broadcast_to(allowed, (sentences, heads, n_q, n_k))
    biased = {} if mask is real else {"bias": bias[None]}
    got = nn.dot_product_attention(*arrays, mask=allowed, **biased)
    message = f"seed {seed}"
    np.testing.assert_allclose(np.swapaxes(got, 1, 2), expected, atol=2e-6, err_msg=message)


def test_jax():
    for seed in SEEDS:
        check(seed)
