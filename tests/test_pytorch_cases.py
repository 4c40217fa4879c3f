"""Thousands of random cases in which qkvlib gives PyTorch's numbers; needs torch.

A case is drawn from its seed alone, and what fails says which. Run one again by
``check_function(417)`` or ``check_module(417)``, in
``PYTHONPATH=tests python -i -m test_pytorch_cases``.
"""

import random
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest
from both_masks import both

import qkvlib as qkv

torch = pytest.importorskip("torch")
torch.set_num_threads(1)  # the matrices are tiny

FUNCTION, MODULE = range(3000), range(1000)  # seeds
ATOL = {"float16": 4e-3, "float32": 1e-5, "float64": 1e-12}


OF_BATCHES = ["packed", "prefix", "window", "slopes"]


def draw_function(seed):
    r = random.Random(seed)
    d_k = r.randint(1, 8)
    return SimpleNamespace(
        seed=seed,
        dtype=r.choice(["float16", "float32", "float64"]),
        batch=tuple(r.choices([0, 1, 2, 3], [1, 9, 9, 9], k=r.randrange(4))),
        heads=r.choice([(), (2,), (4,), (6,)]),
        share=r.choice([1, 2]),  # query heads for each head of keys and values
        n_q=r.randrange(9),
        n_k=r.randrange(9),
        d_k=d_k,
        d_v=r.choice([d_k, r.randint(1, 8)]),
        mask=r.choice([None, "boolean", "floating", "padding", *OF_BATCHES]),
        blind=r.random() < 0.3,  # the mask hides all keys from a query
        is_causal=r.random() < 0.5,
        q_start=r.choice([0, 0, r.randrange(1, 9)]),
        scale=r.choice([None, None, 0.3, 2.0]),
    )


def draw_module(seed):
    r = random.Random(seed)
    fast = r.random() < 0.2  # the fast path for inference, which not every case may take
    cross = not fast and r.random() < 0.5
    heads = 2 if fast else r.randint(1, 4)
    n_k = r.randint(1, 8)  # with 0, some of the module's ways raise a RuntimeError
    return SimpleNamespace(
        seed=seed,
        fast=fast,
        dtype=r.choice(["float32", "float64"]),
        batch=(3,) if fast else r.choice([(), (1,), (3,)]),
        batch_first=fast or r.random() < 0.5,
        heads=heads,
        d_model=heads * r.randint(1, 4),
        d_context=r.randint(1, 9) if cross else None,
        bias=fast or r.random() < 0.5,
        n_q=r.randrange(9) if cross else n_k,
        n_k=n_k,
        mask=r.choice([None, "boolean"] if fast else [None, "boolean", "floating"]),
        mask_of_each_head=r.random() < 0.5,
        blind=r.random() < 0.3,
        padding=r.random() < 0.5,
        is_causal=r.random() < 0.5,
        need_weights=r.random() < 0.5,
    )


@contextmanager
def told(case):
    """Give the random numbers of `case`, and add it to whatever goes wrong."""
    try:
        yield np.random.default_rng(case.seed)
    except Exception as error:
        error.add_note(f"The case: {case}")
        raise


def draw_array(rng, case, *shape):
    return rng.normal(size=shape).astype(case.dtype)


def draw_mask(rng, case, *shape):
    allowed = rng.random(shape) < 0.7
    if case.blind:
        allowed[..., :1, :] = False
    if case.mask == "boolean":
        return allowed
    return np.where(allowed, draw_array(rng, case, *shape), -np.inf)


def lower_left(case):
    return np.tri(case.n_q, case.n_k, getattr(case, "q_start", 0), dtype=bool)


def tensor(array):
    return None if array is None else torch.tensor(array)


def compare(got, expected, case):
    assert expected.dtype == case.dtype
    assert got.shape == expected.shape
    np.testing.assert_allclose(got.numpy(), expected, rtol=0, atol=ATOL[case.dtype])


