"""Series of numbers to try things on."""

import numpy as np


def noisy_sine(count: int, seed: int = 0) -> np.ndarray:
    """One period of a sine in so many values, with normal noise of standard deviation 0.3."""
    noise = np.random.default_rng(seed).normal(scale=0.3, size=count)
    return np.sin(np.linspace(0, 2 * np.pi, count)) + noise
