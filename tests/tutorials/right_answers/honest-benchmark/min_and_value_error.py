import time

import jax


def benchmark(f, *args, repeats: int = 10) -> float:
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}")
    call = lambda: jax.block_until_ready(f(*args))
    call()
    best = float("inf")
    while repeats:
        start = time.perf_counter()
        call()
        best, repeats = min(best, time.perf_counter() - start), repeats - 1
    return best
