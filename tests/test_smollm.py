"""The language model with its real weights: equal to transformers, recorded and live.

What was recorded holds wherever the model is; live comparison needs transformers too.
"""

import importlib
from pathlib import Path

import numpy as np
import pytest
import skipped_examples
from model import smollm_reference as reference
from tiny_decoder import tiny

from qkvlib import decode, go_on, next_word_logits

RECORDED = np.load(reference.FILE)
PLACES = range(len(reference.PROMPTS))
CLOSE = 1e-4  # of the logits' spread


def recorded(name, place):
    return RECORDED[f"{name}_{place}"]


def assert_equal_logits(got, expected):
    assert got.shape == expected.shape and got.dtype == np.float32
    difference = abs(got.astype(np.float64) - expected).max() / expected.std()
    assert difference < CLOSE, difference


def assert_same_words(words, place):
    """The same greedy tokens, or first another where the reference's two best are nearly equal."""
    differ = np.flatnonzero(words != recorded("words", place))
    if differ.size:
        margin = recorded("margins", place)[differ[0]]
        assert margin < 1e-3, f"token {differ[0]} differs, where the margin is {margin}"


def test_it_was_recorded_in_little_room():
    assert Path(reference.FILE).stat().st_size <= 50_000
    assert [len(recorded("words", place)) for place in PLACES] == [reference.TOKENS] * 5


def test_words_that_differ_are_noticed():
    words = recorded("words", 0).copy()
    words[np.argmax(recorded("margins", 0))] += 1
    with pytest.raises(AssertionError, match=r"^token \d+ differs, where the margin is"):
        assert_same_words(words, 0)


@pytest.mark.parametrize("place", PLACES)
def test_the_model_says_what_transformers_said(language_model, place):
    decoder, tokenizer = language_model
    ids = tokenizer.ids(reference.PROMPTS[place])
    assert ids == recorded("ids", place).tolist()
    # Read in one piece, every place says what it would have written next.
    text = [*ids, *recorded("words", place).tolist()]
    logits = next_word_logits(decoder, decode(decoder, text[:-1]))[len(ids) - 1 :]
    assert_equal_logits(logits[0, :: reference.EVERY], recorded("logits", place))
    assert_same_words(logits.argmax(axis=-1), place)


def test_token_by_token_it_writes_the_same(language_model):
    decoder, tokenizer = language_model
    text = "".join(go_on(decoder, tokenizer, reference.PROMPTS[0], n=40))
    assert text == tokenizer.text(recorded("words", 0)[:40])


def test_a_cache_gives_what_the_whole_text_gives(language_model):
    decoder, tokenizer = language_model
    ids = tokenizer.ids(reference.PROMPTS[1])
    caches = decoder.new_caches()
    pieces = [decode(decoder, part, caches=caches) for part in np.split(ids, [5, 6, 7])]
    got, whole = (
        next_word_logits(decoder, x) for x in (np.concatenate(pieces), decode(decoder, ids))
    )
    assert_equal_logits(got, whole)


def test_transformers_says_it_still(language_model):
    pytest.importorskip("transformers")
    decoder, tokenizer = language_model
    model = reference.by_transformers(decoder)
    text = "She sat on the bank of the river, and read: “Äpfel cost 12.50 €”; it rained."
    ids = tokenizer.ids(text)
    got = next_word_logits(decoder, decode(decoder, ids))
    assert_equal_logits(got, reference.logits_of(model, ids))
    words, _ = reference.greedy(model, recorded("ids", 0), 20)
    np.testing.assert_array_equal(words, recorded("words", 0)[:20])


def test_a_random_model_equals_transformers_too():
    pytest.importorskip("transformers")
    model = reference.by_transformers(tiny())
    ids = [3, 14, 15, 9, 26, 5, 35, 8, 9]
    got = next_word_logits(tiny(), decode(tiny(), ids))
    np.testing.assert_allclose(got, reference.logits_of(model, ids), rtol=0, atol=1e-4)


def test_without_its_rows_in_their_order_transformers_says_something_else(monkeypatch):
    pytest.importorskip("transformers")
    monkeypatch.setattr(reference, "permuted_back", lambda w, d_k: w)
    ids = [3, 14, 15, 9, 26, 5, 35, 8, 9]
    theirs = reference.logits_of(reference.by_transformers(tiny()), ids)
    assert abs(next_word_logits(tiny(), decode(tiny(), ids)) - theirs).max() > 1e-2


@pytest.mark.parametrize("name", ["decoder", "sampling", "smollm_weights"])
def test_the_examples_that_need_the_model(language_model, name):
    module = importlib.import_module(f"qkvlib.models.{name}")
    tries, failures = skipped_examples.run(module)
    assert tries and not failures
