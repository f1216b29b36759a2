"""Sentences of "Gradients of anything" that a release of JAX could make false unseen."""

import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow


def test_a_request_for_float64_gives_float32_and_a_warning():
    with pytest.warns(UserWarning, match="will be truncated"):
        assert jnp.ones(2, dtype=jnp.float64).dtype == jnp.float32


def test_recorded_functions_miss_the_new_value_of_a_variable():
    for record, seen in ((lambda f: f, True), (jax.jit, False), (jax.checkpoint, False)):
        holder = {"factor": 2.0}
        square = record(lambda v, holder=holder: holder["factor"] * v**2)
        assert jax.grad(square)(3.0) == 12.0
        holder["factor"] = 10.0
        assert jax.grad(square)(3.0) == (60.0 if seen else 12.0)
