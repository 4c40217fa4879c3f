"""How fast the pairs of features turn: fast clocks and slow ones."""

from __future__ import annotations

import numpy as np

from ..explorer import Picture
from .arguments import place_of
from .marks import INK, MUTED, SIZE, chart, number

_HEIGHT = 226


def clocks(frequencies: np.ndarray, *, pair: int, length: int) -> Picture:
    """Draw what one pair of features adds to a score, by distance, and the mean of all pairs.

    Query and key point the same way before they are turned, in every pair: at distance 0 each adds
    1, and later the cosine of the angle between them.

    Parameters
    ----------
    frequencies : array, shape (pairs,)
        By how many radians one place turns each pair.
    pair : int
        The pair that is drawn by itself.
    length : int
        The largest distance.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no such pair.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import plots
    >>> plots.clocks([np.pi / 2, np.pi / 8], pair=1, length=8)
    Pair 1 makes a full turn in 16 places. At distance 1 it adds 0.924, at distance 8 −1.000; the
    mean of 2 pairs is 0.462 at distance 1 and 0.000 at distance 8.
    """
    frequencies = np.asarray(frequencies, dtype=float)
    one = place_of("pair", pair, range(len(frequencies)))
    distance = np.arange(length + 1)
    cosines = np.cos(distance[:, None] * frequencies)
    alone, mean = cosines[:, one], cosines.mean(axis=1)
    turn = f"{2 * np.pi / frequencies[one]:,.0f}"
    figure, axes = chart(_HEIGHT, x_label="places apart", y_label="score")
    axes.plot(distance, alone, color=MUTED, lw=1.5)
    axes.plot(distance, mean, color=INK, lw=2.5)
    axes.set(xlim=(0, 1.03 * length), ylim=(-1.08, 1.08), yticks=(-1, 0, 1))
    axes.locator_params(axis="x", nbins=5)
    said = {"fontsize": SIZE, "ha": "right", "va": "center"}
    top = 1 - 10 / _HEIGHT
    figure.text(0.74, top, f"pair {pair}: a turn in {turn}", color=MUTED, **said)
    figure.text(1, top, "mean of all", color=INK, fontweight="bold", **said)
    far = f"distance {length}"
    names = [f"{i}, drawn" if i == one else str(i) for i in range(len(frequencies))]
    return Picture(
        figure,
        alt=f"Pair {pair} makes a full turn in {turn} places. At distance 1 it adds "
        f"{number(alone[1])}, at {far} {number(alone[-1])}; the mean of {len(frequencies)} pairs "
        f"is {number(mean[1])} at distance 1 and {number(mean[-1])} at {far}.",
        table=[
            ("pair", "places for a turn", "at distance 1", f"at {far}"),
            *(
                (name, f"{2 * np.pi / f:,.1f}", number(cosines[1, i]), number(cosines[-1, i]))
                for i, (name, f) in enumerate(zip(names, frequencies, strict=True))
            ),
        ],
    )
