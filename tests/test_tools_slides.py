"""How slides and paper are made from a page: the parts that need no browser."""

import pytest
from bs4 import BeautifulSoup
from handouts import pages, pdf_book, pdf_page, slides, slides_split

from qkvlib.explorer.fields import Field, render

CELL = '<div class="cell"><div class="cell_input"><pre>{code}</pre></div>{output}</div>'
PICTURE = '<div class="cell_output"><div class="explore"><svg></svg></div></div>'
ANSWER = "<details><summary>Answer</summary><p>Because.</p></details>"
QUIZ = (
    "<p><strong>1. Why?</strong></p>"
    '<details class="quiz right" name="quiz-1"><summary>So</summary><p>✓ Yes.</p></details>'
    '<details class="quiz" name="quiz-1"><summary>Not so</summary><p>✗ No.</p></details>'
)
EXERCISE = (
    "<p><strong>1. Add.</strong> Return the sum.</p>"
    + CELL.format(code="return None", output='<div class="cell_output">not done yet</div>')
    + "<details><summary>Hint</summary><p>Use +.</p></details>"
    + '<div class="cell tag_hide-cell"><details class="hide"><summary>Show</summary>'
    "<pre>return a + b</pre></details></div>"
)
CHAPTER = f"""<section id="top"><h1>Sums: how?</h1><blockquote><p>You will add.</p></blockquote>
{CELL.format(code="import numpy", output="")}
<section id="by-hand"><h2>By <em>hand</em><a class="headerlink" href="#by-hand">#</a></h2>
<p>See <a href="02.html">this</a> and <a href="https://example.org">that</a>.</p></section>
<section id="exercises"><h2>Exercises</h2>{EXERCISE}</section>
<section id="quiz"><h2>Quiz</h2>{QUIZ}</section></section>"""
NOTES = '<section id="t"><h1>Teaching</h1><section id="notes"><h2>Notes</h2>{}</section></section>'


@pytest.fixture
def read(tmp_path):
    """A function that reads a page as the book's theme writes it."""

    def write_and_read(content):
        path = tmp_path / "page.html"
        path.write_text(f"<html><body><article>{content}</article></body></html>")
        return pages.read_page(path)

    return write_and_read


def blocks(markup):
    return BeautifulSoup(markup, "html.parser").find_all(recursive=False)


def shape(markup):
    """The names of the blocks of each slide."""
    return [[block.name for block in slide] for slide in slides_split.split(blocks(markup))]


def test_a_page_is_read_without_what_only_screens_need(read):
    page = read(CHAPTER)
    assert pages.heading(page) == "Sums: how?"
    assert pages.heading(page.section) == "By hand"


def test_a_page_that_is_not_there_or_not_the_books_is_an_error(read, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"01\.html: no such page; run `make book` first"):
        pages.read_page(tmp_path / "01.html")
    with pytest.raises(ValueError, match="no section in an article; expected"):
        read("<p>No section.</p>")


def test_a_template_must_have_a_place_for_each_part(tmp_path):
    template = tmp_path / "page.html"
    template.write_text("<p><!-- A --></p>")
    assert pages.fill(template, {"A": "text"}) == "<p>text</p>"
    with pytest.raises(ValueError, match=r"page\.html: no place for B"):
        pages.fill(template, {"B": "text"})


def test_styles_hold_the_font(tmp_path):
    for name in pages.STYLES:
        (tmp_path / name).write_text('src: url("math.woff2")' if name == "mathml.css" else "")
    (tmp_path / "math.woff2").write_bytes(b"font")
    assert 'src: url("data:font/woff2;base64,Zm9udA==")' in pages.styles(tmp_path)


SOME = f"<p>{'word ' * 60}</p>"  # more than a line or two


def test_a_cell_ends_a_slide_and_an_answer_begins_one():
    cell = CELL.format(code="\n".join(["line"] * 5), output="")
    assert shape(f"{SOME}{cell}{SOME}<p>c</p>") == [["p", "div"], ["p", "p"]]
    assert shape(f"{SOME}{ANSWER}{SOME}{cell}") == [["p"], ["details", "p", "div"]]


