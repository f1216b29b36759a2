import time

import jax


def benchmark(f, *args, repeats=10):
    f(*args)
    jax.effects_barrier()
    start = time.perf_counter()
    for _ in range(repeats):
        f(*args)
        jax.effects_barrier()
    return (time.perf_counter() - start) / repeats
