"""Once through all of it, in each browser: work, take it along, come back, go offline, go on."""

import json
import shutil
from pathlib import Path

import pytest
from desk import CELL, Desk, wait
from serve import serve
from the_book import chapter

from qkvlib.grade import grade

SITE = Path(__file__).parents[2] / "_build" / "site"
PAGE = f"book/{chapter('scores')}.html"
TURN, EXERCISE = "99fcff39", "f0109af2"
RIGHT = "def score(q, k):\n    return (q * k).sum()\n\n\nqkv.check_score(score)"
EDIT = "    direction = ", "    angle += 1\n    direction = "
SAYS = "return cell(id).querySelector('.explore-picture').getAttribute('aria-label');"
# What a browser would save is taken here, and what somebody would choose is given.
CATCH = """() => { window.saved = null; const click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () {
    if (!this.download) return click.call(this);
    fetch(this.href).then((file) => file.text()).then((text) => { window.saved = text; });
  }; }"""
CHOOSE = """text => { const click = HTMLInputElement.prototype.click;
  HTMLInputElement.prototype.click = function () {
    if (this.type !== "file") return click.call(this);
    const given = new DataTransfer();
    given.items.add(new File([text], "mine.ipynb"));
    this.files = given.files;
    this.dispatchEvent(new Event("change", {bubbles: true}));
  };
  document.querySelector(".wb-bring").click(); }"""
KEPT = """async () => { const names = await caches.keys(); let count = 0;
  for (const name of names) count += (await (await caches.open(name)).keys())
    .filter(({url}) => /pyodide[.]asm[.]wasm|numpy|matplotlib|scores[.]html/.test(url)).length;
  return count; }"""


@pytest.fixture
def open_at(engine):
    def open_at(home):
        desk = Desk(engine, f"{home}/{PAGE}")
        desk.open_afresh()
        desk.unfold()
        return desk

    return open_at


def shows(desk, words):
    says = f"([id, words]) => {{ {CELL} {SAYS.replace(';', '.includes(words);')} }}"
    wait(desk.engine, says, [TURN, words], seconds=60)


def test_edit_drag_take_grade_bring_back_go_offline_go_on(open_at, tmp_path):
    with serve(SITE) as home:
        desk = open_at(home)
        desk.write(EXERCISE, RIGHT)
        assert "✓ score: right" in desk.run(EXERCISE)
        desk.write(TURN, desk.text(TURN).replace(*EDIT))
        desk.run(TURN)
        desk.slide(TURN, 20)
        shows(desk, "at 101°")
        desk.engine.ask(CATCH)
        desk.engine.ask("() => document.querySelector('.wb-take').click()")
        text = wait(desk.engine, "() => window.saved", seconds=30)

    notebook = tmp_path / "mine.ipynb"
    notebook.write_text(text)
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}
    assert cells[EXERCISE] == RIGHT and EDIT[1] in cells[TURN]
    (graded,) = grade([notebook], chapter="scores")
    assert [one.exercise for one in graded.results if one.passed] == ["scores.1 check_score"]

    # On another origin, which is gone after a while.
    there = tmp_path / "there"
    shutil.copytree(SITE, there, symlinks=True)
    with serve(there) as home:
        desk = open_at(home)
        desk.engine.ask(CHOOSE, text)
        said = "() => document.querySelector('.wb-carried').textContent.includes('mine.ipynb')"
        wait(desk.engine, said, seconds=20)
        desk.press(TURN, "run")
        desk.ask("cell(id).querySelector('.wb-note[role=alert] .wb-use').click();", TURN)
        desk.wait(TURN)
        assert desk.says(TURN) == "Ran"
        desk.slide(TURN, 30)
        shows(desk, "at 151°")
        can_keep = desk.engine.ask("() => 'serviceWorker' in navigator")
        if can_keep:
            wait(desk.engine, f"async () => (await ({KEPT})()) >= 4", seconds=60)
    # Without it: Python goes on; a browser that keeps files starts it again, on the same page anew.
    desk.slide(TURN, 34)
    shows(desk, "at 171°")
    if not can_keep:
        pytest.skip("this browser keeps no files")
    desk.open()
    desk.unfold()
    desk.run(TURN)
    assert desk.says(TURN) == "Ran"
    desk.slide(TURN, 10)
    shows(desk, "at 51°")
    desk.engine.ask(CATCH)
    desk.engine.ask("() => document.querySelector('.wb-take').click()")
    assert "angle += 1" in wait(desk.engine, "() => window.saved", seconds=20)
