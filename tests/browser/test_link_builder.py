"""The form that writes a link for nbgitpuller."""

from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import MODES, SITE
from playwright.sync_api import expect

PAGE = "book/educators/running.html"


@pytest.fixture
def form(visit):
    opened = visit(PAGE, home=SITE.as_uri())
    yield opened.page.locator(".link-builder")
    assert opened.flaws == []
    assert opened.page.context.cookies() == []


def test_it_writes_the_link(form):
    form.get_by_label("Address of the hub").fill("https://hub.school.example/")
    form.get_by_label("Address of the repository").fill("https://github.com/me/a-fork.git")
    form.get_by_label("Branch").fill("week 1 & 2")
    form.get_by_label("File to open").fill("book/a_chapter.ipynb")
    link = urlsplit(form.get_by_role("status").get_by_role("link").get_attribute("href"))
    assert link.geturl().startswith("https://hub.school.example/hub/user-redirect/git-pull?")
    assert parse_qs(link.query) == {
        "repo": ["https://github.com/me/a-fork.git"],
        "branch": ["week 1 & 2"],
        "urlpath": ["lab/tree/a-fork/book/a_chapter.ipynb"],
    }


@pytest.mark.parametrize(("field", "wrong"), [("Address of the hub", "hub"), ("Branch", "")])
def test_it_names_the_field_that_is_wrong(form, field, wrong):
    form.get_by_label(field).fill(wrong)
    expect(form.get_by_role("status")).to_contain_text(f"{field}: ")
    expect(form.get_by_role("status").get_by_role("link")).to_have_count(0)


@pytest.mark.parametrize("mode", MODES)
def test_a_long_address_does_not_widen_the_page(visit, mode):
    page = visit(PAGE, mode).page
    page.get_by_label("File to open").fill("book/" + "long" * 50)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_script_the_form_is_not_there_and_its_link_is(visit):
    page = visit(PAGE, java_script_enabled=False).page
    assert not page.locator(".link-builder").is_visible()
    assert "/hub/user-redirect/git-pull" in page.locator("main").inner_text()
