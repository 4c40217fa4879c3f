"""Hints, solutions and the quiz open by keyboard, and say what they have to say."""

import pytest
from conftest import PAGES

CHAPTERS = [path for path in PAGES if path.removeprefix("book/")[:2].isdigit()]


@pytest.mark.parametrize("path", CHAPTERS)
def test_every_fold_opens_by_keyboard(visit, path):
    page = visit(path).page
    for fold in page.locator("main article details").all():
        summary = fold.locator("> summary")
        if not summary.is_visible():  # inside another one
            continue
        summary.focus()
        assert fold.get_attribute("open") is None
        page.keyboard.press("Enter")
        assert fold.get_attribute("open") is not None
        inside = fold.locator("> :not(summary)").first
        assert inside.is_visible() and inside.inner_text().strip()


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_question_shows_one_answer_at_a_time(visit, path):
    page = visit(path).page
    first, second = page.locator("details.quiz[name=quiz-1]").all()[:2]
    for option in (first, second):
        option.locator("> summary").click()
    assert first.get_attribute("open") is None
    assert second.get_attribute("open") is not None
