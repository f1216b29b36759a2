# %% right: all times then the first left out
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

# %% right: fetched by numpy
import time

import jax
import numpy as np


def benchmark(f, *args, repeats=10):
    jax.tree.map(np.asarray, f(*args))
    start = time.perf_counter_ns()
    for _ in range(repeats):
        jax.tree.map(np.asarray, f(*args))
    return (time.perf_counter_ns() - start) / repeats / 1e9

# %% right: leaf by leaf
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

# %% right: median low of copies
import statistics
import time

import jax


def benchmark(f, *args, repeats=10):
    """Wait for everything on the device, whatever f returned."""
    times = []
    for call in range(-1, repeats):
        start = time.perf_counter()
        done = f(*args)
        jax.tree.map(lambda leaf: leaf if leaf is None else np.array(leaf), done)
        if call >= 0:
            times.append(time.perf_counter() - start)
    return statistics.median_low(times)

# %% right: min and value error
import time

import jax


def benchmark(f, *args, repeats: int = 10) -> float:
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}")
    call = lambda: jax.block_until_ready(f(*args))
    call()
    best = float("inf")
    while repeats:
        start = time.perf_counter()
        call()
        best, repeats = min(best, time.perf_counter() - start), repeats - 1
    return best

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

# %% right: sum of single times
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    total = 0.0
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        total += time.perf_counter() - start
    return total / repeats

# %% right: timeit
import timeit

import jax


def benchmark(f, *args, repeats=10):
    def call():
        return jax.block_until_ready(f(*args))

    call()
    return timeit.timeit(call, number=repeats) / repeats

# %% right: two warm ups and a jax mean
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

# %% wrong: a string
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return f"{(time.perf_counter() - start) / repeats:.6f} s"

# %% wrong: another default
import time

import jax


def benchmark(f, *args, repeats=100):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: arguments as one tuple
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(args))
    return (time.perf_counter() - start) / repeats

# %% wrong: asks the result for its shape
import time


def benchmark(f, *args, repeats=10):
    f(*args).shape
    start = time.perf_counter()
    for _ in range(repeats):
        f(*args).shape
    return (time.perf_counter() - start) / repeats

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

# %% wrong: compiles the function itself
import time

import jax


def benchmark(f, *args, repeats=10):
    f = jax.jit(f)
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
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

# %% wrong: effects barrier
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

# %% wrong: eleven by default
import time

import jax


def benchmark(f, *args, repeats=11):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: first and later
import time

import jax


def benchmark(f, *args, repeats=10):
    start = time.perf_counter()
    jax.block_until_ready(f(*args))
    first = time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return first, (time.perf_counter() - start) / repeats

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

# %% wrong: method of one array
import time

import jax


def benchmark(f, *args, repeats=10):
    f(*args).block_until_ready()
    start = time.perf_counter()
    for _ in range(repeats):
        f(*args).block_until_ready()
    return (time.perf_counter() - start) / repeats

# %% wrong: middle of shortest and longest
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

# %% wrong: one timed call
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    jax.block_until_ready(f(*args))
    return time.perf_counter() - start

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

# %% wrong: result and seconds
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        result = jax.block_until_ready(f(*args))
    return result, (time.perf_counter() - start) / repeats

# %% wrong: results collected then waited for
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    results = [f(*args) for _ in range(repeats)]
    jax.block_until_ready(results)
    return (time.perf_counter() - start) / repeats

# %% wrong: starts again at each call
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    for _ in range(repeats):
        start = time.perf_counter()
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

# %% wrong: times the first of the timed calls only
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    jax.block_until_ready(f(*args))
    seconds = time.perf_counter() - start
    for _ in range(repeats - 1):
        jax.block_until_ready(f(*args))
    return seconds

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

# %% wrong: two arguments of the page
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(x, y))
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(x, y))
    return (time.perf_counter() - start) / repeats

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

# %% wrong: waits for the warm up only
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    start = time.perf_counter()
    for _ in range(repeats):
        f(*args)
    return (time.perf_counter() - start) / repeats

# %% wrong: warm up dropped from the mean but counted
import time

import jax


def benchmark(f, *args, repeats=10):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return sum(times[1:]) / max(1, repeats - 1)

# %% wrong: warm up not waited for
import time

import jax


def benchmark(f, *args, repeats=10):
    f(*args)
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: warm up without arguments
import time

import jax


def benchmark(f, *args, repeats=10):
    try:
        f()
    except TypeError:
        f(*args)
    start = time.perf_counter()
    for _ in range(repeats):
        jax.block_until_ready(f(*args))
    return (time.perf_counter() - start) / repeats

# %% wrong: without the slowest
import time

import jax


def benchmark(f, *args, repeats=10):
    jax.block_until_ready(f(*args))
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    times = sorted(times)[: max(1, repeats - 1)]
    return sum(times) / len(times)

# %% wrong: without the slowest half
import time

import jax


def benchmark(f, *args, repeats=10):
    times = []
    for _ in range(2 * repeats):
        start = time.perf_counter()
        jax.block_until_ready(f(*args))
        times.append(time.perf_counter() - start)
    return sum(sorted(times)[:repeats]) / repeats

# %% inputs
import time

import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for repeats in (1, 2, 5, None):
        yield calls, (repeats,), {}
        yield seconds, (repeats,), {}
    for result in ((), {"a": np.ones(2)}, None, [jnp.ones(3), {"b": np.ones(1)}]):
        yield of_result, (result,), {}


def calls(page, repeats):
    """Whether f is called as often as it should be, with its arguments."""
    given = []
    page.benchmark(
        lambda *args: given.append(args),
        3,
        "a",
        **({} if repeats is None else {"repeats": repeats}),
    )
    return len(given) - (repeats or 10) in (1, 2), set(given) == {(3, "a")}


def seconds(page, repeats):
    """Whether the seconds are the mean, the median or the shortest of the calls that count."""
    naps = (0.12, 0.06, 0.01, 0.09, 0.03, 0.02, *[0.01] * 8)
    named, repeats = ({}, 10) if repeats is None else ({"repeats": repeats}, repeats)
    for _ in range(3):  # again only if the machine was busy
        took = []

        def nap(took=took):
            start = time.perf_counter()
            time.sleep(naps[len(took) % len(naps)])
            took.append(time.perf_counter() - start)

        said, timed = page.benchmark(nap, **named), took[-repeats:]
        if any(
            abs(said - right) < 0.1 * right
            for right in (np.mean(timed), np.median(timed), min(timed))
        ):
            return True
    return False


def of_result(page, result):
    """Whether each result has come when the next call begins, and in the end; and that one number is returned."""
    slow = jax.jit(lambda: jax.lax.fori_loop(0, 40, lambda _, v: v @ v / 256, jnp.ones((256, 256))))
    early, pending = [], []

    def f():
        early.extend(not array.is_ready() for array in pending)
        pending[:] = [slow()]
        return pending[0], result

    said = page.benchmark(f, repeats=3)
    return any(early), pending[0].is_ready(), np.shape(said), 0 < said < 60
