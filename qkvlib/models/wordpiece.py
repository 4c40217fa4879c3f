"""From text to the pieces of words that the model has vectors for.

The ``tokenizers`` library does it where it is installed. Where it is not, as in a browser, the few
rules below give the same pieces (but for some characters newer than that library's tables): clean
the text, split it into words, and cut each word into the longest pieces that the vocabulary has.
"""

import re
import unicodedata

from .._values import as_dict, as_text

SPECIAL = ("[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]")
_LONGEST = 100  # characters of a word; the model was trained with longer ones as unknown
_CJK = re.compile(
    "[\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b73f\U0002b740-\U0002b81f"
    "\U0002b820-\U0002ceaf\uf900-\ufaff\U0002f800-\U0002fa1f]"
)


def tokenize(text, vocabulary):
    """Cut a text into the model's word pieces, with [CLS] before and [SEP] behind.

    Parameters
    ----------
    text : str
    vocabulary : dict of str to int
        From `load_vocabulary`.

    Returns
    -------
    list of str
        A piece that continues a word begins with ``##``.

    Raises
    ------
    TypeError
        If `text` is not a string, or `vocabulary` not a dict.

    References
    ----------
    Wu et al. (2016), "Google's Neural Machine Translation System", section 4.1.

    Examples
    --------
    >>> from qkvlib import tokenize
    >>> words = ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "puppy", "foll", "##owed", "."]
    >>> tokenize("Púppy followed.", {word: row for row, word in enumerate(words)})
    ['[CLS]', 'puppy', 'foll', '##owed', '.', '[SEP]']
    """
    text, vocabulary = as_text("text", text), as_dict("vocabulary", vocabulary)
    try:
        from tokenizers import BertWordPieceTokenizer
    except ImportError:
        return ["[CLS]", *word_pieces(text, vocabulary), "[SEP]"]
    return BertWordPieceTokenizer(dict(vocabulary)).encode(text).tokens


def word_pieces(text, vocabulary):
    """Cut a text by the rules alone, without [CLS] and [SEP]; `tokenize` is what you want.

    Parameters
    ----------
    text : str
    vocabulary : dict of str to int

    Returns
    -------
    list of str
    """
    pieces = []
    special = "|".join(map(re.escape, SPECIAL))
    for part in re.split(f"({special})", text):
        words = [part] if part in SPECIAL else _words(part)
        for word in words:
            pieces += [word] if word in SPECIAL else _longest_first(word, vocabulary)
    return pieces


def _words(text):
    """Split at spaces and around punctuation, without accents, in small letters."""
    text = "".join(_clean(character) for character in text)
    text = _CJK.sub(r" \g<0> ", text)  # Chinese has no spaces: each sign is a word
    letters = unicodedata.normalize("NFD", text)  # é becomes e and a mark
    # One by one: in a whole word, lower() writes the last Σ as ς.
    letters = "".join(c.lower() for c in letters if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if _is_punctuation(c) else c for c in letters).split()


def _clean(character):
    """Return a space for any kind of space, nothing for a character that cannot be seen."""
    category = unicodedata.category(character)
    if character in "\t\n\r" or category in {"Zs", "Zl", "Zp"}:
        return " "
    hidden = category in {"Cc", "Cf", "Co"} or character == "\ufffd"
    return "" if hidden else character


def _is_punctuation(character):
    # The ASCII signs such as $ and + count too, though Unicode calls them symbols.
    ascii_sign = "!" <= character <= "~" and not character.isalnum()
    return ascii_sign or unicodedata.category(character).startswith("P")


def _longest_first(word, vocabulary):
    """Cut a word from the left, each time the longest piece there is."""
    if len(word) > _LONGEST:
        return ["[UNK]"]
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if prefix + word[start:end] in vocabulary), None)
        if end is None:
            return ["[UNK]"]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces
