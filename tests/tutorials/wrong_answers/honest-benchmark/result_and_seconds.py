import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        result = jax.block_until_ready(f(*args))
    return result, (time.perf_counter() - start) / repeats
