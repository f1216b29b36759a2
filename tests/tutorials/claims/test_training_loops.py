"""What the page on training loops says of `self`, callbacks and clipping, and does not show."""

import gc
import weakref

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.experimental import io_callback

pytestmark = pytest.mark.slow


class Scale:
    @jax.jit(static_argnums=0)
    def __call__(self, x):
        return 2 * x


def test_the_cache_keeps_a_static_self_until_it_is_cleared():
    scale = Scale()
    scale(1.0)
    ref = weakref.ref(scale)
    del scale
    gc.collect()
    assert ref() is not None
    jax.clear_caches()
    gc.collect()
    assert ref() is None


def save_and_square(x, ordered=True):
    io_callback(lambda _: None, None, x, ordered=ordered)
    return x**2


def test_an_ordered_io_callback_is_refused_by_vmap_and_every_one_by_grad():
    with pytest.raises(ValueError, match="vmap"):
        jax.vmap(save_and_square)(jnp.ones(3))
    for ordered in (True, False):
        with pytest.raises(ValueError, match="JVP"):
            jax.grad(save_and_square)(1.0, ordered)


def test_a_clip_makes_a_gradient_zero_if_its_squares_overflow():
    clip = optax.clip_by_global_norm(1.0)
    gradient = jnp.array([2e19, 2e19])
    assert not np.any(clip.update(gradient, clip.init(gradient))[0])
