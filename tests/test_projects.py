"""The pages of the projects: their code runs with an answer in the empty place."""

import re
from pathlib import Path

import numpy as np
import pytest
from tiny_decoder import TOKENIZER, tiny

import qkvlib as qkv

PAGES = Path(__file__).parents[1] / "book" / "projects"
BLOCK = re.compile(r"^```(?:\{code-cell\} ipython3|python)\n(.*?)^```", re.M | re.S)


def blocks(name):
    """The code of a page, in order."""
    return BLOCK.findall((PAGES / f"{name}.md").read_text())


@pytest.mark.parametrize("name", ["own_sentence", "changed_decoder"])
def test_the_empty_answer_is_not_begun(name):
    names = {}
    work, _, check = blocks(name)[0].rstrip().rpartition("\n")
    exec(work, names)
    verdict = eval(check, names)
    assert not verdict and not verdict.begun


def test_the_example_of_the_form_has_the_form_and_is_refused():
    names = {"np": np}
    exec(blocks("own_sentence")[1], names)
    verdict = qkv.check_own_sentence(names["sentence"])
    assert "x has 3 rows; expected at least 5 tokens" in verdict.message


def test_a_sentence_is_looked_at():
    def sentence():
        x = np.eye(4)[[0, 1, 2, 3, 0]]
        return x, 9 * np.roll(np.eye(4), 1, axis=1), np.eye(4), np.ones((4, 1)), [1, 2, 3, 0, 1]

    names = {"np": np, "qkv": qkv, "sentence": sentence}
    exec(blocks("own_sentence")[2].replace('["your", "own", "words"]', "list('abcde')"), names)
    assert names["output"].shape == (5, 1)
    assert np.allclose(names["weights"].sum(axis=-1), 1)


def test_the_loss_is_measured_with_the_change_and_without(monkeypatch, capsys):
    monkeypatch.setattr(qkv, "load_decoder", lambda: (tiny(n_words=300), TOKENIZER))

    def attend(q, k, v):
        return qkv.grouped_query_attention(q, k, v, is_causal=True, scale=0)

    assert qkv.check_changed_attention(attend)
    exec(blocks("changed_decoder")[1], {"np": np, "qkv": qkv, "attend": attend})
    plain, changed = map(float, capsys.readouterr().out.split())
    assert plain > 0 and changed > 0 and plain != changed
