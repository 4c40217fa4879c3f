"""The exercises of *Cross-attention*."""

import numpy as np
from exercises import right_answers_pass, softmax, wrong_answers_are_named

from qkvlib.checks.cross_attention import CROSS, PADDING
from qkvlib.checks.decoder import DECODER


def attend(q, k, v, *, divisor=None, axis=-1):
    scores = q @ np.swapaxes(k, -1, -2) / (divisor or np.sqrt(k.shape[-1]))
    return softmax(scores, axis) @ v


def cross_loop(x, context, w_q, w_k, w_v):
    output = np.zeros((len(x), w_v.shape[1]))
    for i, asking in enumerate(x):
        scores = [(asking @ w_q) @ (word @ w_k) / w_q.shape[1] ** 0.5 for word in context]
        for weight, word in zip(softmax(np.array(scores)), context, strict=True):
            output[i] += weight * (word @ w_v)
    return output


def cross_einsum(x, context, w_q, w_k, w_v):
    scores = np.einsum("im,md,jc,cd->ij", x, w_q, context, w_k) / np.sqrt(w_q.shape[1])
    return np.einsum("ij,jc,ce->ie", softmax(scores), context, w_v)


def test_cross_attention():
    def with_options(**options):
        return lambda x, c, w_q, w_k, w_v: attend(x @ w_q, c @ w_k, c @ w_v, **options)

    right_answers_pass(
        CROSS,
        [
            cross_loop,
            cross_einsum,
            with_options(),
            lambda x, c, w_q, w_k, w_v: (
                attend(x @ w_q @ w_k.T, c, c, divisor=w_q.shape[1] ** 0.5) @ w_v
            ),
        ],
    )
    wrong_answers_are_named(
        CROSS,
        {
            "keys come from x": lambda x, c, w_q, w_k, w_v: attend(x @ w_q, x @ w_k, c @ w_v),
            "values come from x": lambda x, c, w_q, w_k, w_v: attend(x @ w_q, c @ w_k, x @ w_v),
            "both come from x": lambda x, c, w_q, w_k, w_v: cross_loop(x, x, w_q, w_k, w_v),
            "comes from the context": lambda x, c, w_q, w_k, w_v: cross_loop(c, c, w_q, w_k, w_v),
            "changed places": lambda x, c, w_q, w_k, w_v: cross_einsum(c, x, w_q, w_k, w_v),
            "transposed": lambda x, c, w_q, w_k, w_v: (
                softmax((x @ w_q @ (c @ w_k).T / 3**0.5).T) @ (c @ w_v)
            ),
            "over the queries": with_options(axis=0),
            "keys and values are swapped": lambda x, c, w_q, w_k, w_v: attend(
                x @ w_q, c @ w_v, c @ w_k
            ),
            "mix the keys": lambda x, c, w_q, w_k, w_v: cross_loop(x, c, w_q, w_k, w_k),
            "a causal mask is in it": lambda x, c, w_q, w_k, w_v: masked(
                x @ w_q, c @ w_k, c @ w_v, np.tri(len(x), len(c), dtype=bool)
            ),
            "number of keys": lambda x, c, w_q, w_k, w_v: attend(
                x @ w_q, c @ w_k, c @ w_v, divisor=len(c) ** 0.5
            ),
            "not scaled": with_options(divisor=1),
            "divided by d_k": with_options(divisor=3),
            "√d_model": lambda x, c, w_q, w_k, w_v: attend(
                x @ w_q, c @ w_k, c @ w_v, divisor=len(w_q) ** 0.5
            ),
        },
    )


def scaled_scores(q, k):
    return np.einsum("bid,bjd->bij", q, k) / k.shape[-1] ** 0.5


def padded_loop(q, k, lengths, *, first=0, more=0):
    """Leave padding out of the softmax, sentence by sentence, query by query."""
    weights = np.zeros((len(q), q.shape[1], k.shape[1]))
    for b, length in enumerate(lengths):
        for i in range(q.shape[1]):
            real = k[b, first : length + more]
            weights[b, i, first : length + more] = softmax(real @ q[b, i] / q.shape[-1] ** 0.5)
    return weights


