"""What a reader sees at once: the first picture; a question with the picture that answers it."""

import pytest
from conftest import PAGES, write_page
from matplotlib.figure import Figure
from serve import serve

CHAPTERS = [path for path in PAGES if path.removeprefix("book/")[:2].isdigit()]
# The window, and the share of questions that must share it with their picture.
SCREENS = {
    "laptop": ({"width": 1280, "height": 800}, 0.95),
    "phone": ({"width": 390, "height": 844}, 0.70),
}
# For each picture with controls whose section asks before it, in bold: from the top of the question
# to the bottom of the picture, the table of its numbers not counted. And what a window has for them
# below the header that stays.
HEIGHTS = """() => {
  const asks = block => block.tagName === 'P' &&
    [...block.querySelectorAll('strong')].some(words => words.textContent.trim().endsWith('?'));
  const found = [];
  for (const panel of document.querySelectorAll('.explore[data-controls]')) {
    let block = panel.closest('.cell');
    while (block && !asks(block)) block = block.previousElementSibling;
    if (!block) continue;
    const picture = panel.querySelector('.explore-picture').getBoundingClientRect();
    const asked = block.textContent.trim().replace(/\\s+/g, ' ');
    found.push([asked.slice(0, 60), picture.bottom - block.getBoundingClientRect().top]);
  }
  const header = document.querySelector('.bd-header-article');
  return [found, innerHeight - (header ? header.offsetHeight : 0)];
}"""


def too_high(page):
    """How many questions a page asks of pictures, and those that do not fit on a screen with it."""
    found, room = page.evaluate(HEIGHTS)
    return len(found), [(asked, round(height - room)) for asked, height in found if height > room]


@pytest.mark.parametrize("screen", SCREENS)
def test_question_and_picture_share_a_screen(visit, screen):
    (size, wanted), asked, missed = SCREENS[screen], 0, []
    for path in CHAPTERS:
        page = visit(path, viewport=size).page
        questions, high = too_high(page)
        asked += questions
        missed += [(path, *question) for question in high]
        page.close()
    share = (asked - len(missed)) / asked
    print(f"{screen}: {share:.0%} of {asked}; too high, by how many pixels:", *missed, sep="\n")
    assert share >= wanted, missed


# How much of the first picture a window shows, and whether something in it can be moved there.
OPENING = """() => {
  const seen = part => {
    const { top, bottom, height } = part.getBoundingClientRect();
    return Math.max(0, Math.min(bottom, innerHeight) - top) / height;
  };
  const controls = document.querySelector('[data-control]');
  const picture = document.querySelector(".explore-picture");
  return [seen(picture), controls ? seen(controls) === 1 : false];
}"""


def test_a_chapter_opens_with_a_picture_to_move(visit):
    shown, moved = {}, {}
    for path in CHAPTERS:
        page = visit(path, viewport=SCREENS["laptop"][0]).page
        shown[path], moved[path] = page.evaluate(OPENING)
        page.close()
    assert not {path: share for path, share in shown.items() if share < 0.8}
    assert sum(moved.values()) >= 0.8 * len(CHAPTERS), moved


def test_a_picture_below_the_first_screen_is_found(visit):
    page = visit(CHAPTERS[3], viewport=SCREENS["laptop"][0]).page
    page.add_style_tag(content="h1 { padding-bottom: 500px }")
    shown, moved = page.evaluate(OPENING)
    assert shown < 0.8 and not moved


def draw(place):
    return Figure(figsize=(4, 2))


@pytest.mark.parametrize(("lines", "expected"), [(1, []), (60, ["Which?"])])
def test_code_between_them_is_found(visit, tmp_path, lines, expected):
    write_page(tmp_path, draw, place=range(2))
    file = tmp_path / "page.html"
    start = '<section id="here">'
    between = f'{start}<p><strong>Which?</strong></p><div class="cell"><pre>{"x<br>" * lines}</pre>'
    file.write_text(file.read_text().replace(start, between))
    with serve(tmp_path) as home:
        page = visit("page.html", home=home, viewport=SCREENS["laptop"][0]).page
        asked, high = too_high(page)
    assert (asked, [question for question, _ in high]) == (1, expected)
