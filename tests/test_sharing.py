"""Heads that share keys and values, and latents that all heads share: equal to plain attention."""

import numpy as np
import pytest

from qkvlib import (
    grouped_query_attention,
    latent_attention,
    padding_mask,
    rotary_embedding,
    scaled_dot_product_attention,
    tiled_attention,
)

DTYPES = pytest.mark.parametrize(("dtype", "atol"), [(np.float64, 1e-6), (np.float32, 1e-5)])


def arrays(*batch, n=9, d_k=3, d_v=5, dtype=np.float64):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(*batch, n, d)).astype(dtype) for d in (d_k, d_k, d_v)]


def repeated(x, group):
    """Specify which head of keys serves which head of queries: a loop."""
    heads = [x[..., h // group, :, :] for h in range(group * x.shape[-3])]
    return np.stack(heads, axis=-3)


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@pytest.mark.parametrize(("heads", "kv_heads"), [(6, 1), (6, 2), (6, 3), (6, 6), (1, 1)])
@DTYPES
def test_grouped_queries_equal_repeated_keys(batch, heads, kv_heads, dtype, atol):
    q = arrays(*batch, heads, n=4, dtype=dtype)[0]
    _, k, v = arrays(*batch, kv_heads, dtype=dtype)
    group = heads // kv_heads
    rng = np.random.default_rng(1)
    for options in (
        {},
        {"is_causal": True},
        {"is_causal": True, "q_start": 5},
        {"scale": 0.2},
        {"mask": padding_mask(5, 9)},
        {"mask": rng.random((4, 9)) < 0.5},
        {"mask": rng.random((heads, 4, 9)) < 0.5, "is_causal": True},
        {"mask": rng.normal(size=(*batch, 1, 4, 9))},
    ):
        got, weights = grouped_query_attention(q, k, v, return_weights=True, **options)
        full = q, repeated(k, group), repeated(v, group)
        assert got.shape == (*batch, heads, 4, 5) and got.dtype == dtype
        expected = scaled_dot_product_attention(*full, return_weights=True, **options)
        np.testing.assert_allclose(got, expected[0], rtol=0, atol=atol)
        np.testing.assert_allclose(weights, expected[1], rtol=0, atol=atol)
        assert weights.dtype == dtype
        np.testing.assert_array_equal(got, grouped_query_attention(q, k, v, **options))
        tiled = tiled_attention(*full, block_size=3, **options)
        np.testing.assert_allclose(got, tiled, rtol=0, atol=atol)


def test_one_text_in_the_cache_serves_a_batch_of_queries():
    q = arrays(2, 6, n=4)[0]
    _, k, v = arrays(3)
    got = grouped_query_attention(q, k, v)
    for b in range(2):
        np.testing.assert_allclose(got[b], grouped_query_attention(q[b], k, v), atol=1e-12)


def latent_case(*batch, dtype=np.float64):
    """Four heads, nine tokens; all sizes differ."""
    rng = np.random.default_rng(1)
    shapes = (*batch, 4, 5, 6), (*batch, 9, 3), (4, 3, 6), (4, 3, 7)
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
@DTYPES
def test_the_absorbed_form_equals_keys_and_values_that_are_made(batch, dtype, atol):
    q, latent, w_k, w_v = latent_case(*batch, dtype=dtype)
    k, v = latent[..., None, :, :] @ w_k, latent[..., None, :, :] @ w_v
    assert k.shape == (*batch, 4, 9, 6) and v.shape == (*batch, 4, 9, 7)
    rng = np.random.default_rng(2)
    for options in (
        {},
        {"is_causal": True},
        {"is_causal": True, "q_start": 4},
        {"scale": 0.2},
        {"mask": rng.random((5, 9)) < 0.7},
        {"mask": rng.normal(size=(4, 5, 9))},
        {"mask": padding_mask(np.full(batch, 6), 9, heads_axis=True)},
    ):
        got = latent_attention(q, latent, w_k, w_v, return_weights=True, **options)
        expected = scaled_dot_product_attention(q, k, v, return_weights=True, **options)
        for one, other in zip(got, expected, strict=True):
            assert one.dtype == dtype
            np.testing.assert_allclose(one, other, rtol=0, atol=atol)
        np.testing.assert_array_equal(latent_attention(q, latent, w_k, w_v, **options), got[0])


def test_rotated_keys_stand_beside_what_is_compressed():
    """As in DeepSeek-V2: the score is the sum of a compressed part and a rotated part."""
    q, latent, w_k, w_v = latent_case()
    rng = np.random.default_rng(3)
    q_turned = rotary_embedding(rng.normal(size=(4, 5, 2)), np.arange(4, 9))
    k_turned = rotary_embedding(rng.normal(size=(9, 2)), np.arange(9))
    k = np.concatenate([latent @ w_k, np.tile(k_turned, (4, 1, 1))], axis=-1)
    whole_q = np.concatenate([q, q_turned], axis=-1)
    expected = scaled_dot_product_attention(whole_q, k, latent @ w_v, is_causal=True, q_start=4)
    through = np.zeros((4, 5, 8))
    through[:, :3, :6], through[:, 3:, 6:] = w_k, np.eye(2)
    got = latent_attention(
        whole_q,
        np.concatenate([latent, k_turned], axis=-1),
        through,
        np.concatenate([w_v, np.zeros((4, 2, 7))], axis=1),
        is_causal=True,
        q_start=4,
    )
    np.testing.assert_allclose(got, expected, atol=1e-12)


def latent(**changes):
    names = "q", "latent", "w_k", "w_v"
    return latent_attention(**dict(zip(names, latent_case(), strict=True)) | changes)


ones = np.ones
GROUPED = grouped_query_attention
ERRORS = [
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((3, 1, 2)), ones((3, 1, 2))),
        ValueError,
        r"q, k: num_heads is 4 in q .*, num_kv_heads is 3 in k .*; expected num_kv_heads to divide",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((0, 1, 2)), ones((0, 1, 2))),
        ValueError,
        r"q, k: num_heads is 4 .* num_kv_heads is 0",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 2)), ones((4, 1, 2))),
        ValueError,
        r"k, v: num_kv_heads is 2 in k .*, 4 in v",
    ),
    (
        lambda: GROUPED(ones((1, 2)), ones((2, 1, 2)), ones((2, 1, 2))),
        ValueError,
        r"q: shape \(1, 2\); expected \(..., num_heads, n_q, d_k\)",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 2)), ones((2, 1, 2)), mask=[[[[True]]]]),
        ValueError,
        r"mask: shape \(1, 1, 1, 1\); expected .* \(4, 1, 1\)",
    ),
    (
        lambda: GROUPED(ones((5, 4, 1, 2)), ones((3, 2, 1, 2)), ones((3, 2, 1, 2)), mask=[True]),
        ValueError,
        r"q, k, v: shapes \(5, 4, 1, 2\), .*; expected batch axes \(all but the last 3\)",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 3)), ones((2, 1, 2))),
        ValueError,
        r"q, k: d_k is 2 in q of shape \(4, 1, 2\), 3 in k",
    ),
    (
        lambda: GROUPED(ones((4, 1, 2)), ones((2, 1, 2)), ones((2, 3, 2))),
        ValueError,
        r"k, v: n_k is 1 in k of shape \(2, 1, 2\), 3 in v",
    ),
    (
        lambda: latent(w_k=ones((3, 3, 6))),
        ValueError,
        r"q, w_k, w_v: num_heads is 4 in q of shape .*, 3 in w_k",
    ),
    (lambda: latent(w_v=ones((3, 3, 6))), ValueError, r"q, w_k, w_v: num_heads is .*, 3 in w_v"),
    (lambda: latent(w_k=ones((4, 3, 5))), ValueError, r"q, w_k: d_k is 6 in q of .*, 5 in w_k"),
    (lambda: latent(latent=ones((9, 4))), ValueError, r"latent, w_k, w_v: d_latent is 4 in latent"),
    (lambda: latent(w_v=ones((4, 2, 7))), ValueError, r"latent, w_k, w_v: d_latent .* 2 in w_v"),
    (lambda: latent(latent=[[np.nan] * 3]), ValueError, r"latent: nan at index \(0, 0\)"),
    (lambda: latent(latent=ones(3)), ValueError, r"latent: shape .*, d_latent\)"),
    (lambda: latent(q=ones((5, 6))), ValueError, r"q: shape \(5, 6\); .*num_heads, n_q, d_k"),
    (lambda: latent(w_k=ones((3, 6))), ValueError, r"w_k: shape .*num_heads, d_latent, d_k"),
    (lambda: latent(w_v=ones((3, 6))), ValueError, r"w_v: shape .*num_heads, d_latent, d_v"),
    (lambda: latent(w_k=np.full((4, 3, 6), np.inf)), ValueError, r"w_k: inf at index \(0, 0, 0\)"),
    (lambda: latent(w_v=np.full((4, 3, 7), np.nan)), ValueError, r"w_v: nan at index \(0, 0, 0\)"),
    (lambda: latent(q=np.full((4, 5, 6), np.nan)), ValueError, r"q: nan at index \(0, 0, 0\)"),
    (
        lambda: latent(q=np.full((4, 5, 6), 1e300), w_k=np.full((4, 3, 6), 1e300)),
        ValueError,
        r"q @ w_k.T: overflows float64",
    ),
    (
        lambda: latent(latent=np.full((9, 3), 1e300), scale=0, w_v=np.full((4, 3, 7), 1e300)),
        ValueError,
        r"weights @ latent @ w_v: overflows float64",
    ),
    (
        lambda: latent(q=ones((2, 4, 5, 6)), latent=ones((3, 9, 3))),
        ValueError,
        r"q, latent, w_k, w_v: shapes \(2, 4, 5, 6\), \(3, 1, 9, 3\), .* batch axes",
    ),
    (lambda: latent(return_weights=1), TypeError, "return_weights: 1; expected True or False"),
    (lambda: GROUPED(*[ones((2, 1, 2))] * 3, return_weights=1), TypeError, "return_weights: 1"),
]


@pytest.mark.parametrize(("call", "error", "message"), ERRORS, ids=[e[2] for e in ERRORS])
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()
