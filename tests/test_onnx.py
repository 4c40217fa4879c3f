"""ONNX's own test cases of its operator Attention: the package's inputs, the package's outputs."""

import importlib
import re
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import numpy as np
import pytest
from both_masks import both
from onnx import helper
from onnx.backend.test.case import node as onnx_cases

import qkvlib as qkv

PAGE = Path(__file__).parents[1] / "book/reference/onnx.md"
CASES = {}


def keep(node, inputs, outputs, name, **_):
    CASES[name.removeprefix("test_attention_")] = SimpleNamespace(
        inputs=dict(zip(map(str.lower, filter(None, node.input)), inputs, strict=True)),
        outputs=dict(zip(filter(None, node.output), outputs, strict=True)),
        attributes={a.name: helper.get_attribute_value(a) for a in node.attribute},
    )


# The package makes its cases when this module is imported, each by a call of `expect`.
with mock.patch.object(onnx_cases, "expect", keep):
    importlib.import_module("onnx.backend.test.case.node.attention")


def beyond(case):
    """Name what `case` needs and qkvlib does not have; None if there is nothing."""
    if case.inputs["q"].dtype == "bfloat16":
        return "bfloat16"
    return next((n for n in ("softcap", "softmax_precision") if n in case.attributes), None)


RUN = [name for name, case in CASES.items() if not beyond(case)]


def attention(
    q,
    k,
    v,
    attn_mask=None,
    past_key=None,
    past_value=None,
    nonpad_kv_seqlen=None,
    *,
    is_causal=0,
    scale=None,
    q_num_heads=None,
    kv_num_heads=None,
    qk_matmul_output_mode=0,
    left_window_size=-1,
    right_window_size=-1,
):
    """Return all outputs of the operator, computed by qkvlib."""
    heads = q_num_heads, kv_num_heads, kv_num_heads
    if q_num_heads:
        q, k, v = map(qkv.split_heads, (q, k, v), heads)
    cache = qkv.KVCache()
    if past_key is not None:
        cache.append(past_key, past_value)
    k, v = cache.append(k, v)
    n_q, n_k, q_start = q.shape[-2], len(cache), 0 if past_key is None else cache.q_start

    mask = None if attn_mask is None else with_columns(attn_mask, n_k)
    starts = np.array([q_start])  # which token the first query is
    if nonpad_kv_seqlen is not None:
        starts = nonpad_kv_seqlen - n_q  # of each sentence
        mask = both(mask, qkv.padding_mask(nonpad_kv_seqlen, n_k, heads_axis=True))
    windows = left_window_size, right_window_size
    if max(windows) >= 0 or (is_causal and nonpad_kv_seqlen is not None):
        seen = [rows_from(start, n_q, n_k, is_causal, *windows) for start in starts]
        mask, is_causal = both(mask, np.stack(seen)[:, None]), False

    options = {"mask": mask, "is_causal": bool(is_causal), "q_start": q_start, "scale": scale}
    output = qkv.grouped_query_attention(q, k, v, **options)
    k_of_each = np.repeat(k, q.shape[1] // k.shape[1], axis=1)
    return {
        "Y": qkv.merge_heads(output) if q_num_heads else output,
        "present_key": k,
        "present_value": v,
        "qk_matmul_output": step(qk_matmul_output_mode, q, k_of_each, **options),
    }


def with_columns(mask, n_k):
    """Let a mask with fewer columns forbid the keys after them."""
    longer = np.full((*mask.shape[:-1], n_k), False if mask.dtype == bool else -np.inf, mask.dtype)
    longer[..., : mask.shape[-1]] = mask
    return longer


def rows_from(start, n_q, n_k, is_causal, left, right):
    """Return what the tokens from `start` on see; those before token 0 see nothing."""
    n = start + n_q
    past = qkv.causal_mask(n, n_k)
    before, after = (
        qkv.sliding_window_mask(n, n_k, window=n + n_k if size < 0 else size + 1)
        for size in (left, right)
    )
    seen = np.where(past, before, after & (not is_causal))
    return np.concatenate([np.zeros((n_q, n_k), bool), seen])[-n_q:]


def step(mode, q, k, *, mask, is_causal, q_start, scale):
    """Return what the operator shows of its work: 0 scores, 2 masked scores, 3 weights."""
    if mode == 3:
        how = {"mask": mask, "is_causal": is_causal, "q_start": q_start, "scale": scale}
        return qkv.attention_weights(q, k, **how)
    scores = qkv.attention_scores(q, k) * (scale or q.shape[-1] ** -0.5)
    if mode != 2:
        return scores
    if is_causal:
        mask = both(mask, qkv.causal_mask(*scores.shape[-2:], q_start=q_start))
    return scores if mask is None else qkv.apply_mask(scores, mask)


def check(name):
    case = CASES[name]
    computed = attention(**case.inputs, **case.attributes)
    for output, expected in case.outputs.items():
        got, rtol = computed[output], 2e-3 if expected.dtype == np.float16 else 1e-6
        assert got.dtype == expected.dtype
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=1e-7, err_msg=f"{name} {output}")


@pytest.mark.parametrize("name", RUN)
def test_qkvlib_gives_what_onnx_gives(name):
    check(name)


def test_bfloat16_is_refused():
    with pytest.raises(TypeError, match="dtype bfloat16; expected floating"):
        check("4d_causal_bf16")


def test_wrong_code_is_found(wrong_attention):
    with pytest.raises(AssertionError, match="Mismatched elements"):
        for name in RUN:
            check(name)


def check_page():
    """Compare the page with the cases of the package that is installed."""
    text = PAGE.read_text()
    left_out = {(why, name) for name, case in CASES.items() if (why := beyond(case))}
    assert set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|$", text, re.M)) == left_out
    run, every = map(int, re.search(r"(\d+) of ONNX's (\d+) cases", text).groups())
    assert (run, every) == (len(CASES) - len(left_out), len(CASES))


def test_the_page_lists_every_case_that_is_left_out():
    check_page()


@pytest.mark.parametrize("like", ["4d", "4d_softcap"])
def test_a_new_case_is_noticed(monkeypatch, like):
    monkeypatch.setitem(CASES, "new", CASES[like])
    with pytest.raises(AssertionError):
        check_page()
