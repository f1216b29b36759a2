"""Sentences of "`jit`, what it refuses" that a release of JAX could make false unseen."""

import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow


def test_cond_under_vmap_becomes_a_where_if_each_row_has_its_own_condition():
    x = jnp.arange(3.0)
    for condition, axis in ((True, None), (x > 1, 0)):
        mapped = jax.vmap(lambda yes, x: jax.lax.cond(yes, jnp.sin, jnp.cos, x), in_axes=(axis, 0))
        names = {str(e.primitive) for e in jax.make_jaxpr(mapped)(condition, x).eqns}
        assert ("cond" in names, "select_n" in names) == (axis is None, axis == 0)


def test_a_program_compiled_ahead_of_time_refuses_another_shape_or_dtype():
    program = jax.jit(jnp.sin).lower(jnp.ones(3)).compile()
    for wrong in (jnp.ones(4), jnp.ones(3, int)):
        with pytest.raises(TypeError, match="compiled"):
            program(wrong)


def test_debug_print_prints_once_a_run_also_if_the_result_is_dropped(capsys):
    @jax.jit
    def loud(x):
        jax.debug.print("x is {}", x)
        return 1.0

    loud(2.0)
    loud(3.0)
    jax.effects_barrier()
    assert capsys.readouterr().out == "x is 2.0\nx is 3.0\n"
