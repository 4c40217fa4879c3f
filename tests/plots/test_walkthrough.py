"""The walkthrough: every number's arithmetic gives that number, from numbers that are there."""

import gzip
import math
import re
import xml.etree.ElementTree as ET

import frozen
import numpy as np
import pytest

from qkvlib import Control, explore, plots, scaled_dot_product_attention
from qkvlib.explorer import mode
from qkvlib.plots.marks import STRONG
from qkvlib.plots.walkthrough import STEPS

MATRICES = (frozen.X, frozen.W_Q, frozen.W_K, frozen.W_V)
ALL = [(token, step) for token in frozen.TOKENS for step in STEPS]
EACH_STATE = pytest.mark.parametrize(("token", "step"), ALL)


def walk(token, step):
    return plots.walkthrough(*MATRICES, frozen.TOKENS, frozen.FEATURES, token=token, step=step)


def value(text):
    return float(text.replace("\N{MINUS SIGN}", "-"))


def agrees(exact, written):
    """Whether ``written`` is ``exact`` rounded to its own decimals."""
    return abs(exact - value(written)) <= 0.5 * 10.0 ** -len(written.partition(".")[2]) + 1e-9


class Stage:
    """The matrices of one state, read from its HTML as a browser would."""

    def __init__(self, picture):
        self.root = ET.fromstring(picture.content)
        self.labels = {}
        for slot in ("left", "top", "result"):
            matrix = self.root.find(f".//div[@class='walk-matrix walk-{slot}']")
            for label in matrix.iter("label") if matrix is not None else ():
                i, j = re.search(r"r(\d) c(\d)", label.get("class")).groups()
                self.labels[slot, int(i), int(j)] = label
        (self.kind,) = re.search(r"walk-(product|softmax|each)", picture.content).groups()

    def number(self, *place):
        """What stands in a cell."""
        return self.labels[place].find("b").text

    def operands(self, *place):
        """What a number says it was made of."""
        return [b.text for b in self.labels[place].findall("span//b")]


def evaluate(label):
    """Do the arithmetic of one number as written; check each line on the way."""
    lines, last = ("".join(e.itertext()) for e in label.find("span/span[@class='walk-sum']"))
    expression, _, result = last.rpartition(" = ")
    products = re.findall(r"(\S+) × (\S+) = (\S+)", lines)
    if products:
        assert all(agrees(value(a) * value(b), product) for a, b, product in products)
        exact = sum(value(a) * value(b) for a, b, _ in products)
    elif lines:
        *terms, total = map(value, re.findall(r"[\d.]+", lines))
        assert sum(terms) == pytest.approx(total, abs=1e-9)
        part, whole = map(value, expression.split(" ÷ "))
        assert part in terms and whole == total
        exact = part / whole
    elif exp := re.fullmatch(r"exp\((.+)\)", expression):
        exact = math.exp(value(exp[1]))
    else:
        score, root = map(value, expression.split(" ÷ "))
        exact = score / root
    assert agrees(exact, result), last
    return result


@EACH_STATE
def test_the_arithmetic_of_every_number_gives_that_number(token, step):
    stage = Stage(walk(token, step))
    for place, label in stage.labels.items():
        if label.find("span/span[@class='walk-sum']") is None:
            assert "is given" in "".join(label.itertext())
        else:
            assert evaluate(label) == stage.number(*place)


@EACH_STATE
def test_every_operand_stands_in_the_row_and_column_that_light_up(token, step):
    stage = Stage(walk(token, step))

    def standing(wanted):
        return [stage.number(*place) for place in stage.labels if wanted(*place)]

    for slot, i, j in stage.labels:
        if slot != "result":
            continue
        if stage.kind == "product":
            row = standing(lambda s, r, c, i=i: s == "left" and r == i)
            column = standing(lambda s, r, c, j=j: s == "top" and c == j)
            there = [number for pair in zip(row, column, strict=True) for number in pair]
        elif stage.kind == "softmax":
            row = standing(lambda s, r, c, i=i: s == "top" and r == i)
            there = [*row, row[j]]
        else:
            there = [stage.number("left", i, j)]
        used = stage.operands(slot, i, j)
        assert len(used) == len(there)
        # An operand may be written with more decimals than its cell.
        assert all(agrees(value(a), b) for a, b in zip(used, there, strict=True))


