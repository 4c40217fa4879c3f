"""The exercises of *Cache* about several new tokens and about latents."""

import math

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib import KVCache, causal_mask, scaled_dot_product_attention
from qkvlib.checks.caching import ABSORBED_QUERY, DECODE_CHUNK


def attend(q, k, v, mask=None, scale=None):
    scores = q @ k.T * (scale or 1 / math.sqrt(q.shape[-1]))
    return softmax(scores if mask is None else np.where(mask, scores, -np.inf)) @ v


def longer(k, v, keys, values):
    return np.vstack([keys, k]), np.vstack([values, v])


def chunk(q, k, v, keys, values, moved=0, scale=None):
    start = len(keys) + moved
    keys, values = longer(k, v, keys, values)
    may = np.arange(len(keys)) <= start + np.arange(len(q))[:, None]
    return attend(q, keys, values, may, scale), keys, values


def test_decode_chunk():
    def token_by_token(q, k, v, keys, values):
        output = []
        for i in range(len(q)):
            keys, values = longer(k[i : i + 1], v[i : i + 1], keys, values)
            output.append(attend(q[i : i + 1], keys, values)[0])
        return np.array(output), keys, values

    def library(q, k, v, keys, values):
        cache = KVCache()
        cache.append(keys, values)
        keys, values = cache.append(k, v)
        how = {"is_causal": True, "q_start": cache.q_start}
        return scaled_dot_product_attention(q, keys, values, **how), keys, values

    def whole(q, k, v, keys, values):
        """The last rows of a causal pass; the other queries do not matter."""
        n = len(keys)
        keys, values = longer(k, v, keys, values)
        return (
            attend(np.vstack([keys[:n], q]), keys, values, causal_mask(len(keys)))[n:],
            keys,
            values,
        )

    right_answers_pass(DECODE_CHUNK, [token_by_token, library, whole])
    wrong_answers_are_named(
        DECODE_CHUNK,
        {
            "no mask": lambda q, k, v, *old: (attend(q, *longer(k, v, *old)), *longer(k, v, *old)),
            "top left": lambda q, k, v, *old: chunk(q, k, v, *old, moved=-len(old[0])),
            "do not see themselves": lambda *case: chunk(*case, moved=-1),
            "one key too many": lambda *case: chunk(*case, moved=1),
            "only each other": lambda q, k, v, *old: (
                attend(q, k, v, causal_mask(len(q))),
                *longer(k, v, *old),
            ),
            "only the cache": lambda q, k, v, *old: (attend(q, *old), *longer(k, v, *old)),
            "has not grown": lambda q, k, v, *old: (chunk(q, k, v, *old)[0], *old),
            "stand first": lambda q, k, v, *old: (
                chunk(q, k, v, *old)[0],
                np.vstack([k, old[0]]),
                np.vstack([v, old[1]]),
            ),
            "not scaled": lambda *case: chunk(*case, scale=1.0),
        },
    )


def test_absorbed_query():
    def loops(q, w_k):
        turned = np.zeros((*q.shape[:2], w_k.shape[1]))
        for h, i, latent in np.ndindex(turned.shape):
            turned[h, i, latent] = sum(q[h, i] * w_k[h, latent])
        return turned

    def each(q, w_k):
        return np.stack([(w @ rows.T).T for rows, w in zip(q, w_k, strict=True)])

    right_answers_pass(
        ABSORBED_QUERY, [loops, each, lambda q, w_k: np.einsum("hid,hld->hil", q, w_k)]
    )
    wrong_answers_are_named(
        ABSORBED_QUERY,
        {
            "undoes W_K": lambda q, w_k: np.stack(
                [a @ np.linalg.pinv(w) for a, w in zip(q, w_k, strict=True)]
            ),
            "not transposed": lambda q, w_k: np.einsum("hid,hdl->hil", q, w_k),
            "head 0 for all": lambda q, w_k: np.einsum("hid,ld->hil", q, w_k[0]),
            "reverse order": lambda q, w_k: np.einsum("hid,hld->hil", q, np.flip(w_k, 0)),
            "do not divide": lambda q, w_k: each(q / math.sqrt(q.shape[-1]), w_k),
            "a row for each query": lambda q, w_k: each(q, w_k).transpose(0, 2, 1),
            "added up": lambda q, w_k: np.stack([each(q, w_k).sum(0)] * len(q)),
        },
    )


def test_latents_meet_it_as_keys_meet_the_query():
    rng = np.random.default_rng(0)
    q, w_k, latent = (rng.normal(size=s) for s in ((2, 3, 5), (2, 4, 5), (6, 4)))
    turned = ABSORBED_QUERY.answer(q, w_k)
    scores = q @ np.swapaxes(latent @ w_k, -1, -2)
    np.testing.assert_allclose(turned @ latent.T, scores)