def test_no_slide_has_a_line_or_two_alone():
    cell = CELL.format(code="\n".join(["line"] * 5), output="")
    picture = CELL.format(code="x", output=PICTURE)
    assert shape(f"{SOME}{cell}<p>a line</p>") == [["p", "div", "p"]]
    assert shape(f"{ANSWER}<p>a line</p>{picture}") == [["details", "p", "div"]]
    # Where there is no space, and beside a second picture, it stays.
    assert shape(f"<p>a line</p>{picture}<p>a line</p>{picture}") == [["p", "div"]] * 2
    assert shape(f"<p>{'word ' * 300}</p><p>a line</p>")[-1] == ["p"]


def test_a_picture_has_its_question_and_its_answer():
    picture = CELL.format(code="x", output=PICTURE)
    assert shape(f"{SOME}<p>Why?</p>{picture}{ANSWER}{SOME}") == [
        ["p", "p", "div", "details"],
        ["p"],
    ]
    # Text that leaves no space for the answer has a slide of its own.
    assert shape(f"{SOME * 2}<p>Why?</p>{picture}{ANSWER}") == [["p", "p"], ["p", "div", "details"]]
    long = ANSWER.replace("Because.", "word " * 120)
    assert shape(f"<p>Why?</p>{picture}{long}") == [["p", "div"], ["details"]]


def test_an_answer_below_its_picture_is_folded():
    picture = CELL.format(code="x", output=PICTURE)
    (group,) = slides_split.split(blocks(f"<p>Why?</p>{picture}{ANSWER}"))
    laid = BeautifulSoup(slides.lay_out(group), "html.parser")
    answer = laid.select_one("details.answer")
    assert answer.summary.get_text() == "Answer" and "open" not in answer.attrs
    (group,) = slides_split.split(blocks(f"{ANSWER}<p>So.</p>"))
    laid = BeautifulSoup(slides.lay_out(group), "html.parser")
    assert laid.h3.get_text() == "Answer" and not laid.select("details")


def test_an_answer_is_as_high_as_what_its_cell_prints():
    printed = "<div class='cell_output'><pre>{}</pre></div>".format("\n".join(["line"] * 12))
    cell, silent = CELL.format(code="x", output=printed), CELL.format(code="x\n" * 12, output="")
    long = f"<p>{'word ' * 90}</p>"
    assert shape(f"{ANSWER}{long}") == [["details", "p"]]
    assert shape(f"{ANSWER.replace('</details>', f'{silent}</details>')}{long}") == [
        ["details", "p"]
    ]
    assert shape(f"{ANSWER.replace('</details>', f'{cell}</details>')}{long}") == [
        ["details"],
        ["p"],
    ]


def test_a_short_cell_that_prints_nothing_has_no_slide_of_its_own():
    silent, loud = CELL.format(code="x", output=""), CELL.format(code="x", output=PICTURE)
    assert shape(f"{loud}{silent}") == shape(loud) == [["div"]]
    assert shape(f"<p>Look.</p>{silent}") == [["p", "div"]]


def test_a_question_keeps_its_options():
    assert shape(QUIZ + QUIZ) == [["p", "details", "details"]] * 2


def test_what_does_not_fit_goes_to_the_next_slide():
    long = f"<p>{'word ' * 130}</p>"
    cell = CELL.format(code="\n".join(["line"] * 9), output="")
    assert shape(f"<p>a</p>{long}") == [["p", "p"]]
    assert shape(long + long) == [["p"], ["p"]]
    assert shape(long + cell) == [["p"], ["div"]]
    # The last paragraph before a cell goes with it.
    assert shape(f"{long}<p>short</p>{cell}") == [["p"], ["p", "div"]]


def test_beside_a_picture_there_is_less_space_for_text():
    text = f"<p>{'word ' * 120}</p>"
    assert shape(text + CELL.format(code="x", output="")) == [["p", "div"]]
    assert shape(text + CELL.format(code="x", output=PICTURE)) == [["p"], ["div"]]


