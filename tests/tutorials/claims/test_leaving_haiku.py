"""What the page on leaving Haiku says of NNX and shows in no output."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("compiled", "moves"), [(jax.jit, False), (nnx.jit, True)])
def test_a_module_is_updated_in_place_under_nnx_jit_only(compiled, moves):
    net = nnx.Linear(2, 1, rngs=nnx.Rngs(0))
    optimizer = nnx.Optimizer(net, optax.sgd(0.1), wrt=nnx.Param)
    before = np.array(net.kernel[...])

    def step(net, optimizer):
        grads = nnx.grad(lambda net: net(jnp.ones((1, 2))).sum())(net)
        optimizer.update(net, grads)

    compiled(step)(net, optimizer)
    assert np.array_equal(before, net.kernel[...]) != moves


def test_one_key_is_one_dropout_mask_in_haiku_and_nnx():
    key, x = jax.random.key(3), jnp.ones((9, 3))
    mask = hk.dropout(key, 0.5, x) != 0
    assert np.array_equal(mask, nnx.Dropout(0.5)(x, rngs=key) != 0)
