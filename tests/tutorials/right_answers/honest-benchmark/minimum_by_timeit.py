import timeit

import jax


def benchmark(f, *args, repeats=10):
    def call():
        jax.block_until_ready(f(*args))

    call()
    return min(timeit.repeat(call, number=1, repeat=repeats))
