import time

import jax
import numpy as np


def benchmark(f, *args, repeats=10):
    times = []
    for _ in range(repeats + 1):
        start = time.time()
        jax.block_until_ready(f(*args))
        times.append(time.time() - start)
    return np.mean(times[1:])
