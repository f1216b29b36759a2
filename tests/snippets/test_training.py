import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.training import fit, my_update

NET = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(3)(x)))


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[False, True], ids=["eager", "compiled"])
def update(request):
    return jax.jit(my_update, static_argnums=1) if request.param else my_update


@pytest.fixture
def example():
    keys = jax.random.split(jax.random.key(1), 3)
    x, y = jax.random.normal(keys[0], (7, 4)), jax.random.normal(keys[1], (7, 3))
    return NET.init(keys[2], x), x, y


@pytest.mark.parametrize("learning_rate", [0.5, 0.01])
def test_it_steps_down_the_analytic_gradient_as_far_as_the_learning_rate_says(update, example, learning_rate):
    params, x, y = example
    w, b = (np.asarray(params["linear"][name], np.float64) for name in ("w", "b"))
    error = np.asarray(x) @ w + b - np.asarray(y)
    _, new_params = update(params, NET, x, y, learning_rate)
    step_w, step_b = learning_rate * 2 / 21 * np.asarray(x).T @ error, learning_rate * 2 / 21 * error.sum(axis=0)
    np.testing.assert_allclose(new_params["linear"]["w"], w - step_w, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(new_params["linear"]["b"], b - step_b, rtol=1e-3, atol=1e-4)


def test_the_loss_is_that_before_the_step(update, example):
    params, x, y = example
    loss, _ = update(params, NET, x, y, 0.5)
    np.testing.assert_allclose(loss, np.mean(np.asarray(NET.apply(params, x) - y) ** 2), rtol=1e-4)


def test_the_new_parameters_have_the_shapes_and_types_of_the_old(update, example):
    params, x, y = example
    loss, new_params = update(params, NET, x, y, 0.1)
    assert loss.shape == ()
    assert jax.tree.map(lambda p: (p.shape, p.dtype), new_params) == jax.tree.map(lambda p: (p.shape, p.dtype), params)


def test_the_parameters_given_are_not_changed(update, example):
    params, x, y = example
    before = jax.tree.map(np.array, params)
    update(params, NET, x, y, 0.1)
    jax.tree.map(np.testing.assert_array_equal, params, before)


def test_it_takes_the_learning_rate_as_an_array_too(update, example):
    params, x, y = example
    _, with_float = update(params, NET, x, y, 0.1)
    _, with_array = update(params, NET, x, y, jnp.float32(0.1))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), with_float, with_array)


def test_repeated_it_lowers_the_loss_to_that_of_least_squares(example):
    params, x, y = example
    compiled = jax.jit(my_update, static_argnums=1)
    loss = None
    for _ in range(2000):
        loss, params = compiled(params, NET, x, y, 0.3)
    columns = np.concatenate([np.asarray(x, np.float64), np.ones((7, 1))], axis=1)
    best = columns @ np.linalg.lstsq(columns, np.asarray(y), rcond=None)[0]
    np.testing.assert_allclose(loss, np.mean((best - np.asarray(y)) ** 2), rtol=1e-2)


@pytest.fixture(params=[False, True], ids=["called plainly", "compiled from outside"])
def trained(request):
    return jax.jit(fit, static_argnums=(1, 5)) if request.param else fit


def test_fit_gives_what_a_python_loop_of_updates_gives_with_the_loss_before_each_step(trained, example):
    start, x, y = example
    losses, params = [], start
    for _ in range(6):
        loss, params = my_update(params, NET, x, y, 0.2)
        losses.append(loss)
    fitted, fit_losses = trained(start, NET, x, y, 0.2, 6)
    np.testing.assert_allclose(fit_losses, losses, rtol=1e-4)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4), fitted, params)


def test_fit_of_one_output_follows_gradient_descent_written_in_numpy(trained):
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1, with_bias=False)(x)))
    x, y = np.array([[1.0], [2.0]], np.float32), np.array([[3.0], [6.0]], np.float32)
    params, losses = trained({"linear": {"w": jnp.zeros((1, 1))}}, net, jnp.array(x), jnp.array(y), 0.1, 3)
    # The loss is 2.5 (w - 3)^2, so each step of 0.1 halves the distance to 3.
    np.testing.assert_allclose(losses, 2.5 * (3 / 2.0 ** np.arange(3)) ** 2, rtol=1e-4)
    np.testing.assert_allclose(params["linear"]["w"], [[3 - 3 / 8]], rtol=1e-4)


def test_fit_of_zero_steps_gives_the_parameters_back_and_no_loss(trained, example):
    params, x, y = example
    fitted, losses = trained(params, NET, x, y, 0.2, 0)
    assert losses.shape == (0,)
    jax.tree.map(np.testing.assert_array_equal, fitted, params)


def test_fit_gives_one_loss_per_step_and_parameters_like_those_given(trained, example):
    params, x, y = example
    fitted, losses = trained(params, NET, x, y, 0.2, 5)
    assert losses.shape == (5,)
    assert losses.dtype == x.dtype
    assert jax.tree.map(lambda p: (p.shape, p.dtype), fitted) == jax.tree.map(lambda p: (p.shape, p.dtype), params)


def test_fit_does_not_change_the_parameters_given(trained, example):
    params, x, y = example
    before = jax.tree.map(np.array, params)
    trained(params, NET, x, y, 0.2, 5)
    jax.tree.map(np.testing.assert_array_equal, params, before)


def test_fit_honours_rate_and_data_at_each_call(trained, example):
    params, x, y = example
    for rate, target in ((0.2, y), (0.01, y), (0.2, y + 1)):
        loss, expected = my_update(params, NET, x, target, rate)
        fitted, losses = trained(params, NET, x, target, rate, 1)
        np.testing.assert_allclose(losses, [loss], rtol=1e-4)
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4), fitted, expected)


def test_many_steps_of_fit_end_at_the_loss_of_least_squares(trained, example):
    params, x, y = example
    _, losses = trained(params, NET, x, y, 0.3, 2000)
    columns = np.concatenate([np.asarray(x, np.float64), np.ones((7, 1))], axis=1)
    best = columns @ np.linalg.lstsq(columns, np.asarray(y), rcond=None)[0]
    np.testing.assert_allclose(losses[-1], np.mean((best - np.asarray(y)) ** 2), rtol=1e-2)