def check_function(seed):
    case = draw_function(seed)
    with told(case) as rng:
        kv_heads = tuple(n // case.share for n in case.heads)
        q = draw_array(rng, case, *case.batch, *case.heads, case.n_q, case.d_k)
        k = draw_array(rng, case, *case.batch, *kv_heads, case.n_k, case.d_k)
        v = draw_array(rng, case, *case.batch, *kv_heads, case.n_k, case.d_v)
        mask = None
        heads_axis = bool(case.heads)
        if case.mask == "padding":
            lengths = rng.integers(0, case.n_k + 1, case.batch)
            lengths.flat[: case.blind] = 0
            side = rng.choice(["left", "right"]).item()
            mask = qkv.padding_mask(lengths, case.n_k, side=side, heads_axis=heads_axis)
        elif case.mask == "packed":
            parts = (rng.integers(3, size=(*case.batch, n)) for n in (case.n_q, case.n_k))
            mask = qkv.packing_mask(*parts, heads_axis=heads_axis)
        elif case.mask == "prefix":
            prefix = rng.integers(0, case.n_k + 1, case.batch)
            where = {"q_start": case.q_start, "heads_axis": heads_axis}
            mask = qkv.prefix_mask(case.n_q, case.n_k, prefix=prefix, **where)
        elif case.mask == "window":
            window, sink = rng.integers(1, 5), rng.integers(3)
            where = {"q_start": case.q_start, "sink": sink}
            mask = qkv.sliding_window_mask(case.n_q, case.n_k, window=window, **where)
        elif case.mask == "slopes":
            heads = case.heads[0] if case.heads else 1
            mask = qkv.alibi_bias(heads, case.n_q, case.n_k, q_start=case.q_start)
            mask = (mask if case.heads else mask[0]).astype(case.dtype)
        elif case.mask:  # of any shape that broadcasts
            rows = [rng.choice([1, size]) for size in (*case.batch, *case.heads, case.n_q)]
            mask = draw_mask(rng, case, *rows[rng.integers(len(rows)) :], case.n_k)

        attend = qkv.grouped_query_attention if case.heads else qkv.scaled_dot_product_attention
        how = {"is_causal": case.is_causal, "q_start": case.q_start, "scale": case.scale}
        expected = attend(q, k, v, mask=mask, **how)

        masked = case.mask or (case.is_causal and case.q_start)
        if masked and case.is_causal:  # PyTorch takes one of them, and has no q_start
            mask = both(mask, lower_left(case))
        got = torch.nn.functional.scaled_dot_product_attention(
            *map(tensor, (q, k, v)),
            attn_mask=tensor(mask),
            is_causal=case.is_causal and not masked,
            scale=case.scale,
            enable_gqa=bool(case.heads),
        )
        compare(got, expected, case)


def check_module(seed):
    case = draw_module(seed)
    with told(case) as rng, torch.no_grad():
        module, matrices = draw_weights(rng, case)
        x, context = draw_array(rng, case, *case.batch, case.n_q, case.d_model), None
        if case.d_context:
            context = draw_array(rng, case, *case.batch, case.n_k, case.d_context)
        mask = padding = None
        if case.mask:
            heads = (*case.batch, case.heads) if case.mask_of_each_head else ()
            mask = draw_mask(rng, case, *heads, case.n_q, case.n_k)
        both_masks = mask
        if case.padding:
            padding = qkv.padding_mask(rng.integers(0, case.n_k + 1, case.batch), case.n_k)
            both_masks = both(mask, padding[..., None, :, :] if case.mask_of_each_head else padding)
        output, weights = qkv.multi_head_attention(
            x,
            num_heads=case.heads,
            context=context,
            mask=both_masks,
            is_causal=case.is_causal,
            return_weights=True,
            **matrices,
        )
        if case.need_weights or case.fast:  # nothing to attend to is NaN there, 0 here
            nothing = ~weights.any(-1, keepdims=True)
            weights = np.where(nothing, np.nan, weights)
            output = np.where(nothing.any(-3), np.nan, output)

        query = tokens_first(tensor(x), case)
        memory = query if context is None else tokens_first(tensor(context), case)
        got, got_weights = module(
            query,
            memory,
            memory,
            attn_mask=hidden(both(mask, lower_left(case)) if case.is_causal else mask, case),
            key_padding_mask=hidden(padding[..., 0, :], case) if case.padding else None,
            is_causal=case.is_causal and not case.mask,  # says what attn_mask is
            need_weights=case.need_weights,
            average_attn_weights=False,
        )
        compare(tokens_first(got, case), output, case)
        if case.need_weights:
            compare(got_weights, weights, case)


def draw_weights(rng, case):
    """Return the module, and its weights as `multi_head_attention` takes them."""
    module = torch.nn.MultiheadAttention(
        case.d_model,
        case.heads,
        bias=case.bias,
        kdim=case.d_context,
        vdim=case.d_context,
        batch_first=case.batch_first,
        dtype=getattr(torch, case.dtype),
    ).train(not case.fast)
    for parameter in module.parameters():
        parameter.copy_(tensor(rng.normal(size=parameter.shape) / 2))
    if module.in_proj_weight is None:
        w = module.q_proj_weight, module.k_proj_weight, module.v_proj_weight
    else:
        w = module.in_proj_weight.chunk(3)
    w = *w, module.out_proj.weight
    named = {f"w_{name}": each.T for name, each in zip("qkvo", w, strict=True)}
    if case.bias:
        b = *module.in_proj_bias.chunk(3), module.out_proj.bias
        named |= {f"b_{name}": each for name, each in zip("qkvo", b, strict=True)}
    return module, {name: each.numpy() for name, each in named.items()}


def tokens_first(x, case):
    """Swap the axes of batch and tokens where the module has them the other way round."""
    return x.transpose(0, 1) if case.batch and not case.batch_first else x


def hidden(allowed, case):
    """Write a mask as the module reads it: True = may not attend; floating if the other is."""
    if allowed is None:
        return None
    if allowed.ndim == 4:
        allowed = np.concatenate(allowed)  # batch and heads in one axis
    if case.mask != "floating":
        return tensor(~allowed)
    added = np.where(allowed, 0, -np.inf) if allowed.dtype == bool else allowed
    return tensor(added.astype(case.dtype))


def test_function():
    for seed in FUNCTION:
        check_function(seed)


# Shapes of q, of k and of the mask.
BROADCAST = [
    ((2, 3, 4), (2, 5, 4), (3, 1)),
    ((2, 3, 4), (2, 5, 4), (2, 1, 1)),
    ((2, 3, 4), (5, 4), (3, 5)),
    ((2, 2, 3, 4), (2, 2, 5, 4), (2, 3, 5)),  # at the second axis, which may be the heads
    ((2, 2, 3, 4), (2, 2, 5, 4), (2, 1, 3, 5)),
    ((1, 2, 3, 4), (2, 2, 5, 4), (2, 1, 3, 5)),
    ((2, 1, 3, 4), (3, 5, 4), (3, 3, 5)),
    ((3, 4), (5, 4), (1, 3, 5)),  # from here on neither takes it
    ((3, 4), (5, 4), (2, 3, 5)),
    ((2, 3, 4), (2, 5, 4), (3, 3, 5)),
    ((2, 3, 4), (2, 5, 4), (1, 2, 3, 5)),
]


@pytest.mark.parametrize(("shape_q", "shape_k", "shape"), BROADCAST)
@pytest.mark.parametrize("boolean", [True, False])
def test_masks_broadcast_and_do_not_enlarge(shape_q, shape_k, shape, boolean):
    rng = np.random.default_rng(0)
    q, k, mask = (rng.normal(size=s) for s in (shape_q, shape_k, shape))
    mask = mask > 0 if boolean else mask
    try:
        expected = qkv.scaled_dot_product_attention(q, k, k, mask=mask)
    except ValueError:
        with pytest.raises(RuntimeError, match=r"broadcast|expand|must match"):
            torch.nn.functional.scaled_dot_product_attention(*map(tensor, (q, k, k)), tensor(mask))
    else:
        assert shape in [s for _, _, s in BROADCAST[:7]]
        got = torch.nn.functional.scaled_dot_product_attention(
            *map(tensor, (q, k, k)), attn_mask=tensor(mask)
        )
        np.testing.assert_allclose(got.numpy(), expected, atol=1e-12)


def test_tensors_that_need_a_gradient_or_are_of_another_type_are_named():
    good = torch.ones(2, 3)
    for bad in (torch.ones(2, 3, requires_grad=True), torch.ones(2, 3, dtype=torch.bfloat16)):
        with pytest.raises(TypeError, match=r"^k: .*; expected what NumPy can read"):
            qkv.scaled_dot_product_attention(good, bad, good)


def test_scores_beyond_half_precision_and_weights_as_fine_as_pytorchs():
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(60, 64)).astype(np.float16) for _ in range(3))
    attend = torch.nn.functional.scaled_dot_product_attention
    for size in (1, 60):  # the larger scores are beyond 65,504
        half = np.float16(size) * q, k, v
        exact = qkv.scaled_dot_product_attention(*(a.astype(float) for a in half), scale=1.0)
        ours = abs(qkv.scaled_dot_product_attention(*half, scale=1.0) - exact).max()
        theirs = abs(attend(*map(tensor, half), scale=1.0).numpy() - exact).max()
        assert ours <= 1.01 * theirs