def test_a_picture_stands_beside_its_text_and_folds_its_code():
    (group,) = slides_split.split(blocks("<p>Look.</p>" + CELL.format(code="x", output=PICTURE)))
    laid = BeautifulSoup(slides.lay_out(group), "html.parser")
    left, right = laid.div.find_all(recursive=False)
    assert "beside" in laid.div["class"] and right["class"] == ["explore"]
    assert left.details.summary.get_text() == "Code" and "x" in left.details.get_text()


def test_code_that_the_page_folds_is_folded_once():
    folded = f'<details class="hide"><summary>Show</summary>{CELL.format(code="x", output="")}'
    cell = f'<div class="cell">{folded}</details>{PICTURE}</div>'
    laid = BeautifulSoup(slides.lay_out(blocks(cell)), "html.parser")
    assert [fold.summary.get_text() for fold in laid.select("details")] == ["Code"]
    assert "Show" not in laid.get_text() and "x" in laid.details.get_text()


def test_of_a_proof_a_room_sees_the_result():
    proof = CELL.format(code="6 * 7", output='<div class="cell_output">42</div>')
    (answer,) = blocks(ANSWER.replace("</details>", f"{proof}</details>"))
    laid = BeautifulSoup(slides.lay_out([answer]), "html.parser")
    assert "6 * 7" in laid.details.extract().get_text()
    assert "Because." in laid.get_text() and "42" in laid.get_text()


def test_slides_of_a_part(read):
    page = read(CHAPTER)
    by_hand, exercises, _ = page.find_all("section", recursive=False)
    (slide,) = slides.part_slides(by_hand)
    assert 'id="by-hand-1"' in slide and "<h2>By <em>hand</em></h2>" in slide
    assert "See this and" in slide and 'href="https://example.org"' in slide
    (slide,) = slides.part_slides(exercises)
    assert "return None" in slide
    assert not any(told in slide for told in ("Use +", "a + b", "not done yet"))
    assert "numpy" not in "".join(slides.part_slides(page))


def test_a_cell_that_is_folded_whole_is_not_for_a_room(read):
    folded = '<div class="cell tag_hide-cell"><details class="hide"><pre>1</pre></details></div>'
    part = BeautifulSoup(f'<section id="a"><h2>A</h2><p>b</p>{folded}</section>', "html.parser")
    (slide,) = slides.part_slides(part.section)
    assert "<p>b</p>" in slide
    assert "<pre>" not in slide


def test_notes_are_found_by_their_headings(read):
    chapter = read(CHAPTER)
    page = read(
        NOTES.format("<section><h3>By hand</h3><p>Wait.</p><ul><li>Ask.</li></ul></section>")
    )
    ((key, text),) = slides.read_notes(page, chapter, "01_sums")
    assert key == "by-hand"
    assert "Wait." in text and "Ask." in text and "h3" not in text


def test_notes_for_no_section_or_a_section_without_notes_are_errors(read):
    chapter = read(CHAPTER)
    note = "<section><h3>{}</h3><p>Wait.</p></section>"
    with pytest.raises(ValueError, match=r"01_sums: no section .* named \['By heart'\]"):
        slides.read_notes(read(NOTES.format(note.format("By heart"))), chapter, "01_sums")
    with pytest.raises(ValueError, match=r"01_sums: nothing for \['By hand'\]"):
        slides.read_notes(read(NOTES.format("")), chapter, "01_sums")


def test_on_paper_solutions_and_answers_come_last(read):
    page = read(CHAPTER)
    pdf_page.put_on_paper(page)
    *_, exercises, quiz, solutions, answers = page.find_all("section", recursive=False)
    assert "a + b" not in exercises.get_text() and "✓" not in quiz.get_text()
    assert [item.get_text() for item in quiz.select("ol > li")] == ["So", "Not so"]
    for part in ("1. Add.", "Use +.", "return a + b"):
        assert part in solutions.get_text()
    assert "1. Why?" in answers.get_text()
    assert [item.get_text() for item in answers.select("ol > li")] == ["✓ Yes.", "✗ No."]
    assert not page.select("details")


def control(kind, inside):
    return BeautifulSoup(f'<div data-control="{kind}">{inside}</div>', "html.parser").div


