import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.classification import my_accuracy, my_loss, my_net_func, my_update_function

NET = hk.without_apply_rng(hk.transform(my_net_func))
LINEAR = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(1)(x)))
GIVEN = hk.without_apply_rng(hk.transform(lambda x: x))  # its inputs are the outputs that a test wants


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[False, True], ids=["eager", "compiled"])
def variant(request):
    return (lambda f: jax.jit(f, static_argnums=1)) if request.param else lambda f: f


@pytest.fixture
def batch():
    x = jax.random.normal(jax.random.key(1), (8, 36))
    return x, jnp.array([[1], [0], [0], [1], [1], [0], [1], [1]])


def test_the_network_is_three_linear_layers_with_a_relu_after_the_first_two(batch):
    x, _ = batch
    params = jax.tree.map(lambda p: p + 0.1, NET.init(jax.random.key(2), x))
    layers = [jax.tree.map(lambda p: np.asarray(p, np.float64), params[f"linear{end}"]) for end in ("", "_1", "_2")]
    hidden = np.maximum(np.asarray(x) @ layers[0]["w"] + layers[0]["b"], 0)
    hidden = np.maximum(hidden @ layers[1]["w"] + layers[1]["b"], 0)
    expected = hidden @ layers[2]["w"] + layers[2]["b"]
    for apply in (NET.apply, jax.jit(NET.apply)):
        np.testing.assert_allclose(apply(params, x), expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("rows", "width"), [(1, 36), (8, 36), (5, 3)])
def test_the_network_has_one_output_of_the_inputs_type_for_each_row(rows, width):
    x = jnp.ones((rows, width))
    params = NET.init(jax.random.key(0), x)
    assert NET.apply(params, x).shape == (rows, 1)
    assert NET.apply(params, x).dtype == x.dtype
    assert hk.data_structures.tree_size(params) == 12 * width + 12 + 12 * 12 + 12 + 12 + 1


def test_the_network_outside_a_transform_is_an_error():
    with pytest.raises(ValueError, match="must be initialized inside"):
        my_net_func(jnp.ones((8, 36)))


def test_the_loss_is_the_formula_summed_over_the_batch(variant, batch):
    x, labels = batch
    params = LINEAR.init(jax.random.key(2), x)
    params = jax.tree.map(lambda p: 20 * p, params)
    f = np.asarray(x) @ np.asarray(params["linear"]["w"], np.float64)
    expected = ((1 - 2 * np.asarray(labels)) * f).sum() + 0.01 * (f**2).sum()
    loss = variant(my_loss)(params, LINEAR, x, labels)
    assert (loss.shape, loss.dtype) == ((), x.dtype)
    np.testing.assert_allclose(loss, expected, rtol=1e-3)


def test_the_loss_of_a_batch_of_eight_is_lowest_at_minus_200_where_outputs_are_50_on_the_right_side(variant, batch):
    _, labels = batch
    best = 50.0 * (2 * labels - 1).astype(jnp.float32)
    np.testing.assert_allclose(variant(my_loss)({}, GIVEN, best, labels), -200, rtol=1e-5)
    np.testing.assert_allclose(jax.grad(my_loss, argnums=2)({}, GIVEN, best, labels), np.zeros((8, 1)), atol=1e-5)
    for other in (best + 1, best - 1, 1.1 * best, -best):
        assert variant(my_loss)({}, GIVEN, other, labels) > -200


def test_the_accuracy_counts_an_output_of_zero_as_label_1(variant):
    f, labels = jnp.array([[0.0], [0.0], [-0.1], [0.1], [-3.0]]), jnp.array([[1], [0], [0], [1], [1]])
    accuracy = variant(my_accuracy)({}, GIVEN, f, labels)
    assert (accuracy.shape, accuracy.dtype) == ((), jnp.float32)
    np.testing.assert_allclose(accuracy, 3 / 5, rtol=1e-6)


@pytest.mark.parametrize("f", [my_loss, my_accuracy, my_update_function])
def test_labels_of_another_shape_are_an_error_and_not_broadcast(variant, batch, f):
    x, labels = batch
    rate = (0.1,) if f is my_update_function else ()
    with pytest.raises(AssertionError, match="different shapes"):
        variant(f)(NET.init(jax.random.key(0), x), NET, x, labels[:, 0], *rate)


@pytest.mark.parametrize("learning_rate", [0.01, 0.002])
def test_the_update_steps_down_the_analytic_gradient(variant, batch, learning_rate):
    x, labels = batch
    params = jax.tree.map(lambda p: 20 * p, LINEAR.init(jax.random.key(2), x))
    before = jax.tree.map(np.array, params)
    loss, new_params = variant(my_update_function)(params, LINEAR, x, labels, learning_rate)
    f = np.asarray(x) @ before["linear"]["w"] + before["linear"]["b"]
    slope = (1 - 2 * np.asarray(labels)) + 0.02 * f
    step = {"w": np.asarray(x).T @ slope, "b": slope.sum(axis=0)}
    for name in ("w", "b"):
        expected = before["linear"][name] - learning_rate * step[name]
        np.testing.assert_allclose(new_params["linear"][name], expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(loss, my_loss(params, LINEAR, x, labels), rtol=1e-3)
    jax.tree.map(np.testing.assert_array_equal, params, before)


def test_the_update_takes_the_learning_rate_as_an_array_too(variant, batch):
    x, labels = batch
    params = NET.init(jax.random.key(2), x)
    _, with_float = variant(my_update_function)(params, NET, x, labels, 0.01)
    _, with_array = variant(my_update_function)(params, NET, x, labels, jnp.float32(0.01))
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-6), with_float, with_array)


def test_repeated_on_one_batch_the_update_learns_it_by_heart(batch):
    x, labels = batch
    params = NET.init(jax.random.key(2), x)
    update = jax.jit(my_update_function, static_argnums=1)
    for _ in range(1000):
        loss, params = update(params, NET, x, labels, 0.003)
    assert loss < -190
    assert my_accuracy(params, NET, x, labels) == 1
