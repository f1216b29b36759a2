"""Sentences of "Your own derivatives" that a release of JAX could make false unseen."""

import jax
import jax.numpy as jnp
import pytest
from jax.experimental import hijax

pytestmark = pytest.mark.slow


def test_a_custom_vjp_has_no_forward_mode_but_a_hessian():
    square = jax.custom_vjp(lambda x: x * x)
    square.defvjp(lambda x: (x * x, x), lambda x, u: (2 * x * u,))
    with pytest.raises(TypeError, match="can't apply forward-mode autodiff"):
        jax.jvp(square, (3.0,), (1.0,))
    assert jax.hessian(square)(3.0) == 2.0


def test_a_backward_function_that_returns_no_tuple_raises_what_the_page_says():
    bare = jax.custom_vjp(lambda x: x)
    bare.defvjp(lambda x: (x, None), lambda _, u: u)
    told = "bwd rule must produce an output with the same container"
    with pytest.raises(TypeError, match=told):
        jax.grad(bare)(1.0)


def test_a_hijax_primitive_without_its_rule_runs_under_jit_and_refuses_grad_and_vmap():
    class Double(hijax.HiPrim):
        def __init__(self, x):
            self.in_avals, self.out_aval, self.params = (x,), x, {}
            super().__init__()

        def expand(self, x):
            return 2 * x

    def double(x):
        return Double(jax.typeof(x))(x)

    assert jax.jit(double)(3.0) == 6.0
    for refused in (lambda: jax.grad(double)(3.0), lambda: jax.vmap(double)(jnp.ones(2))):
        with pytest.raises(NotImplementedError, match="must implement"):
            refused()
