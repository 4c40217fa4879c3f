"""Two masks as one, for functions that take only one."""

import numpy as np


def both(mask, allowed):
    """Return `mask`, if there is one, where the boolean `allowed` is True too."""
    if mask is None:
        return allowed
    return mask & allowed if mask.dtype == bool else np.where(allowed, mask, -np.inf)
