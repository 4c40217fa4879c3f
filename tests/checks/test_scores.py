"""The exercises of *Scores*."""

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib.checks.scores import ALL_SCORES, ONE_SCORE, SCORE_PARTS


def norm(x):
    return np.sqrt((x * x).sum(-1))


def score_loop(q, k):
    total = 0.0
    for i in range(len(q)):
        total += q[i] * k[i]
    return total


def test_one_score():
    right_answers_pass(
        ONE_SCORE,
        [score_loop, lambda q, k: q @ k, lambda q, k: np.einsum("d,d->", q, k), np.dot, np.inner],
    )
    wrong_answers_are_named(
        ONE_SCORE,
        {
            "Add them up": np.multiply,
            "this is the mean": lambda q, k: (q * k).mean(),
            "product of the two sums": lambda q, k: np.sum(q) * np.sum(k),
            "sum of both vectors": lambda q, k: sum(a + b for a, b in zip(q, k, strict=True)),
            "this is the cosine": lambda q, k: q @ k / norm(q) / norm(k),
            "the distance": lambda q, k: np.sqrt(((q - k) ** 2).sum()),
            "last feature is missing": lambda q, k: sum(q[i] * k[i] for i in range(len(q) - 1)),
        },
    )


def scores_loop(q, k):
    scores = np.empty((*q.shape[:-1], k.shape[-2]))
    for batch in np.ndindex(q.shape[:-2]):
        for i in range(q.shape[-2]):
            for j in range(k.shape[-2]):
                scores[(*batch, i, j)] = score_loop(q[batch][i], k[batch][j])
    return scores


def test_all_scores():
    right_answers_pass(
        ALL_SCORES,
        [
            scores_loop,
            lambda q, k: q @ np.swapaxes(k, -1, -2),
            lambda q, k: np.einsum("...id,...jd->...ij", q, k),
            lambda q, k: (q[..., :, None, :] * k[..., None, :, :]).sum(-1),
        ],
    )
    wrong_answers_are_named(
        ALL_SCORES,
        {
            "numbers of q @ k": lambda q, k: np.matmul(q, k),
            "the transpose of what is asked": lambda q, k: np.einsum("...id,...jd->...ji", q, k),
            "features with features": lambda q, k: np.einsum("...nd,...ne->...de", q, k),
            "never added up": np.multiply,
            "divided by √d_k": lambda q, k: scores_loop(q, k) / q.shape[-1] ** 0.5,
            "these are cosines": lambda q, k: scores_loop(
                q / norm(q)[..., None], k / norm(k)[..., None]
            ),
            "the batch axis too": lambda q, k: np.matmul(q, np.transpose(k)),
        },
    )


def parts_loop(q, k):
    lengths, cosines = np.empty((len(q), len(k))), np.empty((len(q), len(k)))
    for i, j in np.ndindex(lengths.shape):
        lengths[i, j] = norm(q[i]) * norm(k[j])
        cosines[i, j] = score_loop(q[i], k[j]) / lengths[i, j]
    return lengths, cosines


def test_score_parts():
    def parts(q, k, length):
        lengths = np.outer(length(q), length(k))
        return lengths, q @ k.T / lengths

    right_answers_pass(
        SCORE_PARTS,
        [
            parts_loop,
            lambda q, k: parts(q, k, norm),
            lambda q, k: (
                np.einsum("i,j->ij", norm(q), norm(k)),
                np.einsum("id,jd->ij", q / norm(q)[:, None], k / norm(k)[:, None]),
            ),
        ],
    )
    wrong_answers_are_named(
        SCORE_PARTS,
        {
            "each query needs each key": lambda q, k: (
                norm(q) * norm(k),
                q @ k.T / (norm(q) * norm(k)),
            ),
            "lengths of columns": lambda q, k: parts(q, k, lambda x: norm(x.T)),
            "squared lengths": lambda q, k: parts(q, k, lambda x: norm(x) ** 2),
            "absolute values": lambda q, k: parts(q, k, lambda x: np.abs(x).sum(1)),
            "swapped": lambda q, k: parts_loop(q, k)[::-1],
            "the second result is the scores": lambda q, k: (parts_loop(q, k)[0], q @ k.T),
            "one norm for the whole matrix": lambda q, k: parts(
                q, k, lambda x: np.repeat(np.linalg.norm(x), len(x))
            ),
        },
    )
