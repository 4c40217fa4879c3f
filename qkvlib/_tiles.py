"""What tiled attention does inside one block of queries. Internal to `qkvlib`."""

import math

import numpy as np

LOG2_E = math.log2(math.e)  # e to the x is 2 to the (LOG2_E * x), and powers of 2 are faster


class Running:
    """A softmax and its weighted sum that have seen some of the keys.

    This is `online_softmax_step`, in place and with powers of any base. Where no score can be so
    large that its power overflows (`calm`), the largest so far need not be known: it would cancel
    in the end.
    """

    def __init__(self, n_q, d_v, dtype, calm, power):
        self.top = np.full(n_q, np.finfo(dtype).min, dtype)  # below it there is -inf alone
        self.total = np.zeros(n_q, dtype)
        self.output = np.zeros((n_q, d_v), dtype)
        self.calm, self.power = calm, power

    def take(self, scores, v, allowed=None):
        """Take in a tile of scores, which is overwritten, its values, and who may attend."""
        if self.calm:
            weights = self.power(scores, out=scores)
            if allowed is not None:
                weights *= allowed  # the same as -inf before, and faster
        else:
            if allowed is not None:
                np.copyto(scores, -np.inf, where=~allowed)
            top = np.maximum(self.top, scores.max(axis=1))
            keep = self.power(self.top - top)
            self.total *= keep
            self.output *= keep[:, None]
            scores -= top[:, None]
            weights = self.power(scores, out=scores)
            self.top = top
        self.total += weights @ np.ones(weights.shape[1], weights.dtype)  # faster than a sum
        self.output += weights @ v

    def result(self):
        """The weighted average: divided once, at the end."""
        return self.output / np.where(self.total == 0, 1, self.total)[:, None]


def visible_tiles(places, n_k, size, is_causal, window, mask):
    """Give the columns of each tile that is not hidden wholly, and who may attend in it.

    The queries stand at `places`, a slice of the keys' own; `mask` has a row for each.
    """
    start, stop = visible_keys(places, n_k, is_causal, window)
    for begin in range(start, stop, size):
        columns = slice(begin, min(begin + size, stop))
        own = None if mask is None else mask[:, columns]
        allowed = allowed_pairs(places, columns, is_causal, window, own)
        if allowed is None or allowed.any():
            yield columns, allowed


def visible_keys(places, n_k, is_causal, window):
    """First key, and the one after the last, that any query at these `places` may see."""
    start, stop = 0, n_k
    if window is not None:
        start, stop = max(0, places.start - window + 1), min(n_k, places.stop - 1 + window)
    if is_causal:
        stop = min(stop, places.stop)
    return start, stop


def allowed_pairs(places, columns, is_causal, window, mask):
    """Who may attend to whom in one tile; None where all may."""
    ahead = columns.stop - 1 - places.start  # how far ahead of its query a key can be
    behind = places.stop - 1 - columns.start
    parts = [] if mask is None else [mask]
    if is_causal and ahead > 0:
        parts.append(_reaching(places, columns, 0))
    if window is not None and ahead >= window:
        parts.append(_reaching(places, columns, window - 1))
    if window is not None and behind >= window:
        parts.append(~_reaching(places, columns, -window))
    return np.logical_and.reduce(parts) if parts else None


def _reaching(places, columns, distance):
    """True where a key is at most `distance` ahead of its query."""
    shape = places.stop - places.start, columns.stop - columns.start
    return np.tri(*shape, places.start - columns.start + distance, dtype=bool)


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
    if v.size == 0:
        return True
    safe = min(float_info.maxexp // 2, 512) - 4
    value = float(max(v.max(), -v.min()))
    return most <= safe and v.shape[-2] * value * 2.0**safe <= float(float_info.max)
