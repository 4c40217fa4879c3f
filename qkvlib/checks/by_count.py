"""Exercises that are counted or predicted: masks, two sequences, what attention costs."""

from __future__ import annotations

import numpy as np

from ..attention import softmax
from ..cost import attention_flops, kv_cache_bytes
from ..masks import apply_mask, causal_mask
from .numbers import brief
from .typed import Field, Typed
from .verdict import Verdict

_ROW, _QUERY = np.array([1.0, 1.0, 5.0]), 1
_SEEN = causal_mask(len(_ROW))[_QUERY]
_NAMES = ("first key", "second key", "third key")

MASKED_ROW = Typed(
    "masked_row",
    f"Under a causal mask the second of three tokens asks. Its scores, before the mask, are "
    f"`{brief(_ROW)}`. What are its weights? You need no calculator.",
    [
        Field(
            name,
            weight,
            mistakes={
                "that is without a mask: the loud third key takes nearly all.": bare,
                "that is with a score of 0 in the place of the hidden one. e to the 0 is 1: hide "
                "it with −∞.": zeroed,
            },
        )
        for name, weight, bare, zeroed in zip(
            _NAMES,
            softmax(apply_mask(_ROW[None], _SEEN[None]))[0],
            softmax(_ROW),
            softmax(_ROW * _SEEN),
            strict=True,
        )
    ],
    "right. A hidden key gets exactly 0, however loud it is, and the others share the whole.",
)

_SOURCE, _TARGET = 7, 4

CROSS_SIZES = Typed(
    "cross_sizes",
    f"Predict: a sentence of {_SOURCE} words is translated, and {_TARGET} words of the "
    "translation are written. How many rows and how many columns do the weights of "
    "cross-attention have? To how much do all of them add up?",
    [
        Field(
            "rows",
            _TARGET,
            mistakes={
                "that is the source. Who asks makes the rows: the words of the translation.": (
                    _SOURCE
                ),
                "the two sequences stay apart. Only the translation asks.": _SOURCE + _TARGET,
            },
        ),
        Field(
            "columns",
            _SOURCE,
            mistakes={
                "that is the translation. Who answers makes the columns: the source.": _TARGET,
                "the two sequences stay apart. Only the source answers.": _SOURCE + _TARGET,
            },
        ),
        Field(
            "sum of all weights",
            _TARGET,
            mistakes={
                "that is a single row. Each row sums to 1.": 1,
                "the columns need not sum to 1. The rows do.": _SOURCE,
            },
        ),
    ],
    "right. A row for each word that asks, and each row sums to 1.",
)

_N, _D_HEAD = 1000, 64
_FLOPS = attention_flops(_N, num_heads=1, d_head=_D_HEAD) / 1e6

ATTENTION_WORK = Typed(
    "attention_work",
    f"One head attends, with {_N:,} tokens and d_k = d_v = {_D_HEAD}, no mask. How many million "
    "operations do its two products take, if multiplying and adding count as one each? By which "
    "factor does that grow when the text gets three times as long?",
    [
        Field(
            "million operations",
            _FLOPS,
            within=1,
            mistakes={
                "that is half. There are two products, and each multiplies and adds.": _FLOPS / 2,
                "that is a quarter. There are two products, and each multiplies and adds.": (
                    _FLOPS / 4
                ),
                "that grows with n. Each query meets each key: n times n.": _FLOPS / _N,
            },
        ),
        Field(
            "factor",
            attention_flops(3 * _N, num_heads=1, d_head=_D_HEAD) / 1e6 / _FLOPS,
            mistakes={
                "three times as many queries, and each of them meets three times as many keys.": 3,
                "that is with d_k three times as large too. It stays.": 27,
            },
        ),
    ],
    "right. The number of tokens counts twice, d_k once.",
)

_MODEL = {"num_layers": 32, "num_kv_heads": 8, "d_head": 128}
_QUERY_HEADS, _TEXTS, _LENGTH = 32, 16, 8192
_TOKEN = kv_cache_bytes(1, **_MODEL) / 1024
_ALL = _TEXTS * kv_cache_bytes(_LENGTH, **_MODEL) / 2**30

CACHE_SIZE = Typed(
    "cache_size",
    f"A model has {_MODEL['num_layers']} layers, each with {_QUERY_HEADS} heads of queries and "
    f"{_MODEL['num_kv_heads']} of keys and values, d_k = {_MODEL['d_head']}. It keeps two bytes "
    "for a number. How many KiB (1,024 bytes) does its cache take for one token? How many GiB for "
    f"{_TEXTS} texts of {_LENGTH:,} tokens?",
    [
        Field(
            "KiB for a token",
            _TOKEN,
            within=0.5,
            mistakes={
                "that is half. A cache keeps keys and values.": _TOKEN / 2,
                "that is with all heads of queries. Only keys and values are kept.": (
                    _TOKEN * _QUERY_HEADS / _MODEL["num_kv_heads"]
                ),
                "that is one layer. Each has a cache of its own.": _TOKEN / _MODEL["num_layers"],
                "that is twice as much. A number takes two bytes here.": 2 * _TOKEN,
                "that is in bytes. Divide by 1,024.": _TOKEN * 1024,
            },
        ),
        Field(
            "GiB for all texts",
            _ALL,
            within=0.1,
            mistakes={
                "that is one text. Each has a cache of its own.": _ALL / _TEXTS,
                "that is in GB, of a thousand millions. A GiB has 1,024 times 1,024 KiB.": (
                    _ALL * 2**30 / 1e9
                ),
                "that is in MiB. Divide by 1,024 once more.": _ALL * 1024,
            },
        ),
    ],
    "right. That is a large part of a GPU, for keys and values alone.",
)


def check_masked_row(*numbers) -> Verdict:
    """Check the three weights of a masked row, found by hand.

    Examples
    --------
    >>> from qkvlib import check_masked_row
    >>> check_masked_row(0.42, 0.42, 0.16)
    ✗ first key: that is with a score of 0 in the place of the hidden one. e to the 0 is 1:
    hide it with −∞.
    """
    return MASKED_ROW.check(*numbers)


def check_cross_sizes(*numbers) -> Verdict:
    """Check the rows, the columns and the sum of the weights of cross-attention.

    Examples
    --------
    >>> from qkvlib import check_cross_sizes
    >>> check_cross_sizes(4, 7, 1)
    ✗ sum of all weights: that is a single row. Each row sums to 1.
    """
    return CROSS_SIZES.check(*numbers)


def check_attention_work(*numbers) -> Verdict:
    """Check the operations of one head, in millions, and how they grow with the text.

    Examples
    --------
    >>> from qkvlib import check_attention_work
    >>> check_attention_work(128, 9)
    ✗ million operations: that is half. There are two products, and each multiplies and adds.
    """
    return ATTENTION_WORK.check(*numbers)


def check_cache_size(*numbers) -> Verdict:
    """Check what a cache takes: KiB for a token, GiB for many texts.

    Examples
    --------
    >>> from qkvlib import check_cache_size
    >>> check_cache_size(64, 16)
    ✗ KiB for a token: that is half. A cache keeps keys and values.
    """
    return CACHE_SIZE.check(*numbers)
