"""What ships of the language model, so that its chapter runs where the model is not.

What all 270 heads looked at in a few texts and what the model would have written next, how its
heads fared in trials, and what is lost without some. ``tools/model/smollm.py`` wrote it by running
the full model through this book's own functions, and a test compares the two. The model's sentences
may be false.
"""

import functools

import numpy as np

from .._arrays import as_integers
from .._records import record_of
from .._values import as_text
from ..attention import softmax
from .decoder import decode, next_word_logits
from .files import ModelNotFoundError
from .smollm_weights import loaded_decoder
from .stored import arrays_of

NUM_LAYERS, NUM_HEADS = 30, 9
LIKELIEST = 8  # words that are kept at each place


@functools.cache
def load_decoder_slice():
    """Read the part of the language model that ships with the book.

    Returns
    -------
    dict of str to ndarray
        All read-only; heads were chosen by one set, and what is called fresh is of another.

        - Tokens written twice: ``induction`` and ``previous``, shape (2, 30, 9): each head's mean
          weight on what came after a token last time, and on the token before; first and fresh set.
        - Heads removed: ``loss_named``, ``loss_random`` and ``loss_neither``, shape (sets, 2,
          texts): the loss of each half; ``random_heads`` and ``neither_heads``, shape (sets, 6, 2).
        - Token 0: ``first_token``, shape (texts, 30, 9), mean weight on it; ``value_lengths``,
          shape (texts, 30, 3, 2), of it and of others; ``loss_whole``, shape (texts,), and
          ``loss_window``, shape (texts, 2, windows), without it and with it.
        - Pronouns: ``its_right``, bool, shape (trials, 30, 9); ``its_weight``, shape (30, 9), mean
          weight on the right word; ``its_each``, shape (trials, 2), of the two best heads; and
          ``its_fresh_...``, ``it_...``, ``gender_...``.
        - What a value writes: ``copying``, shape (30, 9), how often its own token is among the
          first ten words, and ``copying_rank``, how many words come before it.
        - Some heads in text 1: ``q_its, k_its, v_its``, shape (n, 64), and ``writes_its``, shape
          (n, 8), the words that each value writes first.
        - The end of prompt 0: ``top_0``, shape (100,), words, and ``top_logit_0``; ``rest_count_0``
          and ``rest_logit_0``, of all others in groups.

    References
    ----------
    HuggingFaceTB/SmolLM2-135M-Instruct, Apache-2.0,
    https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct.

    Examples
    --------
    >>> from qkvlib import load_decoder_slice
    >>> load_decoder_slice()["induction"].shape
    (2, 30, 9)
    """
    arrays = arrays_of("smollm", (NUM_LAYERS, NUM_HEADS))
    for name in [name for name in arrays if name.startswith("maps_")]:
        arrays[name] = _square(arrays[name])
    return arrays


def read_text(text):
    """Let the language model read a text: what its heads look at, and what it would write next.

    Parameters
    ----------
    text : str
        One that ships with the book, or the beginning of one; any other if the model is installed.

    Returns
    -------
    tokens : list of str
        Most begin with their blank.
    maps : ndarray, shape (30, 9, n, n)
        The attention weights of each layer and head.
    words : list of list of str
        At each place the eight words that are likeliest to come next.
    weights : ndarray, shape (n, 8)
        Their probabilities.

    Raises
    ------
    TypeError, ValueError
        If `text` is not a string, or empty.
    ModelNotFoundError
        If the text does not ship and there is no model; the message says how to get it.

    Examples
    --------
    >>> from qkvlib import read_text
    >>> tokens, maps, words, weights = read_text("The puppy followed its")
    >>> tokens, maps.shape
    (['The', ' puppy', ' followed', ' its'], (30, 9, 4, 4))
    >>> words[-1][:3]
    [' tail', ' nose', ' mother']
    """
    place, n = _shipped(as_text("text", text))
    if n:
        return _from_slice(place, n)
    try:
        decoder, tokenizer = loaded_decoder()
    except ModelNotFoundError as error:
        known = "; ".join("".join(map(_word, ids)) for ids in load_decoder_record()["texts"])
        raise ModelNotFoundError(f"text: only these ship with the book: {known}. {error}") from None
    ids, trace = tokenizer.ids(text), []
    if not ids:
        raise ValueError(f"text: {text!r}; expected at least one character")
    weights = softmax(next_word_logits(decoder, decode(decoder, ids, trace=trace)))
    order = np.argsort(-weights, axis=-1)[:, :LIKELIEST]
    words = [[tokenizer.text([row]) for row in rows] for rows in order]
    maps = np.stack([block["weights"] for block in trace])
    tokens = [tokenizer.text([row]) for row in ids]
    return tokens, maps, words, np.take_along_axis(weights, order, -1)


def token_text(rows):
    """Return the text of tokens by their numbers, for those that the slice names.

    Parameters
    ----------
    rows : int, or array_like of int
        Numbers of tokens, such as ``writes_its`` of the slice.

    Returns
    -------
    str, or nested lists of str

    Raises
    ------
    TypeError, ValueError
        If `rows` are not integers, or the slice does not name one of them.

    Examples
    --------
    >>> from qkvlib import load_decoder_slice, token_text
    >>> token_text(load_decoder_slice()["writes_copying"][1, :2])
    ['pu', ' puppy']
    """
    rows = as_integers("rows", rows)
    unknown = {*rows.ravel().tolist()} - {*map(int, load_decoder_record()["words"])}
    if unknown:
        raise ValueError(f"rows: {min(unknown)}; expected tokens that the slice names")
    return _word(rows) if rows.ndim == 0 else [token_text(row) for row in rows]


@functools.cache
def load_decoder_record():
    """Return ``data/smollm.json``: the texts that ship, which heads, and how it was made."""
    return record_of("smollm")


def _shipped(text):
    """Return which of the texts begins with this one, and after how many tokens it ends; or 0."""
    for place, ids in enumerate(load_decoder_record()["texts"]):
        for n in range(1, len(ids) + 1):
            if "".join(map(_word, ids[:n])) == text:
                return place, n
    return None, 0


def _from_slice(place, n):
    """No token hears of a later one, so that the beginning of what was recorded is enough."""
    part, ids = load_decoder_slice(), load_decoder_record()["texts"][place][:n]
    words = [[_word(row) for row in rows] for rows in part[f"next_{place}"][:n]]
    maps = part[f"maps_{place}"][..., :n, :n]
    return [_word(row) for row in ids], maps, words, part[f"next_weight_{place}"][:n]


def _word(row):
    return load_decoder_record()["words"][str(row)]


def _square(below):
    """Put the weights back into a square: what lies above the diagonal was left out."""
    n = int(np.sqrt(2 * below.shape[-1]))
    maps = np.zeros((*below.shape[:-1], n, n), np.float32)
    rows, columns = np.tril_indices(n)
    maps[..., rows, columns] = below
    maps.setflags(write=False)
    return maps
