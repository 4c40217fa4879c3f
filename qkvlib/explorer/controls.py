"""What a control is: the values it can take and how each is said to the reader.

A control is written as a plain Python value. A list or a tuple offers its items, a ``range`` its
numbers, and a ``bool`` is a switch that starts there. ``Control`` adds a starting value, a label
or a unit. Nothing here draws, and nothing here knows about widgets or pages.
"""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

MOST_BUTTONS = 7  # more strings than these become a menu
STEP = 700  # milliseconds between two values that play, at most
LONGEST = 8_000  # milliseconds for all of them
DECIMALS = 3  # of a number that the reader sees, at most


@dataclass(frozen=True)
class Control:
    """One control: what it offers, where it starts, and its words.

    Parameters
    ----------
    values : sequence or bool
        At least two different values: numbers (shown as a slider), strings (shown as buttons, or
        as a menu if there are many), or the two booleans (shown as a switch). One bool is such a
        switch that starts there.
    start : optional
        The value to begin with; the first one if not given.
    label : str, optional
        What the reader sees; the parameter's name with spaces if not given.
    unit : str, optional
        Written after each number, such as ``"°"``.
    play : bool, optional
        Offer a button that steps through the values, for values that follow one another.

    Raises
    ------
    TypeError
        If ``values`` is no sequence and no bool, or mixes numbers with other things.
    ValueError
        If there are fewer than two values, a value is repeated or is not finite, ``start``
        is not one of them, or a switch should play.

    Examples
    --------
    >>> from qkvlib.explorer import Control
    >>> Control([0.25, 0.5, 1, 2], start=1).texts
    ('0.25', '0.50', '1.00', '2.00')
    >>> Control(range(0, 90, 30), unit="°").texts
    ('0°', '30°', '60°')
    """

    values: Sequence | bool
    start: object = None
    label: str | None = None
    unit: str = ""
    play: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.values, bool):
            start = self.values if self.start is None else self.start
            object.__setattr__(self, "start", start)
            object.__setattr__(self, "values", (False, True))
        if isinstance(self.values, (str, bytes)) or not isinstance(self.values, Sequence):
            raise TypeError(f"values: {self.values!r}; expected a list, tuple, range or bool")
        object.__setattr__(self, "values", tuple(self.values))
        if len(self.values) < 2:
            raise ValueError(f"values: {self.values!r}; expected at least two")
        # bool is an int to Python (True == 1), so that type counts when values are compared.
        if len({(type(value), value) for value in self.values}) < len(self.values):
            raise ValueError(f"values: {self.values!r}; expected each only once")
        are_numbers = [_is_number(value) for value in self.values]
        if any(are_numbers) and not all(are_numbers):
            raise TypeError(f"values: {self.values!r}; expected only numbers, or none")
        if all(are_numbers) and not all(math.isfinite(value) for value in self.values):
            raise ValueError(f"values: {self.values!r}; expected finite numbers")
        if self.start is None:
            object.__setattr__(self, "start", self.values[0])
        elif self.start not in self.values:
            raise ValueError(f"start: {self.start!r}; expected one of {self.values!r}")
        if self.play and self.kind == "switch":
            raise ValueError(f"play: {self.play!r}; expected False: a switch has no steps")

    @property
    def kind(self) -> str:
        """``"switch"``, ``"slider"``, ``"choice"`` or ``"menu"``."""
        if all(isinstance(value, bool) for value in self.values):
            return "switch"
        if _is_number(self.values[0]):
            return "slider"
        return "choice" if len(self.values) <= MOST_BUTTONS else "menu"

    @property
    def start_index(self) -> int:
        """Position of ``start`` among the values."""
        return self.values.index(self.start)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Each value as the reader sees it: numbers of one control share their decimals."""
        if self.kind == "switch":
            return tuple("on" if value else "off" for value in self.values)
        if self.kind != "slider":
            return tuple(str(value) for value in self.values)
        decimals = max(map(_decimals, self.values))
        return tuple(self._say(value, decimals) for value in self.values)

    def _say(self, value: float, decimals: int) -> str:
        return f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}") + self.unit

    @cached_property
    def finer(self) -> int:
        """Steps from one value to the next where all between are values too, as of even numbers."""
        if self.kind != "slider":
            return 1
        gap = (self.values[-1] - self.values[0]) / (len(self.values) - 1)
        if not all(math.isclose(b - a, gap) for a, b in itertools.pairwise(self.values)):
            return 1
        whole = all(isinstance(value, numbers.Integral) for value in self.values)
        return abs(round(gap)) if whole else 10

    def at(self, position: float) -> tuple[object, str]:
        """The value at a position and its text; between two values, what lies between them."""
        nearest = round(position)
        if self.finer == 1 or math.isclose(position, nearest, abs_tol=1e-6):
            return self.values[nearest], self.texts[nearest]
        first, last = self.values[0], self.values[-1]
        value = first + position * (last - first) / (len(self.values) - 1)
        if all(isinstance(offered, numbers.Integral) for offered in self.values):
            return round(value), self._say(round(value), 0)
        decimals = min(max(map(_decimals, self.values)) + 1, DECIMALS)
        return round(value, decimals), self._say(value, decimals)

    @property
    def keys(self) -> tuple[str, ...]:
        """Each value as the address of a state names it: a number plain, without its unit."""
        if self.kind != "slider":
            return self.texts
        return tuple(str(value).removesuffix(".0") for value in self.values)


def read_controls(controls: dict[str, object]) -> dict[str, Control]:
    """Turn what a caller wrote (lists, ranges, booleans) into labelled controls."""
    read = {}
    for name, given in controls.items():
        if not isinstance(given, Control):
            try:
                given = Control(given)
            except (TypeError, ValueError) as error:
                raise type(error)(f"control {name!r}: {error}") from None
        read[name] = replace(given, label=given.label or name.replace("_", " "))
    return read


def every_state(controls: dict[str, Control]) -> Iterator[dict[str, object]]:
    """All combinations of values, the last control moving fastest."""
    names = list(controls)
    for values in itertools.product(*(control.values for control in controls.values())):
        yield dict(zip(names, values, strict=True))


def count_states(controls: dict[str, Control]) -> int:
    """How many combinations there are."""
    return math.prod(len(control.values) for control in controls.values())


def describe(state: dict[str, object]) -> str:
    """One state in words for an error message: ``query='its', angle=30``."""
    return ", ".join(f"{name}={value!r}" for name, value in state.items())


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _decimals(value: float) -> int:
    """Decimals needed to tell the value, three at most."""
    written = f"{float(value):.{DECIMALS}f}".rstrip("0")
    return len(written.partition(".")[2])
