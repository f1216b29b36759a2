"""Where a function means the same, raises, or silently means something else."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.contexts import contexts, haiku_contexts

X = jax.random.normal(jax.random.key(1), (8, 3))
CALLS = []


@jax.custom_jvp
def cube(x):
    return x**3


cube.defjvp(lambda x, dx: (x[0] ** 3, 3 * jax.lax.stop_gradient(x[0]) ** 2 * dx[0]))


def counted(x):
    CALLS.append(1)
    return x + len(CALLS)


TRACED = ("jit", "closed-over input", "vmap", "scan", "lax.map", "automatic mesh", "explicit mesh")
ROWS = ("no rows", "one row")


@pytest.mark.parametrize(
    ("f", "exceptions"),
    [
        (lambda x: (x**2).sum(), {}),
        (lambda x: {"a": x, "b": x.astype(int)}, {}),
        (lambda x: x[x > 0], dict.fromkeys(TRACED + ROWS, "NonConcreteBooleanIndexError")),
        (
            lambda x: jax.lax.while_loop(
                lambda c: c[0] < 3, lambda c: (c[0] + 1, 2 * c[1]), (0, x)
            ),
            dict.fromkeys(("grad", "second order"), "ValueError"),
        ),
        (cube, {"second order": "differs"}),
        (lambda x: jnp.sqrt(jnp.where(x > 0, x, 0.0)), {"jacfwd": "differs"}),
        (lambda x: x / x.shape[0], {"no rows": "holds"}),
        (lambda x: x.mean(0), {"no rows": "differs"}),
        (lambda x: x.var(0, ddof=1), dict.fromkeys(ROWS, "differs")),
        (lambda x: x + jnp.finfo(x.dtype).eps * 1e5, {"bfloat16": "differs"}),
    ],
)
def test_a_function_holds_but_where_it_is_known_not_to(f, exceptions):
    found = contexts(f, X)
    assert found == dict.fromkeys(found, "holds") | exceptions
    assert len(found) == 14


def test_what_a_function_keeps_between_calls_is_seen():
    found = contexts(counted, X)
    assert {found[name] for name in ("eager", "jit", "vmap")} == {"differs"}


def test_an_explicit_mesh_asks_for_a_layout_where_it_is_ambiguous():
    found = contexts(lambda x: x.T @ x, X)
    assert found == dict.fromkeys(found, "holds") | {"explicit mesh": "ShardingTypeError"}


def test_inputs_may_be_trees_and_whole_numbers():
    found = contexts(lambda batch: batch["table"][batch["ids"]], {"table": X, "ids": np.arange(8)})
    assert found["jit"] == found["vmap"] == found["automatic mesh"] == "holds"
    assert found["explicit mesh"] == "ShardingTypeError", "how the rows lie is to be said"


def test_an_error_of_the_function_alone_is_raised():
    with pytest.raises(TypeError, match="unsupported operand"):
        contexts(lambda x: x + "1", X)


def test_a_network_holds_in_modules_and_in_transformations():
    found = haiku_contexts(lambda x: hk.nets.MLP([4, 2])(x), X)
    assert set(found.values()) == {"holds"}
    assert {"init", "apply, jit", "a drawn name", "hk.scan"} <= found.keys()


def test_what_depends_on_the_name_of_a_module_is_seen():
    def named(x):
        size = len(hk.experimental.current_name())
        return x * hk.get_parameter("w", (), init=jnp.ones) + size

    found = haiku_contexts(named, X)
    assert found["a drawn name"] == "differs"
    assert found["apply, jit"] == "holds"


def test_state_under_a_mapped_call_is_refused():
    found = haiku_contexts(lambda x: hk.BatchNorm(True, True, 0.9)(x, is_training=True), X)
    assert found["hk.vmap"] == "ValueError"
    assert found["hk.scan"] == found["apply, jit"] == "holds"
