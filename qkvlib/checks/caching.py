"""Exercises of *Cache*: several new tokens at once, and a query that meets latents."""

from __future__ import annotations

import numpy as np

from ..attention import scaled_dot_product_attention, softmax
from ..sharing import latent_attention
from .cases import arrays, blank, loud, normal
from .parts import hide, scaled, transposed
from .verdict import Exercise, Verdict


def _chunk(q, k, v, keys, values, *, shift=0, **options):
    """Attend from new tokens behind a cache; ``shift`` moves the border of what they see."""
    start = len(keys)
    keys, values = np.concatenate([keys, k]), np.concatenate([values, v])
    mask = np.tri(len(q), len(keys), start + shift, dtype=bool)
    return scaled_dot_product_attention(q, keys, values, mask=mask, **options), keys, values


def _in_front(q, k, v, keys, values):
    output = _chunk(q, k, v, keys, values)[0]
    return output, np.concatenate([k, keys]), np.concatenate([v, values])


def _in_front_and_masked(q, k, v, keys, values):
    mask = np.tri(len(q), len(keys) + len(k), len(keys), dtype=bool)
    keys, values = np.concatenate([k, keys]), np.concatenate([v, values])
    return scaled_dot_product_attention(q, keys, values, mask=mask), keys, values


def _attend_over(q, k, v, keys, values, scores_of):
    """Attend by scores made from those of all pairs and from what may be seen."""
    may = np.tri(len(q), len(keys) + len(k), len(keys), dtype=bool)
    keys, values = np.concatenate([keys, k]), np.concatenate([values, v])
    return softmax(scores_of(scaled(q, keys), may)) @ values, keys, values


def _zero_for_hidden(*case):
    return _attend_over(*case, lambda scores, may: scores * may)


def _each_alone(*case):
    def own(scores, may):
        new = len(scores)
        others = np.eye(new, dtype=bool)
        return hide(scores, np.concatenate([may[:, :-new], others], axis=1))

    return _attend_over(*case, own)


_NEW = {"q": (3, 5), "k": (3, 5), "v": (3, 4)}
_TWO = {"q": (2, 3), "k": (2, 3), "v": (2, 6)}

DECODE_CHUNK = Exercise(
    answer=_chunk,
    cases=[
        arrays(**_NEW, keys=(4, 5), values=(4, 4)),
        arrays(**_TWO, keys=(5, 3), values=(5, 6), seed=7),
        blank(arrays(**_NEW, keys=(2, 5), values=(2, 4), seed=14, spread=1.5)),
        loud(arrays(**_TWO, keys=(4, 3), values=(4, 6), seed=20), "q", "keys"),
        loud(arrays(**_TWO, keys=(4, 3), values=(4, 6), seed=21), "k", "keys"),
        arrays(q=(1, 4), k=(1, 4), v=(1, 2), keys=(3, 4), values=(3, 2), seed=28),
    ],
    mistakes={
        "no mask: the first of the new tokens sees those after it. With one new token that cannot "
        "happen, with several it does.": lambda *case: _chunk(*case, shift=len(case[0])),
        "the triangle stands at the top left: your queries are taken for the first tokens. They "
        "are the last ones, so each also sees the whole cache.": (
            lambda q, k, v, keys, values: _chunk(q, k, v, keys, values, shift=-len(keys))
        ),
        "the new tokens do not see themselves. Each sees up to its own place, that included.": (
            lambda *case: _chunk(*case, shift=-1)
        ),
        "each new token sees one key too many, from its future.": (
            lambda *case: _chunk(*case, shift=1)
        ),
        "the new tokens see only each other: they must attend to the cache as well.": (
            lambda q, k, v, keys, values: (
                scaled_dot_product_attention(q, k, v, is_causal=True),
                *_chunk(q, k, v, keys, values)[1:],
            )
        ),
        "the new tokens see only the cache. Append first, then attend.": (
            lambda q, k, v, keys, values: (
                scaled_dot_product_attention(q, keys, values),
                *_chunk(q, k, v, keys, values)[1:],
            )
        ),
        "the output is right, but the cache has not grown: return the longer keys and values.": (
            lambda q, k, v, keys, values: (_chunk(q, k, v, keys, values)[0], keys, values)
        ),
        "the new tokens stand first in the cache: append them at the end.": _in_front,
        "the scores are not scaled. Divide them by √d_k.": lambda *case: _chunk(*case, scale=1.0),
        "the new tokens stand first in the cache, and the mask takes them for the last.": (
            _in_front_and_masked
        ),
        "what is hidden has the score 0, and e to 0 is 1: it still gets weight. Use -np.inf.": (
            _zero_for_hidden
        ),
        "each new token sees the cache and itself, and not the new ones before it.": (_each_alone),
    },
    praise="right. A prompt in pieces, or guesses to be checked: both are this.",
)


