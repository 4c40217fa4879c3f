"""Bad input, to every public function: a documented result, or an error that names the argument.

A row of the table says what each argument of a function is. From that follow the values that it
must refuse, one at a time, and those that it may refuse or compute with, which hypothesis combines.
"""

import functools
import math
import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model import reference

import qkvlib as qkv
from qkvlib.pretrained import ModelNotFoundError

settings.register_profile("here", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("here")

# No axis less one has the size 1, which would broadcast.
SIZES = dict(n_q=3, n_k=5, n=4, n_tokens=4, n_new=3, batch=3, d_model=6, d_context=7, d_k=4, d_v=8)
SIZES |= dict(d_out=9, d_head=5, d_qk=10, d_vo=8, num_heads=4, kv_heads=2)


@dataclass(frozen=True)
class Argument:
    """A good value, and bad ones by what is wrong with them."""

    good: object
    refused: dict  # each must raise
    tried: dict  # each may raise
    axes: tuple = ()


def array(axes, make, *, wrong, kinds, tried):
    """An array of the named axes; ``wrong`` numbers in it and other ``kinds`` of it are refused."""
    axes = tuple(axes.split())
    good = make(np.random.default_rng(0), [SIZES[axis] for axis in axes])

    def ending_in(number):
        return np.append(good.ravel()[:-1], good.dtype.type(number)).reshape(good.shape)

    refused = {"None": None, "text": "a", "objects": good.astype(object), "complex": good + 0j}
    refused |= {"dates": good.astype("M8[s]"), "ragged": [[1], [1, 1]], "a function": len}
    refused |= {f"of {kind.__name__}": good.astype(kind) for kind in kinds}
    refused |= {f"a {number}": ending_in(number) for number in wrong}
    spoiled = {"one axis more": good[None], "a few of": good[:-1], "none of": good[:0]}
    spoiled |= {f"{number} in": ending_in(number) for number in tried}
    return Argument(good, refused, spoiled, axes)


HUGE = (1e308, -1e308, 1.7e154, 1e-310)


def floats(axes, wrong=(np.nan, np.inf, -np.inf), kinds=(bool,)):
    found = array(
        axes, lambda rng, shape: rng.normal(size=shape), wrong=wrong, kinds=kinds, tried=HUGE
    )
    few = {"a number": 1.0, "without features": found.good[..., :0]}
    if len(axes.split()) > 1:
        few["a row"] = found.good[(0,) * (found.good.ndim - 1)]
    all_of = {f"all {n:g}": np.full_like(found.good, n) for n in (*HUGE, 0)}
    narrow = {f"of {t.__name__}": found.good.astype(t) for t in (np.float16, np.float32, np.int8)}
    narrow["the largest float16"] = np.full_like(found.good, 65504, np.float16)
    return Argument(found.good, found.refused | few, found.tried | all_of | narrow, found.axes)


def scores(axes):
    """Numbers that may be -inf, and may be none at all."""
    found = floats(axes, wrong=(np.nan, np.inf))
    empty = {"without features": found.refused.pop("without features")}
    hidden = {"all -inf": np.full_like(found.good, -np.inf)}
    return Argument(found.good, found.refused, found.tried | empty | hidden, found.axes)


def sums(axes):
    """Numbers that are at least 0."""
    found = scores(axes)
    refused = {"negative": -abs(found.good), "all -inf": found.tried.pop("all -inf")}
    return Argument(abs(found.good), found.refused | refused, found.tried, found.axes)


def mask(axes):
    found = floats(axes, wrong=(np.nan, np.inf), kinds=(int,))
    broadcast = {"a number", "None", "a row", "without features"} & found.refused.keys()
    found.tried.update((fine, found.refused.pop(fine)) for fine in broadcast)
    hidden = {"nothing": found.good > 9, "all": found.good < 9, "all -inf": found.good - np.inf}
    del found.tried["of int8"]
    return Argument(found.good, found.refused, found.tried | hidden, found.axes)


def integers(axes, below):
    return array(
        axes,
        lambda rng, shape: rng.integers(below, size=shape),
        wrong=(-1, below),
        kinds=(bool, float),
        tried=(0, below - 1),
    )


NOT_NUMBERS = {"None": None, "text": "2", "complex": 1j, "a boolean": True, "an array": np.ones(2)}
NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf, "10**400": 10**400}


