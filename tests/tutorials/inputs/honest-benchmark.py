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
