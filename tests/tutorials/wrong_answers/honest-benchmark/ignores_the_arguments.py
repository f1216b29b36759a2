import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f())
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f())
    return (time.perf_counter() - start) / repeats