def size(good, low=1):
    wrong = {"a fraction": 1.5, "too small": low - 1, "nan": math.nan}
    return Argument(good, NOT_NUMBERS | wrong, {"another": good + 1, "as NumPy's": np.int8(good)})


def number(good, low=None, refused=()):
    wrong = {} if low is None else {"too small": low - 1, "far too small": -1e308}
    wrong |= {f"{bad}": bad for bad in refused}
    tried = {str(n): n for n in (1e308, 1e-310, 1e154, 0.5, np.float32(0.5))}
    return Argument(good, NOT_NUMBERS | NOT_FINITE | wrong, tried)


def flag():
    refused = {"None": None, "text": "no", "a number": 1, "an array": np.ones(2, bool)}
    return Argument(False, refused, {"true": True, "NumPy's": np.True_})


def items(good, *wrong, tried=()):
    """A sequence or a dict: no number is one."""
    refused = {repr(bad)[:40]: bad for bad in (3, None, *wrong)}
    return Argument(good, refused, {repr(one)[:40]: one for one in tried})


def text(good):
    return Argument(good, {"a number": 3, "None": None, "bytes": b"its"}, {"nothing": ""})


def seed():
    refused = {"text": "a", "a fraction": 0.5, "negative": -1}
    return Argument(0, refused, {"several": [0, 1], "a generator": np.random.default_rng(0)})


def path():
    """Of a file that is not the model's: it is refused too."""
    return Argument(__file__, {"a number": 3, "bytes": b"a", "of another file": __file__}, {})


def function(good):
    return Argument(good, {"a number": 3, "None": None}, {})


def optional(argument):
    refused = {what: bad for what, bad in argument.refused.items() if what != "None"}
    return Argument(argument.good, refused, argument.tried | {"None": None}, argument.axes)


