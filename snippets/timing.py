"""Timing of functions that JAX dispatches and compiles; counting their traces."""

import functools
import time
from collections.abc import Callable

import jax


def benchmark(f: Callable[..., object], *args: object, repeats: int = 10) -> float:
    """Time the shortest of several calls, and wait for what each of them computes.

    The first call traces and compiles, JAX returns before a result is computed, and
    other programs only ever add to a time. So the first call is not timed, each result
    is waited for, and the minimum counts: a mean would measure the other programs, too.

    Args:
      f: the function; its results may be any pytree of arrays.
      *args: what it is called with.
      repeats: how many calls are timed, one by one, at least 1.

    Returns:
      The seconds of the shortest of `repeats` calls.

    Raises:
      ValueError: if `repeats` is not an `int`, or is less than 1.

    Examples:
      >>> seconds = benchmark(jax.jit(jax.numpy.sin), 1.0, repeats=3)
      >>> seconds >= 0
      True
    """
    if not isinstance(repeats, int) or repeats < 1:
        raise ValueError(f"repeats must be a whole number from 1 up, not {repeats!r}.")
    jax.block_until_ready(f(*args))
    shortest = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def count_traces(f: Callable[..., object]) -> Callable[..., object]:
    """Wrap a function so that its attribute `traces` counts how often Python runs it.

    Compile what this returns, as in `step = jax.jit(counted)`: `counted.traces` then
    grows by one whenever JAX traces the function again, and not when it is called.

    Args:
      f: any function.

    Returns:
      A function that does the same, with `traces` equal to 0.

    Examples:
      >>> counted = count_traces(lambda x: x + 1)
      >>> step = jax.jit(counted)
      >>> _ = step(1.0), step(2.0)
      >>> counted.traces
      1
    """

    @functools.wraps(f)
    def counted(*args: object, **kwargs: object) -> object:
        counted.traces += 1
        return f(*args, **kwargs)

    counted.traces = 0
    return counted
