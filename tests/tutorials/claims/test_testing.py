"""What the page on tests says of `debug_nans`, `chexify` and `checkify`, and does not show."""

import chex
import jax
import jax.numpy as jnp
import pytest
from jax.experimental import checkify

pytestmark = pytest.mark.slow
MISSING = [1.0, float("nan")]


def test_debug_nans_stops_at_a_nan_that_is_meant():
    with jax.debug_nans(True):
        with pytest.raises(FloatingPointError):
            jnp.array(MISSING)
        with jax.debug_nans(False):
            values = jnp.array(MISSING)
        assert jnp.nanmean(values) == 1


def test_chexify_reports_a_failed_value_assertion_of_a_compiled_function():
    @chex.chexify
    @jax.jit
    def total(x):
        chex.assert_tree_all_finite(x)
        return x.sum()

    total(jnp.array(MISSING))
    with pytest.raises(AssertionError):
        total.wait_checks()


def test_a_check_without_checkify_is_refused_under_jit():
    def loss(p):
        checkify.check(p <= 1, "p is a probability")
        return p

    with pytest.raises(ValueError, match=r"which was not functionalized"):
        jax.jit(loss)(1.0)
