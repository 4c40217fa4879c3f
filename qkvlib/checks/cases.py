"""Inputs that exercises are checked on."""

import numpy as np


def normal(*shape: int, seed: int = 0, spread: float = 0.6) -> np.ndarray:
    """Random numbers about as large as the running example's, so that no softmax saturates.

    Their mean is not 0, so that a sum left out or added shows.
    """
    return np.random.default_rng(seed).normal(0.2, spread, shape)


def arrays(*, seed: int = 0, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Such numbers for several arguments, by name: each from a seed of its own."""
    return {name: normal(*shape, seed=seed + i) for i, (name, shape) in enumerate(shapes.items())}
