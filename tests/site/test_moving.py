"""The reader's own code moves the picture: a drawing is changed, its control goes on with it."""

import math

import pytest
from desk import CELL, wait
from playwright.sync_api import expect
from reader import UNFOLD
from the_book import chapter

IMPORTS, FIRST, TURN = "c5556f55", "bea83278", "99fcff39"
SAYS = "return cell(id).querySelector('.explore-picture').getAttribute('aria-label');"
HINT = "return [...cell(id).querySelectorAll('.explore-hint')].at(-1).textContent;"
NUMBER = "return cell(id).querySelector('output').textContent;"


@pytest.fixture
def desk(desk):
    desk.unfold()
    return desk


def until(desk, cell, body, found):
    wait(
        desk.engine,
        f"([id, found]) => {{ {CELL} const say = () => {{ {body} }}; return say() === found; }}",
        [cell, found],
        seconds=20,
    )


def test_an_edited_drawing_moves_by_its_control_and_the_books_comes_back(desk):
    desk.run(TURN)
    assert desk.says(TURN) == "Ran" and "Drawn now" in desk.ask(HINT, TURN)
    desk.slide(TURN, 11.4)
    until(desk, TURN, NUMBER, "57°")
    assert "at 57°" in desk.ask(SAYS, TURN)
    code = desk.text(TURN).replace(
        "    return qkv.plots.plane(",
        "    if length == 3:\n        while True:\n            pass\n"
        "    if angle == 60:\n        return qkv.Picture('<b>mine</b>', alt=f'My {angle}.')\n"
        "    return qkv.plots.plane(",
    )
    desk.write(TURN, code)
    desk.run(TURN)
    assert desk.ask(NUMBER, TURN) == "57°", "the position stays"
    desk.slide(TURN, 12)
    until(desk, TURN, SAYS, "My 60.")
    desk.slide(TURN, 13)
    until(desk, TURN, NUMBER, "65°")
    # An endless loop in a drawing: after a moment the cell's own button ends it.
    desk.engine.ask(
        f"""id => {{ {CELL} const field = cell(id).querySelectorAll("input[type=range]")[1];
        field.value = field.max;
        field.dispatchEvent(new InputEvent("input", {{bubbles: true}})); }}""",
        TURN,
    )
    until(desk, TURN, "return cell(id).querySelector('.wb-run').textContent;", "Stop")
    assert desk.says(TURN) == "Drawing"
    desk.press(TURN, "run")
    desk.wait(TURN)
    assert desk.says(TURN).startswith("Stopped")
    assert "the book's own pictures" in desk.ask(HINT, TURN)
    built = desk.ask(SAYS, TURN)
    desk.slide(TURN, 3)
    assert desk.ask(NUMBER, TURN) == "15°" and desk.ask(SAYS, TURN) != built


def test_another_sentence_has_a_control_of_its_own(desk):
    control = "029a302d"
    desk.write(IMPORTS, desk.text(IMPORTS) + '\nex.TOKENS = ("kitten", *ex.TOKENS[1:])')
    desk.run(control)
    names = "return [...cell(id).querySelectorAll('fieldset span')].map(s => s.textContent).join();"
    assert "kitten" in desk.ask(names, control)
    desk.ask("cell(id).querySelector('input[type=radio]').click();", control)
    until(desk, control, SAYS.replace(";", ".includes('kitten');"), True)
    desk.write(IMPORTS, "while True:\n    pass")
    desk.press(IMPORTS, "run")
    desk.press(IMPORTS, "run")
    desk.wait(IMPORTS)
    assert "kitten" not in desk.ask(names, control)
    assert "the book's own pictures" in desk.ask(HINT, control)


def test_the_ring_of_an_edited_drawing_stays_under_the_hand(browser, pages):
    """Though the build knew it elsewhere: the query is turned by 20 degrees more."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{pages}/{chapter('scores')}.html")
    page.evaluate(UNFOLD)
    cell = page.locator(f"#cell-{TURN}")
    cell.locator(".wb-edit").click(force=True)
    code = cell.locator("textarea").input_value()
    cell.locator("textarea").fill(
        code.replace("    direction", "    angle += 20\n    direction", 1)
    )
    cell.locator(".wb-run").click()
    expect(cell.locator(".wb-said")).to_have_text("Ran", timeout=90_000)
    ring = cell.locator(".explore-ring")
    ring.evaluate("ring => ring.scrollIntoView({block: 'center', behavior: 'instant'})")
    page.wait_for_timeout(500)
    (x, y), off = middle(ring), []
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(20):
        x, y = x - 3, y - 1
        page.mouse.move(x, y)
        page.wait_for_timeout(150 if step % 5 == 4 else 30)
        off.append(math.dist((x, y), middle(ring)))
    page.mouse.up()
    assert min(off) < 2 and sorted(off)[10] < 6, off
    page.close()


def middle(ring):
    box = ring.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
