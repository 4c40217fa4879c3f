"""Two tokens on a line: a query and a key that turn with their places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from ..explorer import Picture
from ..rotary import rotary_embedding
from .arguments import as_shape
from .marks import (
    INK,
    K_COLOR,
    LINE,
    MUTED,
    PLAIN_COLOR,
    Q_COLOR,
    WIDTH,
    arrow,
    box,
    canvas,
    number,
    quoted,
    text,
)

_X, _Y, _RADIUS = 92, 166, 66  # the middle of the circle, and its size
_SAID = 196  # from where on the numbers stand
_LINE, _LEFT, _RIGHT = 36, 14, 346  # where the line lies, and from where to where it reaches
_ARC = 41  # points of the arc, however long it is


def turning(
    q: np.ndarray,
    k: np.ndarray,
    tokens: Sequence[str],
    places: Sequence[int],
    *,
    degrees: float,
    length: int,
) -> Picture:
    """Draw a query and a key as arrows, turned by their places, and the score they make.

    The key's token can be dragged along the line.

    Parameters
    ----------
    q, k : array, shape (2,)
        As they are at place 0, where nothing is turned.
    tokens : (str, str)
        Whose query it is, and whose key.
    places : (int, int)
        Where the two stand, from 0 on.
    degrees : float
        By how much one place turns them.
    length : int
        How many places the line has.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the query or the key does not have two features, or a place is not on the line.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.turning([2, 0], [2, 0], ["its", "puppy"], [5, 3], degrees=30, length=12)
    Query of “its” at place 5, turned by 150°; key of “puppy” at place 3, turned by 90°. 2 places
    apart, 60° between them, score 2.000.
    """
    vectors = np.array([as_shape("q", q, 2), as_shape("k", k, 2)])
    at = as_shape("places", places, 2)
    if not all(0 <= place < length for place in at):
        raise ValueError(f"places: {list(places)}; expected numbers from 0 to {length - 1}")
    turned = rotary_embedding(vectors, at, [np.radians(degrees)])
    sizes, score = np.linalg.norm(vectors, axis=1), float(turned[0] @ turned[1])
    angles = at * degrees
    between, apart = number(abs(angles[0] - angles[1]), 0), number(abs(at[0] - at[1]), 0)
    figure, axes = canvas(246)
    x = _LEFT + (_RIGHT - _LEFT) * at / (length - 1)
    _line(axes, x, tokens)
    axes.add_artist(Circle((_X, _Y), _RADIUS, fc="none", ec=LINE))
    axes.plot((_X, _X + _RADIUS), (_Y, _Y), color=MUTED, lw=1, ls=":")
    text(axes, _X + _RADIUS + 4, _Y, "0°", color=MUTED, align="left")
    arc = np.radians(np.linspace(angles[1], angles[0], _ARC) % 360)
    axes.plot(_X + 24 * np.cos(arc), _Y - 24 * np.sin(arc), color=INK, lw=1.5)
    unit = 0.94 * _RADIUS / (sizes.max() or 1)
    # Where both point the same way, the key's is the shorter, so that the query's shows.
    for vector, color, short in zip(turned, (Q_COLOR, K_COLOR), (1, 0.86), strict=True):
        arrow(axes, _X, _Y, vector * unit * short, color)
    axes.plot((_X,), (_Y,), color=INK, marker="o", ms=4)
    for y, name, token, angle, color in zip(
        (92, 112), "qk", tokens, angles, (Q_COLOR, K_COLOR), strict=True
    ):
        said = f"{name} of {quoted(token)} turned"
        text(axes, _SAID, y, said, color=color, align="left", room=126)
        text(axes, WIDTH, y, f"{number(angle, 0)}°", align="right")
    for y, said, value in ((140, "places apart", apart), (160, "angle between", f"{between}°")):
        text(axes, _SAID, y, said, align="left")
        text(axes, WIDTH, y, value, align="right")
    text(axes, _SAID, 194, "score", align="left", bold=True)
    text(axes, WIDTH, 194, number(score), align="right", bold=True)
    zero, half = (_SAID + WIDTH) / 2, (WIDTH - _SAID) / 2
    wide = half * score / (sizes.prod() or 1)
    box(axes, zero + min(wide, 0), 206, abs(wide), 14, fill=PLAIN_COLOR)
    axes.plot((zero, zero), (203, 223), color=MUTED, lw=1)
    return Picture(
        figure,
        alt=f"Query of {quoted(tokens[0])} at place {number(at[0], 0)}, "
        f"turned by {number(angles[0], 0)}°; "
        f"key of {quoted(tokens[1])} at place {number(at[1], 0)}, "
        f"turned by {number(angles[1], 0)}°. "
        f"{apart} places apart, {between}° between them, score {number(score)}.",
        handle=(axes, x[1], _LINE),
        table=[
            ("", "place", "turned by", "feature 0", "feature 1"),
            *(
                (f"{name} {token}", number(place, 0), f"{number(angle, 0)}°", *map(number, vector))
                for name, token, place, angle, vector in zip(
                    "qk", tokens, at, angles, turned, strict=True
                )
            ),
            ("score", "", "", "", number(score)),
        ],
    )


def _line(axes: Axes, x: np.ndarray, tokens: Sequence[str]) -> None:
    """The text as a line: the query's token is named above it, the key's below."""
    axes.plot((_LEFT, _RIGHT), (_LINE, _LINE), color=LINE, lw=2)
    axes.plot(x, (_LINE, _LINE), color=INK, lw=4)
    for at, y, token, color in zip(x, (14, 60), tokens, (Q_COLOR, K_COLOR), strict=True):
        axes.plot((at,), (_LINE,), color=color, marker="o", ms=11)
        room = 4 * len(token)
        text(axes, float(np.clip(at, room, WIDTH - room)), y, token, color=color, bold=True)