def test_the_style_lights_up_a_row_and_a_column():
    style = walk("its", "scores").style
    for slot, place, operands in (
        ("result", ".r2", ".walk-left .r2"),
        ("result", ".c0", ".walk-top .c0"),
    ):
        cell = f".walk-{slot} {place}"
        active = f":is(:has({cell}:hover),:not(:has(.n:hover)):has({cell} :checked))"
        assert f".walk-product{active} {operands}" in style
    assert style.count("{") == style.count("}") and "<" not in style


@EACH_STATE
def test_it_starts_at_the_chosen_row(token, step):
    stage = Stage(walk(token, step))
    (start,) = [p for p, label in stage.labels.items() if "checked" in label.find("input").attrib]
    assert start == ("result", frozen.TOKENS.index(token), 0)
    chosen = stage.root.findall(".//div[@class='walk-row walk-chosen']/span")
    assert {span.text for span in chosen} == {token}


@EACH_STATE
def test_words_and_table_say_the_row(token, step):
    picture, stage = walk(token, step), Stage(walk(token, step))
    row = [stage.number("result", frozen.TOKENS.index(token), j) for j in range(4)]
    said = re.findall(r"\d+\.\d+", picture.alt.partition(f"The row of {token}: ")[2])
    assert said == row == list(picture.table[-1][1:])


def test_the_last_step_is_the_librarys_output():
    q, k, v = (frozen.X @ w for w in MATRICES[1:])
    output, stage = scaled_dot_product_attention(q, k, v), Stage(walk("its", "output"))
    for i, j in np.ndindex(output.shape):
        assert stage.number("result", i, j) == f"{output[i, j]:.4f}"
    assert "animal 0.6316, young 0.4153, motion 0.2656, pronoun 0.2089" in walk("its", "output").alt


def test_each_number_is_named_by_its_arithmetic_and_ids_are_unique():
    for token, step in ALL:
        root = walk(token, step).to_element("x7-")
        ids = [element.get("id") for element in root.iter() if "id" in element.attrib]
        named = [field.get("aria-labelledby") for field in root.iter("input")]
        assert sorted(ids) == sorted(named) and len(set(ids)) == len(ids)
        assert {field.get("name") for field in root.iter("input")} == {"x7-number"}


def test_strong_cells_are_marked_for_their_text():
    stage = Stage(walk("its", "weights"))
    for label in stage.labels.values():
        strength = int(re.search(r"--s:(\d+)%", label.get("style"))[1])
        assert ("strong" in label.get("class")) == (strength >= 100 * STRONG)


def test_other_sizes_and_names_that_look_like_html():
    rng = np.random.default_rng(0)
    x, w_q, w_k, w_v = (rng.normal(size=s) for s in ((3, 5), (5, 2), (5, 2), (5, 4)))
    for step in STEPS:
        picture = plots.walkthrough(
            x, w_q, w_k, w_v, ("<b>", "a&b", "c"), "wxyz", token="<b>", step=step
        )
        assert len(Stage(picture).labels) > 12
        assert "&lt;b&gt;" in picture.content and "a&amp;b" in picture.content


@pytest.mark.parametrize(
    ("token", "step", "says"),
    [
        ("cat", "Q", "token: 'cat'; expected one of 'puppy', 'followed', 'its', 'mom'"),
        ("its", "mask", "step: 'mask'; expected one of 'Q', 'K', 'V', 'scores'"),
    ],
)
def test_what_is_not_there_is_refused(token, step, says):
    with pytest.raises(ValueError, match=says):
        walk(token, step)


def test_all_states_fit_into_a_page(monkeypatch):
    monkeypatch.setenv(mode.PAGE_VARIABLE, "book/07_output")
    panel = explore(walk, token=Control(frozen.TOKENS, start="its"), step=list(STEPS))
    markup = panel._repr_mimebundle_()["text/html"]
    assert len(gzip.compress(markup.encode())) < 60_000
    assert markup.count("<style>") == 1
