"""What the page on a transformer says of `hk.Embed` and its messages, and does not show."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow


def test_embed_clamps_a_token_and_its_gradient_is_zero():
    net = hk.without_apply_rng(hk.transform(lambda t: hk.Embed(4, 2)(t)))
    params = net.init(jax.random.key(0), jnp.array([0]))
    slopes = jax.grad(lambda params: net.apply(params, jnp.array([9])).sum())(params)
    assert (net.apply(params, jnp.array([9])) == net.apply(params, jnp.array([3]))).all()
    assert not slopes["embed"]["embeddings"].any()


@pytest.mark.parametrize(
    ("init", "mask", "message"),
    [
        (None, None, "Please provide a weight initializer: `w_init`"),
        (jnp.ones, jnp.ones((5, 5)), "Mask dimensionality 2 must match logits dimensionality 4"),
    ],
)
def test_attention_says_what_is_wrong(init, mask, message):
    net = hk.transform(lambda x: hk.MultiHeadAttention(2, 4, w_init=init)(x, x, x, mask))
    with pytest.raises(ValueError, match=message):
        net.init(jax.random.key(0), jnp.ones((2, 5, 8)))
