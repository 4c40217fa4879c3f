"""Numbers that are typed on a page: judged there, kept there, readable where no script runs."""

import itertools

import pytest
from conftest import MODES, violations
from playwright.sync_api import expect
from the_book import chapter

from qkvlib import checks
from qkvlib.explorer.fields import judge

PAGE = f"book/{chapter('scores')}.html"
QUESTION = checks.QUESTIONS["check_score_by_hand"]


def answer(page, *numbers):
    """Type the numbers and press Enter; give what is said."""
    for field, number in zip(page.locator(".typed input").all(), numbers, strict=True):
        field.fill(number)
    page.locator(".typed input").last.press("Enter")
    return page.locator(".typed-said").inner_text()


def test_the_page_judges_as_python_does(visit):
    page = visit(PAGE).page
    tried = [
        [field.answer, field.answer + 0.004, -7.5, *field.mistakes.values()]
        for field in QUESTION.fields
    ]
    for numbers in itertools.product(*tried):
        wrong = judge(QUESTION.fields, numbers)
        said = answer(page, *map(str, numbers))
        assert said == (f"✗ {wrong}" if wrong else f"✓ {QUESTION.praise}"), numbers


@pytest.mark.parametrize("typed", [("6/2", "6"), ("3,0", " 6.00"), ("3", "−6"), ("x", "6")])
def test_numbers_are_read_as_people_write_them(visit, typed):
    said = answer(visit(PAGE).page, *typed)
    expected = {"−6": "✗ with the longer key: too small.", "x": "✗ score: type a number."}
    found = [says for part, says in expected.items() if part in "".join(typed)]
    assert said == (found[0] if found else f"✓ {QUESTION.praise}")


def test_what_is_typed_is_kept_and_counts_as_an_exercise(visit):
    opened = visit(PAGE)
    page = opened.page
    mark = page.locator(".bd-sidebar-secondary .wb-mark")
    expect(mark).to_have_count(0)
    answer(page, "7", "14")
    expect(mark).to_have_count(0)
    answer(page, "3", "6")
    expect(mark).to_have_text("1 of 4 answered")
    page.reload()
    said = page.locator(".typed-said")
    expect(said).to_have_text(f"✓ {QUESTION.praise}")
    assert [one.input_value() for one in page.locator(".typed input").all()] == ["3", "6"]
    page.locator("text=Reset this page").click()
    expect(said).to_have_text("")
    expect(mark).to_have_count(0)
    assert [one.input_value() for one in page.locator(".typed input").all()] == ["", ""]
    assert opened.flaws == []


def test_it_works_in_a_page_that_is_a_file(visit):
    from conftest import SITE

    assert answer(visit(PAGE, home=SITE.as_uri()).page, "3", "6").startswith("✓")


def test_without_a_script_the_question_is_read_and_the_answer_folded(visit):
    page = visit(PAGE, java_script_enabled=False).page
    expect(page.locator(".typed-asks")).to_contain_text("twice as long")
    expect(page.locator(".typed-fields")).to_be_hidden()
    solution = page.locator(".is-solution").last
    expect(solution.locator("pre").first).to_be_hidden()
    solution.locator("summary").first.click()
    expect(solution).to_contain_text("check_score_by_hand(score")


@pytest.mark.parametrize("mode", MODES)
def test_it_is_sound_in_every_mode(visit, mode):
    opened = visit(PAGE, mode)
    answer(opened.page, "7", "14")
    assert opened.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(opened.page, ".typed") == []
    expect(opened.page.locator(".wb-typed .cell_input")).to_be_hidden()
    expect(opened.page.locator(".wb-typed")).to_have_attribute("data-state", "")
    assert opened.flaws == []