def test_on_paper_a_control_is_its_first_value():
    slider = control("slider", '<label for="a">size</label><input><output>0.5</output>')
    switch = '<input type="checkbox" {}><label for="a">causal</label>'
    choice = "<legend>word</legend><label><input><span>its</span></label>"
    choice += '<label><input checked=""><span>mom</span></label>'
    menu = (
        '<label for="a">n</label><select><option>1</option><option selected="">2</option></select>'
    )
    assert pdf_page.setting(slider) == "size <b>0.5</b>"
    assert pdf_page.setting(control("switch", switch.format('checked=""'))) == "causal <b>on</b>"
    assert pdf_page.setting(control("switch", switch.format(""))) == "causal <b>off</b>"
    assert pdf_page.setting(control("choice", choice)) == "word <b>mom</b>"
    assert pdf_page.setting(control("choice", menu)) == "n <b>2</b>"


@pytest.mark.parametrize(
    ("href", "leads"),
    [
        ("#there", 'href="#book-reference-a--there"'),
        ("../01_b.html", 'href="#book-01_b"'),
        ("../01_b.html#c", 'href="#book-01_b--c"'),
        ("https://example.org", 'href="https://example.org"'),
    ],
)
def test_links_lead_to_places_in_the_book(href, leads):
    link = BeautifulSoup(f'<p><a href="{href}">text</a></p>', "html.parser").p
    pdf_book.redirect(link.a, "book/reference/a", {"book/reference/a", "book/01_b"})
    assert leads in str(link)


def test_a_link_to_a_mere_file_is_text():
    link = BeautifulSoup('<p><a href="../deck.zip">text</a></p>', "html.parser").p
    pdf_book.redirect(link.a, "book/01_b", {"book/01_b"})
    assert str(link) == "<p>text</p>"


def test_ids_of_two_pages_do_not_meet(read):
    picture = '<svg><g id="m"></g><use href="#m" fill="#ffffff" style="fill:url(#m)"></use></svg>'
    page = read(f'<section id="top"><h1>A</h1>{picture}</section>')
    pdf_book.rename(page, "book/01_b")
    assert page["id"] == "book-01_b--top" and page.g["id"] == "book-01_b--m"
    use = page.find("use")
    assert (use["href"], use["fill"]) == ("#book-01_b--m", "#ffffff")
    assert use["style"] == "fill:url(#book-01_b--m)"


def test_numbers_are_written_into_the_contents():
    title = BeautifulSoup("<h2>By <em>hand</em></h2>", "html.parser").h2
    line = pdf_book.entry(title, "book-01_b", "page")
    assert pdf_book.number(line, {"book-01_b": 7}).endswith("<i>7</i></a>")
    with pytest.raises(KeyError, match="book-01_b"):
        pdf_book.number(line, {})


def test_a_question_that_is_answered_in_numbers_is_on_its_slide_without_fields():
    fields = render("qkv.check_it", "What is `a + b`?", [Field("sum", 3)], "right.")
    cell = CELL.format(code="qkv.check_it()", output=f'<div class="cell_output">{fields}</div>')
    task = "<p><strong>1. By hand.</strong> On paper.</p>"
    part = f'<section id="exercises"><h2>Exercises</h2>{task}{cell}</section>'
    (slide,) = slides.part_slides(BeautifulSoup(part, "html.parser").section)
    assert "On paper." in slide and "What is <code>a + b</code>?" in slide
    for gone in ("check_it", "<form", "<script", "right."):
        assert gone not in slide


def test_on_paper_numbers_are_written_on_lines():
    fields = render("qkv.check_it", "What is `a + b`?", [Field("sum", 3), Field("b", 1)], "right.")
    cell = CELL.format(code="qkv.check_it()", output=f'<div class="cell_output">{fields}</div>')
    page = BeautifulSoup(f"<section><section id='x'>{cell}</section></section>", "html.parser")
    pdf_page.put_on_paper(page.section)
    assert (
        page.get_text(" ", strip=True).split() == "What is a + b ? sum ________ b ________".split()
    )
    assert not page.select("form, script, input")
