"""Write numbers so that they can be read, and so that what differs looks different."""

from __future__ import annotations

import numpy as np

_DIGITS = range(4, 18)


def differ(got: float, right: float) -> tuple[str, str]:
    """Write two numbers with as many digits as it takes to tell them apart, at least four.

    Examples
    --------
    >>> differ(0.5, 2)
    ('0.5000', '2.0000')
    >>> differ(0.00401, 0.00403)
    ('0.00401', '0.00403')
    >>> differ(-1.7976931348623157e308, -np.inf)
    ('-1.7977e+308', '-inf')
    """
    for digits in _DIGITS:
        texts = _fixed(float(got), digits), _fixed(float(right), digits)
        if texts[0] != texts[1]:
            break
    return texts


def _fixed(number: float, digits: int) -> str:
    """Write out what is neither huge nor tiny."""
    plain = number == 0 or not np.isfinite(number) or 1e-4 <= abs(number) < 1e7
    return f"{number:.{digits}{'f' if plain else 'e'}}"


def brief(values) -> str:
    """Write an array as it is typed: as a nested list, without digits that say nothing.

    Examples
    --------
    >>> brief(np.array([[1.0, -0.5], [0.0, -np.inf]]))
    '[[1, -0.5], [0, -inf]]'
    """
    if callable(values):
        return repr(values)
    if np.ndim(values):
        return f"[{', '.join(brief(one) for one in values)}]"
    return f"{np.asarray(values).item():.6g}" if not isinstance(values, np.bool_) else str(values)
