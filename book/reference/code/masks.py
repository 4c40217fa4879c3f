"""One mask for both of PyTorch's attentions, which read it differently."""

import torch
from torch.nn import functional


def function_with_mask(q, k, v, may_attend):
    """Pass the mask as it is: True = may attend."""
    return functional.scaled_dot_product_attention(
        q, k, v, attn_mask=may_attend
    )


def module_with_mask(module, x, may_attend):
    """Invert the mask: for nn.MultiheadAttention True = may not attend."""
    return module(x, x, x, attn_mask=~may_attend)[0]


def module_with_padding(module, x, lengths):
    """Say which tokens are padding: True = this key is ignored."""
    is_padding = torch.arange(x.shape[1]) >= torch.tensor(lengths)[:, None]
    return module(x, x, x, key_padding_mask=is_padding)[0]
