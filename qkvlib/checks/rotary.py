"""The exercises of *Position*: turn a pair, turn all pairs, and a key for a distance."""

from __future__ import annotations

import numpy as np

from ..rotary import rotary_embedding
from .cases import blank, loud, normal
from .parts import lengths
from .verdict import Exercise, Verdict


def _turn(x, angle, *, cos=np.cos, sin=np.sin):
    a, b = x[..., 0], x[..., 1]
    return np.stack([a * cos(angle) - b * sin(angle), a * sin(angle) + b * cos(angle)], axis=-1)


def _after_itself(x, angle):
    """The second feature is made from the first one after it was turned."""
    first = _turn(x, angle)[..., 0]
    return np.stack([first, first * np.sin(angle) + x[..., 1] * np.cos(angle)], axis=-1)


def _no_minus(x, angle):
    a, b = x[..., 0], x[..., 1]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.stack([a * cos + b * sin, a * sin + b * cos], axis=-1)


def _half_turned(x, angle):
    return np.stack([_turn(x, angle)[..., 0], x[..., 1]], axis=-1)


TURN_PAIR = Exercise(
    answer=_turn,
    cases=[
        {"x": normal(2), "angle": 0.7},
        {"x": normal(3, 2, seed=1), "angle": -2.1046},
        {"x": normal(2, 3, 2, seed=2), "angle": 40.0078},  # many turns
        {"x": np.array([[0.0, -1.5], [80.0, 0.0], [-3.0, 0.4]]), "angle": 1.9054},
        {"x": normal(2, 2, seed=3), "angle": 0.0},
    ],
    mistakes={
        "turned the other way. New first: a·cos − b·sin, new second: a·sin + b·cos.": (
            lambda x, angle: _turn(x, -angle)
        ),
        "sine and cosine are swapped. At angle 0 nothing may move: cos 0 = 1 goes with the feature "
        "itself.": (lambda x, angle: _turn(x, angle, cos=np.sin, sin=np.cos)),
        "the angle is in radians already. Do not convert it from degrees.": (
            lambda x, angle: _turn(x, np.radians(angle))
        ),
        "the second feature is made from the first one after it was turned. Keep the old one.": (
            _after_itself
        ),
        "the minus is missing: the length changes. New first: a·cos − b·sin.": _no_minus,
        "each feature is only made shorter. The other one comes in as well.": (
            lambda x, angle: x * np.cos(angle)
        ),
        "the angle is added. Turning mixes the two features by its cosine and sine.": (
            lambda x, angle: x + angle
        ),
        "the two new features have changed places: a·cos − b·sin comes first.": (
            lambda x, angle: _turn(x, angle)[..., ::-1]
        ),
        "only the first feature is turned. The second is a·sin + b·cos.": _half_turned,
        "the angle is in radians already. Do not convert it to degrees.": (
            lambda x, angle: _turn(x, np.degrees(angle))
        ),
        "the second feature has a minus sign too much: a·sin + b·cos.": (
            lambda x, angle: np.stack(
                [_turn(x, angle)[..., 0], x[..., 0] * np.sin(angle) - x[..., 1] * np.cos(angle)],
                axis=-1,
            )
        ),
    },
    praise="right. Turned, and as long as before.",
)


def _rotary(x, places, frequencies, **options):
    return rotary_embedding(x, places, frequencies, **options)


def _added(x, places, frequencies):
    angles = places[:, None] * frequencies
    return x + np.stack([np.cos(angles), np.sin(angles)], axis=-1).reshape(x.shape[-2:])


def _pairs_turned(turn):
    """Every pair of neighbors, turned in a wrong way."""

    def mistake(x, places, frequencies):
        pairs = x.reshape(*x.shape[:-1], -1, 2)
        return turn(pairs, places[:, None] * frequencies).reshape(x.shape)

    return mistake


def _side_by_side(x, places, frequencies):
    turned = _rotary(x, places, frequencies)
    return np.concatenate([turned[..., 0::2], turned[..., 1::2]], axis=-1)


