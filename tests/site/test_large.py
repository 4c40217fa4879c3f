"""A large file for the pages' Python: it comes in pieces, is kept, stopped, gone on with.

Small files stand in for the language model, which is tried whole at the end.
"""

import ast
import hashlib
import json
import re
from html import escape, unescape
from pathlib import Path

import pytest
from desk import HEARD, Desk, wait
from engines import BySelenium
from publish import model
from reader import LISTENER
from serve import serve
from the_book import chapter

from qkvlib import write_text

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "site"
PAGE = f"book/{chapter('decoder')}.html"
SAYS = "() => document.querySelector('.wb-large').innerText"
PRESS = "() => document.querySelector('.wb-large button').click()"
THEN = "import builtins; builtins.large = open('/large/file', 'rb').read()"
CONTENT = bytes(range(256)) * 40
WRITES, WINDOWS = "08fe5798", "c7f0a3e6"
SETTINGS = re.compile(r'(<meta name="workbench" content=")([^"]*)')


def copy_site(folder, put):
    """The site with another folder of Python, into which `put` writes; gives where that is."""
    (folder / "python").mkdir(parents=True)
    for file in (SITE / "python").iterdir():
        (folder / "python" / file.name).symlink_to(file)
    for name in ("_static", "workbench_offline.js"):
        (folder / name).symlink_to(SITE / name)
    page = (SITE / PAGE).read_text()
    settings = json.loads(unescape(SETTINGS.search(page)[2]))
    settings["python"]["large"] = f"python/{put(folder / 'python')}"
    page = SETTINGS.sub(lambda found: found[1] + escape(json.dumps(settings)), page, count=1)
    (folder / "book").mkdir()
    (folder / PAGE).write_text(page.replace("<head>", f"<head>{LISTENER}{HEARD}", 1))
    return folder


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site whose large file is small, in 40 pieces."""
    (tmp_path / "file").write_bytes(CONTENT)
    monkeypatch.setattr(model, "THEN", THEN)
    return copy_site(tmp_path / "site", lambda folder: model.put(tmp_path / "file", folder, 256))


@pytest.fixture
def desk(engine, site):
    if isinstance(engine, BySelenium):
        pytest.skip("not tried in WebKit")
    with serve(site) as home:
        desk = Desk(engine, f"{home}/{PAGE}")
        desk.open_afresh()
        forget = (
            "async () => { for (const name of await caches.keys()) await caches.delete(name); }"
        )
        engine.ask(forget)
        engine.ask("() => document.querySelector('.wb-add').click()")
        wait(engine, f"() => ({SAYS})().includes('Load the model')")
        yield desk


def pieces(site):
    """Where the pieces are, or were, in their order."""
    listed = json.loads(next((site / "python").glob("large-*.json")).read_text())
    return [site / "python" / piece["name"] for piece in listed["pieces"]]


def becomes(desk, words):
    said = f"words => ({SAYS})().includes(words) && ({SAYS})()"
    try:
        return wait(desk.engine, said, words, seconds=120)
    except AssertionError as late:
        late.add_note(desk.engine.ask(SAYS))
        raise


def has_it(desk):
    """Whether Python has the file, whole."""
    desk.write("scratch-1", "import hashlib\nprint(hashlib.sha256(large).hexdigest())")
    return desk.run("scratch-1").strip() == hashlib.sha256(CONTENT).hexdigest()


def test_it_comes_once_and_is_kept(desk, site):
    desk.engine.ask(PRESS)
    assert "It is kept in this browser." in becomes(desk, "Ready.")
    assert has_it(desk)
    for piece in pieces(site):
        piece.unlink()
    desk.open()
    assert "Load the model: kept in this browser" in becomes(desk, "Load the model")
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    assert has_it(desk)
    desk.engine.ask(PRESS)  # Do not keep it
    wait(desk.engine, f"() => !({SAYS})().includes('kept')")
    desk.open()
    becomes(desk, "Load the model: 0 MB")
    desk.engine.ask(PRESS)
    assert f"{pieces(site)[0].name} did not come" in becomes(desk, "Try again")


def test_a_wrong_piece_is_named_and_comes_with_the_next_try(desk, site):
    piece = pieces(site)[6]
    right = piece.read_bytes()
    piece.write_bytes(right[::-1])
    desk.engine.ask(PRESS)
    assert f"{piece.name} is another file than is meant" in becomes(desk, "Try again")
    piece.write_bytes(right * 2)
    desk.engine.ask(PRESS)
    assert f"{piece.name} is another file than is meant" in becomes(desk, "Try again")
    piece.write_bytes(right)
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    assert has_it(desk)


def test_a_piece_that_was_changed_where_it_is_kept_comes_anew(desk, site):
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    change = """async name => { const store = await caches.open("workbench large");
      const all = await store.keys(), one = all.find(({url}) => url.endsWith(name));
      await store.put(one, new Response("other")); }"""
    desk.engine.ask(change, pieces(site)[2].name)
    desk.open()
    becomes(desk, "Load the model")
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    assert has_it(desk)


def test_it_is_stopped_and_goes_on_with_what_has_come(desk, site):
    stops = f"""() => {{ if (!/Stop/.test(({SAYS})()) || !(document.querySelector(
      '.wb-large progress').value > 512)) return false; ({PRESS})(); return true; }}"""
    desk.engine.ask(PRESS)
    wait(desk.engine, stops)
    assert "Stopped at" in becomes(desk, "Go on")
    for piece in pieces(site)[:2]:
        piece.unlink()
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    assert has_it(desk)


def test_who_stops_python_has_it_back_with_the_next_run(desk):
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    desk.write("scratch-1", "while True:\n    pass")
    desk.press("scratch-1", "run")
    becomes(desk, "Ready.")
    desk.press("scratch-1", "run")
    desk.wait("scratch-1")
    becomes(desk, "The model went when Python was stopped. The next run brings it back.")
    assert has_it(desk)
    becomes(desk, "Ready.")


def test_a_page_that_ended_while_it_was_unpacked_says_so(desk):
    prefix = "Object.keys(localStorage).find(key => key.startsWith('workbench/')).split('/')[1]"
    desk.write("scratch-1", "1")  # something is kept: so the book's name is known
    desk.engine.ask(
        f"() => localStorage.setItem(`workbench/${{{prefix}}}/large`, '{{\"unpacks\": true}}')"
    )
    desk.open()
    assert "The last time, this page ended while The model was unpacked" in becomes(
        desk, "Try again"
    )
    desk.engine.ask(PRESS)
    becomes(desk, "Ready.")
    desk.open()
    becomes(desk, "Load the model: kept in this browser")


@pytest.mark.parametrize(
    "device",
    [{"user_agent": "Mozilla/5.0 (Linux; Android 14; Mobile)"}, {"memory": 2}],
    ids=["phone", "small"],
)
def test_who_has_little_memory_is_refused_in_one_sentence(browser, site, device):
    memory = device.pop("memory", 8)
    context = browser.new_context(**device)
    context.add_init_script(
        f"Object.defineProperty(navigator, 'deviceMemory', {{value: {memory}}});"
        "Object.defineProperty(navigator, 'userAgentData', {value: undefined});"
    )
    with serve(site) as home:
        page = context.new_page()
        page.goto(f"{home}/{PAGE}")
        page.wait_for_function(f"() => ({SAYS})().includes('more than this device can spare')")
        assert page.locator(".wb-large button").count() == 0
    context.close()


def test_where_nothing_can_be_kept_it_comes_all_the_same(browser, site):
    context = browser.new_context()
    context.add_init_script("delete window.caches")
    with serve(site) as home:
        page = context.new_page()
        page.goto(f"{home.replace('127.0.0.1', '0.0.0.0')}/{PAGE}")  # not a secure connection
        assert not page.evaluate("isSecureContext")
        page.locator(".wb-large button").click()
        page.wait_for_function(f"() => ({SAYS})().includes('This browser does not keep it')")
    context.close()


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """The site with the language model."""
    file = model.fetch_model(ROOT / ".pyodide")
    return file, copy_site(
        tmp_path_factory.mktemp("whole") / "site", lambda put: model.put(file, put)
    )


def test_the_language_model_writes_in_the_page(engine, whole, monkeypatch):
    if isinstance(engine, BySelenium):
        pytest.skip("not tried in WebKit")
    file, site = whole
    monkeypatch.setenv("QKV_MODELS", str(file.parent))
    start = "My sister bought a new"
    with serve(site) as home:
        desk = Desk(engine, f"{home}/{PAGE}")
        desk.open_afresh()
        wait(engine, f"() => ({SAYS})().includes('Load the model: 98 MB')")
        engine.ask(PRESS)
        becomes(desk, "Ready.")
        code = (
            f'for piece in qkv.write_text("{start}", n=50):\n    print(piece, end="", flush=True)'
        )
        desk.write(WRITES, code)
        assert desk.run(WRITES).rstrip("\n") == "".join(write_text(start, n=50)).rstrip("\n")
        asked = f'qkv.write_text("{start}", n=30, window=8, sink=sink)'
        own = f"for sink in (0, 1):\n    print([*{asked}])"
        desk.write(WINDOWS, own)
        broken, kept = map(ast.literal_eval, desk.run(WINDOWS).strip().split("\n"))
        assert broken[:2] == kept[:2] and broken[-9:] != kept[-9:]
        for piece in pieces(site):
            piece.unlink()
        desk.open()
        becomes(desk, "Load the model: kept in this browser")
        engine.ask(PRESS)
        becomes(desk, "Ready.")
        desk.write(WRITES, code.replace("50", "5"))
        assert desk.run(WRITES).strip() == "".join(write_text(start, n=5)).strip()
