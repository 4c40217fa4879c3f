"""A picture that can be taken hold of: its ring follows the hand to the nearest state."""

import pytest
from conftest import PAGES, SITE, write_page
from matplotlib.figure import Figure
from playwright.sync_api import expect
from serve import serve

from qkvlib import Control, Picture

DRAGGABLE = [path for path in PAGES if "explore-ring" in (SITE / path).read_text()]
assert DRAGGABLE
SCALE = "ring => ring.getScreenCTM().a"  # pixels of the page in a point of the drawing
CENTER = "drawing => drawing.scrollIntoView({block: 'center', behavior: 'instant'})"


def draw(across, up, word):
    """A chosen word moves the ring as well, far to the right."""
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 4), ylim=(0, 3))
    point = across + 1 + 0.25 * (word == "a"), up + 1
    axes.plot(*point, marker="o")
    return Picture(figure, alt=f"{across}, {up}, {word}.", handle=(axes, *point))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A page whose ring has places 72 points apart, in a row of three and a column of two."""
    folder = tmp_path_factory.mktemp("drag")
    write_page(folder, draw, across=range(3), up=range(2), word=Control(["a", "b"], start="b"))
    with serve(folder) as home:
        yield home


@pytest.fixture
def panel(home, visit, request):
    opened = visit("page.html", getattr(request, "param", "light"), home=home)
    yield opened.page.locator(".explore")
    assert opened.flaws == []


def state(panel):
    return [output.inner_text() for output in panel.locator("output").all()]


def middle(ring):
    box = ring.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(ring, right, up, grip=0):
    """Take the ring, `grip` pixels off its middle, and move the hand so many points."""
    (x, y), unit, mouse = middle(ring), ring.evaluate(SCALE), ring.page.mouse
    mouse.move(x + grip, y)
    mouse.down()
    mouse.move(x + grip + right * unit, y - up * unit, steps=5)
    mouse.up()


def test_the_nearest_state_is_shown(panel):
    ring = panel.locator(".explore-ring")
    drag(ring, 80, 60)
    assert state(panel) == ["1", "1"]
    drag(ring, 40, -30)
    assert state(panel) == ["2", "1"]
    drag(ring, 500, -500)
    assert state(panel) == ["2", "0"], "the hand may leave the picture"


def test_what_was_chosen_stays_though_it_moves_the_ring_too(panel):
    drag(panel.locator(".explore-ring"), 92, 72)
    expect(panel.get_by_label("b", exact=True)).to_be_checked()


def test_the_ring_lies_where_the_hand_let_it_go(panel):
    ring = panel.locator(".explore-ring")
    (x, y), unit = middle(ring), ring.evaluate(SCALE)
    drag(ring, 72, 72)
    assert middle(ring) == pytest.approx((x + 72 * unit, y - 72 * unit), abs=0.5)


def test_a_ring_taken_at_its_edge_does_not_jump(panel):
    drag(panel.locator(".explore-ring"), 33, 0, grip=9)
    assert state(panel) == ["0", "0"]


def test_a_drag_is_said_linked_and_undone(panel):
    drag(panel.locator(".explore-ring"), 72, 0)
    panel.page.wait_for_function("location.hash == '#here?across=1&up=0&word=b'")
    expect(panel.locator(".explore-announce")).to_have_text("1, 0, b.")
    panel.get_by_role("button", name="Reset").click()
    assert state(panel) == ["0", "0"]


def test_a_hand_that_only_passes_moves_nothing(panel):
    x, y = middle(panel.locator(".explore-ring"))
    panel.page.mouse.move(x, y)
    panel.page.mouse.move(x + 200, y, steps=5)
    assert state(panel) == ["0", "0"]


@pytest.mark.parametrize("panel", ["phone"], indirect=True)
def test_a_finger_drags_and_does_not_scroll(panel):
    ring = panel.locator(".explore-ring")
    (x, y), unit, page = middle(ring), ring.evaluate(SCALE), panel.page
    client = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [(x, y)]),
        ("touchMove", [(x, y - 30 * unit)]),
        ("touchMove", [(x + 72 * unit, y - 72 * unit)]),
        ("touchEnd", []),
    ):
        touches = [{"x": left, "y": top} for left, top in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    assert state(panel) == ["1", "1"]
    assert page.evaluate("scrollY") == 0


def test_without_a_script_or_on_paper_there_is_no_ring(home, visit):
    still = visit("page.html", home=home, java_script_enabled=False).page
    expect(still.locator(".explore-ring")).to_be_hidden()
    paper = visit("page.html", home=home).page
    expect(paper.locator(".explore-ring")).to_be_visible()
    expect(paper.locator(".explore-hint")).to_be_visible()
    paper.emulate_media(media="print")
    expect(paper.locator(".explore-ring")).to_be_hidden()
    expect(paper.locator(".explore-hint")).to_be_hidden()


CHOSEN = "fields => fields.map(field => field.name + field.value)"
# For each ring: the sliders that move it, how many steps these have, how many places the ring.
PLACES = """() => [...document.querySelectorAll('.explore:has(.explore-ring)')].map(panel => {
  const data = JSON.parse(panel.querySelector('.explore-data').textContent);
  const kinds = [...panel.querySelectorAll('[data-control]')].map(part => part.dataset.control);
  const marked = [...panel.querySelectorAll('[data-x]')];
  const moves = data.changes.filter(([element]) => marked[element].matches('.explore-ring'));
  const free = [...new Set(moves.flatMap(([, , which]) => which))]
    .filter(c => kinds[c] === 'slider');
  return free.map(c => [data.names[c], data.texts[c].length]);
})"""
# These are things, not points of a scale: there are no more of them.
THINGS = {"hour", "steps", "query"}


@pytest.mark.parametrize("path", DRAGGABLE)
def test_a_ring_glides(visit, path):
    for sliders in visit(path).page.evaluate(PLACES):
        names = [name for name, _ in sliders]
        steps = [count for _, count in sliders]
        assert sliders, "no slider moves the ring"
        if len(sliders) == 1 and not THINGS & set(names):
            assert steps[0] >= 40, sliders
        elif len(sliders) == 2:
            assert steps[0] * steps[1] >= 350, sliders


# For each slider: by how many pixels of a column's width the ring moves in its longest step.
STEPS = """() => [...document.querySelectorAll('.explore:has(.explore-ring)')].flatMap(panel => {
  const data = JSON.parse(panel.querySelector('.explore-data').textContent);
  const marked = [...panel.querySelectorAll('[data-x]')], counts = data.texts.map(t => t.length);
  const moves = data.changes.filter(([element]) => marked[element].matches('.explore-ring'));
  const at = state => ['cx', 'cy'].map(side => {
    const move = moves.find(([, what]) => what === side);
    if (!move) return 0;
    const [, , which, values, picks] = move;
    return +values[picks[which.reduce((n, c) => n * counts[c] + state[c], 0)]];
  });
  const unit = 672 / panel.querySelector('.explore-ring').ownerSVGElement.viewBox.baseVal.width;
  return data.names.map((name, c) => {
    const places = data.texts[c].map((_, i) => at(data.starts.map((old, j) => j === c ? i : old)));
    const steps = places.slice(1).map((p, i) =>
      Math.hypot(p[0] - places[i][0], p[1] - places[i][1]));
    return [name, Math.round(unit * Math.max(...steps))];
  });
})"""


@pytest.mark.parametrize("path", DRAGGABLE)
def test_a_ring_moves_in_small_steps(visit, path):
    far = {name: far for name, far in visit(path).page.evaluate(STEPS) if far > 18}
    assert far.keys() <= {"hour", "query", "word"}, far  # things: there is none between two


@pytest.mark.parametrize("mode", ["light", "phone"])
@pytest.mark.parametrize("path", DRAGGABLE)
def test_every_ring_of_the_book_follows_a_hand(visit, path, mode):
    opened = visit(path, mode)
    opened.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for panel in opened.page.locator(".explore:has(.explore-ring)").all():
        ring, drawing = panel.locator(".explore-ring"), panel.locator(".explore-picture")
        chosen = panel.locator("input:checked").evaluate_all(CHOSEN)
        seen = {drawing.get_attribute("aria-label")}
        drawing.evaluate(CENTER)
        for right, up in ((40, 15), (-40, -15)):  # one way there may be nothing more
            drag(ring, right, up)
            seen.add(drawing.get_attribute("aria-label"))
            assert panel.locator("input:checked").evaluate_all(CHOSEN) == chosen
        assert len(seen) > 1
    assert opened.flaws == []
