import time

import jax
import jax.numpy as jnp


def benchmark(f, *args, repeats=10):
    times = []
    for call in range(2 + repeats):
        start = time.perf_counter()
        jax.device_get(f(*args))
        if call >= 2:
            times.append(time.perf_counter() - start)
    return jnp.mean(jnp.array(times))