ROTARY = Exercise(
    answer=_rotary,
    # Places that do not begin at 0, for a cache; never as many as there are pairs.
    cases=[
        {"x": normal(3, 4), "places": np.arange(3) + 2, "frequencies": np.array([1.0, 0.1])},
        {
            "x": normal(2, 4, 6, seed=1),
            "places": np.array([0, 1, 7, 3]),
            "frequencies": 0.3 ** np.arange(3),
        },
        {
            "x": normal(2, 3, 2, 8, seed=2),
            "places": np.array([71, 4]),
            "frequencies": 0.1 ** np.arange(4),
        },
        blank(loud({"x": normal(5, 4, seed=3)}, by=700))
        | {"places": np.arange(5), "frequencies": np.array([1.3046, -0.2])},
        {"x": normal(1, 2, seed=4), "places": np.array([5]), "frequencies": np.array([0.4])},
    ],
    mistakes={
        "these are pairs of halves, i and i + d_k / 2. Neighbors make a pair here: 0 and 1, 2 and "
        "3.": lambda x, places, frequencies: _rotary(x, places, frequencies, interleaved=False),
        "turned the other way. New first: a·cos − b·sin, new second: a·sin + b·cos.": (
            lambda x, places, frequencies: _rotary(x, -places, frequencies)
        ),
        "the places count from 0 here. Use the ones that are given.": (
            lambda x, places, frequencies: _rotary(x, np.arange(len(places)), frequencies)
        ),
        "every pair turns like the first. Pair i has a frequency of its own: frequencies[i].": (
            lambda x, places, frequencies: _rotary(
                x, places, np.full_like(frequencies, frequencies[0])
            )
        ),
        "the fast clocks and the slow ones are swapped. Pair 0 has frequencies[0].": (
            lambda x, places, frequencies: _rotary(x, places, frequencies[::-1])
        ),
        "a place is divided by the frequency. An angle is place times frequency.": (
            lambda x, places, frequencies: _rotary(x, places, 1 / frequencies)
        ),
        "the numbers are right, but all firsts stand before all seconds. Put each pair back to its "
        "place.": _side_by_side,
        "only the first pair is turned.": (
            lambda x, places, frequencies: _rotary(x, places, frequencies[:1])
        ),
        "the frequencies are not used: all pairs turn by the place itself. Place times "
        "frequency.": (
            lambda x, places, frequencies: _rotary(x, places, np.ones(len(frequencies)))
        ),
        "cosines and sines are added. A pair is turned: a·cos − b·sin and a·sin + b·cos.": (_added),
        "sine and cosine are swapped. At place 0 nothing may move: cos 0 = 1 goes with the feature "
        "itself.": _pairs_turned(lambda x, angle: _turn(x, angle, cos=np.sin, sin=np.cos)),
        "the minus is missing: the length changes. New first: a·cos − b·sin.": (
            _pairs_turned(_no_minus)
        ),
        "the second of each pair is made from the first one after it was turned. Keep the old "
        "one.": (_pairs_turned(_after_itself)),
        "place and frequency are added. An angle is place times frequency.": (
            lambda x, places, frequencies: _turn(
                x.reshape(*x.shape[:-1], -1, 2), places[:, None] + frequencies
            ).reshape(x.shape)
        ),
    },
    praise="right, from any place on. A cache can keep such keys.",
    replaces=[rotary_embedding],
    valid=lambda x, places, frequencies: (
        x.shape[-2] == len(places) and x.shape[-1] == 2 * len(frequencies)
    ),
)


def _key_for(q, back, frequencies, **options):
    return rotary_embedding(q[None], [back], frequencies, **options)[0]


