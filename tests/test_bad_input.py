"""Bad input, to every public function: a documented result, or an error that names the argument.

A row of the table says what each argument of a function is. From that follow the values that it
must refuse, one at a time, and those that it may refuse or compute with, which hypothesis combines.
"""

import re

import numpy as np
import pytest
from bad_input_rows import HIDES, MAKES, ROWS, WITHOUT_ROW
from hypothesis import given, settings
from hypothesis import strategies as st

import qkvlib as qkv
from qkvlib.models.files import ModelNotFoundError

settings.register_profile("here", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("here")


def test_every_public_function_has_a_row():
    public = {name for name in qkv.__all__ if callable(getattr(qkv, name))}
    assert ROWS.keys() | WITHOUT_ROW.keys() == public
    assert not ROWS.keys() & WITHOUT_ROW.keys()


@pytest.fixture(autouse=True, scope="module")
def in_a_hurry():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qkvlib.measuring.PAUSE", 0)
        patch.setattr("qkvlib.models.encoder.NUM_LAYERS", 1)
        yield


def leaves(result):
    """The arrays and numbers in a result."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, list | tuple):
        return [leaf for one in result for leaf in leaves(one)]
    return [np.asarray(result)]


def snapshot(arguments):
    arrays = [np.array(a) for a in arguments.values() if isinstance(a, np.ndarray)]
    return [(array.shape, array.dtype, array.tobytes()) for array in arrays]


def outcome(name, arguments, blamed, says=""):
    """Call; return the result, or None where an error names one of the ``blamed`` arguments.

    What the error says after the names begins as told.
    """
    before = snapshot(arguments)
    try:
        with np.errstate(all="raise"):  # what a caller says of warnings changes nothing
            result = ROWS[name][0](**arguments)
    except (ValueError, TypeError, ModelNotFoundError) as error:
        said = re.match("([^:]*): ", str(error))
        names = set(re.findall(r"\w+", said[1])) if said else set()
        assert names & set(blamed), f"{arguments}: {type(error).__name__}: {error}"
        assert str(error)[said.end() :].startswith(says), str(error)
        result = None
    assert snapshot(arguments) == before, "an input was changed in place"
    for leaf in [] if result is None else leaves(result):
        if leaf.dtype.kind == "f":
            fine = np.isfinite(leaf) | (np.isneginf(leaf) if name in HIDES else False)
            assert fine.all(), leaf
        else:
            assert leaf.dtype.kind in "biuU", leaf.dtype
    return result


def names_nothing(x, w):
    raise ValueError("operands could not be broadcast together")


def names_another(x, w):
    raise ValueError("w: nan at index (0, 0); expected finite numbers")


def changes_its_input(x, w):
    x[:] = 0


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (names_nothing, AssertionError, "ValueError: operands"),
        (names_another, AssertionError, "ValueError: w: nan"),
        (changes_its_input, AssertionError, "changed in place"),
        (lambda x, w: [1.0, np.nan], AssertionError, "nan"),
        (lambda x, w: {"w": -np.inf}, AssertionError, "inf"),
        (lambda x, w: np.array([None]), AssertionError, "object"),
        (lambda x, w: {}["x"], KeyError, "x"),
        (lambda x, w: np.float64(1e308) * 10, FloatingPointError, "overflow"),
    ],
)
def test_a_function_that_takes_bad_input_badly_is_found(monkeypatch, wrong, error, says):
    monkeypatch.setitem(ROWS, "project", (wrong, ROWS["project"][1]))
    with pytest.raises(error, match=says):
        outcome("project", good("project"), ["x"])


def good(name):
    return {argument: what.good for argument, what in ROWS[name][1].items()}


ARGUMENTS = [(function, name) for function, (_, arguments) in ROWS.items() for name in arguments]


@pytest.mark.parametrize(("function", "name"), ARGUMENTS)
def test_what_an_argument_may_not_be_is_refused_by_its_name(function, name):
    for what, bad in ROWS[function][1][name].refused.items():
        says = what.removeprefix("a ") if what in ("a nan", "a inf", "a -inf") else ""
        result = outcome(function, good(function) | {name: bad}, [name], says)
        assert result is None, f"{what} was taken for {name}: {result}"


def shared(arguments):
    """Each axis of each array that another argument has too, and which those are."""
    for name, argument in arguments.items():
        for place, axis in enumerate(argument.axes):
            others = [n for n, other in arguments.items() if n != name and axis in other.axes]
            if others:
                yield name, axis, place, [name, *others]


SHARED = [
    pytest.param(function, name, place, both, id=f"{function}: {axis} of {name}")
    for function, (_, arguments) in ROWS.items()
    for name, axis, place, both in shared(arguments)
]


@pytest.mark.parametrize(("function", "name", "place", "both"), SHARED)
def test_sizes_that_do_not_match_are_refused_by_name(function, name, place, both):
    shorter = np.delete(good(function)[name], -1, place)
    assert outcome(function, good(function) | {name: shorter}, both) is None


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
def test_any_input_gives_a_result_or_an_error_that_names_an_argument(name, data):
    arguments = good(name)
    spoiled = data.draw(
        st.lists(st.sampled_from(list(arguments)), min_size=1, max_size=3, unique=True)
    )
    for argument in spoiled:
        row = ROWS[name][1][argument]
        what = data.draw(st.sampled_from([*row.tried, *row.refused, "a batch"]))
        if what != "a batch":
            arguments[argument] = (row.tried | row.refused)[what]
        elif isinstance(row.good, np.ndarray):
            repeats = data.draw(st.integers(0, 3))
            arguments[argument] = np.repeat(row.good[None], repeats, axis=0)
    outcome(name, arguments, [*arguments, *MAKES.get(name, ())])


OF_ARRAYS = [name for name, (_, row) in ROWS.items() if any(a.axes for a in row.values())]
LAYOUTS = {
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
    "by columns": np.asfortranarray,
    "with gaps": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backward": lambda a: a[..., ::-1].copy()[..., ::-1],
    "lists": np.ndarray.tolist,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", OF_ARRAYS)
def test_how_an_array_lies_in_memory_changes_nothing(name, layout):
    arguments = good(name)
    again = {
        n: LAYOUTS[layout](a) if isinstance(a, np.ndarray) else a for n, a in arguments.items()
    }
    results = leaves(outcome(name, arguments, ())), leaves(outcome(name, again, ()))
    for first, second in zip(*results, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_integers_count_as_floats(name):
    arguments = good(name)
    floating = [
        n
        for n in arguments
        if n != "mask" and ROWS[name][1][n].axes and arguments[n].dtype.kind == "f"
    ]
    whole = {n: np.rint(3 * arguments[n]) for n in floating}
    ints = {n: array.astype(int) for n, array in whole.items()}
    results = (
        leaves(outcome(name, arguments | whole, ())),
        leaves(outcome(name, arguments | ints, ())),
    )
    for first, second in zip(*results, strict=True):
        np.testing.assert_array_equal(first, second)
        assert first.dtype == second.dtype
