import time

import chex
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.timing import benchmark, count_traces


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


class Pending:
    """What an array does that a device is still computing: it takes a while to be waited for."""

    def __init__(self):
        self.waited = 0

    def block_until_ready(self):
        time.sleep(0.01)
        self.waited += 1
        return self


class Asynchronous:
    """A function that returns at once what takes a while to be there."""

    def __init__(self):
        self.results, self.overlaps = [], 0

    def __call__(self, *args):
        self.overlaps += any(result.waited == 0 for result in self.results)
        self.results.append(Pending())
        return {"loss": 1.0, "params": (self.results[-1], None)}


def sleeps(*seconds):
    """A function that sleeps for these seconds, in turn, and then for the last of them."""
    waits = list(seconds)

    def f():
        time.sleep(waits.pop(0) if len(waits) > 1 else waits[0])

    return f


@pytest.mark.parametrize("repeats", [1, 3, 7])
def test_the_function_is_called_once_more_than_is_timed_with_all_its_arguments(repeats):
    calls = []
    benchmark(lambda *args: calls.append(args), "left", 2, repeats=repeats)
    assert calls == [("left", 2)] * (repeats + 1)


def test_ten_calls_are_timed_unless_told_otherwise():
    calls = []
    benchmark(lambda: calls.append(1))
    assert len(calls) == 11


def test_a_slow_first_call_is_left_out():
    assert benchmark(sleeps(0.0, 0.5), repeats=1) >= 0.5


def test_it_gives_the_seconds_of_one_call_not_of_all():
    start = time.perf_counter()
    seconds = benchmark(sleeps(0.0, 0.02), repeats=5)
    assert 0.02 <= seconds <= (time.perf_counter() - start) / 5


@pytest.mark.parametrize("busy", range(3))
def test_a_machine_that_is_busy_in_some_of_the_calls_does_not_spoil_the_time(busy):
    timed = [0.6, 0.6, 0.6]
    timed[busy] = 0.01
    assert 0.01 <= benchmark(sleeps(0.0, *timed), repeats=3) < 0.6


def test_every_result_is_waited_for_before_the_next_call():
    f = Asynchronous()
    seconds = benchmark(f, repeats=4)
    assert [result.waited for result in f.results] == [1] * 5
    assert f.overlaps == 0
    assert seconds >= 0.01


@pytest.mark.parametrize("compiled", [lambda f: f, jax.jit], ids=["eager", "jit"])
def test_it_leaves_arrays_computed_and_runs_compiled_python_once(compiled):
    runs, results = [], []
    traced = compiled(lambda x: runs.append(1) or {"square": x @ x, "sum": x.sum()})
    x = jnp.full((300, 300), 0.5)

    def f(x):
        assert all(leaf.is_ready() for leaf in jax.tree.leaves(results))
        results.append(traced(x))
        return results[-1]

    seconds = benchmark(f, x, repeats=3)
    assert isinstance(seconds, float)
    assert seconds > 0
    assert all(leaf.is_ready() for leaf in jax.tree.leaves(results))
    assert len(runs) == (1 if compiled is jax.jit else 4)
    chex.assert_shape([result["square"] for result in results], (300, 300))
    np.testing.assert_allclose(results[-1]["square"], np.full((300, 300), 75.0), rtol=1e-6)


@pytest.mark.parametrize("result", [None, 3, "text", np.ones(2), [np.ones(2), {"a": 1.0}]])
def test_what_is_no_jax_array_needs_no_waiting_and_does_no_harm(result):
    assert benchmark(lambda: result, repeats=2) >= 0


@pytest.mark.parametrize("repeats", [0, -3, 2.5, "3"])
def test_a_number_of_repeats_that_is_none_is_refused_before_anything_is_called(repeats):
    calls = []
    with pytest.raises(ValueError, match="repeats must be a whole number from 1 up, not "):
        benchmark(lambda: calls.append(1), repeats=repeats)
    assert calls == []


def test_an_error_of_the_function_comes_through():
    with pytest.raises(ZeroDivisionError):
        benchmark(lambda x: x / 0, 1)


def test_a_counted_function_counts_traces_when_compiled_and_calls_when_not():
    counted = count_traces(lambda x, *, scale=1.0: scale * x)
    compiled = jax.jit(counted)
    results = [compiled(x, scale=2.0) for x in (1.0, 2.0)]
    assert counted.traces == 1
    assert results == [2.0, 4.0]
    compiled(jnp.ones(3), scale=2.0)
    assert counted.traces == 2
    assert counted(5.0) == 5.0
    assert counted.traces == 3


def test_a_counted_function_has_the_name_of_the_first_and_a_count_of_its_own():
    def step(x):
        return x

    one, other = count_traces(step), count_traces(step)
    one(1)
    assert (one.__name__, one.traces, other.traces) == ("step", 1, 0)
