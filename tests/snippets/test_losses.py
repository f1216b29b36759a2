import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.losses import square_loss

NET = hk.without_apply_rng(hk.transform(lambda x: jnp.tanh(hk.Linear(3)(x))))


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[False, True], ids=["eager", "compiled"])
def loss(request):
    return jax.jit(square_loss, static_argnums=1) if request.param else square_loss


def batch(rows):
    keys = jax.random.split(jax.random.key(1), 3)
    x, y = jax.random.normal(keys[0], (rows, 4)), jax.random.normal(keys[1], (rows, 3))
    return NET.init(keys[2], x), x, y


def test_it_is_the_mean_over_all_entries_of_the_squared_error(loss):
    params, x, y = batch(7)
    w, b = (np.asarray(params["linear"][name], np.float64) for name in ("w", "b"))
    error = np.tanh(np.asarray(x) @ w + b) - np.asarray(y)
    np.testing.assert_allclose(loss(params, NET, x, y), (error**2).sum() / 21, rtol=1e-4)


def test_an_error_of_two_in_every_entry_costs_four(loss):
    params, x, _ = batch(5)
    output = NET.apply(params, x)
    np.testing.assert_allclose(loss(params, NET, x, output + 2), 4.0, rtol=1e-5)


@pytest.mark.parametrize("rows", [1, 2, 7])
def test_it_is_one_number_of_the_inputs_type_for_every_batch_size(loss, rows):
    params, x, y = batch(rows)
    value = loss(params, NET, x, y)
    assert value.shape == ()
    assert value.dtype == x.dtype


def test_a_batch_twice_over_costs_the_same(loss):
    params, x, y = batch(3)
    twice = loss(params, NET, jnp.concatenate([x, x]), jnp.concatenate([y, y]))
    np.testing.assert_allclose(twice, loss(params, NET, x, y), rtol=1e-5)


def test_its_gradient_is_the_analytic_one_of_a_linear_network(loss):
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(3)(x)))
    _, x, y = batch(7)
    params = net.init(jax.random.key(2), x)
    gradient = jax.grad(loss)(params, net, x, y)["linear"]
    error = np.asarray(net.apply(params, x) - y, np.float64)
    np.testing.assert_allclose(gradient["w"], 2 / 21 * np.asarray(x).T @ error, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(gradient["b"], 2 / 21 * error.sum(axis=0), rtol=1e-3, atol=1e-5)
