"""The decoder: as written out by hand, with and without a cache, in pieces, with heads removed.

With random weights this runs everywhere; `test_smollm` has the real ones.
"""

import dataclasses
import importlib
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from tiny_decoder import TOKENIZER, by_hand, tiny

import qkvlib
from qkvlib import (
    causal_mask,
    decode,
    go_on,
    grouped_query_attention,
    next_word_logits,
    rotary,
    sliding_window_mask,
)

module = importlib.import_module("qkvlib.models.decoder")
parts = importlib.import_module("qkvlib.models.parts")
IDS = [3, 14, 15, 9, 26, 5, 35, 8, 9]


def logits_of(ids, **how):
    return next_word_logits(tiny(), decode(tiny(), ids, **how))


def close(one, other):
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


@pytest.mark.parametrize("faster", [True, False])
@pytest.mark.parametrize("n", [1, 3])
def test_one_row_holds_threads_where_that_was_found_faster(monkeypatch, faster, n):
    asked, model = [], dataclasses.replace(tiny())
    monkeypatch.setattr(module, "one_is_faster", lambda work: work() and faster)
    monkeypatch.setattr(
        module, "on_one_thread", lambda wanted: asked.append(wanted) or nullcontext()
    )
    next_word_logits(model, decode(model, IDS[:n]))
    assert asked == [faster and n == 1] * 2


def test_without_blas_a_matrix_is_met_otherwise_with_the_same_result(monkeypatch):
    expected, einsum, met = logits_of(IDS), np.einsum, []
    monkeypatch.setattr(parts.sys, "platform", "emscripten")
    monkeypatch.setattr(np, "einsum", lambda *given: met.append(given) or einsum(*given))
    close(logits_of(IDS), expected)
    assert len(met) == 7 * len(tiny().blocks) + 1


def test_the_decoder_is_short():
    assert len(Path(module.__file__).read_text().splitlines()) <= 200
    code = Path(module.__file__).read_text().split('"""')[::2]
    assert sum(bool(line.strip()) for part in code for line in part.splitlines()) <= 150


def test_it_computes_what_is_written_out_by_hand():
    close(logits_of(IDS), by_hand(tiny(), IDS))


def test_the_reference_notices_a_wrong_decoder(monkeypatch):
    wrong = lambda x, turns: x  # noqa: E731  (no place is known)
    monkeypatch.setattr(module, "turned_neighbors", wrong)
    assert abs(logits_of(IDS) - by_hand(tiny(), IDS)).max() > 1e-3


@pytest.mark.parametrize("cuts", [range(1, 9), [4], [1, 2, 8]])
def test_a_cache_gives_what_the_whole_text_gives(cuts):
    caches = tiny().new_caches()
    parts = np.split(IDS, cuts)
    pieces = [logits_of(part, caches=caches) for part in parts]
    close(np.concatenate(pieces), logits_of(IDS))
    assert caches[0].position == len(IDS)


def test_a_long_text_is_attended_in_parts_and_comes_out_the_same(monkeypatch):
    ids = np.random.default_rng(0).integers(40, size=75)
    whole = logits_of(ids, trace=[])
    close(logits_of(ids), whole)
    caches = tiny().new_caches()
    decode(tiny(), ids[:5], caches=caches)
    close(logits_of(ids[5:], caches=caches), whole[5:])
    monkeypatch.setattr(module, "_ROWS", 2)
    close(logits_of(ids), whole)


def test_several_texts_at_once():
    both = decode(tiny(), [IDS, IDS[::-1]])
    close(both[0], decode(tiny(), IDS))
    close(both[1], decode(tiny(), IDS[::-1]))


def test_no_token_hears_of_a_later_one():
    close(decode(tiny(), IDS)[:-1], decode(tiny(), [*IDS[:-1], 0])[:-1])


def test_the_trace_shows_what_every_block_did():
    trace = []
    x = decode(tiny(), IDS, trace=trace)
    assert len(trace) == 3
    close(trace[0]["x"], tiny().embedding[IDS])
    for block in trace:
        assert block["q"].shape == (6, 9, 4) and block["k"].shape == block["v"].shape == (2, 9, 4)
        output, weights = grouped_query_attention(
            block["q"], block["k"], block["v"], is_causal=True, return_weights=True
        )
        close(weights, block["weights"])
        close(output, block["output"])
    close(x, decode(tiny(), IDS))


def test_a_mask_is_obeyed_in_every_block():
    close(decode(tiny(), IDS, mask=causal_mask(9)), decode(tiny(), IDS))
    trace = []
    mask = sliding_window_mask(9, window=2, sink=1)
    decode(tiny(), IDS, mask=mask, trace=trace)
    mask = mask & causal_mask(9)
    for block in trace:
        assert (block["weights"][:, ~mask] == 0).all() and (block["weights"][:, mask] > 0).all()


def test_a_window_in_the_cache_is_that_of_the_mask():
    caches = tiny().new_caches(window=3, sink=1)
    steps = np.concatenate([decode(tiny(), [i], caches=caches) for i in IDS])
    # A sink and a window overlap at first; afterwards both keep the same places.
    close(steps, decode(tiny(), IDS, mask=sliding_window_mask(9, window=3, sink=1)))
    assert len(caches[0]) == 4


