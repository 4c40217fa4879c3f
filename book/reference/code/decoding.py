"""Decoding with a cache: grouped queries, mask at the bottom right."""

import torch
from torch.nn import functional
from torch.nn.attention.bias import causal_lower_right


def attend(q, k, v):
    """Attend from the last tokens; k and v may have fewer heads than q."""
    mask = causal_lower_right(q.shape[-2], k.shape[-2])
    return functional.scaled_dot_product_attention(
        q, k, v, attn_mask=mask, enable_gqa=True
    )


class Cache:
    """Keys and values so far, (batch, kv_heads, n, d)."""

    def __init__(self):
        self.k = self.v = None

    def append(self, k, v):
        """Return those of all tokens, the new ones last."""
        if self.k is not None:
            k, v = (
                torch.cat([self.k, k], dim=-2),
                torch.cat([self.v, v], dim=-2),
            )
        self.k, self.v = k, v
        return k, v


def in_pieces(q, k, v, sizes):
    """Read a prompt and go on, piece by piece.

    >>> q, k = torch.randn(1, 4, 7, 8), torch.randn(1, 2, 7, 8)
    >>> whole = attend(q, k, k)
    >>> pieces = in_pieces(q, k, k, sizes=[4, 1, 2])
    >>> torch.allclose(pieces, whole, atol=1e-6)
    True
    """
    cache, outputs, start = Cache(), [], 0
    for size in sizes:
        new = slice(start, start + size)
        keys, values = cache.append(k[..., new, :], v[..., new, :])
        outputs.append(attend(q[..., new, :], keys, values))
        start += size
    return torch.cat(outputs, dim=-2)
