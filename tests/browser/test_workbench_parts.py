"""The parts of the workbench, each asked alone in Chromium, Firefox and WebKit."""

import json

import pytest
from serve import serve

from qkvlib.workbench import sphinx_ext

PARTS = ("keep", "marks", "colors", "editor", "sanitize", "run_order")
SHARED = "openKeep, colored, openEditor, sanitized, isStale, runBefore, isBooks, noteRun"
SETTINGS = {"book": "a", "page": "p", "home": "h", "pages": {}, "packages": [], "python": None}


@pytest.fixture(scope="module")
def ask(engine, tmp_path_factory):
    """A function that asks the parts something, in a page of their own."""
    folder = tmp_path_factory.mktemp("parts")
    settings = json.dumps(SETTINGS)
    (folder / "parts.html").write_text(
        f"<!doctype html><html lang='en'><title>Parts</title><link rel='icon' href='data:,'>"
        f"<meta name='workbench' content='{settings}'><article><div><pre>x = 1\n</pre></div>"
        f"<button>After</button></article>"
        f"<script>{sphinx_ext.joined(PARTS)}; window.parts = {{{SHARED}}};</script>"
    )
    with serve(folder) as home:
        engine.load(f"{home}/parts.html")
        yield lambda function, *given: engine.ask(f"(...given) => ({function})(...given)", *given)


SHOW = "html => { const box = document.createElement('div');"
SHOW += " box.append(...parts.sanitized(html)); return box.innerHTML.replace(/out\\d+-/g, ''); }"


@pytest.mark.parametrize(
    "harmless",
    [
        '<p>Text <b>bold</b> <a href="#there">there</a></p>',
        '<table><tbody><tr><td style="color: red;">1</td></tr></tbody></table>',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<svg viewBox="0 0 1 1"><defs><clipPath id="a"></clipPath></defs>'
        '<g clip-path="url(#a)"><path d="M 0 0"></path></g></svg>',
        '<style>.a { fill: url(#b); }</style><p class="a">x</p>',
        "<details><summary>More</summary>less</details>",
    ],
)
def test_harmless_output_stays_as_it_is(ask, harmless):
    assert ask(SHOW, harmless) == harmless


@pytest.mark.parametrize(
    "harmful",
    [
        "<script>alert(1)</script>",
        "<svg><script>alert(1)</script></svg>",
        '<img src="x" onerror="alert(1)">',
        '<img src="https://a.example/x.png">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java&#10;script:alert(1)">x</a>',
        '<a href="https://a.example/">x</a>',
        '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
        '<svg><use href="https://a.example/x.svg#a"></use></svg>',
        '<svg><animate attributeName="href" values="javascript:alert(1)"></animate></svg>',
        '<svg><foreignObject><iframe src="https://a.example/"></iframe></foreignObject></svg>',
        '<iframe src="https://a.example/"></iframe>',
        '<object data="https://a.example/"></object>',
        '<form action="https://a.example/"><button>x</button></form>',
        '<link rel="stylesheet" href="https://a.example/x.css">',
        '<meta http-equiv="refresh" content="0;url=https://a.example/">',
        '<base href="https://a.example/">',
        "<style>@import 'https://a.example/x.css';</style>",
        "<style>p { background: url(https://a.example/x.png) }</style>",
        r"<style>p { background: \75rl(https://a.example/x.png) }</style>",
        "<style>p { background: u/**/rl(https://a.example/x.png) }</style>",
        '<p style="background: url(https://a.example/x.png)">x</p>',
        '<p style="background: \\75 rl(https://a.example/x.png)">x</p>',
        '<svg><rect fill="url(https://a.example/x.svg#a)"></rect></svg>',
        '<video poster="https://a.example/x.png"></video>',
        '<img srcset="https://a.example/x.png 2x" alt="">',
        '<input type="image" src="https://a.example/x.png">',
        '<math><mtext><img src=x onerror="alert(1)"></mtext></math>',
        "<template><img src=x onerror=alert(1)></template>",
        '<p onclick="alert(1)" ONLOAD="alert(2)">x</p>',
    ],
)
def test_script_events_and_other_addresses_go(ask, harmful):
    left = ask(SHOW, harmful).lower()
    for word in ("alert", "a.example", "javascript", "script", "iframe", "onerror", "import"):
        assert word not in left


def test_names_in_an_output_are_its_own(ask):
    twice = ask("""() => ['<p id="a"></p><a href="#a">x</a>', '<p id="a"></p>'].map(html =>
      parts.sanitized(html).map(node => node.outerHTML).join(""))""")
    assert twice[0] != twice[1] and 'id="a"' not in "".join(twice)
    name = twice[0].split('id="')[1].split('"')[0]
    assert f'href="#{name}"' in twice[0]


# A page of cells by their kinds; what happens there, and what then runs before the last cell.
CELLS = """(kinds, steps) => {
  const cells = kinds.map((kind, n) => ({kind, text: `${n}`, original: `${n}`, ran: null}));
  let turn = 0;
  for (const [what, n] of steps) {
    if (what === "edit") cells[n].text += "!";
    if (what === "stop") cells.forEach(cell => { cell.ran = null; });
    if (what === "run")
      for (const cell of [...parts.runBefore(cells, cells[n]), cells[n]])
        parts.noteRun(cell, cell.text, ++turn);
    if (what === "alone") parts.noteRun(cells[n], cells[n].text, ++turn);
  }
  const last = cells.at(-1);
  const at = cell => cells.indexOf(cell);
  return [parts.runBefore(cells, last).map(at),
    cells.filter(cell => parts.isStale(cells, cell)).map(at), parts.isBooks(cells, last)];
}"""


