"""Fields for typed numbers: in a kernel, in a page, and what is left without a script."""

import json

import pytest
from bs4 import BeautifulSoup

from qkvlib.explorer import fields
from qkvlib.explorer.fields import Field, judge, read_number, render

TWO = [Field("half", 0.5, mistakes={"that is < the double.": 1.0}), Field("all", 12.0)]
GIVEN = ("qkv.check_it", "What is half of `[1, 2]`?", TWO, "right.")


def test_the_page_has_the_question_and_hidden_fields():
    page = BeautifulSoup(render(*GIVEN), "html.parser")
    assert page.find("p").get_text() == "What is half of [1, 2]?"
    assert page.find("code").get_text() == "[1, 2]"
    form = page.find("form")
    assert form.has_attr("hidden")
    labels = {label["for"]: label.get_text() for label in form("label")}
    assert [labels[one["id"]] for one in form("input")] == ["half", "all"]
    data = json.loads(page.find("script").string)
    assert data["fields"][0] == ["half", 0.5, 0.005, [[1.0, "that is < the double."]]]
    assert data["call"] == "qkv.check_it"


def test_two_on_a_page_have_names_of_their_own():
    page = BeautifulSoup(render(*GIVEN) + render(*GIVEN), "html.parser")
    names = [one["id"] for one in page("input")]
    assert len(names) == len(set(names)) == 4


def test_no_answer_can_end_the_script_early():
    field = Field("a", 1, mistakes={"</script><b>": 2})
    assert render("f", "What?", [field], "right.").count("</script>") == 1


def test_backticks_come_in_pairs():
    with pytest.raises(ValueError, match="asks: 'a ` b'; expected backticks in pairs"):
        render("f", "a ` b", TWO, "right.")


def test_in_a_kernel_the_button_judges_and_says_how_to_hand_it_in():
    _, (half, whole), button, said = fields.live(*GIVEN)
    button.click()
    assert said.value == "✗ half: type a number."
    half.value, whole.value = "1", "12"
    button.click()
    assert said.value == "✗ half: that is &lt; the double."
    half.value = "1/2"
    button.click()
    assert said.value == (
        "✓ right. To hand it in, let the cell say <code>qkv.check_it(0.5, 12)</code>."
    )


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ((0.5, 12), ""),
        ((0.504, 12), ""),
        ((0.51, 12), "half: too large."),
        ((0.5, -12), "all: too small."),
        ((1, None), "half: that is < the double."),
        ((0.5, None), "all: type a number."),
    ],
)
def test_the_first_that_is_wrong_is_named(numbers, says):
    assert judge(TWO, numbers) == says


@pytest.mark.parametrize("text", ["", "x", "1/2/3", "1/0", "1,2,3", "--1", "1e3", "nan", "½"])
def test_what_is_no_number_is_not_read(text):
    assert read_number(text) is None