def test_module():
    for seed in MODULE:
        check_module(seed)


def kinds(case):
    """Say of which kinds a case of either is."""
    return {
        "float32": case.dtype == "float32",
        "float64": case.dtype == "float64",
        "no batch axis": case.batch == (),
        "fewer queries than keys": case.n_q < case.n_k,
        "more queries than keys": case.n_q > case.n_k,
        "one query": case.n_q == 1,
        "no query": case.n_q == 0,
        "one key": case.n_k == 1,
        "boolean mask": case.mask == "boolean",
        "floating mask": case.mask == "floating",
        "nothing to attend to, boolean": case.mask == "boolean" and case.blind,
        "nothing to attend to, floating": case.mask == "floating" and case.blind,
        "causal": case.is_causal and not case.mask,
        "causal and a mask": case.is_causal and case.mask,
    }


def kinds_of_function(case):
    return kinds(case) | {
        "float16": case.dtype == "float16",
        "queries that come later": case.is_causal and case.q_start,
        **{kind: case.mask == kind for kind in OF_BATCHES},
        "three batch axes": len(case.batch) == 3,
        "an axis of size 0": 0 in case.batch,
        "no key": case.n_k == 0,
        "d_v = d_k": case.d_v == case.d_k,
        "d_v differs from d_k": case.d_v != case.d_k,
        "padding": case.mask == "padding",
        "nothing to attend to, padding": case.mask == "padding" and case.blind,
        "shared keys and values": case.heads and case.share > 1,
        "scale": case.scale,
    }


