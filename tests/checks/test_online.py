"""Exercises of *Cost*."""

import math

import numpy as np
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib import online_softmax_step
from qkvlib.checks.online import ONLINE_STEP


def one_by_one(top, total, output, scores, v):
    for score, value in zip(scores, v, strict=True):
        higher = max(top, score)
        keep, term = math.exp(top - higher), math.exp(score - higher)
        top, total, output = higher, total * keep + term, output * keep + term * value
    return top, total, output


def matrix(top, total, output, scores, v):
    new_top = max(top, scores.max())
    keep, terms = np.exp(top - new_top), np.exp(scores - new_top)
    return new_top, keep * total + terms.sum(), keep * output + terms @ v


def library(top, total, output, scores, v):
    state = np.array([top]), np.array([total]), output[None]
    top, total, output = online_softmax_step(*state, scores[None], v)
    return top[0], total[0], output[0]


def einsum(top, total, output, scores, v):
    all_scores = np.append(scores, top)
    new_top = all_scores.max()
    terms = np.exp(all_scores - new_top)
    new = np.einsum("j,jd->d", terms[:-1], v)
    return new_top, terms[-1] * total + terms[:-1].sum(), terms[-1] * output + new


def wrong(total_by, output_by, terms_by=lambda top, new, own: new):
    """The step with other factors for the old parts, and another top for the new terms."""

    def step(top, total, output, scores, v):
        new = max(top, *scores)
        terms = np.array([math.exp(s - terms_by(top, new, max(scores))) for s in scores])
        total = total * math.exp(total_by * (top - new)) + terms.sum()
        return new, total, output * math.exp(output_by * (top - new)) + terms @ v

    return step


def tile_top(top, total, output, scores, v):
    new = max(scores)
    return (
        (new, *one_by_one(top, total, output, scores, v)[1:])
        if new >= top
        else (
            new,
            total * math.exp(top - new) + sum(math.exp(s - new) for s in scores),
            output * math.exp(top - new)
            + sum(math.exp(s - new) * x for s, x in zip(scores, v, strict=True)),
        )
    )


def stuck(top, total, output, scores, v):
    factor = np.exp(max(top, scores.max()) - top)
    _, total, output = matrix(top, total, output, scores, v)
    return top, total * factor, output * factor


def divided(*case):
    top, total, output = one_by_one(*case)
    return top, total, np.divide(output, total)


def blended(top, total, output, scores, v):
    new_top, new_total, _ = matrix(top, total, output, scores, v)
    own = np.exp(scores) / np.exp(scores).sum()
    return new_top, new_total, output * np.exp(top - new_top) + np.einsum("j,jd->d", own, v)


def test_online_step():
    right_answers_pass(ONLINE_STEP, [one_by_one, matrix, library, einsum])
    wrong_answers_are_named(
        ONLINE_STEP,
        {
            "the old sum is not": wrong(0, 1),
            "the old output is not": wrong(1, 0),
            "neither the old sum": wrong(0, 0),
            "rescaled upward": wrong(-1, -1),
            "that of the new tile": tile_top,
            "top of their own tile": wrong(1, 1, lambda top, new, own: own),
            "never raised": stuck,
            "inf / inf is nan": lambda top, total, output, scores, v: (
                max(top, *scores),
                (total * np.exp(top) + sum(np.exp(scores))) / np.exp(max(top, *scores)),
                (output * np.exp(top) + np.exp(scores) @ v) / np.exp(max(top, *scores)),
            ),
            "divided already": divided,
            "the old part is gone": lambda top, total, output, scores, v: matrix(
                top, 0, 0 * output, scores, v
            ),
            "sum of their own tile": blended,
        },
    )
