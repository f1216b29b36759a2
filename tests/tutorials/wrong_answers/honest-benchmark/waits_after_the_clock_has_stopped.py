import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    total = 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        result = f(*args)
        total += time.perf_counter() - start
        jax.block_until_ready(result)
    return total / repeats
