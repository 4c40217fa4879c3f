"""The picture that opens a chapter: its parts lead to the other chapters, by hand and by key."""

import re

import pytest
from conftest import PAGES, SITE, violations

WITH = [path for path in PAGES if "explore-link" in (SITE / path).read_text()]
assert "book/index.html" in WITH and len(WITH) > 1


@pytest.mark.parametrize("path", WITH)
def test_every_part_leads_to_another_chapter_that_is_there(path):
    page = (SITE / path).read_text()
    links = re.findall(r'<a class="explore-link" href="([^"]+)" aria-label="(\w+): chapter', page)
    assert links
    for target, _ in links:
        assert (SITE / path).with_name(target).exists()
        assert not path.endswith(target)


def test_a_click_and_a_key_lead_there(visit):
    page = visit("book/index.html").page
    words = page.locator(".explore-link[aria-label^='scores']").get_attribute("aria-label")
    page.locator(".explore-link[aria-label^='scores']").click()
    page.wait_for_url("**/*_scores.html")
    assert page.locator("h1").inner_text().startswith(words.rpartition(", ")[2])
    page.go_back()
    page.locator(".explore-link[aria-label^='softmax']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/*_softmax.html")


@pytest.mark.parametrize("mode", ["light", "dark", "phone"])
def test_it_can_be_read_by_everyone(visit, mode):
    opened = visit("book/index.html", mode)
    assert violations(opened.page) == []
    assert opened.flaws == []
