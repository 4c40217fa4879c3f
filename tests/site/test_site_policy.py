"""The site works under its content security policy, and what is not its own is stopped."""

from pathlib import Path

import pytest
from desk import Desk, wait
from serve import serve
from the_book import chapter

from qkvlib.workbench.policy import policies

SITE = Path(__file__).parents[2] / "_build" / "site"
PAGE = f"book/{chapter('scores')}.html"
TURN, EXERCISE = "99fcff39", "f0109af2"
RIGHT = "def score(q, k):\n    return (q * k).sum()\n\n\nqkv.check_score(score)"
STOPPED = """() => { window.stopped = [];
  addEventListener("securitypolicyviolation", (event) =>
    stopped.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)); }"""


@pytest.fixture(scope="module")
def sent():
    return policies(SITE)


@pytest.fixture
def desk(engine, sent, request):
    if request.node.callspec.params["engine"] == "webkit":
        pytest.skip("the policy is tried in Chromium and Firefox")
    with serve(SITE, policies=sent) as home:
        desk = Desk(engine, f"{home}/{PAGE}")
        desk.open_afresh()
        engine.ask(STOPPED)
        yield desk


def test_policies_name_scripts_by_hash_and_evaluate_nothing_but_webassembly(sent):
    worker = sent["/_static/workbench_worker.js"]
    assert "'wasm-unsafe-eval'" in worker and "https:" not in worker
    for policy in sent.values():
        assert "'unsafe-eval'" not in policy
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "'unsafe-inline'" not in script
    assert "'sha256-" in sent[f"/{PAGE}"]


def test_a_page_works_under_the_policy(desk):
    desk.write(EXERCISE, RIGHT)
    assert "✓ score: right" in desk.run(EXERCISE)
    desk.unfold()
    desk.run(TURN)
    assert desk.says(TURN) == "Ran"
    desk.slide(TURN, 3)
    wait(
        desk.engine,
        """id => document.querySelector(`#cell-${id} .explore-picture`)
        .getAttribute("aria-label").includes("at 15°")""",
        TURN,
        seconds=30,
    )
    desk.engine.ask("() => document.querySelector('.wb-take').click()")
    said = "() => document.querySelector('.wb-carried').textContent.startsWith('Saved')"
    wait(desk.engine, said, seconds=20)
    assert desk.engine.ask("() => stopped") == []


def test_a_script_that_is_not_the_pages_own_is_stopped(desk):
    desk.engine.ask("""() => { const made = document.createElement("script");
      made.textContent = "window.hostile = true"; document.body.append(made); }""")
    wait(desk.engine, "() => stopped.length > 0", seconds=10)
    assert desk.engine.ask("() => window.hostile ?? null") is None
