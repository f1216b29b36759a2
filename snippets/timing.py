"""Timing of functions that JAX dispatches and compiles."""

import time
from collections.abc import Callable

import jax


def benchmark(f: Callable[..., object], *args: object, repeats: int = 10) -> float:
    """Time a function without its first call, and wait for what it computes.

    The first call traces and compiles; JAX returns before a result is computed. Both
    would spoil the figure.

    Args:
      f: the function; its results may be any pytree of arrays.
      *args: what it is called with.
      repeats: how many calls are timed, at least 1.

    Returns:
      Seconds per call, the mean over `repeats` calls.

    Raises:
      ValueError: if `repeats` is less than 1.
    """
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, not {repeats}.")
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats
