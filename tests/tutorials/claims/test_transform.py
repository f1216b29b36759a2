"""What the page on `hk.transform` says, and no output or check of it shows."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow
x, key = jnp.ones((1, 6)), jax.random.key(0)


def test_apply_takes_its_parameters_and_its_key_by_the_names_of_the_message():
    net = hk.transform(lambda x: hk.Linear(12)(x))
    assert net.apply(params=net.init(rng=key, x=x), rng=None, x=x).shape == (1, 12)


def test_the_second_argument_of_a_linear_layer_is_with_bias():
    params = hk.transform(lambda x: hk.Linear(12, 5)(x)).init(key, x)
    assert jax.tree.map(jnp.shape, params) == {"linear": {"w": (6, 12), "b": (12,)}}


def test_apply_refuses_several_keys_and_a_raw_one_of_another_generator():
    net = hk.transform(lambda x: hk.dropout(hk.next_rng_key(), 0.5, x))
    raw = jax.random.key_data(jax.random.key(0, impl="rbg"))
    for wrong in (jax.random.split(key, 3), raw):
        with pytest.raises(ValueError, match="Apply must be called with an RNG"):
            net.apply({}, wrong, x)
