"""Sentences of "Random keys, not seeds" that a release of JAX could make false unseen."""

import jax
import jax.numpy as jnp
import pytest
from jax.experimental.random import stateful_rng

pytestmark = pytest.mark.slow


def test_key_reuse_escapes_the_check_in_folds_copies_and_rows_but_not_in_a_scan():
    key, draw = jax.random.key(0), jax.random.normal
    with jax.debug_key_reuse(True):
        for _ in range(2):
            draw(jax.random.fold_in(key, 7))
            draw(jax.random.key(0))
            draw(jax.random.wrap_key_data(jax.random.key_data(key)))
            draw(jax.device_put(key))
        jax.vmap(lambda x: x + draw(key))(jnp.zeros(3))
        with pytest.raises(jax.errors.KeyReuseError):
            jax.lax.scan(lambda c, _: (c + draw(key), c), 0.0, length=3)


def test_a_reused_key_and_a_number_for_a_key_raise_what_the_page_says():
    twice = jax.jit(lambda key: jax.random.normal(key) + jax.random.normal(key))
    told = "In jit, argument 0 is already consumed."
    with jax.debug_key_reuse(True), pytest.raises(jax.errors.KeyReuseError, match=told):
        twice(jax.random.key(0))
    with pytest.raises(TypeError, match="expected key_data to have ndim, shape, and"):
        jax.random.normal(0)


def test_split_and_fold_in_make_equal_keys_with_two_of_three_generators():
    for generator, equal in (("threefry2x32", 1), ("rbg", 1), ("unsafe_rbg", 0)):
        key = jax.random.key(0, impl=generator)
        folded = jnp.stack([jax.random.fold_in(key, i) for i in range(2)])
        assert (jax.random.split(key) == folded).all() == equal


def test_a_stateful_generator_survives_jit_and_is_refused_by_vmap():
    generator = stateful_rng(0)
    draw = jax.jit(lambda: generator.normal())
    assert draw() != draw()
    with pytest.raises(Exception, match="unbatched array reference"):
        jax.vmap(lambda x: x + generator.normal())(jnp.ones(3))