def test_a_removed_head_passes_nothing_on():
    blocks = [dict(block) for block in tiny().blocks]
    blocks[1]["w_o"] = blocks[1]["w_o"].copy()
    blocks[1]["w_o"][5 * 4 : 6 * 4] = 0
    changed = qkvlib.models.decoder.Decoder(
        tiny().embedding, tuple(blocks), tiny().norm, 6, 2, base=100.0
    )
    without = decode(tiny(), IDS, without=[(1, 5)])
    close(without, decode(changed, IDS))
    assert abs(without - decode(tiny(), IDS)).max() > 1e-3


def test_nothing_given_is_changed():
    before = {name: array.copy() for name, array in tiny().blocks[1].items()}
    decode(tiny(), IDS, without=[(1, 0)])
    for name, array in tiny().blocks[1].items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: decode(tiny(), [0.5]), TypeError, "ids: dtype float64; expected integers"),
        (lambda: decode(tiny(), [40]), ValueError, "ids: 40; expected integers from 0 to 39"),
        (lambda: decode(tiny(), 3), ValueError, r"ids: shape \(\); expected"),
        (lambda: decode(tiny(), np.zeros((2, 0), int)), ValueError, r"ids: shape \(2, 0\)"),
        (lambda: decode(tiny(), [1], without=[(3, 0)]), ValueError, "without, layer: 3; expected"),
        (lambda: decode(tiny(), [1], caches=[]), ValueError, "caches: 0; expected 3, one for a"),
        (lambda: next_word_logits(tiny(), [1.0]), ValueError, r"x: shape \(1,\); expected"),
        (lambda: go_on(tiny(), TOKENIZER, ""), ValueError, "text: ''; expected at least one"),
    ],
)
def test_errors_name_the_argument(call, error, message):
    with pytest.raises(error, match="^" + message):
        call()


def test_a_text_goes_on_with_the_likeliest_tokens():
    pieces = list(go_on(tiny(261), TOKENIZER, "its", n=4))
    ids = TOKENIZER.ids("its")
    for _ in range(4):
        ids.append(int(by_hand(tiny(261), ids)[-1].argmax()))
    assert len(pieces) >= 4 and "".join(pieces) == TOKENIZER.text(ids[1:])


def test_a_text_may_go_on_in_two_calls():
    whole = "".join(go_on(tiny(261), TOKENIZER, "its it", n=3))
    caches = tiny(261).new_caches()
    list(go_on(tiny(261), TOKENIZER, "its", n=1, caches=caches))
    assert caches[0].position == 1
    again = "".join(go_on(tiny(261), TOKENIZER, " it", n=3, caches=caches))
    assert again == whole


def test_a_token_that_ends_a_text_ends_it():
    decoder = tiny(261)
    end = TOKENIZER.rows["<end>"]
    embedding = decoder.embedding.copy()
    x = decode(decoder, TOKENIZER.ids("its"))[-1]
    embedding[end] = 100 * x
    other = qkvlib.models.decoder.Decoder(embedding, decoder.blocks, decoder.norm, 6, 2, base=100.0)
    assert list(go_on(other, TOKENIZER, "its")) == []


def test_drawing_again_with_the_same_seed_gives_the_same_text():
    how = {"n": 8, "temperature": 2.0}
    one, same, other = (
        "".join(go_on(tiny(261), TOKENIZER, "its", seed=seed, **how)) for seed in (1, 1, 2)
    )
    assert one == same != other


def test_turning_fast_is_turning():
    x = np.random.default_rng(0).normal(size=(2, 5, 8)).astype(np.float32)
    frequencies = qkvlib.rotary_frequencies(8)
    turns = rotary.as_turns(np.arange(3, 8), frequencies, x.dtype)
    fast = rotary.turned_neighbors(x, turns)
    assert fast.dtype == np.float32
    expected = qkvlib.rotary_embedding(x, np.arange(3, 8), frequencies)
    np.testing.assert_allclose(fast, expected, rtol=0, atol=1e-6)


def window_of_3(q, k, v):
    mask = sliding_window_mask(q.shape[-2], window=3)
    return grouped_query_attention(q, k, v, mask=mask, is_causal=True)


def test_an_attention_of_ones_own_takes_the_place_of_the_plain_one():
    plain = logits_of(IDS, attend=lambda q, k, v: grouped_query_attention(q, k, v, is_causal=True))
    close(plain, logits_of(IDS))
    mask = sliding_window_mask(len(IDS), window=3)
    close(logits_of(IDS, attend=window_of_3), logits_of(IDS, mask=mask))
    without = {"without": [(1, 2)]}
    close(logits_of(IDS, attend=window_of_3, **without), logits_of(IDS, mask=mask, **without))
    assert not np.allclose(logits_of(IDS, attend=window_of_3), logits_of(IDS))


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"attend": 3}, "attend: int; expected"),
        (
            {"attend": lambda *given: given[2]},
            r"attend: returned shape \(2, 9, 4\); expected \(6, ",
        ),
        ({"attend": lambda *given: np.nan * given[0]}, "attend"),
        ({"attend": window_of_3, "mask": True}, "attend: with mask; expected it without"),
        ({"attend": window_of_3, "trace": []}, "attend: with trace; expected it without"),
        ({"attend": window_of_3, "caches": []}, "attend: with caches; expected it without"),
    ],
)
def test_an_attention_that_does_not_fit_is_named(how, says):
    with pytest.raises((TypeError, ValueError), match=says):
        decode(tiny(), IDS, **how)
