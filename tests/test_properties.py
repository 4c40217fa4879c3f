"""What must hold for any numbers: properties of attention, on cases that hypothesis makes up.

Batch axes of any number, sizes 1 and 0, float32 and float64.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qkvlib as qkv

settings.register_profile("here", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("here")

DTYPES = st.sampled_from([np.float32, np.float64])
BATCHES = st.lists(st.integers(0, 3), max_size=2).map(tuple)
SIZES = st.integers(1, 5)


@st.composite
def attention_inputs(draw, square=False, least_keys=0, batch=BATCHES):
    """Queries, keys and values of matching shapes, of any spread."""
    shape, dtype = draw(batch), draw(DTYPES)
    n_q, d_k, d_v = draw(st.integers(1 if square else 0, 5)), draw(SIZES), draw(SIZES)
    n_k = n_q if square else draw(st.integers(least_keys, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([0.01, 1.0, 30.0]))
    sizes = ((n_q, d_k), (n_k, d_k), (n_k, d_v))
    return [(spread * rng.normal(size=(*shape, *size))).astype(dtype) for size in sizes]


def close(a, b):
    """Equal up to what the dtype can hold."""
    tolerance = {"float16": 2e-3, "float32": 2e-4, "float64": 1e-9}[a.dtype.name]
    return np.allclose(a, b, rtol=tolerance, atol=tolerance * max(1, abs(b).max(initial=0)))


@given(attention_inputs(least_keys=1))
def test_weights_are_shares(inputs):
    q, k, _ = inputs
    weights = qkv.attention_weights(q, k)
    assert weights.dtype == q.dtype and ((weights >= 0) & (weights <= 1)).all()
    assert close(weights.sum(axis=-1), np.ones(weights.shape[:-1]))


@given(attention_inputs(), st.integers(0, 2**32 - 1))
def test_masked_weights_are_exactly_zero_and_the_rest_are_shares(inputs, seed):
    q, k, v = inputs
    shape = (*q.shape[:-1], k.shape[-2])
    mask = np.random.default_rng(seed).random(shape) < 0.6
    output, weights = qkv.scaled_dot_product_attention(q, k, v, mask=mask, return_weights=True)
    assert (weights[~mask] == 0).all()
    sums, some = weights.sum(axis=-1), mask.any(axis=-1)
    assert close(sums[some], np.ones(some.sum())) and (sums[~some] == 0).all()
    assert (output[~some] == 0).all()


@given(attention_inputs(least_keys=1))
def test_output_lies_within_the_values(inputs):
    """Within the smallest and largest value of each feature, and a mix of them with its weights."""
    q, k, v = inputs
    output, weights = qkv.scaled_dot_product_attention(q, k, v, return_weights=True)
    room = 1e-4 * max(1, abs(v).max(initial=0))
    assert (output <= v.max(axis=-2, keepdims=True) + room).all()
    assert (output >= v.min(axis=-2, keepdims=True) - room).all()
    assert close(output, weights @ v)


@given(attention_inputs(), st.randoms(use_true_random=False))
def test_the_order_of_the_keys_does_not_count_and_that_of_queries_is_kept(inputs, random):
    q, k, v = inputs
    output = qkv.scaled_dot_product_attention(q, k, v)
    keys, queries = list(range(k.shape[-2])), list(range(q.shape[-2]))
    random.shuffle(keys)
    random.shuffle(queries)
    again = qkv.scaled_dot_product_attention(q, k[..., keys, :], v[..., keys, :])
    assert close(again, output)
    moved = qkv.scaled_dot_product_attention(q[..., queries, :], k, v)
    assert close(moved, output[..., queries, :])


@given(attention_inputs(least_keys=1), st.floats(-50, 50))
def test_a_constant_added_to_a_row_of_scores_changes_nothing(inputs, constant):
    q, k, _ = inputs
    scores = qkv.attention_scores(q, k).astype(np.float64)
    assert close(qkv.softmax(scores + constant), qkv.softmax(scores))


@given(attention_inputs(square=True), st.data())
def test_a_changed_future_leaves_earlier_outputs_as_they_are_to_the_last_bit(inputs, data):
    q, k, v = inputs
    n = q.shape[-2]
    j = data.draw(st.integers(0, n - 1))
    before = qkv.scaled_dot_product_attention(q, k, v, is_causal=True)
    for array in (q, k, v):
        array[..., j, :] += 1
    after = qkv.scaled_dot_product_attention(q, k, v, is_causal=True)
    assert np.array_equal(before[..., :j, :], after[..., :j, :])


@given(BATCHES, st.integers(0, 4), st.integers(1, 4), st.integers(1, 4), DTYPES)
def test_split_and_merge_undo_each_other(batch, n, heads, d_head, dtype):
    x = np.arange(np.prod((*batch, n, heads * d_head)), dtype=dtype)
    x = x.reshape(*batch, n, heads * d_head)
    split = qkv.split_heads(x, heads)
    assert split.shape == (*batch, heads, n, d_head)
    assert np.array_equal(qkv.merge_heads(split), x)


@given(attention_inputs(square=True, batch=st.just(())), st.integers(0, 2**32 - 1))
def test_one_head_with_identity_is_plain_attention(inputs, seed):
    x, d = inputs[0], inputs[0].shape[-1]
    w = np.random.default_rng(seed).normal(size=(3, d, d)).astype(x.dtype)
    plain = qkv.scaled_dot_product_attention(*(qkv.project(x, one) for one in w))
    identity = np.eye(d, dtype=x.dtype)
    assert close(qkv.multi_head_attention(x, *w, identity, num_heads=1), plain)


def by_loops(q, k, v):
    """Attention as a loop over queries, keys and features: the specification."""
    output = np.zeros((len(q), v.shape[-1]))
    for i in range(len(q)):
        scores = [sum(q[i] * k[j]) / np.sqrt(len(q[i])) for j in range(len(k))]
        terms = [np.exp(score - max(scores)) for score in scores]
        for j in range(len(k)):
            for feature in range(v.shape[-1]):
                output[i, feature] += terms[j] / sum(terms) * v[j, feature]
    return output


@given(attention_inputs())
def test_batches_are_what_the_loops_give_one_by_one(inputs):
    q, k, v = (array.astype(np.float64) for array in inputs)
    output = qkv.scaled_dot_product_attention(q, k, v)
    for entry in np.ndindex(q.shape[:-2]):
        assert close(output[entry], by_loops(q[entry], k[entry], v[entry]))


@pytest.mark.parametrize("causal", [False, True])
@given(inputs=attention_inputs(square=True), size=st.integers(1, 4), threads=st.integers(1, 2))
def test_tiles_give_what_the_whole_matrix_gives(causal, inputs, size, threads):
    tiled = qkv.tiled_attention(*inputs, is_causal=causal, block_size=size, threads=threads)
    assert close(tiled, qkv.scaled_dot_product_attention(*inputs, is_causal=causal))


@st.composite
def floating_masks(draw, shape):
    """Floating masks of every type, with what programs write into them to forbid or to prefer."""
    dtype = draw(st.sampled_from([np.float16, np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mask = (draw(st.sampled_from([1, 10])) * rng.normal(size=shape)).astype(dtype)
    limits = [np.finfo(t) for t in (np.float16, np.float32, dtype)]
    extremes = [-np.inf, -1e3, *(x for f in limits for x in (f.min, f.max)), np.finfo(dtype).min]
    few = st.lists(st.sampled_from([x for x in extremes if abs(x) <= np.finfo(dtype).max or x < 0]))
    for extreme in draw(few):
        with np.errstate(over="ignore"):
            mask[rng.random(shape) < draw(st.sampled_from([0.1, 0.5]))] = extreme
    if shape[0] and draw(st.booleans()):
        mask[rng.integers(shape[0])] = draw(st.sampled_from([-np.inf, np.finfo(dtype).min]))
    return mask


def attempt(attend, *inputs, **options):
    """The output, or the error's text."""
    try:
        return attend(*inputs, **options)
    except ValueError as error:
        return str(error)


