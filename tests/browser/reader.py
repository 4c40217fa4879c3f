"""A reader who goes through pages and uses one thing of each kind: quick, and blind to looks."""

import shutil
from contextlib import contextmanager

from serve import serve

# The first thing in the head of each page. WebKit's driver has no console, so a page tells itself.
LISTENER = """<script>
window.flaws = [];
addEventListener("error", ({message}) => message && flaws.push(`script: ${message}`));
addEventListener("unhandledrejection", ({reason}) => flaws.push(`script: ${reason}`));
console.error = (...said) => flaws.push(`console: ${said.join(" ")}`);
</script>"""

# JavaScript that finds the first of its kind on a page, where there is one.
FOLD = "document.querySelector('article details:not([open]) > summary')"
SHOWN = "() => fold.open && fold.lastElementChild.getBoundingClientRect().height > 5"
# What has parts at different heights, where MathML is known.
FORMULA = """[...document.querySelectorAll('article :is(mfrac, msub, msup)')]
  .find(formula => !formula.closest('details'))"""
SET = f"""() => {{
  const [low, high] = [...{FORMULA}.children].map(part => part.getBoundingClientRect());
  return low.height * high.height > 0
    && Math.abs(low.top + low.bottom - high.top - high.bottom) > 2;
}}"""
PANEL = "document.querySelector('.explore[data-controls]')"
RINGED = "document.querySelector('.explore:has(.explore-ring)')"
# What of its first control is to be clicked: another choice, a switch, a slider away from its end.
FIELD = f"{PANEL}?.querySelector('input[type=range], input:not(:checked)')"
SHARE = f"() => {FIELD}.type != 'range' ? .5 : +{FIELD}.value ? .03 : .97"
CHOOSER = "document.querySelector('.explore:has(.explore-choice)')"
RING = f"{RINGED}?.querySelector('.explore-ring')"
# Whether to drag it to the right: towards the middle of its drawing.
TO_THE_RIGHT = f"""() => {{
  const [ring, drawing] = [{RING}, {RING}.ownerSVGElement].map(e => e.getBoundingClientRect());
  return ring.left + ring.right < drawing.left + drawing.right;
}}"""
SEEN = """panel => {
  const picture = panel.querySelector('.explore-picture');
  return [picture.innerHTML, picture.getAttribute('aria-label')];
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })"
RESULTS = "document.querySelector('#search-results')"
FOUND = f"() => {RESULTS}.querySelector('li a') != null"


class Reader:
    """Goes through the pages of a folder in one browser, and tells what is wrong with each."""

    def __init__(self, engine, home, failed):
        self.engine, self.home, self.failed = engine, home, failed

    def flaws(self, path):
        """Open a page and use the first of each kind of thing on it; gives what goes wrong."""
        self.failed.clear()
        self.engine.open(f"{self.home}/{path}")
        found = [
            flaw
            for thing, use in (
                (FOLD, self.open_fold),
                (FORMULA, self.look_at_formula),
                (RESULTS, self.wait_for_results),
                (FIELD, self.move_control),
                (RING, self.drag_ring),
                (CHOOSER, self.choose_in_picture),
            )
            if self.engine.ask(f"() => Boolean({thing})")
            for flaw in use()
        ]
        # Firefox may ask for a file twice: ahead, and when its turn has come.
        return found + self.engine.ask("() => flaws") + list(dict.fromkeys(self.failed))

    def open_fold(self):
        """Click on the first fold."""
        self.engine.ask(f"() => {{ window.fold = {FOLD}.parentElement; }}")
        self.engine.click(FOLD)
        shown = self.engine.ask(SHOWN)
        return [] if shown else ["fold: a click does not open it"]

    def look_at_formula(self):
        """Look where the parts of the first formula stand."""
        return [] if self.engine.ask(SET) else ["formula: it is not set as one"]

    def wait_for_results(self):
        """Wait for what the search finds."""
        return [] if self.engine.becomes(FOUND) else ["search: it finds nothing"]

    def move_control(self):
        """Click on the first control."""
        before = self.seen(PANEL)
        self.engine.click(FIELD, self.engine.ask(SHARE))
        return self.unchanged("control: a click", before, self.seen(PANEL))

    def choose_in_picture(self):
        """Click on the first and on the last part of a picture that chooses."""
        self.engine.ask(UNFOLD)
        parts = f"{CHOOSER}.querySelectorAll('.explore-choice')"
        self.engine.click(f"{parts}[0]")
        before = self.seen(CHOOSER)
        self.engine.click(f"[...{parts}].at(-1)")
        return self.unchanged("choice: a click", before, self.seen(CHOOSER))

    def drag_ring(self):
        """Drag the first ring, with every fold open."""
        self.engine.ask(UNFOLD)
        before = self.seen(RINGED)
        self.engine.drag(RING, 40 if self.engine.ask(TO_THE_RIGHT) else -40, -15)
        selected = self.engine.ask("() => getSelection().toString()")
        return [
            *self.unchanged("ring: a drag", before, self.seen(RINGED)),
            *(["ring: a drag selects text"] if selected else []),
        ]

    def seen(self, panel):
        """What a reader gets from a picture: the drawing, its words."""
        drawing, words = self.engine.ask(f"() => ({SEEN})({panel})")
        return {"drawing": drawing, "words": words}

    def unchanged(self, act, before, after):
        """What an act has left as it was, though it should not."""
        return [f"{act} leaves the {part}" for part in before if before[part] == after[part]]


@contextmanager
def read(engine, folder, copy):
    """Serve a copy of a folder whose pages tell what goes wrong in them; gives its reader."""
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    for page in copy.rglob("*.html"):
        page.write_text(page.read_text().replace("<head>", f"<head>{LISTENER}", 1))
    failed = []
    with serve(copy, failed) as home:
        yield Reader(engine, home, failed)
