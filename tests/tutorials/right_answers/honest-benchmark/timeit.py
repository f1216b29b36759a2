import timeit

import jax


def benchmark(f, *args, repeats=10):
    def call():
        return jax.block_until_ready(f(*args))

    call()
    return timeit.timeit(call, number=repeats) / repeats