@pytest.mark.parametrize(
    ("kinds", "steps", "before", "stale", "books"),
    [
        ("ccc", [], [0, 1], [], True),
        ("ccc", [("run", 1)], [], [], True),
        ("ccc", [("run", 2), ("alone", 0)], [], [], True),
        ("ccc", [("run", 2), ("edit", 0)], [0, 1], [], False),
        ("ccc", [("run", 2), ("edit", 0), ("alone", 0)], [1], [1, 2], False),
        ("ccc", [("run", 2), ("edit", 0), ("run", 1)], [], [2], False),
        ("ccc", [("run", 2), ("stop", 0)], [0, 1], [], True),
        ("csc", [("run", 1)], [], [], False),
        ("cxsc", [("edit", 2)], [0], [], True),
        ("cxc", [], [0], [], True),
        ("cxc", [("edit", 1)], [0, 1], [], True),
        ("cxc", [("edit", 1), ("run", 2)], [], [], False),
        ("cxx", [("edit", 1), ("run", 2), ("edit", 1)], [1], [], False),
    ],
)
def test_what_runs_before_a_cell(ask, kinds, steps, before, stale, books):
    names = {"c": "cell", "s": "solution", "x": "exercise"}
    found = ask(CELLS, [names[kind] for kind in kinds], [list(step) for step in steps])
    if kinds == "csc":  # a solution that was run has left its names
        books = True
    assert found == [before, stale, books]


def test_entries_are_kept_by_book_and_outlast_what_refuses(ask):
    kept = ask("""() => {
      const a = parts.openKeep("a"), b = parts.openKeep("b");
      a.set("x", {text: "1"}); b.set("x", {text: "2"});
      const back = a.forget(a.ids());
      const gone = [a.get("x"), b.get("x").text];
      back();
      const again = a.get("x").text;
      a.forget(["x"]); b.forget(["x"]);
      return [gone, again, a.lasts];
    }""")
    assert kept == [[None, "2"], "1", True]
    refused = ask("""() => {
      const set = Storage.prototype.setItem;
      Storage.prototype.setItem = () => { throw new Error("refused"); };
      const keep = parts.openKeep("c");
      keep.set("x", {text: "3"});
      Storage.prototype.setItem = set;
      return [keep.lasts, keep.get("x").text, keep.ids(), Object.keys(localStorage)];
    }""")
    assert refused == [False, "3", ["x"], []]


def test_colors_change_no_letter(ask):
    code = (
        "def f(x):  # \"no\"\n    s = f\"{x}\" + '''a\nb'''\n    return None if x1 == 1.5 else \"\n"
    )
    text, kinds = ask(
        """code => {
          const box = document.createElement("pre");
          box.append(parts.colored(code));
          const kinds = [...box.children].map(part => `${part.className} ${part.textContent}`);
          return [box.textContent, kinds];
        }""",
        code,
    )
    assert text == code + "\n"
    for kind in ("k def", 'c1 # "no"', "mi 1.5", "kc None", "k if", "n x1", 's2 f"{x}"'):
        assert kind in kinds
    assert not [kind for kind in kinds if kind == "mi 1"]


# Keys that are pressed in an editor with some text; `|` is the caret, or both ends of a selection.
PRESS = """(text, key, options) => {
  document.querySelector("textarea")?.remove();
  const pre = document.querySelector("pre");
  const [from, to = from] = [...text.matchAll(/\\|/g)].map(({index}, n) => index - n);
  const { area } = parts.openEditor({pre, text: text.replaceAll("|", ""), label: "Code",
    changed: () => {}, run: () => { window.ran = true; }});
  window.ran = false;
  area.focus();
  area.setSelectionRange(from, to);
  for (const one of key.split(" "))
    area.dispatchEvent(new KeyboardEvent("keydown", {key: one, ...options, cancelable: true}))
      && one === "Tab" && (window.left = true);
  const {value, selectionStart: a, selectionEnd: b} = area, left = window.left ?? false;
  window.left = false;
  return [a === b ? `${value.slice(0, a)}|${value.slice(a)}`
    : `${value.slice(0, a)}|${value.slice(a, b)}|${value.slice(b)}`, window.ran, left];
}"""


@pytest.mark.parametrize(
    ("text", "key", "options", "after", "ran", "left"),
    [
        ("a|", "Tab", {}, "a    |", False, False),
        ("    a|", "Tab", {"shiftKey": True}, "|a|", False, False),
        ("|a\nb|", "Tab", {}, "|    a\n    b|", False, False),
        ("  a|", "Enter", {}, "  a\n  |", False, False),
        ("if a:|", "Enter", {}, "if a:\n    |", False, False),
        ("|a\n  b|", "/", {"ctrlKey": True}, "|# a\n  # b|", False, False),
        ("|# a\n  # b|", "/", {"ctrlKey": True}, "|a\n  b|", False, False),
        ("a|", "/", {}, "a|", False, False),
        ("a|", "Enter", {"ctrlKey": True}, "a|", True, False),
        ("a|", "Enter", {"shiftKey": True}, "a|", True, False),
        ("a|", "Escape Tab", {}, "a|", False, True),
        ("a|", "Enter", {"isComposing": True}, "a|", False, False),
    ],
)
def test_keys_of_the_editor(ask, text, key, options, after, ran, left):
    assert ask(PRESS, text, key, options) == [after, ran, left]
