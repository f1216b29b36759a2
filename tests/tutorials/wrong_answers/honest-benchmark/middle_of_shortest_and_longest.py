import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return (min(times) + max(times)) / 2