def _absorbed(q, w_k):
    return q @ transposed(w_k)


ABSORBED_QUERY = Exercise(
    answer=_absorbed,
    cases=[
        arrays(q=(3, 2, 4), w_k=(3, 4, 4)),
        arrays(q=(2, 3, 5), w_k=(2, 4, 5), seed=5),
        arrays(q=(2, 4, 3), w_k=(2, 6, 3), seed=9),
        blank(loud(arrays(q=(1, 2, 4), w_k=(1, 3, 4), seed=12), by=300)),
        {"q": normal(4, 1, 2, seed=14), "w_k": normal(4, 3, 2, seed=15)},
    ],
    mistakes={
        "this undoes W_K. Nothing has to be undone: q · (latent W_K) is one sum, read it in "
        "another order.": lambda q, w_k: q @ np.linalg.pinv(w_k),
        "W_K is not transposed. It makes d_k numbers of a latent; your query goes the other way.": (
            lambda q, w_k: q @ w_k
        ),
        "every head has a W_K of its own. You use that of head 0 for all.": (
            lambda q, w_k: q @ w_k[0].T
        ),
        "the heads of W_K are in reverse order.": lambda q, w_k: _absorbed(q, w_k[::-1]),
        "do not divide by √d_k here: the scores are scaled later, as always.": (
            lambda q, w_k: _absorbed(q, w_k) / np.sqrt(q.shape[-1])
        ),
        "rows and columns are swapped: return a row for each query.": (
            lambda q, w_k: transposed(_absorbed(q, w_k))
        ),
        "the heads are added up. Each head asks for itself.": (
            lambda q, w_k: np.broadcast_to(_absorbed(q, w_k).sum(0), _absorbed(q, w_k).shape)
        ),
    },
    praise="right. The keys need not exist: the query has learned to meet the latents.",
    replaces=[latent_attention],
    valid=lambda q, w_k: len(q) == len(w_k) and q.shape[-1] == w_k.shape[-1],
)


def check_decode_chunk(function) -> Verdict:
    """Check ``function(q, k, v, keys, values)``: the outputs of new tokens, and the longer cache.

    The new tokens have q, k and v of shapes (m, d_k), (m, d_k) and (m, d_v), the cache keys and
    values of shapes (n, d_k) and (n, d_v).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_decode_chunk, scaled_dot_product_attention
    >>> def chunk(q, k, v, keys, values):
    ...     keys, values = np.concatenate([keys, k]), np.concatenate([values, v])
    ...     return scaled_dot_product_attention(q, keys, values, is_causal=True), keys, values
    >>> print(check_decode_chunk(chunk).message.partition("): ")[2])
    the triangle stands at the top left: your queries are taken for the first tokens. They are the \
last ones, so each also sees the whole cache.
    """
    return DECODE_CHUNK.check(function)


def check_absorbed_query(function) -> Verdict:
    """Check ``function(q, w_k)``: queries that meet latents as `q` meets the keys made of them.

    The queries have shape (num_heads, n_q, d_k), `w_k` (num_heads, d_latent, d_k), and what is
    returned (num_heads, n_q, d_latent).

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_absorbed_query
    >>> check_absorbed_query(lambda q, w_k: np.einsum("hqd,hld->hql", q, w_k)).passed
    True
    """
    return ABSORBED_QUERY.check(function)
