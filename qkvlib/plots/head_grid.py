"""All heads of a trained model as small maps, and one of them beside it, large."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from ..explorer import Picture
from .arguments import place_of
from .head_map import draw_map, looks
from .marks import INK, MUTED, WEIGHT_COLOR, box, canvas, text

_WIDE = 300  # points of either figure
_LEFT, _TOP = 18, 36
_SIZE = (_WIDE - _LEFT - 1) / 12  # points for a small map and its margin
_LEVELS = 15  # strengths of a small map


def head_grid(
    maps: np.ndarray, tokens: Sequence[str], *, head: str, room: int | None = None
) -> Picture:
    """Draw the weights of all heads as small maps, and the chosen one large beside them.

    Where a control offers the heads' names, a click on a small map in a built page chooses it.

    Parameters
    ----------
    maps : array, shape (num_layers, num_heads, n, n)
        At most 12 heads in a layer.
    tokens : sequence of str
        Names of the n tokens.
    head : str
        The one that is drawn large, such as "L1H3": layers and heads are counted from 0.
    room : int, optional
        Tokens to leave room for, so that pictures of several sentences have the same elements.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the array has other axes, or there is no such head; as `head_map`.

    Examples
    --------
    >>> from qkvlib import plots
    >>> plots.head_grid([[[[0.9, 0.1], [0.3, 0.7]]]], ["its", "mom"], head="L0H0")
    L0H0, one of 1 heads. Each token attends most to: its to its 0.90; mom to mom 0.70.
    """
    maps = np.asarray(maps, dtype=float)
    if maps.ndim != 4 or not 1 <= maps.shape[1] <= 12 or maps.shape[2] != maps.shape[3]:
        raise ValueError(f"maps: shape {maps.shape}; expected (layers, up to 12 heads, n, n)")
    layers, heads = maps.shape[:2]
    names = [f"L{layer}H{number}" for layer in range(layers) for number in range(heads)]
    chosen = divmod(place_of("head", head, names), heads)
    figure, choices = _grid(maps, names, chosen)
    weights = maps[chosen]
    words, table = looks(weights, tokens, room)
    return Picture(
        (figure, draw_map(weights, tokens, title=head, room=room, width=_WIDE)),
        alt=f"{head}, one of {len(names)} heads. {words}",
        choices=choices,
        table=table,
    )


def _grid(maps: np.ndarray, names: Sequence[str], chosen: tuple[int, int]):
    """The small maps: a figure, and their places as choices."""
    layers, heads = maps.shape[:2]
    figure, axes = canvas(_TOP + layers * _SIZE + 22, width=_WIDE)
    text(axes, 0, 8, "layer ↓ head →", align="left", color=MUTED)
    for head in range(heads):
        text(axes, _LEFT + (head + 0.5) * _SIZE, 26, str(head), color=MUTED)
    for layer in range(layers):
        text(axes, _LEFT - 8, _TOP + (layer + 0.5) * _SIZE, str(layer), color=MUTED)
    _small(figure, maps)
    row, column = chosen
    at = _LEFT + column * _SIZE, _TOP + row * _SIZE
    box(axes, at[0] - 0.5, at[1] - 0.5, _SIZE, _SIZE, edge=INK)
    words = "each map: query ↓ key →"
    text(axes, 0, _TOP + layers * _SIZE + 13, words, align="left", color=MUTED)
    places = [(_LEFT + j * _SIZE, _TOP + i * _SIZE) for i in range(layers) for j in range(heads)]
    choices = [
        (name, axes, *place, _SIZE, _SIZE) for name, place in zip(names, places, strict=True)
    ]
    return figure, choices


def _small(figure: Figure, maps: np.ndarray) -> Axes:
    """All maps as one image: a pixel for each weight, a line of nothing between two maps."""
    layers, heads, n, _ = maps.shape
    sheet = np.zeros((layers, n + 1, heads, n + 1))
    sheet[:, :n, :, :n] = np.moveaxis(maps, 1, 2)
    image = np.zeros((layers * (n + 1), heads * (n + 1), 4))
    image[..., :3] = to_rgb(WEIGHT_COLOR)
    image[..., 3] = (sheet.reshape(image.shape[:2]) * _LEVELS).round() / _LEVELS
    high = figure.get_figheight() * 72
    width, height = heads * _SIZE, layers * _SIZE
    place = (_LEFT / _WIDE, 1 - (_TOP + height) / high, width / _WIDE, height / high)
    axes = figure.add_axes(place)
    axes.axis("off")
    axes.imshow(np.clip(image, 0, 1), interpolation="none", aspect="auto")
    return axes
