"""Exercises whose answer is a few numbers, to be typed into fields: by hand, or as a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..explorer import fields as page
from ..explorer import mode
from ..explorer.fields import Field
from .verdict import Verdict

__all__ = ["Asked", "Field", "Typed"]


@dataclass(frozen=True, repr=False)
class Asked(Verdict):
    """What a typed exercise is before somebody answers: it shows its fields."""

    typed: Typed | None = field(default=None, compare=False)

    def _parts(self) -> tuple[str, str, Sequence[Field], str]:
        one = self.typed
        return f"qkv.check_{one.name}", one.asks, one.fields, one.praise

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        if mode.page():
            return {"text/html": page.render(*self._parts()), "text/plain": repr(self)}
        from ..explorer.live import widget_view

        return {**widget_view(page.live(*self._parts())[0]), "text/plain": repr(self)}


@dataclass(frozen=True)
class Typed:
    """A question that is answered in numbers.

    Parameters
    ----------
    name : str
        That of the checker, without ``check_``.
    asks : str
        The question, in plain words; code stands in backticks.
    fields : sequence of Field
        A number each.
    praise : str
        What to say when all are right.
    """

    name: str
    asks: str
    fields: Sequence[Field]
    praise: str

    def check(self, *numbers: float | None) -> Verdict:
        """Say what is wrong with the first number that is; without numbers, ask."""
        if len(numbers) == 1 and isinstance(numbers[0], list | tuple):
            numbers = tuple(numbers[0])
        labels = ", ".join(one.label for one in self.fields)
        if all(number is None for number in numbers):
            return Asked(False, f"not done yet. {self.asks} Type: {labels}.", False, typed=self)
        if len(numbers) != len(self.fields):
            given = f"{len(numbers)} number" + "s" * (len(numbers) != 1)
            return Verdict(False, f"{given}; expected {len(self.fields)}: {labels}.")
        for number in numbers:
            if number is not None and not page.is_number(number):
                return Verdict(False, f"{type(number).__name__}; expected a number: {labels}.")
        wrong = page.judge(self.fields, numbers)
        return Verdict(not wrong, wrong or f"{labels}: {self.praise}")