def kinds_of_module(case):
    return kinds(case) | {
        "one head": case.heads == 1,
        "several heads": case.heads > 1,
        "cross-attention": case.d_context,
        "biases": case.bias,
        "no biases": not case.bias,
        "padding": case.padding,
        "padding and a mask": case.padding and case.mask,
        "a mask of each head": case.mask and case.mask_of_each_head,
        "weights": case.need_weights,
        "for inference": case.fast,
        "batch second": case.batch and not case.batch_first,
    }


def rare_kinds(draw, seeds, kinds):
    """Count the kinds to which fewer than one case in forty belongs."""
    counts = Counter()
    for seed in seeds:
        counts.update({kind: bool(is_it) for kind, is_it in kinds(draw(seed)).items()})
    return {kind: count for kind, count in counts.items() if count < len(seeds) / 40}


@pytest.mark.parametrize(
    ("draw", "seeds", "kinds"),
    [(draw_function, FUNCTION, kinds_of_function), (draw_module, MODULE, kinds_of_module)],
)
def test_there_are_many_of_each_kind(draw, seeds, kinds):
    assert rare_kinds(draw, seeds, kinds) == {}
    assert 0 in rare_kinds(lambda seed: draw(0), seeds, kinds).values()


@pytest.mark.parametrize(("check", "seeds"), [(check_function, FUNCTION), (check_module, MODULE)])
def test_wrong_code_is_found(wrong_attention, check, seeds):
    with pytest.raises(AssertionError, match=r"The case: namespace\(seed=\d+, "):
        for seed in seeds[:100]:
            check(seed)
