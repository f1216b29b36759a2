import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.evaluation import accuracy, sigmoid_cross_entropy, softmax_cross_entropy

DTYPES = [np.int32, np.uint8, np.float32, bool]


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[lambda f: f, jax.jit], ids=["eager", "compiled"])
def variant(request):
    return request.param


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(9,), (9, 1)])
def test_sigmoid_cross_entropy_is_minus_the_mean_log_probability_of_the_labels(
    variant, dtype, shape
):
    draw = np.random.default_rng(0)
    logits, labels = (
        4 * draw.normal(size=shape).astype(np.float32),
        draw.integers(0, 2, shape).astype(dtype),
    )
    probability = 1 / (1 + np.exp(-logits.astype(np.float64)))
    expected = -np.mean(np.log(np.where(labels == 1, probability, 1 - probability)))
    value = variant(sigmoid_cross_entropy)(jnp.array(logits), jnp.array(labels))
    assert (value.shape, value.dtype) == ((), jnp.float32)
    np.testing.assert_allclose(value, expected, rtol=1e-4)


def test_sigmoid_cross_entropy_of_extreme_logits_is_finite_and_so_are_its_slopes(variant):
    logits, labels = jnp.array([1e4, -1e4, 1e4]), jnp.array([1, 0, 0])
    value, slopes = jax.value_and_grad(variant(sigmoid_cross_entropy))(logits, labels)
    np.testing.assert_allclose(value, 1e4 / 3, rtol=1e-5)
    np.testing.assert_allclose(slopes, [0, 0, 1 / 3], atol=1e-6)


@pytest.mark.parametrize("dtype", [np.int32, np.uint8])
def test_softmax_cross_entropy_is_minus_the_mean_log_probability_of_the_labels(variant, dtype):
    draw = np.random.default_rng(0)
    logits, labels = (
        4 * draw.normal(size=(9, 5)).astype(np.float32),
        draw.integers(0, 5, 9).astype(dtype),
    )
    powers = np.exp(logits.astype(np.float64))
    expected = -np.mean(
        [np.log(powers[i, label] / powers[i].sum()) for i, label in enumerate(labels)]
    )
    value = variant(softmax_cross_entropy)(jnp.array(logits), jnp.array(labels))
    assert (value.shape, value.dtype) == ((), jnp.float32)
    np.testing.assert_allclose(value, expected, rtol=1e-4)


def test_softmax_of_two_columns_agrees_with_the_sigmoid_of_their_difference(variant):
    logits, labels = jnp.array([[1.0, 3.0], [0.5, -2.0], [4.0, 4.0]]), jnp.array([1, 0, 0])
    both = variant(sigmoid_cross_entropy)(logits[:, 1] - logits[:, 0], labels)
    np.testing.assert_allclose(variant(softmax_cross_entropy)(logits, labels), both, rtol=1e-5)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(5,), (5, 1)])
def test_accuracy_of_yes_and_no_counts_a_logit_of_zero_as_yes(variant, dtype, shape):
    logits, labels = jnp.array([0.0, 0.0, -0.1, 0.1, -3.0]), np.array([1, 0, 0, 1, 1]).astype(dtype)
    value = variant(accuracy)(logits.reshape(shape), jnp.array(labels).reshape(shape))
    assert (value.shape, value.dtype) == ((), jnp.float32)
    np.testing.assert_allclose(value, 3 / 5, rtol=1e-6)


def test_accuracy_of_classes_counts_the_largest_logit(variant):
    logits, labels = (
        jnp.array([[1.0, 2, 3], [3.0, 2, 1], [0.0, 5, 1], [9.0, 5, 1]]),
        jnp.array([2, 0, 0, 0], jnp.uint8),
    )
    with jax.numpy_dtype_promotion("standard"):
        np.testing.assert_allclose(variant(accuracy)(logits, labels), 3 / 4, rtol=1e-6)


def test_a_network_that_gives_nan_is_never_right(variant):
    assert variant(accuracy)(jnp.full((4, 1), jnp.nan), jnp.array([[0], [1], [0], [1]])) == 0
    assert variant(accuracy)(jnp.array([[jnp.nan, 0.0], [0.0, 1.0]]), jnp.array([0, 1])) == 0.5


@pytest.mark.parametrize("f", [sigmoid_cross_entropy, softmax_cross_entropy, accuracy])
@pytest.mark.parametrize("shape", [(4,), (), (8, 3), (1, 8)])
def test_labels_of_another_shape_are_refused(variant, f, shape):
    with pytest.raises(ValueError, match="labels must have shape"):
        variant(f)(jnp.ones((8, 1)), jnp.zeros(shape, jnp.int32))
