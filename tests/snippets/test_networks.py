import chex
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.networks import two_layer_net


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture
def net():
    return hk.without_apply_rng(hk.transform(two_layer_net))


@pytest.fixture
def params(net):
    return net.init(jax.random.key(0), jnp.ones((3, 12)))


compiled_and_not = pytest.mark.parametrize("compiled", [lambda f: f, jax.jit], ids=["eager", "jit"])


@compiled_and_not
def test_it_is_linear_relu_linear_written_in_numpy(net, params, compiled):
    params = jax.tree.map(lambda p: p + 0.1, params)
    x = np.random.default_rng(0).normal(size=(64, 12)).astype(np.float32)
    first, second = (jax.tree.map(np.asarray, params[name]) for name in ("linear", "linear_1"))
    hidden = np.maximum(0, np.einsum("bd,dh->bh", x, first["w"]) + first["b"])
    expected = np.einsum("bh,ho->bo", hidden, second["w"]) + second["b"]
    assert (expected < 0).any()
    np.testing.assert_allclose(compiled(net.apply)(params, x), expected, rtol=1e-4, atol=1e-5)


@compiled_and_not
def test_the_input_decides_the_width_and_the_batch(net, compiled):
    for batch, width in ((3, 12), (1, 2), (128, 3)):
        x = jnp.ones((batch, width))
        params = compiled(net.init)(jax.random.key(1), x)
        shapes = sorted(p.shape for p in jax.tree.leaves(params))
        assert shapes == sorted([(width, 5), (5,), (5, 6), (6,)])
        out = compiled(net.apply)(params, x)
        chex.assert_shape(out, (batch, 6))
        chex.assert_type(out, jnp.float32)


@compiled_and_not
def test_the_mean_squared_error_on_ones_with_key_0_is_the_known_number(net, params, compiled):
    out = compiled(net.apply)(params, jnp.ones((3, 12)))
    np.testing.assert_allclose(jnp.mean((out - 1) ** 2), 1.0960, atol=1e-4)


def test_outside_transform_it_says_so():
    with pytest.raises(ValueError, match=r"must be initialized inside an `hk\.transform`"):
        two_layer_net(jnp.ones((3, 12)))
