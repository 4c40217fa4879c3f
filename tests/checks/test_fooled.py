"""What once passed with praise, or was blamed for something else: each has its own message now."""

import numpy as np
import pytest
from exercises import exercise_of, softmax

import qkvlib as qkv


def scaled(q, k):
    return q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])


def tri(x):
    return np.tri(x.shape[-2], dtype=bool)


def shares(terms):
    return terms / terms.sum(-1, keepdims=True)


def plain_step(top, total, output, scores, v):
    new, terms = max(top, scores.max()), np.exp(scores)
    old = np.exp(top)
    return new, (total * old + terms.sum()) / np.exp(new), (output * old + terms @ v) / np.exp(new)


def both_sides(scores, lengths):
    real = np.arange(scores.shape[-1]) < lengths[:, None]
    keep = real[:, None, :] & real[:, :, None] & tri(scores)
    return qkv.softmax(np.where(keep, scores, -np.inf))


def fixed_root(q, k, v):
    return softmax(q @ np.swapaxes(k, -1, -2) / 2) @ v


FOOLED = [
    ("score", lambda q, k: abs(q @ k), "the minus signs are gone|below"),
    ("score", lambda q, k: max(q @ k, 0), "below 0 became 0"),
    (
        "hide_future",
        lambda scores: np.where(np.tril(scores) == 0, -np.inf, scores),
        "a score of 0 is hidden too",
    ),
    ("hide_future", lambda scores: np.where(tri(scores), scores, -100), "not hidden for sure"),
    (
        "hide_future",
        lambda scores: np.where(tri(scores), scores, np.finfo(float).min),
        "not hidden for sure",
    ),
    ("causal_weights", lambda q, k: shares(softmax(scaled(q, k)) * tri(q)), "divided again"),
    (
        "causal_weights",
        lambda q, k: softmax(np.where(tri(q), scaled(q, k), -100)),
        "a low number is not −∞",
    ),
    ("online_softmax_step", plain_step, "inf / inf is nan"),
    (
        "attention",
        lambda q, k, v: shares(np.exp(scaled(q, k))) @ v,
        "Subtract the largest of each row",
    ),
    ("attention_weights", lambda q, k: shares(np.exp(scaled(q, k))), "Subtract the largest"),
    ("attention", qkv.scaled_dot_product_attention, "which it should replace"),
    ("grouped_query_attention", qkv.grouped_query_attention, "which it should replace"),
    (
        "multi_head_attention",
        lambda *case: qkv.multi_head_attention(*case[:-1], num_heads=case[-1]),
        "which it should replace",
    ),
    ("views", lambda x, *ws: np.stack([x @ ws[0]] * 3), "expected 3 results, side by side"),
    ("batch_weights", both_sides, "the queries of padding are hidden"),
    (
        "weight_gradient",
        lambda x, grad: np.einsum("ni,nj->ij", x, grad),
        "np.einsum has other letters than axes",
    ),
    ("attention", fixed_root, "it returned"),
]


@pytest.mark.parametrize(("name", "function", "says"), FOOLED)
def test_it_is_refused_with_its_own_message(name, function, says):
    verdict = exercise_of(name).check(function)
    assert not verdict
    assert any(one in verdict.message for one in says.split("|")), verdict
    assert len(verdict.message) < 320, "short enough to be read"


def test_a_root_of_a_fixed_number_is_not_called_the_root_of_a_size():
    said = exercise_of("attention").check(fixed_root).message
    assert "number of keys" not in said and "√" not in said


def test_all_of_the_message_is_read_at_once():
    """Numbers of 309 digits stand nowhere."""
    verdict = exercise_of("causal_window").check(
        lambda scores, window: np.where(tri(scores), scores, np.finfo(float).min)
    )
    assert not verdict and "0" * 30 not in repr(verdict)
