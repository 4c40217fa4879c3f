"""The decks: each slide fits, keys and controls work, the speaker has notes, from a file alone."""

import pypdf
import pytest
from conftest import SITE, violations
from handouts import pages, slides

NAMES = sorted(page.stem for page in SITE.glob("book/[0-9][0-9]_*.html"))
SCREEN = {"width": 1280, "height": 720}
SMALLEST = 76  # percent of the text's usual size

FITTED = "!document.querySelector('.slide .body:not([style])')"
# What is cut off, and by how many pixels, with each option of the quiz open in turn.
CUT_OFF = """() => {
  const found = [];
  for (const slide of document.querySelectorAll('.slide')) {
    const boxes = [slide, ...slide.querySelectorAll('.body, .beside > div, .explore, svg')];
    const look = () => boxes.forEach(box => {
      const over = Math.max(box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth);
      if (over > 1) found.push([slide.id, over]);
      if (box.matches('svg') && box.clientHeight < 150) found.push([slide.id, 'small picture']);
    });
    look();
    for (const fold of slide.querySelectorAll('details:not(.code)')) {
      fold.open = true;
      look();
      fold.open = false;
    }
  }
  return found;
}"""
SIZES = "[...document.querySelectorAll('.slide .body')].map(body => parseInt(body.style.fontSize))"


@pytest.fixture(scope="session")
def decks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    slides.main(SITE, folder, [])
    return folder.as_uri()


@pytest.fixture
def deck(visit, decks):
    """A function that opens a deck, from its file, and waits until its slides are fitted."""

    def start(name=NAMES[0], mode="light", **options):
        opened = visit(f"{name}.html", mode, home=decks, **{"viewport": SCREEN, **options})
        opened.page.wait_for_function(FITTED)
        return opened

    return start


def place(page):
    """The number of the slide that is shown; it is the one in the middle of the window."""
    number = int(page.locator("nav output").inner_text().split(" / ")[0])
    middle = "document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest('.slide').id"
    shown = page.locator(".slide").nth(number - 1).get_attribute("id")
    assert page.evaluate(middle) == shown and page.url.endswith(f"#{shown}")
    return number


@pytest.mark.parametrize("name", NAMES)
def test_every_slide_fits_in_a_size_that_can_be_read(deck, name):
    opened = deck(name)
    assert opened.page.evaluate(CUT_OFF) == []
    assert min(opened.page.evaluate(SIZES)) >= SMALLEST
    assert opened.flaws == []


def test_a_slide_that_is_too_full_would_be_noticed(deck):
    page = deck().page
    page.locator(".slide .body").nth(1).evaluate(
        "body => body.innerHTML += '<p>line</p>'.repeat(40)"
    )
    assert {slide for slide, _ in page.evaluate(CUT_OFF)} == {"start-1"}


def test_every_slide_says_something_and_none_tells_a_solution(deck):
    page = deck().page
    for body in page.locator(".slide .body").all():
        assert len(body.inner_text().strip()) > 10
    exercises = page.locator("[data-part=exercises]")
    assert exercises.count() >= 3
    for text in exercises.all_inner_texts():
        assert "return None" in text and "✓" not in text and "Hint" not in text


def test_keys_turn_the_slides(deck):
    page = deck().page
    last = page.locator(".slide").count()
    assert place(page) == 1
    for key, number in [
        ("ArrowRight", 2),
        ("PageDown", 3),
        ("Space", 4),
        ("ArrowLeft", 3),
        ("PageUp", 2),
        ("End", last),
        ("ArrowRight", last),
        ("Home", 1),
        ("ArrowLeft", 1),
    ]:
        page.keyboard.press(key)
        assert place(page) == number, key


def test_buttons_and_the_address_turn_them_too(deck, decks):
    page = deck().page
    page.get_by_role("button", name="→").click()
    assert place(page) == 2
    page.goto(f"{decks}/{NAMES[0]}.html#quiz-2")
    page.wait_for_function("!document.querySelector('nav output').textContent.startsWith('2 /')")
    assert place(page) > 20 and page.url.endswith("#quiz-2")


