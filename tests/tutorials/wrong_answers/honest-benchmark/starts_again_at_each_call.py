import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats
