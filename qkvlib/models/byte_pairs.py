"""From text to numbers of tokens and back: pairs of bytes, joined in the order they were learned.

The ``tokenizers`` library does it where it is installed. Where it is not, as in a browser, the few
rules below give the same tokens: cut the text into words, each digit by itself, write a word as its
bytes, and join two neighbors again and again, those first that were learned first.
"""

import codecs
import functools
import itertools
import re

import numpy as np

from .._arrays import as_integers
from .._values import as_text

# A blank goes to the word behind it. Letters stand for themselves or as "x" here, see `_shadow`.
_WORD = re.compile(r"'(?:s|t|re|ve|m|ll|d)| ?[A-Za-z]+| ?[^\sA-Za-z0]+|\s+(?!\S)|\s+|0")
_SPACES = "\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


class BytePairs:
    """The tokens of a language model, between text and numbers.

    Parameters
    ----------
    tokens : sequence of str
        The token of each number; a byte is written as one letter.
    merges : sequence of (str, str)
        Pairs to join, in the order in which they were learned.
    special : sequence of str, default ()
        Tokens that are never cut, and joined with nothing.

    References
    ----------
    Sennrich et al. (2016), https://arxiv.org/abs/1508.07909; Radford et al. (2019), section 2.2.

    Examples
    --------
    >>> from qkvlib import BytePairs
    >>> small = BytePairs(["a", "b", "ab", "Ġ", "Ġab"], [("a", "b"), ("Ġ", "ab")])
    >>> small.ids("ab ab")
    [2, 4]
    >>> small.text([4, 0])
    ' aba'
    """

    def __init__(self, tokens, merges, special=()):
        self.tokens = list(tokens)
        self.special = sorted(special, key=len, reverse=True)
        self.rows = {token: row for row, token in enumerate(self.tokens)}
        self._merges = list(merges)
        self._ranks = {pair: rank for rank, pair in enumerate(self._merges)}
        self._joined = functools.lru_cache(maxsize=10_000)(self._join)

    def ids(self, text):
        """Return the numbers of a text's tokens."""
        text = as_text("text", text)
        if self._library is None:
            return self.ids_by_rules(text)
        return self._library.encode(text, add_special_tokens=False).ids

    def ids_by_rules(self, text):
        """Return the same by the rules alone; `ids` is what you want."""
        parts = re.split(f"({'|'.join(map(re.escape, self.special))})", text)
        ids = []
        for part in parts if self.special else [text]:
            if part in self.special:
                ids.append(self.rows[part])
            else:
                for word in words(part):
                    ids += self._joined("".join(_LETTERS[byte] for byte in word.encode("utf-8")))
        return ids

    def text(self, ids):
        """Return the text of some tokens; bytes that are no character become �."""
        ids = as_integers("ids", [*ids] or np.zeros(0, int), len(self.tokens) - 1)
        return b"".join(map(self._bytes, ids)).decode("utf-8", "replace")

    def pieces(self, ids):
        """Yield the text of each token as it comes; what is half a character waits for the rest."""
        half = codecs.getincrementaldecoder("utf-8")("replace")
        for row in ids:
            yield half.decode(self._bytes(row))
        rest = half.decode(b"", final=True)
        if rest:
            yield rest

    def _bytes(self, row):
        token = self.tokens[row]
        if token in self.special:
            return token.encode("utf-8")
        return bytes(_BYTES[letter] for letter in token)

    def _join(self, word):
        """Join neighbors, the pair that was learned first before others."""
        parts = list(word)
        while len(parts) > 1:
            pairs = set(itertools.pairwise(parts))
            first = min(pairs, key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if first not in self._ranks:
                break
            parts = _with_joined(parts, first)
        return [self.rows[part] for part in parts]

    @functools.cached_property
    def _library(self):
        """The library's tokenizer with these tokens, or None."""
        try:
            from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
        except ImportError:
            return None
        tokenizer = Tokenizer(models.BPE(self.rows, self._merges))
        digits = pre_tokenizers.Digits(individual_digits=True)
        by_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, by_bytes])
        tokenizer.add_special_tokens([AddedToken(s, normalized=False) for s in self.special])
        return tokenizer


def words(text):
    """Cut a text into words: a blank goes to the word behind it, a digit stands by itself."""
    shadow = "".join(map(_shadow, text))
    # Each number is cut off first, so that the blanks before it do not know of it.
    return [
        text[stretch.start() + found.start() : stretch.start() + found.end()]
        for stretch in re.finditer("0|[^0]+", shadow)
        for found in _WORD.finditer(stretch[0])
    ]


@functools.lru_cache(maxsize=4096)
def _shadow(character):
    """Return an ASCII character of the same kind: a letter, a number, a space, a sign."""
    if character.isascii() and (character.isalpha() or character == "'" or character == " "):
        return character
    if character.isalpha():
        return "x"
    if character.isnumeric():
        return "0"
    return "\t" if character in _SPACES else "."


def _with_joined(parts, pair):
    joined, place = [], 0
    while place < len(parts):
        two = tuple(parts[place : place + 2]) == pair
        joined.append("".join(pair) if two else parts[place])
        place += 1 + two
    return joined


def _letter_of_each_byte():
    """A byte that can be seen is its own letter; the others get those from number 256 on."""
    seen = {*range(33, 127), *range(161, 173), *range(174, 256)}
    hidden = iter(range(256, 512))
    return [chr(byte if byte in seen else next(hidden)) for byte in range(256)]


_LETTERS = _letter_of_each_byte()
_BYTES = {letter: byte for byte, letter in enumerate(_LETTERS)}
