"""The language model goes on with a text: from what was recorded, or by running it.

What ships of it is enough for the chapter; any other text needs the model itself.
"""

from collections.abc import Iterator

from .._values import as_int, as_text
from ..cache import KVCache
from .files import ModelNotFoundError
from .parts import as_heads
from .sampling import go_on
from .smollm_slice import (
    NUM_HEADS,
    NUM_LAYERS,
    _shipped,
    load_decoder_record,
    load_decoder_slice,
    token_text,
)
from .smollm_weights import loaded_decoder


def write_text(text, *, n=16, window=None, sink=0, without=(), **how) -> Iterator[str]:
    """Let the language model go on with a text, and yield each piece as it comes.

    What it says may be false. To stop it, stop the loop.

    Parameters
    ----------
    text : str
        The beginning of a text.
    n : int, default 16
        How many tokens to write at most.
    window, sink : int, optional
        Keep only so many of the latest tokens in the cache, and of the first: as for `KVCache`.
    without : sequence of (int, int), optional
        Heads to remove, as for `decode`.
    **how
        ``temperature``, 0 unless given, ``k``, ``p`` and ``seed``: as for `next_word`.

    Returns
    -------
    iterator of str
        The text of one token after the other. Where it was recorded the model need not be there.

    Raises
    ------
    TypeError, ValueError
        If `text` is not a string or empty, or `n` is not an integer >= 0; or as `KVCache`, `decode`
        and `next_word`.
    ModelNotFoundError
        If it was not recorded and there is no model; the message says how to get it.

    References
    ----------
    HuggingFaceTB/SmolLM2-135M-Instruct, Apache-2.0,
    https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct.

    Examples
    --------
    >>> from qkvlib import write_text
    >>> "".join(write_text("The puppy followed its", n=5))
    ' tail, which was a'
    """
    text, n = as_text("text", text), as_int("n", n, 0)
    without = as_heads(without, NUM_LAYERS, NUM_HEADS)
    KVCache(window=window, sink=sink)  # refuses what cannot be
    kept = {} if window is None else {"window": window, "sink": sink}
    changed = kept | ({"without": sorted(map(list, without))} if without else {})
    pieces = _recorded(text, n) if not (how or changed) else None
    pieces = _drawn(text, n, how | changed) if pieces is None else pieces
    if pieces is not None:
        return iter(pieces)
    try:
        decoder, tokenizer = loaded_decoder()
    except ModelNotFoundError as error:
        raise ModelNotFoundError(f"text: to go on with it takes the model. {error}") from None
    caches = decoder.new_caches(**kept)
    return go_on(decoder, tokenizer, text, n=n, caches=caches, without=without, **how)


def _recorded(text, n):
    """Return the pieces if all are known: at each place the likeliest word was recorded."""
    place, length = _shipped(text)
    pieces, ids = [], load_decoder_record()["texts"][place] if length else []
    while length and len(pieces) < n:
        word = int(load_decoder_slice()[f"next_{place}"][length - 1, 0])
        pieces.append(token_text(word))
        goes_on = length < len(ids) and ids[length] == word
        length = length + 1 if goes_on else 0
    return pieces if len(pieces) == n else None


def _drawn(text, n, how):
    """Return the pieces that were written in this way, if any were."""
    for one in load_decoder_record()["drawn"]:
        if (one["text"], one["how"]) == (text, how) and n <= one["n"]:
            return one["pieces"][:n]
    return None
