"""The parts of the bench that can be checked without a browser."""

import json

import pytest
from bench import decoder, interleaved
from bench.books import fetch_packaged, packaged
from bench.speed import Times, percentile_95
from bench.weight import Weight, explore_calls, gzipped
from tiny_decoder import tiny

from qkvlib import Picture
from qkvlib.explorer.controls import read_controls
from qkvlib.explorer.page import render_page


def test_explore_calls_are_found_in_a_page_as_the_explorer_writes_it():
    def draw(n, on):
        return Picture(f"<b>{n}</b></p><p>{on}".join(("<p>", "</p>")), alt=f"{n} and {on}.")

    one = render_page(draw, read_controls({"n": [1, 2, 3], "on": True}))
    two = render_page(draw, read_controls({"n": range(5), "on": ["a", "b", "c"]}))
    page = f"<main>é{one}<p>between</p>{two}<div><script></script></div></main>"
    calls = explore_calls(page)
    assert [(call.controls, call.states) for call in calls] == [(2, 6), (2, 15)]
    assert [call.markup.decode() for call in calls] == [one, two]
    data = one.partition('explore-data">')[2].partition("</script>")[0]
    assert calls[0].changes == len(json.loads(data)["changes"]) > 0


def test_a_page_without_explore_has_no_call():
    assert explore_calls('<div class="explore"><p>a still picture</p></div>') == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("npm/mathjax@3/es5/a.js", ("mathjax@3", "es5/a.js")),
        ("npm/@scope/name@1.0.6/dist/a.js?x=1", ("@scope/name@1.0.6", "dist/a.js")),
        ("libs/require.js/2.3.4/require.min.js", ("requirejs@2.3.4", "require.js")),
        ("fonts/a.woff", None),
    ],
)
def test_an_address_names_its_package(path, expected):
    assert packaged(f"https://cdn.example/{path}") == expected


def test_what_no_package_holds_cannot_be_fetched(tmp_path):
    assert fetch_packaged("https://cdn.example/fonts/a.woff", tmp_path) is None


def test_percentile_lies_between_the_two_nearest_times():
    assert percentile_95([float(n) for n in range(101)]) == 95
    assert percentile_95([0.0, 10.0]) == pytest.approx(9.5)


def test_times_add_up():
    both = Times([1.0, 2.0], moved=1) + Times([3.0], moved=1)
    assert (both.presses, both.moved) == ([1.0, 2.0, 3.0], 2)
    assert str(both) == "2 / 3"


def test_a_weight_says_what_it_lacks_and_whom_it_asked():
    weight = Weight({"http://a/x.js": 10, "http://a/x.css": 5})
    assert (weight.total(), weight.total(".js")) == (15, 10)
    assert weight.notes == ""
    url = "https://cdn.example/lib/y.js?v=1"
    weight = Weight(asked=[url, url], uncounted=[url])
    assert weight.notes == " + y.js, which could not be counted; 2 requests to cdn.example"


def test_bytes_that_repeat_weigh_less():
    assert gzipped(b"a" * 1000) < 40 < gzipped(bytes(range(256)))


def test_ways_take_turns_and_the_least_time_counts(monkeypatch):
    clock, order = iter(range(100)), []
    monkeypatch.setattr(interleaved.time, "perf_counter", lambda: next(clock) ** 2)
    ways = {name: lambda name=name: order.append(name) for name in "ab"}
    times = interleaved.least_times(ways, 2, pause=0)
    assert order == ["a", "b", "a", "b"]
    assert times == {"a": 1, "b": 3**2 - 2**2}


def test_the_language_models_rows_say_how_it_compares(monkeypatch):
    monkeypatch.setattr(decoder, "FAR", 30)
    monkeypatch.setattr(decoder, "LONG", 40)
    monkeypatch.setattr(decoder, "by_transformers", lambda model: {})
    rows = list(decoder.speed_rows(tiny(261), rounds=1))
    assert [len(row) for row in rows] == [4] * 5
    assert all("×" in row[1] for row in rows)


def test_without_the_model_the_bench_says_so(monkeypatch, capsys):
    def missing():
        raise decoder.ModelNotFoundError("not here. Get it")

    monkeypatch.setattr(decoder, "load_decoder", missing)
    decoder.main()
    assert capsys.readouterr().out == "The language model is not measured: not here. Get it\n"
