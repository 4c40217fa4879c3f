"""What ships of the real model, so that *A real model* runs where the model is not.

One head's matrices, the attention weights of all 72 heads for four sentences, and how the heads
fared in trials: 0.1 MB of 91. ``tools/model/minilm.py`` wrote it by running the full model through
this book's own functions, and a test compares the two.
"""

import functools

from .._records import record_of
from .._values import as_text
from .encoder import encode
from .files import ModelNotFoundError
from .minilm_weights import NUM_HEADS, NUM_LAYERS, load_vocabulary, load_weights
from .stored import arrays_of
from .wordpiece import tokenize


@functools.cache
def load_slice():
    """Read the part of the real model that ships with the book.

    Returns
    -------
    dict of str to ndarray
        Of head 1 in layer 3 the matrices ``w_q, w_k, w_v``, shape (384, 32), the biases ``b_q, b_k,
        b_v``, shape (32,), and ``x``, shape (7, 384): the vectors of "The puppy followed its mom"
        that it reads. ``value_lengths``, shape (6, 12, 7), of all value vectors of that sentence.
        ``gender`` and other trials, bool, shape (trials, 6, 12): whether each head was right; and
        ``gender_weight``, shape (6, 12): its mean weight on the right word. ``without``, shape
        (6, 12): the cosine of the sentence's vectors with and without each head. What is called
        ``fresh`` is the same for sentences that no head was chosen by. All read-only.

    References
    ----------
    Weights of sentence-transformers/all-MiniLM-L6-v2, Apache-2.0, rounded to float16.

    Examples
    --------
    >>> from qkvlib import load_slice
    >>> load_slice()["w_q"].shape  # (d_model, d_k)
    (384, 32)
    """
    return arrays_of("minilm", (NUM_LAYERS, NUM_HEADS))


def read_sentence(text):
    """Let the real model read a sentence, and return what each of its heads looks at.

    Parameters
    ----------
    text : str
        One of the sentences that ship with the book; any other if the model is installed.

    Returns
    -------
    tokens : list of str
        The word pieces, [CLS] first and [SEP] last.
    maps : ndarray, shape (6, 12, n, n)
        The attention weights of each layer and head.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ModelNotFoundError
        If the sentence does not ship and there is no model; the message says how to get it.

    Examples
    --------
    >>> from qkvlib import read_sentence
    >>> tokens, maps = read_sentence("The puppy followed its mom")
    >>> tokens
    ['[CLS]', 'the', 'puppy', 'followed', 'its', 'mom', '[SEP]']
    >>> print(maps[3, 1, 4].round(2))  # layer 3, head 1: where "its" looks
    [0.06 0.02 0.78 0.05 0.04 0.03 0.03]
    """
    shipped = load_record()["sentences"]
    if as_text("text", text) in shipped:
        number = list(shipped).index(text)
        return list(shipped[text]), load_slice()[f"maps_{number}"]
    try:
        weights, vocabulary = _model()
    except ModelNotFoundError as error:
        known = "; ".join(shipped)
        raise ModelNotFoundError(f"text: only these ship with the book: {known}. {error}") from None
    tokens = tokenize(text, vocabulary)
    _, maps = encode(weights, [vocabulary[token] for token in tokens])
    return tokens, maps


@functools.cache
def load_record():
    """Return ``data/minilm.json``: the sentences that ship, and how the slice was made."""
    return record_of("minilm")


@functools.cache
def _model():
    return load_weights(), load_vocabulary()
