"""Queries, keys and values from three linear layers."""

import torch
from torch import nn


class Projections(nn.Module):
    """From tokens, (..., n, d_model), to q, k and v, (..., n, d)."""

    def __init__(self, d_model, d_k, d_v=None, dtype=None):
        super().__init__()
        options = {"bias": False, "dtype": dtype}
        self.query = nn.Linear(d_model, d_k, **options)
        self.key = nn.Linear(d_model, d_k, **options)
        self.value = nn.Linear(d_model, d_v or d_k, **options)

    def forward(self, x):
        """Return q, k and v."""
        return self.query(x), self.key(x), self.value(x)


def from_matrices(w_q, w_k, w_v):
    """Make the module that computes x @ w_q, x @ w_k and x @ w_v.

    >>> from qkvlib import examples as ex
    >>> module = from_matrices(ex.W_Q, ex.W_K, ex.W_V)
    >>> q, k, v = module(torch.tensor(ex.X))
    >>> print(q[2].detach().numpy().round(2))  # the query of "its"
    [1.55 0.86 1.7  1.48]
    """
    (d_model, d_k), d_v = w_q.shape, w_v.shape[1]
    module = Projections(d_model, d_k, d_v, dtype=torch.float64)
    with torch.no_grad():  # nn.Linear computes x @ weight.T
        module.query.weight.copy_(torch.tensor(w_q).T)
        module.key.weight.copy_(torch.tensor(w_k).T)
        module.value.weight.copy_(torch.tensor(w_v).T)
    return module
