"""What a control offers, where it starts, how its values are said."""

import pytest

from qkvlib.explorer.controls import Control, count_states, every_state, read_controls


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([0.25, 0.5, 1], "slider", ("0.25", "0.50", "1.00")),
        (range(3), "slider", ("0", "1", "2")),
        ([64, 4096], "slider", ("64", "4,096")),
        ([-1, 0], "slider", ("\N{MINUS SIGN}1", "0")),
        (["a", "b"], "choice", ("a", "b")),
        (list("abcdefg"), "choice", tuple("abcdefg")),
        (list("abcdefgh"), "menu", tuple("abcdefgh")),
        ([False, True], "switch", ("off", "on")),
    ],
)
def test_kind_and_texts(values, kind, texts):
    control = Control(values)
    assert (control.kind, control.texts) == (kind, texts)


def test_plain_values_become_labelled_controls():
    read = read_controls({"query_token": ["a", "b"], "masked": True})
    assert read["query_token"].label == "query token"
    assert read["masked"].start is True


@pytest.mark.parametrize("start", [False, True])
def test_one_bool_is_a_switch_that_starts_there(start):
    control = Control(start, label="mask")
    assert (control.kind, control.values, control.start) == ("switch", (False, True), start)


def test_label_unit_and_start_are_kept():
    control = read_controls({"angle": Control(range(0, 90, 30), start=60, label="turn", unit="°")})
    assert control["angle"].label == "turn"
    assert control["angle"].texts[control["angle"].start_index] == "60°"


def test_states_come_with_the_last_control_fastest():
    controls = read_controls({"a": [1, 2], "b": ["x", "y"]})
    assert [tuple(s.values()) for s in every_state(controls)] == [
        (1, "x"),
        (1, "y"),
        (2, "x"),
        (2, "y"),
    ]
    assert count_states(controls) == 4


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ("abc", TypeError, "expected a list, tuple, range or bool"),
        (7, TypeError, "values: 7; expected"),
        ([1], ValueError, "expected at least two"),
        ([1, 2, 1], ValueError, "only once"),
        ([1, "a"], TypeError, "only numbers, or none"),
        ([1, float("nan")], ValueError, "finite"),
    ],
)
def test_bad_values_are_named_with_their_control(values, error, says):
    with pytest.raises(error, match=says) as caught:
        read_controls({"angle": values})
    assert "control 'angle'" in str(caught.value)


@pytest.mark.parametrize(
    ("control", "keys"),
    [
        (Control([-1, 0.25], unit="°"), ("-1", "0.25")),
        (Control(["a b", "c"]), ("a b", "c")),
        (Control([False, True]), ("off", "on")),
        (Control([1e-12, 1e-11]), ("1e-12", "1e-11")),  # texts round them to the same
    ],
)
def test_an_address_names_plain_values(control, keys):
    assert control.keys == keys


def test_reading_controls_keeps_play():
    assert read_controls({"n": Control([1, 2], play=True)})["n"].play is True


def test_a_switch_cannot_play():
    with pytest.raises(ValueError, match="play: True; expected False: a switch"):
        Control([False, True], play=True)


def test_start_must_be_offered():
    with pytest.raises(ValueError, match="start: 5; expected one of"):
        Control([1, 2], start=5)


@pytest.mark.parametrize(
    ("values", "finer", "position", "found"),
    [
        (range(0, 360, 5), 5, 3.4, (17, "17")),
        ([0.5, 1, 1.5], 10, 1.3, (1.15, "1.15")),
        ([3.0, 2.0, 1.0], 10, 0.5, (2.5, "2.5")),
        ([1, 2, 4], 1, 1.4, (2, "2")),
        ([1, 2, 3], 1, 1.0, (2, "2")),
        ([0.1, 0.2], 10, 0.9999999999, (0.2, "0.2")),
        (["a", "b"], 1, 1, ("b", "b")),
    ],
)
def test_between_even_numbers_all_are_values(values, finer, position, found):
    control = Control(values)
    assert control.finer == finer
    assert control.at(position) == found
