"""States that a page asks for, by the positions of its controls."""

import pytest
from matplotlib.figure import Figure

from qkvlib import Picture, explore


def draw(n, word):
    if n not in {0.0, 1.0, 1.1}:
        raise LookupError(n)
    return Picture(f"<p>{n} {word}</p>", alt=f"{n} {word}.")


def test_a_state_comes_with_its_words():
    exploration = explore(draw, n=[0.0, 1.0, 2.0], word=["a", "b"])
    answer = exploration._state_([1.1, 1])
    assert answer["texts"] == ("1.1", "b")
    assert 'aria-label="1.1 b."' in answer["html"]


def test_a_drawing_that_knows_no_value_between_is_asked_for_the_nearest():
    exploration = explore(draw, n=[0.0, 1.0, 2.0], word=["a", "b"])
    assert exploration._state_([0.7, 0])["texts"] == ("1", "a")
    with pytest.raises(LookupError):
        exploration._state_([2, 0])


def test_a_page_gets_the_first_picture_and_what_its_script_knows():
    def ringed(n):
        figure = Figure()
        return Picture(figure, f"{n}.", handle=(figure.add_subplot(), n, 0))

    exploration = explore(ringed, n=range(0, 20, 10))
    begun = exploration._repr_page_()
    assert begun["data"] == {
        "names": ["n"],
        "starts": [0],
        "keys": [("0", "10")],
        "texts": [("0", "10")],
        "finer": [10],
    }
    assert 'type="range"' in begun["html"] and 'aria-label="0."' in begun["html"]
    assert "ring" not in begun["html"], "nobody knows yet how it moves"
    assert "explore-ring" in exploration._state_([1])["html"]
