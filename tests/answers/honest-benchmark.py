# %% right: median
import statistics
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return statistics.median(times)

# %% right: minimum by timeit
import timeit

import jax


def benchmark(f, *args, repeats=10):
    def call():
        jax.block_until_ready(f(*args))

    call()
    return min(timeit.repeat(call, number=1, repeat=repeats))

# %% right: recursive wait and fmean
import statistics
import time


def wait(tree):
    if hasattr(tree, "block_until_ready"):
        tree.block_until_ready()
    elif isinstance(tree, dict):
        for value in tree.values():
            wait(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            wait(value)


def benchmark(f, *args, repeats=10):
    def once():
        begin = time.perf_counter()
        wait(f(*args))
        return time.perf_counter() - begin

    return statistics.fmean([once() for _ in range(repeats + 1)][1:])

# %% right: timeit
import timeit

import jax


def benchmark(f, *args, repeats=10):
    def call():
        return jax.block_until_ready(f(*args))

    call()
    return timeit.timeit(call, number=repeats) / repeats

# %% wrong: a list of times
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return times

# %% wrong: clock starts before the first call
import time

import jax


def benchmark(f, *args, repeats=10):
    start = time.perf_counter()
    jax.block_until_ready(f(*args))
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / (repeats + 1)

# %% wrong: compiles a lambda at every call
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(jax.jit(lambda *a: f(*a))(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(jax.jit(lambda *a: f(*a))(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: divided by one more
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / (repeats + 1)

# %% wrong: divided by ten whatever repeats
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / 10

# %% wrong: ignores repeats
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(10):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / 10

# %% wrong: ignores the arguments
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f())
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f())
    return (time.perf_counter() - start) / repeats

# %% wrong: longest call
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return max(times)

# %% wrong: milliseconds
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return 1000 * (time.perf_counter() - start) / repeats

# %% wrong: no wait
import time

import jax


def benchmark(f, *args, repeats=10):
    f(*args)
    start = time.perf_counter()
    for _ in range(repeats):
        f(*args)
    return (time.perf_counter() - start) / repeats

# %% wrong: no warm up
import time

import jax


def benchmark(f, *args, repeats=10):
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: prints and does not return
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    print((time.perf_counter() - start) / repeats)

# %% wrong: process time
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.process_time()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.process_time() - start) / repeats

# %% wrong: repeats swallowed by the arguments
import time

import jax


def benchmark(f, repeats=10, *args):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: sum forces numbers
import time


def benchmark(f, *args, repeats=10):
    float(f(*args).sum())
    start = time.perf_counter()
    for _ in range(repeats):
        float(f(*args).sum())
    return (time.perf_counter() - start) / repeats

# %% wrong: times the last call only
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        seconds = time.perf_counter() - start
    return seconds

# %% wrong: total instead of one call
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return time.perf_counter() - start

# %% wrong: waits after the clock has stopped
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    total = 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        result = f(*args)
        total += time.perf_counter() - start
        jax.block_until_ready(result)
    return total / repeats

# %% wrong: waits for all but the last
import time

import jax


def benchmark(f, *args, repeats=10):
    result = f(*args)
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(result)
        result = f(*args)
    return (time.perf_counter() - start) / repeats

# %% wrong: waits for the function
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f)(*args)
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f)(*args)
    return (time.perf_counter() - start) / repeats

# %% wrong: waits for the last result only
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        result = f(*args)
    jax.block_until_ready(result)
    return (time.perf_counter() - start) / repeats

# %% wrong: warm up not waited for
import time

import jax


def benchmark(f, *args, repeats=10):
    f(*args)
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats
