"""What leads readers through the book: marks, links, search, the page that is not there."""

import look
import pytest
from conftest import SITE
from the_book import chapter

CHAPTERS = sorted(path.name for path in SITE.glob("book/[0-9][0-9]_*.html"))
# What is looked for, and the word of the chapter about it.
SEARCHES = {
    "softmax": "softmax",
    "√d_k": "scaling",
    "KV cache": "cache",
    "causal mask": "masking",
    "query": "projections",
    "head": "multi_head",
    "temperature": "softmax",
    "padding": "masking",
}


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_chapter_says_where_it_is_and_what_follows(visit, mode):
    page = visit(f"book/{CHAPTERS[3]}", mode).page
    assert page.locator(".chapter-mark").inner_text().strip() == f"Chapter 4 of {len(CHAPTERS)}"
    for side, number in (("left-prev", 3), ("right-next", 5)):
        link = page.locator(f".prev-next-area .{side}")
        assert link.locator(".name").inner_text().startswith(f"{number} ")
        assert link.locator(".question").inner_text().endswith("?")
    page.locator(".right-next").click()
    page.wait_for_url(f"**/{CHAPTERS[4]}")


def test_paper_has_one_title_and_nothing_to_click(visit):
    page = visit(f"book/{CHAPTERS[3]}").page
    page.emulate_media(media="print")
    assert page.locator("h1:visible").count() == page.locator("h1").count() == 1
    for part in (".prev-next-area", ".take-along", ".bd-sidebar-primary"):
        assert page.locator(part).is_hidden(), part


def test_paper_shows_what_a_reader_would_unfold(visit):
    page = visit(f"book/{CHAPTERS[3]}").page
    answer, numbers = page.locator("details > p").first, page.locator(".explore-numbers td").first
    solution, feedback = page.locator("details.hide").first, page.locator(".quiz > p").first
    assert answer.is_hidden() and numbers.is_hidden() and solution.is_visible()
    page.emulate_media(media="print")
    assert answer.is_visible() and numbers.is_visible()
    assert solution.is_hidden() and feedback.is_hidden()


# What a page is painted with: its ground, its words, and all colors of its pictures.
PAINT = """() => {
  const of = (element, what) => getComputedStyle(element)[what];
  const parts = [...document.querySelectorAll('.explore-picture svg *')];
  const words = [...document.querySelectorAll('.bd-article :is(h1, p, summary, .highlight span)')];
  return [
    of(document.body, 'backgroundColor'), ...words.map(part => of(part, 'color')),
    ...parts.map(part => of(part, 'fill') + of(part, 'stroke')),
  ];
}"""


def test_paper_is_light_whatever_the_screen_is(visit):
    path = f"book/{CHAPTERS[3]}"
    light, dark = visit(path, "light").page, visit(path, "dark").page
    for page in (light, dark):
        page.add_style_tag(content="* { transition: none !important }")
    before = dark.evaluate(PAINT)
    assert before != light.evaluate(PAINT)
    for page in (light, dark):
        page.emulate_media(media="print")
        page.wait_for_function("document.documentElement.dataset.theme === 'light'")
    assert dark.evaluate(PAINT) == light.evaluate(PAINT)
    dark.emulate_media(media="screen", color_scheme="dark")
    dark.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    assert dark.evaluate(PAINT) == before


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_triangles_of_a_quiz_stand_inside_their_boxes(visit, mode):
    page = visit(f"book/{CHAPTERS[3]}", mode).page
    box, line = page.locator("details.quiz").first, page.locator("details.quiz > summary").first
    assert line.evaluate("line => getComputedStyle(line).listStylePosition") == "outside"
    inside = line.bounding_box()["x"] - box.bounding_box()["x"]
    assert inside >= 1.6 * 16, "room for padding and triangle"


def test_sidebar_numbers_the_chapters(visit):
    page = visit("book/reference/glossary.html").page
    numbers = page.locator(".bd-links .no").all_inner_texts()
    assert numbers == [str(number + 1) for number in range(len(CHAPTERS))]


def test_first_screen_shows_the_way_in_and_a_control(visit):
    for mode, height in (("light", 760), ("phone", 800)):
        page = visit("book/index.html", mode).page
        ways = (".way-in a:first-child", ".way-in a:last-child")
        for part in ("h1", *ways, "[data-control]", ".explore-picture > svg"):
            box = page.locator(f".bd-article {part}").first.bounding_box()
            assert box["y"] + box["height"] < height, (mode, part)
    page.locator(".way-in a").first.click()
    page.wait_for_url(f"**/{CHAPTERS[0]}")


@pytest.mark.parametrize(("words", "about"), SEARCHES.items())
def test_search_on_a_phone_finds_the_term_and_its_chapter(visit, words, about):
    wanted = f"{chapter(about)}.html"
    page = visit("book/index.html", "phone").page
    page.locator(".bd-header-article .search-button").click()
    page.locator("#pst-search-dialog input").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_function("/found/.test(document.querySelector('.search-summary')?.innerText)")
    links = page.locator("#search-results > ul > li > a").evaluate_all(
        "links => links.map(link => link.pathname.split('/').pop())"
    )
    if words != "√d_k":  # a symbol, not a term
        assert links[0] == "glossary.html"
    assert wanted in list(dict.fromkeys(links))[:4], links[:8]


def test_missing_page_leads_back_from_any_depth(visit, site):
    opened = visit("search.html")
    page = opened.page
    text = (SITE / "404.html").read_text()
    page.route("**/no/such/page.html", lambda route: route.fulfill(status=404, body=text))
    page.goto(f"{site}/no/such/page.html")
    assert page.locator(".bd-article h1").inner_text() == "There is no such page"
    assert page.locator(".bd-sidebar-primary").bounding_box()["width"] > 100, "styled"
    others = [flaw for flaw in opened.flaws if "no/such/page" not in flaw]
    assert all("status of 404" in flaw for flaw in others), others
    assert page.locator(".skip-link a").get_attribute("href") == "404.html#main-content"
    page.locator("main a", has_text="first page").click()
    page.wait_for_url("**/book/index.html")


def test_every_page_describes_itself(visit):
    for path in ("book/index.html", f"book/{CHAPTERS[3]}", "book/reference/glossary.html"):
        page = visit(path, java_script_enabled=False).page
        words = page.locator("meta[name=description]").get_attribute("content")
        assert 20 < len(words) <= 200
        assert words.removesuffix(" …")[:20] in " ".join(page.locator("main").inner_text().split())


def test_contact_sheet_shows_two_pages_in_all_modes(tmp_path, browser):
    pages = ["book/index.html", "search.html"]
    look.look(SITE, tmp_path, pages)
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    images = page.locator("img")
    assert images.count() == len(pages) * len(look.MODES)
    images.evaluate_all("images => images.forEach(image => { image.loading = 'eager'; })")
    page.wait_for_function("[...document.images].every(image => image.naturalWidth > 300)")
    page.close()
