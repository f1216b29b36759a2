"""What the page on refs says of gradients, `vmap` and static `self`, and does not show."""

import dataclasses

import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow


def twice(x, wrap):
    """Add x**2 two times to a local ref, in a loop under wrap."""
    total = jax.new_ref(jnp.zeros(()))

    def add(_, carry):
        total[...] += x * x
        return carry

    wrap(lambda: jax.lax.fori_loop(0, 2, add, 0))()
    return total[...]


def test_a_checkpoint_around_a_loop_that_fills_a_ref_makes_the_gradient_zero():
    assert jax.grad(twice)(3.0, lambda loop: loop) == 12
    assert jax.grad(twice)(3.0, jax.checkpoint) == 0  # a mistake of JAX that the page warns of


def test_a_mapped_function_may_read_a_shared_ref_and_write_its_own():
    shared, own = jax.new_ref(jnp.ones(())), jax.new_ref(jnp.zeros(3))

    def add(ref, x):
        ref[...] = x + shared[...]

    jax.vmap(add)(own, jnp.arange(3.0))
    assert (own[...] == jnp.array([1.0, 2.0, 3.0])).all()
    with pytest.raises(NotImplementedError, match="vmap-of-cond"):
        jax.vmap(lambda x: jax.lax.cond(x > 0, lambda: shared[...], lambda: x))(jnp.ones(3))


def test_a_frozen_dataclass_with_an_array_is_refused_as_static_self():
    @dataclasses.dataclass(frozen=True)
    class Scale:
        scale: jax.Array
        __call__ = jax.jit(lambda self, x: self.scale * x, static_argnums=0)

    with pytest.raises(ValueError, match="Non-hashable static arguments"):
        Scale(jnp.ones(2))(1.0)
