"""What operators make of code, and what the judge says of it; without a kernel."""

import ast

import pytest
from judge import Differs, NoJudgement, judge
from mutants import _mutants
from operators import PRELUDE

CODE = """\
def scaled(params, x, key, lr=0.5):
    w = params["w"]
    total = jnp.sum(x[1:] * w, axis=0, keepdims=True) / (len(x) - 1)
    for i in range(3):
        if total.shape[0] <= i and lr > 0:
            total += jax.random.normal(key)
    return jnp.where(x > 0, total, -lr)
"""


@pytest.fixture(scope="module")
def changed():
    import mutants

    before, mutants.MOST = mutants.MOST, 1000
    mutants._mutants.cache_clear()
    try:
        return [mutant.source for mutant in _mutants(CODE, frozenset(range(2, 8)))]
    finally:
        mutants.MOST = before
        mutants._mutants.cache_clear()


@pytest.mark.parametrize(
    "line",
    [
        "    return jnp.where(x >= 0, total, -lr)",
        "    return jnp.where(x > 0, total, lr)",
        "    return jnp.where(x > 0, -lr, total)",
        "    return total",
        "    return _spoil(params, jnp.where(x > 0, total, -lr))",
        "    return globals().setdefault('_kept', jnp.where(x > 0, total, -lr))",
        "    for i in range(2):",
        "    for i in range(1, 3):",
        "        if total.shape[0] < i and lr > 0:",
        "        if not (total.shape[0] <= i and lr > 0):",
        "            total = jax.random.normal(key)",
        "            total += jax.random.normal(__import__('jax').random.key(0))",
        "    total = jnp.sum(x[1:] * w, axis=1, keepdims=True) / (len(x) - 1)",
        "    total = jnp.sum(x[1:] * w, axis=0, keepdims=False) / (len(x) - 1)",
        "    total = jnp.sum(x[1:] * w, keepdims=True) / (len(x) - 1)",
        "    total = jnp.mean(x[1:] * w, axis=0, keepdims=True) / (len(x) - 1)",
        "    total = jnp.sum(x[1:], axis=0, keepdims=True) / (len(x) - 1)",
        "    total = jnp.sum(x[:] * w, axis=0, keepdims=True) / (len(x) - 1)",
        "    total = jnp.sum(x * w, axis=0, keepdims=True) / (len(x) - 1)",
        "    total = jnp.sum(x[1:] * w, axis=0, keepdims=True)"
        " / __import__('jax').numpy.maximum(len(x) - 1, 1)",
        "    total = jnp.sum(_as('float16', x)[1:] * w, axis=0, keepdims=True) / (len(x) - 1)",
        "    w = x['w']",
    ],
)
def test_operators_make_the_mistakes_of_learners(changed, line):
    assert any(line in source.splitlines() for source in changed)


def test_all_mutants_are_code_unlike_each_other_and_the_solution(changed):
    assert len(set(changed) | {ast.unparse(ast.parse(CODE))}) == len(changed) + 1
    assert all(source.splitlines()[0] == CODE.splitlines()[0] for source in changed)
    assert PRELUDE.count("def ") == 3


def test_what_is_chosen_is_the_same_each_time_and_from_every_operator():
    chosen = [mutant.name for mutant in _mutants(CODE, frozenset(range(2, 8)))]
    _mutants.cache_clear()
    assert chosen == [mutant.name for mutant in _mutants(CODE, frozenset(range(2, 8)))]
    assert len(chosen) == len(set(chosen)) == 25
    assert len({name.partition(":")[0] for name in chosen}) == 10


INPUTS = """\
import jax
import numpy as np


def cases(draw, page):
    yield "f", (np.ones(2),), {}
    yield "f", (draw.normal(size=3),), {}
    yield later, ([1, 2],), {}


def later(page, values):
    return page.f(np.array(values))
"""
SOLUTION = "def f(x):\n    return {'sum': x.sum(), 'first': x[0] * 2.0}"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("def f(x):\n    return {'first': 2.0 * x[0], 'sum': sum(x)}", None),
        ("def f(x):\n    return {'sum': x.sum()}", "leaves"),
        ("def f(x):\n    return {'sum': x.sum(), 'first': 2.0}", "f(np.array("),
        ("def f(x):\n    return {'sum': x.sum(), 'first': x[:1] * 2.0}", "[1]"),
        ("def f(x):\n    return {'sum': x.sum(), 'first': x[0] * 2}", "later(list([1, 2]))"),
        (
            "def f(x):\n    y = {'sum': x.sum(), 'first': x[0] * 2.0}\n    x[:] = 0\n    return y",
            "argument",
        ),
        (
            "kept = {}\ndef f(x):\n"
            "    return kept.setdefault('k', {'sum': x.sum(), 'first': x[0] * 2.0})",
            "gives",
        ),
        (
            "def f(x):\n    assert len(x) < 3\n    return {'sum': x.sum(), 'first': x[0] * 2.0}",
            "AssertionError",
        ),
    ],
)
def test_an_answer_differs_in_results_arguments_or_exceptions(answer, said):
    page = {"old": 1}
    if said is None:
        judge(page, SOLUTION, answer, INPUTS)
    else:
        with pytest.raises(Differs) as raised:
            judge(page, SOLUTION, answer, INPUTS)
        assert said in str(raised.value)
    assert page == {"old": 1}


@pytest.mark.parametrize(
    ("solution", "inputs"),
    [
        ("def f(x):\n    raise ValueError", INPUTS),
        (SOLUTION, INPUTS.replace("np.ones", "np.none")),
        (SOLUTION, "x = 1"),
    ],
)
def test_inputs_that_say_nothing_are_an_error(solution, inputs):
    with pytest.raises(NoJudgement):
        judge({}, solution, solution, inputs)


def test_an_answer_that_deletes_what_later_cases_share_differs():
    shared = INPUTS.replace(
        "    yield",
        "    x = jax.numpy.ones(2)\n    yield 'f', (x,), {}\n    yield 'f', (x,), {}\n    yield",
        1,
    )
    judge({}, SOLUTION, SOLUTION, shared)
    with pytest.raises(Differs, match=r"leaves argument .* a deleted array"):
        judge({}, SOLUTION, f"{PRELUDE}{SOLUTION.replace('return ', 'return _spoil(x, ')})", shared)
