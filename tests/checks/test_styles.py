"""Right is right: whatever type the numbers have, and however they are packed."""

import numpy as np
import pytest
from test_one_change import NAMES, exercise_of, styles


def each(change):
    """Change every array that a function is given, or gives."""
    return lambda one: change(one) if isinstance(one, np.ndarray | np.generic | list) else one


def through(change, back):
    """The function, on changed arguments, with changed results."""

    def style(function):
        def answer(*arguments):
            result = function(*map(each(change), arguments))
            return tuple(map(back, result)) if isinstance(result, tuple) else back(result)

        return answer

    return style


def same(one):
    return one


def float32(one):
    one = np.asarray(one)
    return one.astype(np.float32)[()] if one.dtype.kind == "f" else one[()]


def nested(one):
    return np.asarray(one).tolist()


def listed(function):
    """Several results, and each of them, as lists."""

    def answer(*arguments):
        result = function(*arguments)
        return [*map(nested, result)] if isinstance(result, tuple) else nested(result)

    return answer


STYLES = {
    "float32 within": through(float32, same),
    "float32 back": through(same, float32),
    "float32 within, float64 back": through(float32, lambda one: np.asarray(one, dtype=float)),
    "lists": listed,
    "0-d arrays": through(same, np.asarray),
    "read-only views": through(same, lambda one: np.broadcast_to(one, np.shape(one))),
    "Fortran's order": through(same, lambda one: np.asarray(one, order="F")),
    "a matrix of one row": through(
        same, lambda one: np.asarray(one)[None] if np.ndim(one) < 2 else one
    ),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_passes_in_every_style(name, style):
    if style == "float32 within" and name == "hold_out":
        return  # truth values
    for function in styles(name).values():
        verdict = exercise_of(name).check(STYLES[style](function))
        assert verdict, verdict


@pytest.mark.parametrize("name", NAMES)
def test_a_tensor_passes(name):
    torch = pytest.importorskip("torch")

    def tensors(*arguments):
        result = function(*arguments)
        results = result if isinstance(result, tuple) else (result,)
        made = [torch.tensor(np.asarray(one, float), requires_grad=True) for one in results]
        return tuple(made) if isinstance(result, tuple) else made[0]

    function = next(iter(styles(name).values()))
    assert exercise_of(name).check(tensors)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_is_wrong_in_every_style(name, style):
    """Off by one part in thirty: a coarse type is no excuse."""

    def off(*arguments):
        result = function(*arguments)
        results = result if isinstance(result, tuple) else (result,)
        wrong = tuple(np.asarray(one) * 1.03 + 0.003 for one in results)
        return wrong if isinstance(result, tuple) else wrong[0]

    function = next(iter(styles(name).values()))
    assert not exercise_of(name).check(STYLES[style](off))
