import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    jax.block_until_ready(f(*args))
    seconds = time.perf_counter() - start
    for _ in range(repeats - 1):
        jax.block_until_ready(f(*args))
    return seconds
