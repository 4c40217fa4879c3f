"""A newcomer works on a page: exercises, mistakes, an endless loop, a browser opened again."""

import pytest
from desk import CELL, wait
from the_book import chapter

FIRST, PRINTS, PICTURE = "bea83278", "62783cad", "3e40f4aa"
IMPORTS, CONTROL, SOLUTION = "c5556f55", "029a302d", "da6077b1"
# Exercises of the chapter: what a beginner may write, and what the checker then says.
TRIES = {
    "f0109af2": {
        "def score(q, k):\n    return q * k\n\n\nqkv.check_score(score)": "✗ score",
        "def score(q, k):\n    return sum(q) * sum(k)\n\n\nqkv.check_score(score)": "✗ score",
        "def score(q, k)\n    return 0\n\n\nqkv.check_score(score)": "SyntaxError: expected ':'",
        "def score(q, k):\n    return (q * k).sum()\n\n\nqkv.check_score(score)": "✓ score: right",
    },
    "6309203c": {
        "def scores_of(q, k):\n    return q @ k\n\n\nqkv.check_attention_scores(scores_of)": "✗",
        "def scores_of(q, k):\n    return q @ k.T\n\n\nqkv.check_attention_scores(scores_of)": "✗",
        "def scores_of(q, k):\n    return q @ kT\n\n\nqkv.check_attention_scores(scores_of)": (
            "NameError: name 'kT' is not defined"
        ),
        "def scores_of(q, k):\n    return q @ np.swapaxes(k, -1, -2)\n\n\n"
        "qkv.check_attention_scores(scores_of)": "✓ scores_of: right",
    },
    "fee8401b": {
        "def score_parts(q, k):\n    return q @ k.T\n\n\nqkv.check_score_parts(score_parts)": "✗",
        "def score_parts(q, k):\n    return 1, 2\n\n\nqkv.check_score_parts(score_parts)": "✗",
        "def score_parts(q, k):\nreturn 1\n\n\nqkv.check_score_parts(score_parts)": (
            "IndentationError"
        ),
        "def score_parts(q, k):\n    a, b = (np.linalg.norm(x, axis=-1) for x in (q, k))\n"
        "    lengths = a[:, None] * b\n    return lengths, q @ k.T / lengths\n\n\n"
        "qkv.check_score_parts(score_parts)": "✓ score_parts: right",
    },
}


def test_a_newcomer_answers_the_exercises_and_finds_all_again(desk):
    said = {cell: {text: None for text in tries} for cell, tries in TRIES.items()}
    for cell, tries in TRIES.items():
        for text in tries:
            desk.write(cell, text)
            assert desk.says(cell) == "Not run"
            said[cell][text] = desk.run(cell)
        assert desk.says(cell) == "✓ Right"
    for cell, tries in TRIES.items():
        for text, words in tries.items():
            assert words in said[cell][text]
    assert "Line 1: def score(q, k)" in said["f0109af2"][list(TRIES["f0109af2"])[2]]
    marks = "() => [...document.querySelectorAll('.wb-mark')].map(mark => mark.textContent)"
    assert desk.engine.ask(marks) == ["3 of 4 answered"] * 2
    desk.open()
    for cell, tries in TRIES.items():
        assert desk.text(cell) == list(tries)[-1]
        assert "not done yet" in desk.output(cell), "an output of another text"
        assert desk.says(cell) == "✓ Right before. Not run"
    assert desk.engine.ask(marks) == ["3 of 4 answered"] * 2
    last = list(TRIES)[-1]
    desk.press(last, "reset")
    assert "# your turn" in desk.text(last)
    desk.press(last, "reset")
    assert desk.text(last) == list(TRIES[last])[-1]
    assert "✓" in desk.run(last)


def test_cells_above_run_first_and_solutions_never(desk):
    desk.write(FIRST, desk.text(FIRST) + "\nq = q + 1")
    before = desk.output(PRINTS)
    assert desk.run(PRINTS) != before
    ran = [cell for cell, _ in desk.engine.ask("() => heard")]
    assert ran[0] == IMPORTS and ran[-2:] == [FIRST, PRINTS]
    desk.write("f0109af2", "print(score)\n# your turn")
    desk.run("f0109af2")
    assert "NameError: name 'score' is not defined" in desk.output("f0109af2")
    ran = [cell for cell, _ in desk.engine.ask("() => heard")]
    assert SOLUTION not in ran and len(ran) == len(set(ran))
    desk.write(FIRST, desk.text(FIRST) + "\nq = q + 1")
    assert desk.says(FIRST) == "Not run" and desk.says(PRINTS) == "Ran"
    desk.run(FIRST)
    assert desk.says(PRINTS) == "Out of date: a cell above has changed"


def test_an_error_above_is_named_and_stops(desk):
    desk.write(FIRST, "q = nothing")
    name = desk.ask("return cell(id).querySelector('textarea').ariaLabel;", FIRST)[8:]
    desk.run(PRINTS)
    assert desk.says(PRINTS) == f"Not run: {name} above ends in an error"
    assert "Line 1: q = nothing" in desk.output(FIRST)


def test_an_endless_loop_is_stopped_and_work_goes_on(desk):
    desk.write(FIRST, "import time\nprint('begun')\nwhile True:\n    pass")
    desk.press(FIRST, "run")
    begun = "return /begun/.test(cell(id).querySelector('.cell_output')?.textContent);"
    wait(desk.engine, f"id => {{ {CELL} {begun} }}", FIRST)
    assert desk.ask("return cell(id).querySelector('.wb-run').textContent;", FIRST) == "Stop"
    desk.press(FIRST, "run")
    desk.wait(FIRST)
    assert desk.says(FIRST).startswith("Stopped")
    desk.write(FIRST, "print(6 * 7)")
    assert desk.run(FIRST).strip() == "42"


