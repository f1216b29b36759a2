import time

import jax


def benchmark(f, *args, repeats=10):
    def call():
        for leaf in jax.tree.leaves(f(*args)):
            if isinstance(leaf, jax.Array):
                leaf.block_until_ready()

    call()
    start = time.monotonic()
    for _ in range(repeats):
        call()
    return (time.monotonic() - start) / repeats
