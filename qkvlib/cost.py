"""What attention costs, counted in advance: the counts follow from the sizes alone."""

import math

from ._values import as_int


def attention_flops(n_q, n_k=None, *, num_heads, d_head):
    """Count the additions and multiplications in the two matrix products of attention.

    ``q @ k.T`` and ``weights @ v`` multiply and add d_head times for each query, key and head. The
    softmax, which is not counted, takes a few operations for each of these pairs, and a causal mask
    would halve what is needed.

    Parameters
    ----------
    n_q : int
        Number of queries.
    n_k : int, optional
        Number of keys, `n_q` unless given.
    num_heads, d_head : int
        Heads, and features of each.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer.

    References
    ----------
    Dao (2023), section 4.1, counts in the same way.

    Examples
    --------
    >>> from qkvlib import attention_flops
    >>> attention_flops(4, num_heads=1, d_head=4)
    256
    """
    n_k = n_q if n_k is None else n_k
    n_q, n_k, num_heads, d_head = _sizes(n_q=n_q, n_k=n_k, num_heads=num_heads, d_head=d_head)
    return 2 * 2 * num_heads * n_q * n_k * d_head


def layer_flops(n, *, d_model, d_ff=None):
    """Count the operations of a layer beside attention's two products.

    Four projections, W_Q, W_K, W_V and W_O, are of shape (d_model, d_model), and the feed-forward
    network has two matrices, (d_model, d_ff) and (d_ff, d_model). Each multiplies and adds once for
    each of its numbers and each token.

    Parameters
    ----------
    n : int
        Number of tokens.
    d_model : int
        Features of a token.
    d_ff : int, optional
        Features inside the feed-forward network, ``4 * d_model`` unless given. A network with a
        gate has three matrices: give 3 / 2 of its width.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer.

    References
    ----------
    Vaswani et al. (2017), section 3.3, for the network; Kaplan et al. (2020), section 2.1, count in
    the same way.

    Examples
    --------
    >>> from qkvlib import attention_flops, layer_flops
    >>> layer_flops(3072, d_model=512) / attention_flops(3072, num_heads=8, d_head=64)
    1.0
    """
    d_ff = 4 * as_int("d_model", d_model, 1) if d_ff is None else d_ff
    n, d_model, d_ff = _sizes(n=n, d_model=d_model, d_ff=d_ff)
    return 2 * n * (4 * d_model**2 + 2 * d_model * d_ff)


def score_bytes(n_q, n_k=None, *, num_heads, itemsize=4):
    """Count the bytes of one layer's score matrices, one for each head.

    Parameters
    ----------
    n_q : int
        Number of queries.
    n_k : int, optional
        Number of keys, `n_q` unless given.
    num_heads : int
    itemsize : int, default 4
        Bytes of a number: 4 for float32, 2 for float16.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer.

    References
    ----------
    Dao et al. (2022), section 2.2, for the matrices that plain attention writes to memory.

    Examples
    --------
    >>> from qkvlib import score_bytes
    >>> score_bytes(512, num_heads=8) / 2**20  # MiB
    8.0
    """
    n_k = n_q if n_k is None else n_k
    n_q, n_k, num_heads, itemsize = _sizes(n_q=n_q, n_k=n_k, num_heads=num_heads, itemsize=itemsize)
    return num_heads * n_q * n_k * itemsize


def kv_cache_bytes(n, *, num_layers, num_kv_heads, d_head, itemsize=2):
    """Count the bytes of the keys and values that a decoder keeps for a text of n tokens.

    Parameters
    ----------
    n : int
        Number of tokens.
    num_layers, num_kv_heads, d_head : int
        Layers, heads of keys and values in each, and features of a head.
    itemsize : int, default 2
        Bytes of a number: 4 for float32, 2 for float16.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer.

    References
    ----------
    Kwon et al. (2023), section 3, which counts 800 KB for one token of OPT-13B:

    Examples
    --------
    >>> from qkvlib import kv_cache_bytes
    >>> kv_cache_bytes(1, num_layers=40, num_kv_heads=40, d_head=128) / 1024  # KiB
    800.0
    """
    sizes = _sizes(
        n=n, num_layers=num_layers, num_kv_heads=num_kv_heads, d_head=d_head, itemsize=itemsize
    )
    return 2 * math.prod(sizes)  # keys and values


def _sizes(**sizes):
    return [as_int(name, size, 1) for name, size in sizes.items()]
