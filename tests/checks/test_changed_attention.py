"""The project after the decoder: what must hold for any attention, and each of it is looked at."""

import numpy as np
import pytest

import qkvlib as qkv
from qkvlib import check_changed_attention, grouped_query_attention


def attended(**how):
    return lambda q, k, v: grouped_query_attention(q, k, v, **{"is_causal": True} | how)


def window(size, sink=0):
    def attend(q, k, v):
        mask = qkv.sliding_window_mask(q.shape[-2], window=size, sink=sink)
        return grouped_query_attention(q, k, v, mask=mask, is_causal=True)

    return attend


def one_kv_head(q, k, v):
    """All heads of queries share the mean of the keys and of the values."""
    shared = [one.mean(axis=-3, keepdims=True) for one in (k, v)]
    return grouped_query_attention(q, *shared, is_causal=True)


def by_recency(q, k, v):
    k, v = (np.repeat(one, len(q) // len(one), axis=0) for one in (k, v))
    i = np.arange(q.shape[-2])
    bias = np.where(i <= i[:, None], -0.1 * (i[:, None] - i), -np.inf)
    return qkv.softmax(q @ np.swapaxes(k, -1, -2) / 2 + bias) @ v


CHANGED = {
    "reads 8 keys": window(8),
    "reads 12 keys": window(8, sink=4),
    "reads 1 key.": window(1),
    "reads 40 keys": one_kv_head,
    "of 40 tokens reads 40": by_recency,
    "right. It hides": attended(scale=0.1),
}


@pytest.mark.parametrize("says", CHANGED)
def test_any_change_passes_and_hears_how_many_keys_it_reads(says):
    verdict = check_changed_attention(CHANGED[says])
    assert verdict and says in verdict.message, verdict


def masked_after(q, k, v):
    k, v = (np.repeat(one, len(q) // len(one), axis=0) for one in (k, v))
    weights = qkv.softmax(q @ np.swapaxes(k, -1, -2) / 2)
    return weights * np.tri(q.shape[-2]) @ v


def sharpens_by_all(q, k, v):
    """Looks harmless: the scale depends on the longest key, a later one too."""
    scale = 1 / np.abs(k).max()
    return grouped_query_attention(q, k, v, is_causal=True, scale=scale)


def of_40(q, k, v):
    return window(8)(q, k, v) * np.ones((6, 40, 4))


def with_the_mean_of_all(q, k, v):
    """Each row is still an average of values, later ones too."""
    mean = np.repeat(v.mean(axis=-2, keepdims=True), 3, axis=0)
    return 0.5 * window(8)(q, k, v) + 0.5 * mean


def half(q, k, v):
    return 0.5 * window(8)(q, k, v)


WRONG = {
    "sees the future": attended(is_causal=False),
    "earlier ones moved": sharpens_by_all,
    "from 1 on were changed": with_the_mean_of_all,
    "tokens from 1 on": masked_after,
    "the weights of a row must sum to 1": half,
    "it is the plain one": attended(),
    "a text of length 1 fails": of_40,
    "expected (6, 40, 4)": lambda q, k, v: v,
    "it raised ZeroDivisionError": lambda q, k, v: 1 / 0,
    "not done yet": lambda q, k, v: None,
    "it changed q in place": lambda q, k, v: np.multiply(q, 2, out=q),
}


@pytest.mark.parametrize("says", WRONG)
def test_what_does_not_hold_is_said(says):
    verdict = check_changed_attention(WRONG[says])
    assert not verdict and says in verdict.message, verdict


@pytest.mark.parametrize("given", [None, 3, "attend", np.ones(2)], ids=str)
def test_what_is_no_function_is_named(given):
    assert "takes your function itself" in check_changed_attention(given).message
