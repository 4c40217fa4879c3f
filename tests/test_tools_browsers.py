"""Where browsers are found, and what happens where there is none."""

import os

import browsers
import engines
import pytest

SAYS = r"firefox is not here\. On Debian: sudo apt install firefox-esr"


@pytest.fixture
def nowhere(monkeypatch):
    """A machine that has no browser and cannot get one, such as a colleague's."""
    monkeypatch.setattr(browsers, "PROGRAMS", {name: ["no-such"] for name in browsers.PROGRAMS})
    monkeypatch.setattr(browsers, "playwrights_own", lambda: "no-such")
    monkeypatch.setattr(browsers, "can_install", lambda: False)
    monkeypatch.setattr(browsers.subprocess, "run", lambda command, **options: None)
    monkeypatch.delenv("CI", raising=False)


def test_a_browser_is_all_its_programs(monkeypatch, tmp_path):
    first, second = tmp_path / "first", tmp_path / "lib" / "second"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browsers, "PROGRAMS", {"webkit": ["none first", f"{tmp_path}/*/second"]})
    first.touch(mode=0o755)
    assert browsers.find("webkit") is None
    second.parent.mkdir()
    second.touch()
    assert browsers.find("webkit") == [str(first), str(second)]


def test_on_debian_root_gets_it(nowhere, monkeypatch):
    asked = []
    monkeypatch.setattr(browsers, "can_install", lambda: True)
    monkeypatch.setattr(browsers.subprocess, "run", lambda command, **_: asked.append(command))
    with pytest.raises(browsers.BrowserNotFoundError):
        browsers.get("webkit")
    assert asked[1] == ["apt-get", "install", "-qy", "webkit2gtk-driver", "xvfb"]


def test_where_it_cannot_be_its_tests_are_skipped_with_the_reason(nowhere, capsys):
    with pytest.raises(pytest.skip.Exception, match=SAYS):
        engines.get_or_skip("firefox")
    browsers.main(["firefox"])
    assert capsys.readouterr().err.endswith("firefox-esr. Its tests are skipped.\n")


@pytest.mark.parametrize("where", ["CI", "Debian"])
def test_where_it_has_to_be_they_fail(nowhere, monkeypatch, where):
    if where == "CI":
        monkeypatch.setenv("CI", "true")
    else:
        monkeypatch.setattr(browsers, "can_install", lambda: True)
    with pytest.raises(browsers.BrowserNotFoundError, match=SAYS):
        engines.get_or_skip("firefox")
    with pytest.raises(SystemExit, match=SAYS):
        browsers.main(["firefox"])


def test_nothing_works_without_chromium(nowhere):
    with pytest.raises(SystemExit, match="chromium is not here"):
        browsers.main(["chromium"])


def test_playwrights_own_chromium_is_found_while_playwright_runs(playwright, monkeypatch):
    monkeypatch.setattr(browsers, "PROGRAMS", {"chromium": ["no-such"]})
    monkeypatch.setattr(os.path, "exists", lambda path: True)
    assert browsers.find("chromium") == [playwright.chromium.executable_path]