def test_what_is_printed_in_an_endless_loop_is_capped(desk):
    desk.write(FIRST, "while True:\n    print('again')")
    desk.press(FIRST, "run")
    wait(desk.engine, f"id => {{ {CELL} return /and more/.test(cell(id).textContent); }}", FIRST)
    desk.press(FIRST, "run")
    desk.wait(FIRST)
    assert len(desk.output(FIRST)) < 60_000


@pytest.mark.slow_in_webkit
def test_a_picture_is_drawn_anew_and_a_control_goes_on(desk):
    desk.run(CONTROL)
    desk.ask("cell(id).querySelector('.explore input:not(:checked)').click();", CONTROL)
    wait(
        desk.engine,
        f"""id => {{ {CELL} return cell(id).querySelector(".explore-picture")
          .getAttribute("aria-label").includes("query “puppy”"); }}""",
        CONTROL,
    )
    desk.unfold()
    desk.write(PICTURE, desk.text(PICTURE).replace('"Scores"', '"Mine"'))
    desk.run(PICTURE)
    has = "return cell(id).querySelector('.cell_output').textContent.includes('Mine');"
    wait(desk.engine, f"id => {{ {CELL} {has} }}", PICTURE, seconds=20)
    drawing = "return Boolean(cell(id).querySelector('.cell_output .explore-picture svg'));"
    assert desk.ask(drawing, PICTURE)


@pytest.mark.slow_in_webkit
def test_what_was_reset_and_comes_back_has_not_run(desk):
    desk.write(FIRST, "print('mine')")
    assert desk.run(FIRST).strip() == "mine" and desk.says(FIRST) == "Ran"
    desk.press(FIRST, "reset")
    desk.press(FIRST, "reset")
    assert desk.text(FIRST) == "print('mine')"
    assert desk.says(FIRST) == "Not run" and desk.output(FIRST).strip() != "mine"


@pytest.mark.slow_in_webkit
def test_cells_of_ones_own_share_the_names_and_go_again(desk):
    desk.engine.ask("() => document.querySelector('.wb-add').click()")
    desk.write("scratch-1", "print(q.shape)")
    assert "(4, 4)" in desk.run("scratch-1")
    desk.open()
    assert desk.text("scratch-1") == "print(q.shape)"
    desk.press("scratch-1", "reset")
    assert desk.says("scratch-1") == ""
    desk.press("scratch-1", "reset")
    desk.open()
    assert desk.text("scratch-1") == "print(q.shape)"
    desk.press("scratch-1", "reset")
    desk.open()
    assert not desk.engine.ask("() => document.querySelector('[id^=cell-scratch]')")


def test_quiz_stays_answered_and_everything_can_be_reset_and_come_back(desk):
    chosen = "() => [...document.querySelectorAll('details.quiz[open]')].length"
    desk.engine.ask("() => document.querySelector('details.quiz').querySelector('summary').click()")
    desk.write(FIRST, "1 + 1")
    wait(desk.engine, "() => Object.keys(localStorage).some(key => /choice/.test(key))")
    desk.open()
    assert desk.engine.ask(chosen) == 1 and desk.text(FIRST) == "1 + 1"
    for words in ("Reset this page", "Reset everything"):
        press = """words => [...document.querySelectorAll(".wb-foot button")]
          .find(button => button.textContent === words).click()"""
        desk.engine.ask(press, words)
        assert "qkv.project" in desk.text(FIRST) and desk.engine.ask(chosen) == 0
        desk.engine.ask(press, "Undo")
        assert desk.text(FIRST) == "1 + 1"
        assert desk.engine.ask(chosen) == 1


def test_first_page_leads_back(desk):
    desk.write(FIRST, "1 + 1")
    desk.engine.load(f"{desk.address.rpartition('/')[0]}/index.html")
    way = "() => document.querySelector('.wb-way').textContent"
    assert desk.engine.ask(way).startswith("Go on where you left off: Scores, cell ")
    assert desk.engine.ask("() => document.querySelector('.wb-way a').href").endswith(
        f"{chapter('scores')}.html#cell-{FIRST}"
    )


def test_where_the_book_has_changed_both_texts_are_shown_and_nothing_runs(desk):
    desk.write(FIRST, "print('mine')")
    desk.engine.ask("""() => {
      const [key] = Object.keys(localStorage).filter(key => key.endsWith("/bea83278"));
      localStorage.setItem(key, localStorage.getItem(key).replace(/"of":"\\w+"/, '"of":"old"'));
    }""")
    desk.open()
    assert "qkv.project" in desk.text(FIRST) and desk.says(FIRST) == ""
    note = "return cell(id).querySelector('.wb-note')?.textContent ?? '';"
    assert "print('mine')" in desk.ask(note, FIRST)
    desk.press(FIRST, "use")
    assert desk.text(FIRST) == "print('mine')" and desk.says(FIRST) == "Not run"
    assert "qkv.project" in desk.ask(note, FIRST)
    desk.open()
    assert desk.text(FIRST) == "print('mine')"
    desk.press(FIRST, "drop")
    assert desk.ask(note, FIRST) == ""
