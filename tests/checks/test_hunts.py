"""Ten lines, wrong in one place: as they were given they are not begun, mended they pass."""

import pytest
from exercises import right_answers_pass, wrong_answers_are_named
from test_gradients_checks import STYLES as GRADIENT_STYLES
from test_gradients_checks import THROUGH_ATTENTION
from test_multi_head import STYLES, WRONG

from qkvlib.checks.hunts import MENDED_GRADIENTS, MENDED_HEADS, _hunt

EACH = pytest.mark.parametrize("hunt", [MENDED_HEADS, MENDED_GRADIENTS])


def test_mended_heads():
    right_answers_pass(MENDED_HEADS, STYLES)
    others = {says: f for says, f in WRONG.items() if says != "merged by reshape alone"}
    wrong_answers_are_named(MENDED_HEADS, others)


def test_mended_gradients():
    right_answers_pass(MENDED_GRADIENTS, GRADIENT_STYLES)
    wrong_answers_are_named(MENDED_GRADIENTS, THROUGH_ATTENTION)


@EACH
def test_what_was_given_is_not_begun_and_shows_an_input(hunt):
    verdict = hunt.check(hunt.given)
    assert not verdict and not verdict.begun
    assert verdict.message.endswith("not done yet, it does what it did when it was given.")
    assert verdict.shown.startswith("For ") and "expected" in verdict.shown


@EACH
def test_the_same_in_other_words_is_not_begun_either(hunt):
    verdict = hunt.check(lambda *given: hunt.given(*given))
    assert not verdict and not verdict.begun


def test_a_hunt_hides_the_one_mistake_that_is_to_be_found():
    assert len(MENDED_HEADS.mistakes) > 10
    with pytest.raises(ValueError, match="bug: 'nothing like it'; expected a part of one"):
        _hunt(MENDED_HEADS, MENDED_HEADS.given, "nothing like it", "right.")
