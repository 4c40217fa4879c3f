"""Several heads: this book's matrices in nn.MultiheadAttention."""

import numpy as np
import torch
from torch import nn


def from_matrices(w_q, w_k, w_v, w_o, num_heads):
    """Make the module; all matrices have shape (d_model, d_model).

    >>> from qkvlib import examples as ex
    >>> w = ex.W_Q, ex.W_K, ex.W_V, np.eye(4)
    >>> module = from_matrices(*w, num_heads=2)
    >>> x = torch.tensor(ex.X)[None]  # a batch of one sentence
    >>> output, weights = module(x, x, x, average_attn_weights=False)
    >>> print(weights[0, :, 2].detach().numpy().round(2))  # of "its"
    [[0.36 0.19 0.18 0.27]
     [0.44 0.15 0.14 0.27]]
    """
    options = {"bias": False, "batch_first": True, "dtype": torch.float64}
    module = nn.MultiheadAttention(len(w_q), num_heads, **options)
    stacked = np.concatenate([w_q.T, w_k.T, w_v.T])  # 3 * d_model rows
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.tensor(stacked))
        module.out_proj.weight.copy_(torch.tensor(w_o).T)
    return module