DISTANT_KEY = Exercise(
    answer=_key_for,
    cases=[
        {"q": normal(4), "back": 1, "frequencies": np.array([1.0, 0.1])},
        {
            "q": np.array([0.7, 0.4, 90.3, -60.8, 80.2, 2.6]),
            "back": 3,
            "frequencies": np.array([1.3046, 0.3054, -0.0871]),
        },
        {
            "q": np.array([0.9, -1.4, -0.6, -0.8]),
            "back": 5,
            "frequencies": np.array([0.2153, 2.0461]),
        },
        {"q": 40 * normal(2, seed=2), "back": 2, "frequencies": np.array([0.4])},
        {"q": np.array([1.0, 0, 0, -2]), "back": 0, "frequencies": np.array([0.9, 0.2])},
    ],
    mistakes={
        "this key wins as many places after the query. It will be turned less than the query: give "
        "it the missing turn beforehand, so turn it forward.": (
            lambda q, back, frequencies: _key_for(q, -back, frequencies)
        ),
        "this is the query itself: it wins at its own place, back = 0.": (
            lambda q, back, frequencies: q
        ),
        "this key wins one place back, whatever `back` says.": (
            lambda q, back, frequencies: _key_for(q, 1, frequencies)
        ),
        "the direction is right, the length is not. It must be as long as q.": (
            lambda q, back, frequencies: _key_for(q, back, frequencies) / lengths(q)
        ),
        "this key points away: there its score is the lowest.": (
            lambda q, back, frequencies: -_key_for(q, back, frequencies)
        ),
        "these are pairs of halves, i and i + d_k / 2. Neighbors make a pair here.": (
            lambda q, back, frequencies: _key_for(q, back, frequencies, interleaved=False)
        ),
        "this key wins one place too near. Count the query's own place as 0.": (
            lambda q, back, frequencies: _key_for(q, back - 1, frequencies)
        ),
        "this key wins one place too far away. Count the query's own place as 0.": (
            lambda q, back, frequencies: _key_for(q, back + 1, frequencies)
        ),
        "every pair is turned by the first frequency. Pair i has its own: frequencies[i].": (
            lambda q, back, frequencies: _key_for(
                q, back, np.full_like(frequencies, frequencies[0])
            )
        ),
    },
    praise="right. Wherever the query stands, its best score lies that many places back.",
    valid=lambda q, back, frequencies: len(q) == 2 * len(frequencies),
)


def check_turn_pair(function) -> Verdict:
    """Check ``function(x, angle)``: two features, shape (..., 2), turned by an angle in radians.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_turn_pair
    >>> def turn(x, angle):
    ...     return x @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    >>> check_turn_pair(turn)
    ✗ turn(x of shape (2,), angle 0.7): turned the other way. New first: a·cos − b·sin, new second:
    a·sin + b·cos.
      For x = [0.3, 0.1], angle = 0.7: you return 0.2939 at [0]; expected 0.1650.
    """
    return TURN_PAIR.check(function)


def check_rotary(function) -> Verdict:
    """Check ``function(x, places, frequencies)``: queries or keys, each pair turned by its place.

    Their shape is (..., n, d_k); there are n places and d_k / 2 frequencies, in radians for each
    place. Neighboring features make a pair.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import check_rotary
    >>> def rotary(x, places, frequencies):
    ...     turns = np.exp(1j * np.outer(places, frequencies))
    ...     return ((x[..., 0::2] + 1j * x[..., 1::2]) * turns).view(float)
    >>> check_rotary(rotary)
    ✓ rotary: right, from any place on. A cache can keep such keys.
    """
    return ROTARY.check(function)


def check_distant_key(function) -> Verdict:
    """Check ``function(q, back, frequencies)``: a key that wins a number of places back.

    Both q and the key have shape (d_k,), are as long as each other and not turned yet.

    Examples
    --------
    >>> from qkvlib import check_distant_key, rotary_embedding
    >>> def key(q, back, frequencies):
    ...     return rotary_embedding(q[None], [-back], frequencies)[0]
    >>> check_distant_key(key)
    ✗ key(q of shape (4,), back 1, frequencies of shape (2,)): this key wins as many places after
    the query. It will be turned less than the query: give it the missing turn beforehand, so turn
    it forward.
      For q = [0.3, 0.1, 0.6, 0.3], back = 1, frequencies = [1, 0.1]: you return 0.2462 at [0];
    expected 0.0779.
    """
    return DISTANT_KEY.check(function)
