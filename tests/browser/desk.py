"""A page on which somebody works, in any of three browsers: its cells by their ids."""

import time

from reader import UNFOLD

PATIENCE = 480  # seconds: WebKit compiles Python anew for each page, with the cores that are left
# What the worker says of each cell, before the page makes something of it.
HEARD = """<script>
window.heard = [];
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => this.said?.push(data));
  }
  postMessage(message) {
    if (message.cell) heard.push([message.cell, this.said = []]);
    super.postMessage(message);
  }
};
</script>"""
CELL = "const cell = (id) => document.getElementById(`cell-${id}`);"


def wait(engine, function, *given, seconds=PATIENCE):
    """Wait until a function of JavaScript gives true, and return what it gives."""
    end = time.monotonic() + seconds
    while not (found := engine.ask(function, *given)):
        assert time.monotonic() < end, f"not after {seconds} s: {function}"
        time.sleep(0.05)
    return found


class Desk:
    """A page to work on, by the ids of its cells."""

    def __init__(self, engine, address):
        self.engine, self.address = engine, address

    def open(self):
        """Load the page; what is kept stays."""
        self.engine.load("about:blank")
        self.engine.load(self.address)

    def open_afresh(self):
        """Load the page as it is for who comes first: nothing is kept."""
        self.engine.load(self.address)
        self.engine.ask("() => localStorage.clear()")
        self.open()

    def unfold(self):
        """Open every fold of the page."""
        self.engine.ask(UNFOLD)

    def slide(self, cell, to):
        """Take the first slider of a cell's control somewhere, also between two values."""
        self.ask(
            """const field = cell(id).querySelector("input[type=range]");
            field.dispatchEvent(new PointerEvent("pointerdown"));
            field.value = given[0];
            field.dispatchEvent(new InputEvent("input", {bubbles: true}));""",
            cell,
            to,
        )

    def ask(self, body, *given):
        """Ask something of a cell, named by its id."""
        return self.engine.ask(f"(id, ...given) => {{ {CELL} {body} }}", *given)

    def press(self, cell, name):
        """Press one of its buttons."""
        self.ask(f"cell(id).querySelector('.wb-{name}').click();", cell)

    def write(self, cell, text):
        """Put a text in place of its own, as a hand would."""
        self.ask(
            """cell(id).querySelector(".wb-edit")?.click();
            const area = cell(id).querySelector("textarea");
            area.focus(); area.select();
            document.execCommand(given[0] ? "insertText" : "delete", false, given[0]);""",
            cell,
            text,
        )

    def text(self, cell):
        """Its code as it stands there."""
        return self.ask("return cell(id).querySelector('pre').textContent;", cell).rstrip("\n")

    def says(self, cell):
        """What it says of itself."""
        return self.ask("return cell(id).querySelector('.wb-said').textContent;", cell)

    def output(self, cell):
        """What stands below it."""
        return self.ask("return cell(id).querySelector('.cell_output')?.textContent ?? '';", cell)

    def run(self, cell):
        """Run it, wait, and give what stands below it."""
        self.press(cell, "run")
        self.wait(cell)
        return self.output(cell)

    def wait(self, cell):
        """Wait until it does not run."""
        rests = f"id => {{ {CELL} return !cell(id).classList.contains('wb-running'); }}"
        try:
            wait(self.engine, rests, cell)
        except AssertionError as late:
            heard = self.engine.ask("() => JSON.stringify(window.heard ?? []).slice(-2000)")
            late.add_note(f"It says {self.says(cell)!r}; the page heard {heard}")
            raise
