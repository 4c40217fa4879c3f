"""What an argument may be, and what it may not: one function for each kind of argument."""

import math
from dataclasses import dataclass

import numpy as np
from ml_dtypes import bfloat16, float8_e5m2

# No axis less one has the size 1, which would broadcast.
SIZES = dict(n_q=3, n_k=5, n=4, n_tokens=4, n_new=3, batch=3, d_model=6, d_context=7, d_k=4, d_v=8)
SIZES |= dict(d_out=9, d_head=5, d_qk=10, d_vo=8, num_heads=4, kv_heads=2, d_latent=3, pairs=2)


@dataclass(frozen=True)
class Argument:
    """A good value, and bad ones by what is wrong with them."""

    good: object
    refused: dict  # each must raise
    tried: dict  # each may raise
    axes: tuple = ()


class Unreadable:
    """As a tensor that needs a gradient: it refuses to become an array."""

    def __array__(self, *_, **__):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad")


def array(axes, make, *, wrong, kinds, tried):
    """An array of the named axes; ``wrong`` numbers in it and other ``kinds`` of it are refused."""
    axes = tuple(axes.split())
    good = make(np.random.default_rng(0), [SIZES[axis] for axis in axes])

    def ending_in(number):
        return np.append(good.ravel()[:-1], good.dtype.type(number)).reshape(good.shape)

    refused = {"None": None, "text": "a", "objects": good.astype(object), "complex": good + 0j}
    refused |= {"dates": good.astype("M8[s]"), "ragged": [[1], [1, 1]], "a function": len}
    refused |= {f"of {kind.__name__}": good.astype(kind) for kind in kinds}
    refused["masked"] = np.ma.array(good)
    refused |= {f"a {number}": ending_in(number) for number in wrong}
    refused["a list of masked"] = [np.ma.array(good)]
    refused |= {"float8": good.astype(float8_e5m2), "bfloat16": good.astype(bfloat16)}
    refused |= {"an array that gives none": Unreadable()}
    spoiled = {"one axis more": good[None], "a few of": good[:-1], "none of": good[:0]}
    spoiled |= {f"{number} in": ending_in(number) for number in tried}
    return Argument(good, refused, spoiled, axes)


HUGE = (1e308, -1e308, 1.7e154, 1e-310)


def floats(axes, wrong=(np.nan, np.inf, -np.inf), kinds=(bool,)):
    found = array(
        axes, lambda rng, shape: rng.normal(size=shape), wrong=wrong, kinds=kinds, tried=HUGE
    )
    few = {"a number": 1.0}
    if found.axes[-1] != "n":  # of tokens there may be none
        few["without features"] = found.good[..., :0]
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


def integers(axes, below=None):
    high = below or 40
    return array(
        axes,
        lambda rng, shape: rng.integers(high, size=shape),
        wrong=(-1, below) if below else (-1,),
        kinds=(bool, float),
        tried=(0, high - 1),
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


def choice(good, *others):
    refused = {"a number": 3, "None": None, "another": "both", "several": ["left"]}
    return Argument(good, refused, {other: other for other in others})


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
