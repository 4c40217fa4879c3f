"""From logits to the next word, and on: what may come, what does, and a text that grows.

Logits in, logits out: what may not come is −∞, and the softmax makes of it a probability of 0.
"""

import numpy as np

from .._arrays import as_scores
from .._values import as_generator, as_int, as_positive
from ..attention import softmax
from .decoder import decode, next_word_logits


def top_k(logits, k):
    """Leave the `k` largest logits, and those equal to the last of them; hide the others.

    Parameters
    ----------
    logits : array_like, shape (..., n_words)
        Finite or −∞.
    k : int

    Returns
    -------
    ndarray, same shape as `logits`

    Raises
    ------
    TypeError, ValueError
        If `logits` are not real numbers, or `k` is not an integer from 1 to n_words.

    References
    ----------
    Fan et al. (2018), https://arxiv.org/abs/1805.04833, section 5.4.

    Examples
    --------
    >>> from qkvlib import top_k
    >>> top_k([1.0, 3.0, 2.0], 2)
    array([-inf,   3.,   2.])
    """
    logits = _as_logits(logits)
    k = as_int("k", k, 1, logits.shape[-1])
    least = np.partition(logits, -k, axis=-1)[..., -k, None]
    return np.where(logits >= least, logits, -np.inf).astype(logits.dtype)


def top_p(logits, p):
    """Leave the likeliest words that together have the probability `p`; hide the others.

    Parameters
    ----------
    logits : array_like, shape (..., n_words)
        Finite or −∞.
    p : float
        Above 0, at most 1. The word that reaches it stays.

    Returns
    -------
    ndarray, same shape as `logits`

    Raises
    ------
    TypeError, ValueError
        If `logits` are not real numbers, or `p` is not from 0 to 1.

    References
    ----------
    Holtzman et al. (2020), https://arxiv.org/abs/1904.09751, section 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> from qkvlib import top_p
    >>> np.exp(top_p(np.log([0.1, 0.6, 0.3]), 0.8)).round(1)  # .6 is too little, .9 enough
    array([0. , 0.6, 0.3])
    """
    logits, p = _as_logits(logits), as_positive("p", p)
    if p > 1:
        raise ValueError(f"p: {p}; expected a number above 0, at most 1")
    order = np.argsort(-logits, axis=-1, kind="stable")
    weights = softmax(np.take_along_axis(logits, order, -1).astype(np.float64))
    before = np.cumsum(weights, axis=-1) - weights
    kept = np.empty(logits.shape, bool)
    np.put_along_axis(kept, order, (before < p) | (p == 1), -1)
    return np.where(kept, logits, -np.inf).astype(logits.dtype)


def next_word(logits, *, temperature=1.0, k=None, p=None, seed=0):
    """Draw a word by its probability, or take the likeliest.

    Parameters
    ----------
    logits : array_like, shape (n_words,)
    temperature : float, default 1
        The logits are divided by it: 1 / temperature is the sharpness of the softmax. At 0 the
        likeliest word is taken, and nothing is drawn.
    k : int, optional
        As for `top_k`.
    p : float, optional
        As for `top_p`, of what `temperature` and `k` leave.
    seed : int or numpy.random.Generator, default 0

    Returns
    -------
    int
        The number of the word.

    Raises
    ------
    TypeError, ValueError
        If `logits` are not one row of real numbers, `temperature` is below 0, or as `top_k` and
        `top_p`.

    References
    ----------
    Ackley et al. (1985), "A learning algorithm for Boltzmann machines", for the temperature.

    Examples
    --------
    >>> from qkvlib import next_word
    >>> next_word([1.0, 3.0, 2.0], temperature=0)
    1
    >>> [next_word([1.0, 3.0, 2.0], seed=seed) for seed in range(5)]
    [1, 1, 1, 0, 2]
    """
    logits = _as_logits(logits)
    if logits.ndim != 1 or logits.max() == -np.inf:
        raise ValueError(f"logits: shape {logits.shape}; expected one row, not all -inf")
    temperature = as_positive("temperature", temperature, or_zero=True)
    if temperature == 0:
        return int(logits.argmax())
    # The largest is 0, so that no small temperature makes of it what is no number.
    with np.errstate(all="ignore"):
        logits = (logits.astype(np.float64) - logits.max()) / temperature
        logits = logits if k is None else top_k(logits, k)
        weights = softmax(logits if p is None else top_p(logits, p))
        return int(as_generator(seed).choice(len(weights), p=weights / weights.sum()))


def go_on(decoder, tokenizer, text, *, n=50, caches=None, without=(), **how):
    """Go on with a text, and yield each piece of it as it comes; what it says may be false.

    Parameters
    ----------
    decoder, tokenizer : Decoder, BytePairs
        From `load_decoder`.
    text : str
        At least one character.
    n : int, default 50
        How many tokens to write at most; a token that ends a text ends it here too.
    caches : list of KVCache, optional
        As for `decode`: `text` is then what comes next.
    without : sequence of (int, int), optional
        Heads to remove, as for `decode`.
    **how
        ``temperature``, 0 unless given, ``k``, ``p`` and ``seed``: as for `next_word`.

    Yields
    ------
    str
        The text of one token, or "" where it is the first part of a character.

    Raises
    ------
    TypeError, ValueError
        If `text` is not a string or empty, `n` is not an integer >= 0; or as `next_word`.

    References
    ----------
    Ben Allal et al. (2025), "SmolLM2", https://arxiv.org/abs/2502.02737.

    Examples
    --------
    >>> from qkvlib import go_on, load_decoder
    >>> decoder, tokenizer = load_decoder()  # doctest: +SKIP
    >>> "".join(go_on(decoder, tokenizer, "The puppy followed its", n=3))  # doctest: +SKIP
    ' tail, which'
    """
    ids = tokenizer.ids(text)
    if not ids:
        raise ValueError(f"text: {text!r}; expected at least one character")
    n, how = as_int("n", n, 0), {"temperature": 0, **how}
    how["seed"] = as_generator(how.get("seed", 0))
    caches = decoder.new_caches() if caches is None else caches
    return tokenizer.pieces(_words(decoder, tokenizer, ids, n, how, caches=caches, without=without))


def _words(decoder, tokenizer, ids, n, how, **given):
    """Yield the number of one word after the other; each is read before the next is chosen."""
    for _ in range(n):
        x = decode(decoder, ids, **given)
        word = next_word(next_word_logits(decoder, x[-1]), **how)
        if tokenizer.tokens[word] in tokenizer.special:
            return
        yield word
        ids = [word]


def _as_logits(logits):
    logits = as_scores("logits", logits, "n_words")
    if logits.shape[-1] == 0:
        raise ValueError(f"logits: shape {logits.shape}; expected (..., n_words) with n_words > 0")
    return logits
