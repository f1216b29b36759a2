import time

import jax


def benchmark(f, *args, repeats=10):
    times = []
    for _ in range(2 * repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return sum(sorted(times)[:repeats]) / repeats
