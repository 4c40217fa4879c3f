"""Wrong attentions: a test that compares shows with them that it finds mistakes."""

from types import SimpleNamespace

import numpy as np
import pytest

from qkvlib import apply_mask, softmax


def read_the_other_way_round(scores, mask):
    return apply_mask(scores, ~mask if mask.dtype == bool else mask)


WRONG = {
    "scaled by d_k": ("math", SimpleNamespace(sqrt=float)),
    "True means hidden": ("apply_mask", read_the_other_way_round),
    "causal at the bottom right": ("causal_mask", lambda q, k: np.tri(q, k, k - q, dtype=bool)),
    "softmax over the queries": ("softmax", lambda scores: softmax(scores, axis=-2)),
    "a large number for -inf": ("softmax", lambda scores: softmax(np.maximum(scores, -1e4))),
}


@pytest.fixture(params=WRONG)
def wrong_attention(request, monkeypatch):
    """Let every attention of the library make one mistake."""
    name, wrong = WRONG[request.param]
    monkeypatch.setattr(f"qkvlib.attention.{name}", wrong)
