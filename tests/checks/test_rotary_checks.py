"""The exercises of *Position*."""

import cmath
import math

import numpy as np
import pytest
from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib import rotary_embedding
from qkvlib.checks.rotary import DISTANT_KEY, ROTARY, TURN_PAIR


def matrix(angle):
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def test_turn_pair():
    def loop(x, angle):
        turned = np.zeros(x.shape)
        for place in np.ndindex(x.shape[:-1]):
            z = complex(*x[place]) * cmath.exp(1j * angle)
            turned[place] = z.real, z.imag
        return turned

    def by_parts(x, angle):
        across = np.stack([-x[..., 1], x[..., 0]], axis=-1)  # a quarter of a turn ahead
        return x * math.cos(angle) + across * math.sin(angle)

    def in_place(x, angle):
        a, b = x[..., 0] + 0, x[..., 1] + 0
        a = a * math.cos(angle) - b * math.sin(angle)
        b = a * math.sin(angle) + b * math.cos(angle)
        return np.stack([a, b], axis=-1)

    right_answers_pass(TURN_PAIR, [loop, by_parts, lambda x, angle: x @ matrix(angle)])
    wrong_answers_are_named(
        TURN_PAIR,
        {
            "the other way": lambda x, angle: x @ matrix(angle).T,
            "sine and cosine are swapped": lambda x, angle: np.stack(
                [
                    x[..., 0] * math.sin(angle) - x[..., 1] * math.cos(angle),
                    x[..., 0] * math.cos(angle) + x[..., 1] * math.sin(angle),
                ],
                axis=-1,
            ),
            "convert it from degrees": lambda x, angle: x @ matrix(angle / 180 * math.pi),
            "after it was turned": in_place,
            "the minus is missing": lambda x, angle: x @ abs_matrix(angle),
            "only made shorter": lambda x, angle: x * math.cos(angle),
            "the angle is added": lambda x, angle: x + angle,
        },
    )


def abs_matrix(angle):
    return np.array([[math.cos(angle), math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def by_complex(x, places, frequencies):
    z = x[..., 0::2] + 1j * x[..., 1::2]
    z = z * np.exp(1j * np.multiply.outer(np.asarray(places), np.asarray(frequencies)))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)


def by_matrix(x, places, frequencies):
    rows = []
    for n, place in enumerate(places):
        whole = np.zeros((x.shape[-1], x.shape[-1]))
        for i, frequency in enumerate(frequencies):
            whole[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = matrix(place * frequency)
        rows.append(x[..., n, :] @ whole)
    return np.stack(rows, axis=-2)


def by_einsum(x, places, frequencies):
    angles = np.asarray(places)[:, None] * frequencies
    turns = np.array([[np.cos(angles), np.sin(angles)], [-np.sin(angles), np.cos(angles)]])
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    return np.einsum("...npa,abnp->...npb", pairs, turns).reshape(x.shape)


def halves(x, places, frequencies):
    half = x.shape[-1] // 2
    z = (x[..., :half] + 1j * x[..., half:]) * np.exp(1j * np.outer(places, frequencies))
    return np.concatenate([z.real, z.imag], axis=-1)


def test_rotary():
    def first_only(x, places, frequencies):
        return by_complex(x, places, np.where(np.arange(len(frequencies)) == 0, frequencies, 0))

    def apart(x, places, frequencies):
        turned = by_complex(x, places, frequencies)
        return np.concatenate([turned[..., 0::2], turned[..., 1::2]], axis=-1)

    right_answers_pass(ROTARY, [by_complex, by_matrix, by_einsum])
    wrong_answers_are_named(
        ROTARY,
        {
            "pairs of halves": halves,
            "the other way": lambda x, p, f: by_complex(x, p, -f),
            "count from 0": lambda x, p, f: by_complex(x, np.arange(x.shape[-2]), f),
            "turns like the first": lambda x, p, f: by_complex(x, p, f[:1].repeat(len(f))),
            "are swapped": lambda x, p, f: by_complex(x, p, f[::-1]),
            "divided by the frequency": lambda x, p, f: by_complex(x, p, 1 / f),
            "all firsts stand before": apart,
            "only the first pair": first_only,
        },
    )


def test_rotary_may_not_call_the_library():
    verdict = ROTARY.check(lambda x, places, frequencies: rotary_embedding(x, places, frequencies))
    assert not verdict and "it calls rotary_embedding" in verdict.message


def test_distant_key():
    def turned(q, back, frequencies):
        return by_complex(q[None], [back], frequencies)[0]

    right_answers_pass(
        DISTANT_KEY,
        [
            turned,
            lambda q, back, f: rotary_embedding(q[None], [back], f)[0],
            lambda q, back, f: by_matrix(q[None], [back], f)[0],
        ],
    )
    wrong_answers_are_named(
        DISTANT_KEY,
        {
            "places after the query": lambda q, back, f: turned(q, -back, f),
            "the query itself": lambda q, back, f: q + 0,
            "whatever `back` says": lambda q, back, f: turned(q, 1, f),
            "the length is not": lambda q, back, f: turned(q, back, f) / math.hypot(*q),
            "points away": lambda q, back, f: -turned(q, back, f),
            "pairs of halves": lambda q, back, f: halves(q[None], [back], f)[0],
            "one place too near": lambda q, back, f: turned(q, back - 1, f),
        },
    )


@pytest.mark.parametrize("case", DISTANT_KEY.cases)
@pytest.mark.parametrize("place", [7, 50])
def test_the_distant_key_wins_where_it_should(case, place):
    k = DISTANT_KEY.answer(**case)
    places = np.arange(place + 1)
    query = by_complex(case["q"][None], [place], case["frequencies"])[0]
    keys = by_complex(np.tile(k, (place + 1, 1)), places, case["frequencies"])
    near = places > place - 7  # farther away a single clock comes around
    assert np.argmax(np.where(near, keys @ query, -np.inf)) == place - case["back"]
