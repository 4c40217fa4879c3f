"""The book on paper and its cheat sheet: everything is there, nothing is cut off, links lead."""

import re
import unicodedata
from itertools import pairwise

import pypdf
import pytest
import the_book
from bs4 import BeautifulSoup
from conftest import SITE
from handouts import pages, pdf, pdf_book, pdf_sheet

CHAPTERS = {p.stem: pages.read_page(p) for p in sorted(SITE.glob("book/[0-9][0-9]_*.html"))}
MEGABYTES = 20
# A4 without its margins, in CSS pixels.
PAPER = {"width": 627, "height": 972}
# A drawing is cut at its edge: what is in it has no width of its own.
TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(part => !part.ownerSVGElement)
  .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
  .map(part => part.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def text():
    return pdf_book.compose(SITE)


@pytest.fixture(scope="module")
def path(browser, text, tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    page = browser.new_page()
    pdf.write_book(page, text, path)
    page.close()
    return path


@pytest.fixture(scope="module")
def book(path):
    return pypdf.PdfReader(path)


@pytest.fixture(scope="module")
def soup(text):
    return BeautifulSoup(text, "html.parser")


@pytest.fixture
def paper(browser):
    page = browser.new_page(viewport=PAPER)
    page.emulate_media(media="print")
    yield page
    page.close()


def plain(text):
    """Text without its spaces, which depend on where lines break, and without ligatures."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def words(page):
    """The text of a page on paper."""
    return plain(page.extract_text())


def test_size_and_pages(path, book):
    assert path.stat().st_size < MEGABYTES * 2**20
    assert 150 < len(book.pages) < 450
    assert book.metadata.title == pages.SETTINGS["title"]
    # What writes: a page with a header and a number alone has two.
    sizes = [page.get_contents().get_data().count(b"Tj") for page in book.pages]
    assert min(sizes) > 2


def test_outline_has_parts_chapters_and_sections(book):
    def lines(entries, level=0):
        for entry in entries:
            if isinstance(entry, list):
                yield from lines(entry, level + 1)
            else:
                yield level, entry.title

    outline = list(lines(book.outline))
    assert [title for level, title in outline if level == 0][:3] == [
        "Contents",
        pages.SETTINGS["title"],
        "The idea",
    ]
    for number, chapter in enumerate(CHAPTERS.values(), 1):
        at = outline.index((1, f"{number}. {pages.heading(chapter)}"))
        first = chapter.find("section", recursive=False)
        assert outline[at + 1] == (2, pages.heading(first))


def test_contents_name_the_page_where_a_chapter_begins(book):
    """The number is printed beside each title, the link leads there, and the page says so below."""
    numbers = {}
    for place in book.named_destinations.values():
        numbers[place.title.lstrip("/")] = book.get_destination_page_number(place) + 1
    contents = "".join(map(words, book.pages[1:4]))
    for number, (name, chapter) in enumerate(CHAPTERS.items(), 1):
        title = plain(f"{number}. {pages.heading(chapter)}")
        begins = numbers[f"book-{name}"]
        assert words(book.pages[begins - 1]).startswith(f"{title}{begins}")  # above and below
        assert f"{title}{begins}" in contents
    starts = [numbers[f"book-{name}"] for name in CHAPTERS]
    assert all(before < after for before, after in pairwise(starts))


def test_links_lead_somewhere(book, soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in soup.find_all("a", href=True):
        assert link["href"].startswith(("http", "mailto:")) or link["href"][1:] in ids, link
    used = {link["href"][1:] for link in soup.select("a[href^='#']")}
    assert used <= {name.lstrip("/") for name in book.named_destinations}


def test_pictures_find_their_own_parts(soup):
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    pictures = "".join(map(str, soup.select("svg")))
    parts = re.findall(r'(?:href="|url\()#([^")]+)', pictures)
    assert len(parts) > 1000 and set(parts) <= ids


def test_nothing_is_left_that_moves_or_folds(soup):
    # The walkthrough's numbers are radio buttons that nobody sees: their state is the picture's.
    assert not soup.select("script, details, select, button, [tabindex], input:not(.walk input)")


def test_controls_show_their_first_state(soup):
    for name, chapter in CHAPTERS.items():
        printed = soup.find(id=f"book-{name}")
        moving = chapter.select(".explore[data-controls]")
        said = [state.get_text() for state in printed.select(".state")]
        assert len(said) == len(moving) > 0
        pictures = printed.select(".explore[data-controls] .explore-picture")
        for before, after in zip(moving, pictures, strict=True):
            assert after["aria-label"] == before.select_one(".explore-picture")["aria-label"]


def test_a_state_says_where_each_control_stands(soup):
    states = soup.find(id=f"book-{the_book.chapter('scores')}").select(".state")
    assert [state.get_text() for state in states[:2]] == ["word its", "query its, key puppy"]


def test_solutions_and_answers_come_last(soup):
    for name in CHAPTERS:
        printed = soup.find(id=f"book-{name}").find("section", recursive=False)
        titles = [pages.heading(part) for part in printed.find_all("section", recursive=False)]
        assert titles[-3:] == ["To take away", "Solutions", "Answers to the quiz"]
        *_, quiz, _, solutions, answers = printed.find_all("section", recursive=False)
        assert not re.search("[✓✗]", quiz.get_text())
        assert solutions.get_text().count("✓") >= 3
        assert len(quiz.select(".options > li")) == len(answers.select(".options > li"))


def test_nothing_is_wider_than_the_paper(text, paper):
    paper.set_content(text)
    assert paper.evaluate(TOO_WIDE) == []
    paper.locator(".bd-article p").first.evaluate("p => p.style.width = '700px'")
    assert len(paper.evaluate(TOO_WIDE)) == 1


def test_text_can_be_copied(book):
    name = the_book.chapter("output")
    start = book.get_destination_page_number(book.named_destinations[f"/book-{name}"])
    said = "".join(map(words, book.pages[start : start + 8]))
    assert plain("So no feature of an output is larger than the largest value") in said
    assert plain("scores = q @ k.T") in said


def test_the_sheet_is_one_page_and_whole(paper, tmp_path):
    pdf.write(paper, pdf_sheet.compose(SITE), tmp_path / "sheet.pdf")
    (sheet,) = pypdf.PdfReader(tmp_path / "sheet.pdf").pages
    text = words(sheet)
    section = pages.read_page(SITE / "book/reference/at_a_glance.html")
    for part in section.find_all("section", recursive=False):
        assert plain(pages.heading(part)) in text
    assert plain(section.find_all("li")[-1].get_text()) in text
    assert plain(pages.LICENSE) in text


def test_a_sheet_that_is_too_long_would_be_noticed(paper, tmp_path):
    text = pdf_sheet.compose(SITE).replace("<footer>", "<p>One more line.</p>" * 20 + "<footer>")
    pdf.write(paper, text, tmp_path / "long.pdf")
    assert len(pypdf.PdfReader(tmp_path / "long.pdf").pages) == 2
