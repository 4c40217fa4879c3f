"""What tiled attention does inside one block of queries. Internal to `qkvlib`."""

import math

import numpy as np

LOG2_E = math.log2(math.e)  # e to the x is 2 to the (LOG2_E * x), and powers of 2 are faster


class Running:
    """A softmax and its weighted sum that have seen some of the keys.

    This is `online_softmax_step` in powers of 2 and in place. Where no score can be so large that
    its power overflows (`calm`), the largest so far need not be known: it would cancel in the end.
    """

    def __init__(self, n_q, d_v, dtype, calm):
        self.top = np.full(n_q, -np.inf, dtype)
        self.total = np.zeros(n_q, dtype)
        self.output = np.zeros((n_q, d_v), dtype)
        self.calm = calm

    def take(self, scores, v, allowed=None):
        """Take in a tile of scores, which is overwritten, its values, and who may attend."""
        if self.calm:
            weights = np.exp2(scores, out=scores)
            if allowed is not None:
                weights *= allowed  # the same as -inf before, and faster
        else:
            if allowed is not None:
                np.copyto(scores, -np.inf, where=~allowed)
            top = np.maximum(self.top, scores.max(-1))
            reference = np.where(np.isneginf(top), 0, top)  # -inf - -inf is not a number
            keep = np.exp2(self.top - reference)
            self.total *= keep
            self.output *= keep[:, None]
            scores -= reference[:, None]
            weights = np.exp2(scores, out=scores)
            self.top = top
        self.total += weights @ np.ones(weights.shape[1], weights.dtype)  # faster than a sum
        self.output += weights @ v

    def result(self):
        """The weighted average: divided once, at the end."""
        return self.output / np.where(self.total == 0, 1, self.total)[:, None]


def visible_tiles(rows, n_k, size, is_causal, window, mask):
    """Give the columns of each tile that is not hidden wholly, and who may attend in it."""
    start, stop = visible_keys(rows, n_k, is_causal, window)
    for begin in range(start, stop, size):
        columns = slice(begin, min(begin + size, stop))
        allowed = allowed_pairs(rows, columns, is_causal, window, mask)
        if allowed is None or allowed.any():
            yield columns, allowed


def visible_keys(rows, n_k, is_causal, window):
    """First key, and the one after the last, that any query of `rows` may see."""
    start, stop = 0, n_k
    if window is not None:
        start, stop = max(0, rows.start - window + 1), min(n_k, rows.stop - 1 + window)
    if is_causal:
        stop = min(stop, rows.stop)
    return start, stop


def allowed_pairs(rows, columns, is_causal, window, mask):
    """Who may attend to whom in one tile; None where all may."""
    ahead = columns.stop - 1 - rows.start  # how far ahead of its query a key can be
    behind = rows.stop - 1 - columns.start
    parts = [] if mask is None else [mask[rows, columns]]
    if is_causal and ahead > 0:
        parts.append(_reaching(rows, columns, 0))
    if window is not None and ahead >= window:
        parts.append(_reaching(rows, columns, window - 1))
    if window is not None and behind >= window:
        parts.append(~_reaching(rows, columns, -window))
    return np.logical_and.reduce(parts) if parts else None


def _reaching(rows, columns, distance):
    """True where a key is at most `distance` ahead of its query."""
    shape = rows.stop - rows.start, columns.stop - columns.start
    return np.tri(*shape, rows.start - columns.start + distance, dtype=bool)


def add_mask(mask, scores):
    """Add a floating mask to scores that are exponents of 2; refuse a sum too large for them."""
    scores += (mask * mask.dtype.type(LOG2_E)).astype(scores.dtype)
    if np.isposinf(scores).any():
        raise ValueError(f"mask: scores + mask overflows {scores.dtype}; expected smaller numbers")


def largest_score(q, k):
    """No dot product of a query with a key is larger than that of the two longest, if parallel."""

    def longest(x):
        wide = np.promote_types(x.dtype, np.float32)
        # Infinite where a square overflows, without a warning: then nothing is known.
        return math.sqrt(np.einsum("...d,...d->...", x, x, dtype=wide).max(initial=0))

    return longest(q) * longest(k)


def is_calm(most, v, dtype):
    """Say whether no power of 2 up to `most`, and no sum of values times it, can overflow.

    Half of the exponents of a dtype are left for the sums; the other half is for the powers.
    """
    float_info = np.finfo(dtype)
    safe = min(float_info.maxexp // 2, 512) - 4
    value = float(max(v.max(initial=0), -v.min(initial=0)))
    return most <= safe and v.shape[-2] * value * 2.0**safe <= float(float_info.max)