@settings(max_examples=400)
@given(st.data(), st.booleans(), st.integers(0, 3), st.integers(1, 4), st.sampled_from("efd"))
def test_tiles_give_what_the_whole_gives_under_every_floating_mask(data, causal, start, size, kind):
    inputs = [a.astype(kind) for a in data.draw(attention_inputs())]
    shape = data.draw(st.sampled_from([(), inputs[0].shape[:-2]]))
    mask = (
        data.draw(floating_masks((*shape, inputs[0].shape[-2], inputs[1].shape[-2])))
        if 0 not in shape
        else np.zeros((inputs[0].shape[-2], inputs[1].shape[-2]))
    )
    options = {"mask": mask, "is_causal": causal, "q_start": start}
    tiled = attempt(qkv.tiled_attention, *inputs, block_size=size, **options)
    whole = attempt(qkv.scaled_dot_product_attention, *inputs, **options)
    assert isinstance(tiled, str) == isinstance(whole, str) and type(tiled) is type(whole)
    if isinstance(whole, str):
        assert tiled == whole
    else:
        assert tiled.dtype == kind and close(tiled, whole)


@given(attention_inputs(square=True))
def test_a_cache_gives_the_rows_of_the_causal_whole(inputs):
    q, k, v = inputs
    whole, cache = qkv.scaled_dot_product_attention(q, k, v, is_causal=True), qkv.KVCache()
    for i in range(q.shape[-2]):
        now = slice(i, i + 1)
        keys, values = cache.append(k[..., now, :], v[..., now, :])
        row = qkv.scaled_dot_product_attention(q[..., now, :], keys, values)
        assert close(row, whole[..., now, :])
