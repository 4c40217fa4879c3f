"""The ipywidgets life; also run with Colab's versions."""

import ipywidgets
import pytest

from qkvlib import Control, Picture, explore, plots
from qkvlib.explorer import mode

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def in_a_kernel(monkeypatch):
    monkeypatch.delenv(mode.PAGE_VARIABLE, raising=False)


@pytest.fixture
def panel():
    drawn = []

    def draw(n, word, flag):
        drawn.append((n, word, flag))
        return Picture(f"<p>{n}</p>", alt=f"{n} {word} {flag}.")

    panel = explore(draw, n=Control([1, 2, 3], start=2), word=["a", "b"], flag=False).live()
    panel.drawn = drawn
    return panel


@pytest.mark.parametrize(("name", "value"), [("n", 3), ("word", "b"), ("flag", True)])
def test_every_kind_of_control_moves_the_picture(panel, name, value):
    before = panel.picture.value
    panel.controls[name].value = value
    assert panel.picture.value != before
    assert panel.state()[name] == value


def test_states_are_drawn_when_asked_for_and_once(panel):
    assert panel.drawn == [(2, "a", False)]
    panel.controls["n"].value = 3
    panel.controls["n"].value = 2
    assert panel.drawn == [(2, "a", False), (3, "a", False)]


def test_every_value_can_be_reached(panel):
    for widget in panel.controls.values():
        options = getattr(widget, "options", [("", True), ("", False)])
        for _, value in options:
            widget.value = value
            assert "explore-picture" in panel.picture.value


def test_play_steps_through_a_slider_and_a_choice_and_follows_the_hand():
    steps = {"n": Control([1, 2, 3], start=2, play=True), "word": Control(["a", "b"], play=True)}
    panel = explore(lambda n, word: Picture(f"<p>{n}{word}</p>", alt="x"), **steps).live()
    plays = [row.children[0] for row in panel.box.children[:2]]
    for play in plays:
        play.value = play.max
    assert panel.state() == {"n": 3, "word": "b"}
    assert "3b" in panel.picture.value
    panel.controls["n"].value = 1
    assert plays[0].value == 0


def test_without_play_there_is_no_such_button(panel):
    assert not any(isinstance(row, ipywidgets.HBox) for row in panel.box.children)


def test_an_error_in_draw_is_shown_and_raised():
    def draw(n):
        return Picture(f"<p>{1 / n}</p>", alt="x")

    panel = explore(draw, n=[1, 0]).live()
    with pytest.raises(ZeroDivisionError):
        panel.controls["n"].value = 0
    assert "draw failed at n=0: ZeroDivisionError" in panel.picture.value


def test_a_drawings_style_comes_with_it():
    panel = explore(
        lambda n: Picture(f"<p>{n}</p>", str(n), style="p { color: red }"), n=[1, 2]
    ).live()
    assert "<style>p { color: red }</style>" in panel.picture.value


def test_the_output_has_widgets_and_what_is_left_without_them():
    def draw(n):
        return plots.heatmap([[n, 2.0]], ["a"], ["b", "c"], title="T")

    bundle = explore(draw, n=[1, 2])._repr_mimebundle_()
    assert bundle[VIEW]["model_id"] in {w.model_id for w in _widgets()}
    assert "<img" in bundle["text/html"] and "<table" in bundle["text/html"]
    assert bundle["text/plain"].startswith("T, one row for each query")


def _widgets():
    models = getattr(ipywidgets.widgets.widget, "_instances", None)  # ipywidgets 8
    return (models if models is not None else ipywidgets.Widget.widgets).values()