QKV = {"q": floats("n_q d_k"), "k": floats("n_k d_k"), "v": floats("n_k d_v")}
HOW = {"mask": mask("n_q n_k"), "is_causal": flag(), "scale": optional(number(0.5))}
WEIGHTS = {
    name: floats("d_model d_v" if name == "w_v" else "d_model d_k")
    for name in ("w_q", "w_k", "w_v")
}
MODEL = WEIGHTS | {"x": floats("n n_tokens d_model"), "asked": size(2, low=-SIZES["n_tokens"])}
HEADS = {"num_heads": size(8), "d_head": size(16)}
WORDS = {"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "its": 3}


def on_model(call):
    """Give the three matrices as the dict that the functions take."""

    def with_dict(w_q, w_k, w_v, **arguments):
        return call({"w_q": w_q, "w_k": w_k, "w_v": w_v}, **arguments)

    return with_dict


def two_steps(lr, beta_1, beta_2, eps, weights, gradients):
    adam = qkv.Adam(lr, beta_1=beta_1, beta_2=beta_2, eps=eps)
    return adam.step(adam.step({"w": weights}, {"w": gradients}), {"w": gradients})


def run(draw, steps, lr, learn, keep):
    start = qkv.initial_weights(2, 2, 2, seed=0)
    return qkv.train(start, draw, steps=steps, lr=lr, asked=0, learn=learn, keep=keep)


def encoded(ids, without):
    return qkv.encode(random_weights(), ids, without=without)


random_weights = functools.cache(reference.random_weights)
ROWS = {
    "Adam": (
        two_steps,
        {"lr": number(0.1, low=0, refused=(0,)), "eps": number(1e-8, low=0)}
        | {name: number(0.9, low=0, refused=(1, 1.5)) for name in ("beta_1", "beta_2")}
        | {"weights": floats("d_model d_k"), "gradients": floats("d_model d_k")},
    ),
    "KVCache": (
        lambda k, v: qkv.KVCache().append(k, v),
        {"k": floats("n_new d_k"), "v": floats("n_new d_v")},
    ),
    "apply_mask": (qkv.apply_mask, {"scores": scores("n_k"), "mask": mask("n_k")}),
    "attention_flops": (qkv.attention_flops, {"n_q": size(4), "n_k": optional(size(4))} | HEADS),
    "attention_gradients": (
        qkv.attention_gradients,
        QKV | {"grad_output": floats("n_q d_v")} | HOW,
    ),
    "attention_scores": (qkv.attention_scores, {"q": QKV["q"], "k": QKV["k"]}),
    "attention_weights": (qkv.attention_weights, {"q": QKV["q"], "k": QKV["k"]} | HOW),
    "causal_mask": (qkv.causal_mask, {"n_q": size(4, 0), "n_k": optional(size(4, 0))}),
    "cross_entropy": (
        qkv.cross_entropy,
        {"logits": floats("n d_v"), "answers": integers("n", below=SIZES["d_v"])},
    ),
    "encode": (
        encoded,
        {
            "ids": integers("n_tokens", below=40),
            "without": items(
                [(0, 1)], [3], [(0,)], [(1, 0)], [(0, 12)], [(0.0, 1)], "01", tried=[()]
            ),
        },
    ),
    "grouped_query_attention": (
        qkv.grouped_query_attention,
        {
            "q": floats("num_heads n_q d_k"),
            "k": floats("kv_heads n_k d_k"),
            "v": floats("kv_heads n_k d_v"),
        }
        | HOW,
    ),
    "hard_lookup": (qkv.hard_lookup, QKV | {"return_weights": flag()}),
    "initial_weights": (
        qkv.initial_weights,
        {"d_model": size(4), "d_k": size(2), "d_v": size(3), "seed": seed()}
        | {"spread": number(0.02, low=0, refused=(0,))},
    ),
    "kernel_weights": (
        qkv.kernel_weights,
        {"q": QKV["q"], "k": QKV["k"], "width": number(1.0, low=0, refused=(0,))},
    ),
    "kv_cache_bytes": (
        qkv.kv_cache_bytes,
        {"n": size(4), "num_layers": size(2), "num_kv_heads": size(2), "d_head": size(8)}
        | {"itemsize": size(2)},
    ),
    "load_vocabulary": (qkv.load_vocabulary, {"path": path()}),
    "load_weights": (qkv.load_weights, {"path": path()}),
    "loss_and_gradients": (
        on_model(qkv.loss_and_gradients),
        MODEL | {"answers": integers("n", below=SIZES["d_v"])},
    ),
    "measure": (qkv.measure, {"function": function(list), "repeats": size(1)}),
    "measure_growth": (
        qkv.measure_growth,
        {"sizes": items([2], [0], [1.5], "2"), "num_heads": size(1), "d_head": size(2)}
        | {"repeats": size(1)},
    ),
    "merge_heads": (qkv.merge_heads, {"x": floats("num_heads n d_head")}),
    "multi_head_attention": (
        qkv.multi_head_attention,
        {
            "x": floats("n_q d_model"),
            "context": optional(floats("n_k d_context")),
            "w_q": floats("d_model d_qk"),
            "w_k": floats("d_context d_qk"),
            "w_v": floats("d_context d_vo"),
            "w_o": floats("d_vo d_out"),
            "num_heads": size(2),
            "mask": mask("n_q n_k"),
            "is_causal": flag(),
            "return_weights": flag(),
            "b_q": optional(floats("d_qk")),
            "b_k": optional(floats("d_qk")),
            "b_v": optional(floats("d_vo")),
            "b_o": optional(floats("d_out")),
        },
    ),
    "numerical_gradient": (
        qkv.numerical_gradient,
        {"function": function(np.sum), "array": floats("n"), "eps": number(1e-5, 0, refused=(0,))},
    ),
    "online_softmax_step": (
        qkv.online_softmax_step,
        {
            "top": scores("n_q"),
            "total": sums("n_q"),
            "output": floats("n_q d_v"),
            "scores": scores("n_q n_k"),
            "v": floats("n_k d_v"),
        },
    ),
    "padding_mask": (qkv.padding_mask, {"lengths": integers("batch", below=6), "n_k": size(5, 0)}),
    "predict": (on_model(qkv.predict), MODEL),
    "project": (qkv.project, {"x": floats("n d_model"), "w": floats("d_model d_k")}),
    "project_gradients": (
        qkv.project_gradients,
        {"x": floats("n d_model"), "w": floats("d_model d_k"), "grad": floats("n d_k")},
    ),
    "read_sentence": (qkv.read_sentence, {"text": text("The puppy followed its mom")}),
    "relative_error": (qkv.relative_error, {"a": floats("n"), "b": floats("n")}),
    "scaled_dot_product_attention": (
        qkv.scaled_dot_product_attention,
        QKV | HOW | {"return_weights": flag()},
    ),
    "score_bytes": (
        qkv.score_bytes,
        {"n_q": size(4), "n_k": optional(size(4)), "num_heads": size(8), "itemsize": size(4)},
    ),
    "sentence_vector": (qkv.sentence_vector, {"hidden": floats("n_tokens d_model")}),
    "sliding_window_mask": (
        qkv.sliding_window_mask,
        {"n_q": size(4, 0), "n_k": optional(size(4, 0)), "window": size(2)},
    ),
    "smoothing_weights": (
        qkv.smoothing_weights,
        {"n": size(4), "width": number(1.0, low=0, refused=(0,))},
    ),
    "soft_lookup": (
        qkv.soft_lookup,
        QKV | {"sharpness": number(1.0, low=0), "return_weights": flag()},
    ),
    "softmax": (qkv.softmax, {"scores": scores("n_k"), "axis": size(0, low=-1)}),
    "softmax_gradient": (
        qkv.softmax_gradient,
        {"weights": floats("n_k"), "grad_weights": floats("n_k"), "axis": size(0, low=-1)},
    ),
    "split_heads": (qkv.split_heads, {"x": floats("n d_model"), "num_heads": size(2)}),
    "tiled_attention": (
        qkv.tiled_attention,
        QKV
        | HOW
        | {"window": optional(size(2)), "block_size": size(2), "threads": optional(size(2))},
    ),
    "tokenize": (qkv.tokenize, {"text": text("its"), "vocabulary": items(WORDS, [3], "its")}),
    "train": (
        run,
        {
            "draw": function(lambda step: (np.eye(2)[:, None], [0, 1])),
            "steps": items(range(2)),
            "lr": number(0.1, low=0, refused=(0,)),
            "learn": items(["w_v"], ["w_o"], tried=[(), "w_q"]),
            "keep": items([1], tried=[(), {1}]),
        },
    ),
}
WITHOUT_ROW = (
    {"load_slice": "takes nothing", "recorded_growth": "takes nothing"}
    | dict.fromkeys(
        ("Control", "Picture", "explore", "progress"), "shows, does not compute: tests/explorer"
    )
    | dict.fromkeys(
        qkv.checks.__all__, "takes any function: tests/checks/test_all_wrong_answers.py"
    )
)
HIDES = {"apply_mask", "online_softmax_step"}  # -inf is a result of theirs
# What these make of their arguments; an overflow further on names that.
MAKES = {
    "loss_and_gradients": (*"qkv", "logits"),
    "multi_head_attention": (*"qkv",),
    "predict": (*"qkv",),
    "soft_lookup": ("scale",),
    "train": (*"qkv", "logits"),
}


def test_every_public_function_has_a_row():
    public = {name for name in qkv.__all__ if callable(getattr(qkv, name))}
    assert ROWS.keys() | WITHOUT_ROW.keys() == public
    assert not ROWS.keys() & WITHOUT_ROW.keys()


@pytest.fixture(autouse=True, scope="module")
def in_a_hurry():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qkvlib.measuring.PAUSE", 0)
        patch.setattr("qkvlib.encoder.NUM_LAYERS", 1)
        yield


def leaves(result):
    """The arrays and numbers in a result."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, list | tuple):
        return [leaf for one in result for leaf in leaves(one)]
    return [np.asarray(result)]


def snapshot(arguments):
    arrays = [np.array(a) for a in arguments.values() if isinstance(a, np.ndarray)]
    return [(array.shape, array.dtype, array.tobytes()) for array in arrays]


def outcome(name, arguments, blamed):
    """Call; return the result, or None where an error names one of the ``blamed`` arguments."""
    before = snapshot(arguments)
    try:
        result = ROWS[name][0](**arguments)
    except (ValueError, TypeError, ModelNotFoundError) as error:
        said = re.match("([^:]*): ", str(error))
        names = set(re.findall(r"\w+", said[1])) if said else set()
        assert names & set(blamed), f"{arguments}: {type(error).__name__}: {error}"
        result = None
    assert snapshot(arguments) == before, "an input was changed in place"
    for leaf in [] if result is None else leaves(result):
        if leaf.dtype.kind == "f":
            fine = np.isfinite(leaf) | (np.isneginf(leaf) if name in HIDES else False)
            assert fine.all(), leaf
        else:
            assert leaf.dtype.kind in "biuU", leaf.dtype
    return result


def names_nothing(x, w):
    raise ValueError("operands could not be broadcast together")


def names_another(x, w):
    raise ValueError("w: nan at index (0, 0); expected finite numbers")


def changes_its_input(x, w):
    x[:] = 0


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        (names_nothing, AssertionError, "ValueError: operands"),
        (names_another, AssertionError, "ValueError: w: nan"),
        (changes_its_input, AssertionError, "changed in place"),
        (lambda x, w: [1.0, np.nan], AssertionError, "nan"),
        (lambda x, w: {"w": -np.inf}, AssertionError, "inf"),
        (lambda x, w: np.array([None]), AssertionError, "object"),
        (lambda x, w: {}["x"], KeyError, "x"),
        (lambda x, w: np.float64(1e308) * 10, RuntimeWarning, "overflow"),
    ],
)
def test_a_function_that_takes_bad_input_badly_is_found(monkeypatch, wrong, error, says):
    monkeypatch.setitem(ROWS, "project", (wrong, ROWS["project"][1]))
    with pytest.raises(error, match=says):
        outcome("project", good("project"), ["x"])


def good(name):
    return {argument: what.good for argument, what in ROWS[name][1].items()}


ARGUMENTS = [(function, name) for function, (_, arguments) in ROWS.items() for name in arguments]


@pytest.mark.parametrize(("function", "name"), ARGUMENTS)
def test_what_an_argument_may_not_be_is_refused_by_its_name(function, name):
    for what, bad in ROWS[function][1][name].refused.items():
        result = outcome(function, good(function) | {name: bad}, [name])
        assert result is None, f"{what} was taken for {name}: {result}"


def shared(arguments):
    """Each axis of each array that another argument has too, and which those are."""
    for name, argument in arguments.items():
        for place, axis in enumerate(argument.axes):
            others = [n for n, other in arguments.items() if n != name and axis in other.axes]
            if others:
                yield name, axis, place, [name, *others]


SHARED = [
    pytest.param(function, name, place, both, id=f"{function}: {axis} of {name}")
    for function, (_, arguments) in ROWS.items()
    for name, axis, place, both in shared(arguments)
]


@pytest.mark.parametrize(("function", "name", "place", "both"), SHARED)
def test_sizes_that_do_not_match_are_refused_by_name(function, name, place, both):
    shorter = np.delete(good(function)[name], -1, place)
    assert outcome(function, good(function) | {name: shorter}, both) is None


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
def test_any_input_gives_a_result_or_an_error_that_names_an_argument(name, data):
    arguments = good(name)
    spoiled = data.draw(
        st.lists(st.sampled_from(list(arguments)), min_size=1, max_size=3, unique=True)
    )
    for argument in spoiled:
        row = ROWS[name][1][argument]
        what = data.draw(st.sampled_from([*row.tried, *row.refused, "a batch"]))
        if what != "a batch":
            arguments[argument] = (row.tried | row.refused)[what]
        elif isinstance(row.good, np.ndarray):
            repeats = data.draw(st.integers(0, 3))
            arguments[argument] = np.repeat(row.good[None], repeats, axis=0)
    outcome(name, arguments, [*arguments, *MAKES.get(name, ())])


OF_ARRAYS = [name for name, (_, row) in ROWS.items() if any(a.axes for a in row.values())]
LAYOUTS = {
    "read-only": lambda a: np.frombuffer(a.tobytes(), a.dtype).reshape(a.shape),
    "by columns": np.asfortranarray,
    "with gaps": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "backward": lambda a: a[..., ::-1].copy()[..., ::-1],
    "lists": np.ndarray.tolist,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", OF_ARRAYS)
def test_how_an_array_lies_in_memory_changes_nothing(name, layout):
    arguments = good(name)
    again = {
        n: LAYOUTS[layout](a) if isinstance(a, np.ndarray) else a for n, a in arguments.items()
    }
    results = leaves(outcome(name, arguments, ())), leaves(outcome(name, again, ()))
    for first, second in zip(*results, strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", OF_ARRAYS)
def test_integers_count_as_floats(name):
    arguments = good(name)
    floating = [
        n
        for n in arguments
        if n != "mask" and ROWS[name][1][n].axes and arguments[n].dtype.kind == "f"
    ]
    whole = {n: np.rint(3 * arguments[n]) for n in floating}
    ints = {n: array.astype(int) for n, array in whole.items()}
    results = (
        leaves(outcome(name, arguments | whole, ())),
        leaves(outcome(name, arguments | ints, ())),
    )
    for first, second in zip(*results, strict=True):
        np.testing.assert_array_equal(first, second)
        assert first.dtype == second.dtype
