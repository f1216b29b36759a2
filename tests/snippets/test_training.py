import chex
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.losses import mean_squared_error
from snippets.timing import count_traces
from snippets.training import fit, sgd_step

NET = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(3)(x)))


def loss_fn(params, batch):
    x, y = batch
    return mean_squared_error(NET.apply(params, x), y)


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[False, True], ids=["eager", "compiled"])
def step(request):
    return jax.jit(sgd_step, static_argnums=0) if request.param else sgd_step


@pytest.fixture
def example():
    keys = jax.random.split(jax.random.key(1), 3)
    x, y = jax.random.normal(keys[0], (7, 4)), jax.random.normal(keys[1], (7, 3))
    return NET.init(keys[2], x), (x, y)


def least_squares_floor(batch):
    x, y = (np.asarray(array, np.float64) for array in batch)
    columns = np.c_[x, np.ones(len(x))]
    return np.mean((columns @ np.linalg.lstsq(columns, y, rcond=None)[0] - y) ** 2)


@pytest.mark.parametrize("learning_rate", [0.5, 0.01])
def test_it_steps_down_the_analytic_gradient_as_far_as_the_learning_rate_says(
    step, example, learning_rate
):
    params, batch = example
    x, y = map(np.asarray, batch)
    w, b = (np.asarray(params["linear"][name], np.float64) for name in ("w", "b"))
    error = x @ w + b - y
    new_params, loss = step(loss_fn, params, batch, learning_rate)
    step_w, step_b = (
        learning_rate * 2 / 21 * x.T @ error,
        learning_rate * 2 / 21 * error.sum(axis=0),
    )
    np.testing.assert_allclose(new_params["linear"]["w"], w - step_w, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(new_params["linear"]["b"], b - step_b, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(loss, np.mean(error**2), rtol=1e-4)
    assert loss.shape == ()


@pytest.mark.parametrize("learning_rate", [0.1, jnp.bfloat16(0.1)], ids=["float", "array"])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16])
def test_the_new_parameters_have_the_structure_shapes_and_dtypes_of_the_old(
    step, example, dtype, learning_rate
):
    params, batch = jax.tree.map(lambda leaf: leaf.astype(dtype), example)
    with jax.numpy_dtype_promotion("standard"):
        new_params, _ = step(loss_fn, params, batch, learning_rate)
    chex.assert_trees_all_equal_shapes_and_dtypes(new_params, params)


def test_the_parameters_given_are_not_changed(step, example):
    params, batch = example
    before = jax.tree.map(np.array, params)
    step(loss_fn, params, batch, 0.1)
    jax.tree.map(np.testing.assert_array_equal, params, before)


def test_fit_gives_what_a_python_loop_of_steps_gives_with_the_loss_before_each(example):
    params, batch = example
    fitted, fit_losses = fit(loss_fn, params, batch, 0.2, steps=6)
    losses = []
    for _ in range(6):
        params, loss = sgd_step(loss_fn, params, batch, 0.2)
        losses.append(loss)
    np.testing.assert_allclose(fit_losses, losses, rtol=1e-4)
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4), fitted, params
    )


def test_fit_of_one_number_follows_gradient_descent_worked_out_by_hand():
    x, y = jnp.array([1.0, 2.0]), jnp.array([3.0, 6.0])
    w, losses = fit(
        lambda w, batch: jnp.mean((w * batch[0] - batch[1]) ** 2),
        jnp.float32(0),
        (x, y),
        0.1,
        steps=3,
    )
    # The loss is 2.5 (w - 3)^2, so each step of 0.1 halves the distance to 3.
    np.testing.assert_allclose(losses, 2.5 * (3 / 2.0 ** np.arange(3)) ** 2, rtol=1e-4)
    np.testing.assert_allclose(w, 3 - 3 / 8, rtol=1e-4)


def test_many_steps_of_fit_end_at_the_loss_of_least_squares(example):
    params, batch = example
    _, losses = fit(loss_fn, params, batch, 0.3, steps=2000)
    np.testing.assert_allclose(losses[-1], least_squares_floor(batch), rtol=1e-2)


def test_fit_of_zero_steps_gives_the_parameters_back_and_no_loss(example):
    params, batch = example
    fitted, losses = fit(loss_fn, params, batch, 0.2, steps=0)
    assert losses.shape == (0,)
    jax.tree.map(np.testing.assert_array_equal, fitted, params)


def test_fit_keeps_shapes_and_dtypes_of_parameters_in_half_precision(example):
    params, batch = jax.tree.map(lambda leaf: leaf.astype(jnp.bfloat16), example)
    fitted, losses = fit(loss_fn, params, batch, 0.2, steps=5)
    chex.assert_trees_all_equal_shapes_and_dtypes(fitted, params)
    assert losses.shape == (5,)


def test_fit_compiles_once_for_other_rates_data_and_parameters_and_honours_them(example):
    params, batch = example
    counted = count_traces(loss_fn)
    fit(counted, params, batch, 0.1, steps=1)
    traces = counted.traces
    assert traces >= 1
    others = (
        (0.01, batch, params),
        (0.1, (batch[0], batch[1] + 1), params),
        (0.1, batch, jax.tree.map(abs, params)),
    )
    for rate, data, start in others:
        fitted, losses = fit(counted, start, data, rate, steps=1)
        expected, loss = sgd_step(loss_fn, start, data, rate)
        np.testing.assert_allclose(losses, [loss], rtol=1e-4)
        jax.tree.map(
            lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4), fitted, expected
        )
    assert counted.traces == traces


@pytest.mark.parametrize("steps", [-1, 2.0, "3"])
def test_fit_refuses_a_number_of_steps_that_is_none(example, steps):
    with pytest.raises(ValueError, match="steps must be a whole number from 0 up, not"):
        fit(loss_fn, *example, 0.1, steps=steps)