def test_the_keys_of_a_control_are_its_own_until_escape(deck):
    page = deck().page
    slider = page.locator("input[type=range]").first
    slider.evaluate("field => field.closest('.slide').scrollIntoView()")
    page.wait_for_timeout(100)
    here = place(page)
    slider.focus()
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before and place(page) == here
    page.keyboard.press("Escape")
    page.keyboard.press("PageUp")
    assert place(page) == here - 1


def test_the_answer_below_a_picture_opens_before_the_slide_is_turned(deck):
    page = deck().page
    answer = page.locator(".beside .answer").first
    answer.evaluate("fold => fold.closest('.slide').scrollIntoView()")
    page.wait_for_timeout(100)
    here = place(page)
    assert answer.get_attribute("open") is None
    page.keyboard.press("ArrowRight")
    assert answer.get_attribute("open") is not None and place(page) == here
    page.keyboard.press("ArrowRight")
    assert place(page) == here + 1


def test_a_control_moves_its_picture(deck):
    page = deck().page
    for panel in page.locator(".explore[data-controls]").all():
        picture = panel.locator(".explore-picture")
        before = picture.inner_html()
        field = panel.locator("input:not(:checked), input[type=range]").first
        field.press("ArrowRight" if field.get_attribute("type") == "range" else "Space")
        assert picture.inner_html() != before


def test_the_quiz_answers(deck):
    page = deck().page
    option = page.locator("details.quiz").first
    option.evaluate("fold => fold.closest('.slide').scrollIntoView()")
    assert not option.locator("p").is_visible()
    option.locator("summary").click()
    assert option.locator("p").inner_text()[0] in "✓✗"


def test_the_speaker_sees_notes_time_and_what_is_next(deck):
    page = deck().page
    with page.expect_popup() as opening:
        page.keyboard.press("n")
    speaker = opening.value
    wanted = pages.read_page(SITE / f"book/educators/notes/{NAMES[0]}.html").select(
        "#notes > section"
    )
    before = 0  # the title, and what stands before the first section
    while not speaker.locator("div").inner_text() and before < 9:
        speaker.keyboard.press("ArrowRight")
        before += 1
    assert place(page) == before + 1 > 1
    said = " ".join(wanted[0].p.get_text().split())
    assert said in " ".join(speaker.locator("div").inner_text().split())
    assert speaker.locator("h1").inner_text() == pages.heading(wanted[0])
    speaker.wait_for_function("document.getElementById('time').textContent != '0:00'")
    page.keyboard.press("End")
    assert speaker.locator("#next").inner_text() == "Next: the end"


def test_it_prints_one_slide_on_a_page(deck, tmp_path):
    page = deck().page
    page.pdf(path=tmp_path / "deck.pdf", prefer_css_page_size=True)
    sheets = pypdf.PdfReader(tmp_path / "deck.pdf").pages
    assert len(sheets) == page.locator(".slide").count()
    for sheet, heading in zip(sheets, page.locator(".slide h1, .slide h2").all(), strict=True):
        assert heading.inner_text().split()[0] in sheet.extract_text()


def test_a_phone_scrolls_through_them(deck):
    page = deck(mode="phone", viewport={"width": 375, "height": 800}).page
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollSnapType") == "none"


def test_links_lead_out_or_nowhere(deck):
    page = deck().page
    links = page.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links and all(link.startswith("https://") for link in links)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing(deck, mode):
    page = deck(mode=mode).page
    assert page.evaluate("document.documentElement.dataset.theme") == mode
    assert violations(page) == []


def test_a_key_makes_it_dark(deck):
    page = deck().page
    page.keyboard.press("d")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 30)"


def test_without_a_script_all_slides_are_there(visit, decks):
    page = visit(f"{NAMES[0]}.html", home=decks, java_script_enabled=False, viewport=SCREEN).page
    assert page.locator(".slide").count() > 20
    assert page.locator(".slide h2").last.is_visible()
