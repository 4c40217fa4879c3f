"""Inputs that exercises are checked on."""

import numpy as np


def normal(*shape: int, seed: int = 0, spread: float = 0.6) -> np.ndarray:
    """Random numbers about as large as the running example's, so that no softmax saturates.

    Their mean is not 0, so that a sum left out or added shows.
    """
    return np.random.default_rng(seed).normal(0.2, spread, shape)


def arrays(
    *, seed: int = 0, spread: float = 0.6, **shapes: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """Such numbers for several arguments, by name: each from a seed of its own."""
    return {
        name: normal(*shape, seed=seed + i, spread=spread)
        for i, (name, shape) in enumerate(shapes.items())
    }


def blank(case: dict, *names: str) -> dict:
    """Zeros in the last row and column of some arguments, or of all, and so among the scores."""
    changed = {name: np.array(case[name]) for name in names or case if np.ndim(case[name])}
    for array in changed.values():
        array[..., -1] = 0
        if array.ndim > 1:
            array[..., -1, :] = 0
    return case | changed


def loud(case: dict, *names: str, by: float = 4000) -> dict:
    """Some arguments, or all, far from 0: whatever is cut off or overflows shows."""
    return case | {name: by * case[name] for name in names or case}