def test_cross_weights():
    def positions(x):
        return np.arange(x.shape[1])

    def real(k, lengths):
        return (positions(k) < np.asarray(lengths)[:, None])[:, None, :]

    def added(q, k, lengths, *, scale=1):
        return softmax(scaled_scores(q, k) * scale - 1e9 * ~real(k, lengths))

    def causal(q, k):
        return positions(k) <= positions(q)[:, None]

    def with_rows_hidden(hide):
        def weights(q, k, lengths):
            rows = np.swapaxes(real(q, lengths), -1, -2)
            return softmax(np.where(rows, scaled_scores(q, k), hide))

        return weights

    right_answers_pass(
        PADDING,
        [
            padded_loop,
            added,
            lambda q, k, n: softmax(np.where(real(k, n), scaled_scores(q, k), -np.inf)),
        ],
    )
    wrong_answers_are_named(
        PADDING,
        {
            "no key is masked": lambda q, k, n: softmax(scaled_scores(q, k)),
            "inverted": lambda q, k, n: softmax(scaled_scores(q, k) - 1e9 * real(k, n)),
            "whole rows became 0": lambda q, k, n: (
                softmax(scaled_scores(q, k)) * np.swapaxes(real(q, n), 1, 2)
            ),
            "whole rows became NaN": with_rows_hidden(-np.inf),
            "whole rows became uniform": with_rows_hidden(-1e9),
            "first keys are hidden": lambda q, k, n: (
                np.where(real(k, n)[..., ::-1], np.exp(scaled_scores(q, k)), 0)
                / (np.exp(scaled_scores(q, k)) * real(k, n)[..., ::-1]).sum(-1, keepdims=True)
            ),
            "still visible": lambda q, k, n: padded_loop(q, k, n, more=1),
            "after the softmax": lambda q, k, n: softmax(scaled_scores(q, k)) * real(k, n),
            "became 0": lambda q, k, n: softmax(np.where(real(k, n), scaled_scores(q, k), 0)),
            "a causal mask is in it as well": lambda q, k, n: softmax(
                scaled_scores(q, k) - 1e9 * ~(real(k, n) & causal(q, k))
            ),
            "this is a causal mask": lambda q, k, n: softmax(
                np.where(causal(q, k), scaled_scores(q, k), -1e9)
            ),
            "longest sentence": lambda q, k, n: padded_loop(q, k, [max(n)] * len(n)),
            "divided again": lambda q, k, n: (
                softmax(scaled_scores(q, k))
                * real(k, n)
                / (softmax(scaled_scores(q, k)) * real(k, n)).sum(-1, keepdims=True)
            ),
            "a low number is not −∞": lambda q, k, n: softmax(
                np.where(real(k, n), scaled_scores(q, k), -100.0)
            ),
            "not scaled": lambda q, k, n: added(q, k, n, scale=k.shape[-1] ** 0.5),
        },
    )


def masked(q, k, v, keep=True):
    return softmax(np.where(keep, q @ k.T / np.sqrt(k.shape[1]), -1e9)) @ v


def test_decoder():
    def tri(y):
        return np.tri(len(y), dtype=bool)

    def real(memory, length):
        return np.arange(len(memory)) < length

    def look_back(y, w, keep):
        return masked(y @ w[0], y @ w[1], y @ w[2], keep)

    def look_across(states, memory, w, keep):
        return masked(states @ w[0], memory @ w[1], memory @ w[2], keep)

    def right(y, memory, w_self, w_cross, length):
        return look_across(look_back(y, w_self, tri(y)), memory, w_cross, real(memory, length))

    def by_word(y, memory, w_self, w_cross, length):
        """Write one word after the other; each sees only what is there, so no mask is needed."""
        source, rows = memory[: int(length)], []
        for t in range(1, len(y) + 1):
            state = look_back(y[:t], w_self, True)[-1:]
            rows.append(look_across(state, source, w_cross, True)[0])
        return np.array(rows)

    def by_einsum(y, memory, w_self, w_cross, length):
        q, k, v = np.einsum("nm,pmd->pnd", y, w_self)
        weights = softmax(
            np.einsum("id,jd->ij", q, k) / len(w_self[0]) ** 0.5
            + np.triu(np.full((len(y),) * 2, -1e9), 1)
        )
        states = np.einsum("ij,jd->id", weights, v)
        k, v = np.einsum("nm,pmd->pnd", memory[:length], w_cross[1:])
        scores = np.einsum("id,de,je->ij", states, w_cross[0], k) / k.shape[1] ** 0.5
        return np.einsum("ij,jd->id", softmax(scores), v)

    def with_masks(back, across):
        return lambda y, memory, w_self, w_cross, length: look_across(
            look_back(y, w_self, back(y, memory, length)),
            *(memory, w_cross, across(y, memory, length)),
        )

    def with_parts(pick):
        def decoder(y, memory, w_self, w_cross, length):
            parts = pick(y, look_back(y, w_self, tri(y)), memory)
            projected = (part @ w for part, w in zip(parts, w_cross, strict=True))
            return masked(*projected, real(memory, length))

        return decoder

    causal, padding = lambda y, m, n: tri(y), lambda y, m, n: real(m, n)
    both, none = lambda y, m, n: tri(y) & real(m, n), lambda y, m, n: True
    right_answers_pass(DECODER, [right, by_word, by_einsum, with_masks(causal, padding)])
    wrong_answers_are_named(
        DECODER,
        {
            "the cross-attention is causal": with_masks(causal, both),
            "not causal": with_masks(none, padding),
            "the causal mask is in the wrong place": with_masks(none, both),
            "not masked": with_masks(causal, none),
            "the padding mask is in the wrong place": with_masks(both, none),
            "in both attentions": with_masks(both, padding),
            "inverted": with_masks(causal, lambda y, m, n: ~real(m, n)),
            "come from y": with_parts(lambda y, states, memory: (y, memory, memory)),
            "the keys of the cross-attention": with_parts(lambda y, s, memory: (s, s, memory)),
            "the values of the cross-attention": with_parts(lambda y, s, memory: (s, memory, s)),
            "never reads the source": with_parts(lambda y, states, memory: (states,) * 3),
            "the memory asks": with_parts(lambda y, states, memory: (memory, states, states)),
            "changed places": lambda y, memory, w_self, w_cross, n: look_back(
                look_across(y, memory, w_cross, real(memory, n)), w_self, tri(y)
            ),
            "are swapped": lambda y, memory, w_self, w_cross, n: right(
                y, memory, w_cross, w_self, n
            ),
        },
    )
