import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(jax.jit(lambda *a: f(*a))(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(jax.jit(lambda *a: f(*a))(*args))
    return (time.perf_counter() - start) / repeats
