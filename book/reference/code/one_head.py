"""One head: PyTorch's function, and the formula it stands for."""

import math

from torch.nn import functional


def attend(q, k, v, **options):
    """Return the output, (..., n_q, d_v).

    >>> import torch
    >>> from qkvlib import examples as ex
    >>> matrices = ex.W_Q, ex.W_K, ex.W_V
    >>> q, k, v = (torch.tensor(ex.X @ w) for w in matrices)
    >>> print(attend(q, k, v)[2].numpy().round(4))  # the output of "its"
    [0.6316 0.4153 0.2656 0.2089]
    """
    return functional.scaled_dot_product_attention(q, k, v, **options)


def attend_by_hand(q, k, v):
    """Return the same, and the weights, which PyTorch's function keeps."""
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    return weights @ v, weights
