import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.data import build_input_output, regression_data


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


compiled_and_not = pytest.mark.parametrize("compiled", [lambda f: f, jax.jit], ids=["eager", "jit"])
either = pytest.mark.parametrize("draw", [build_input_output, regression_data])


def many(draw, batches):
    drawn = jax.jit(jax.vmap(draw))(jax.random.split(jax.random.key(1), batches))
    return [np.asarray(array, np.float64) for array in drawn]


@compiled_and_not
def test_a_batch_has_eight_rows_and_whole_numbers_as_labels(compiled):
    inputs, labels = compiled(build_input_output)(jax.random.key(0))
    assert (inputs.shape, inputs.dtype) == ((8, 36), jnp.float32)
    assert (labels.shape, labels.dtype) == ((8, 1), jnp.int32)
    assert set(np.unique(labels)) <= {0, 1}


@compiled_and_not
def test_the_regression_has_three_inputs_and_six_targets(compiled):
    inputs, targets = compiled(regression_data)(jax.random.key(0))
    assert (inputs.shape, inputs.dtype) == ((128, 3), jnp.float32)
    assert (targets.shape, targets.dtype) == ((128, 6), jnp.float32)


@pytest.mark.parametrize("examples", [1, 7])
def test_the_regression_is_as_long_as_asked(examples):
    inputs, targets = regression_data(jax.random.key(0), examples)
    assert (inputs.shape, targets.shape) == ((examples, 3), (examples, 6))


@compiled_and_not
@either
def test_no_key_is_used_twice(draw, compiled):
    with jax.debug_key_reuse(True):
        compiled(draw)(jax.random.key(0))


@compiled_and_not
@either
def test_the_key_decides_everything(draw, compiled):
    first, again, other = (compiled(draw)(jax.random.key(seed)) for seed in (0, 0, 1))
    for one, same, different in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, same)
        assert not np.array_equal(one, different)


@either
def test_the_inputs_are_standard_normal(draw):
    inputs, _ = many(draw, 2000)
    np.testing.assert_allclose([inputs.mean(), inputs.std()], [0, 1], atol=0.01)
    np.testing.assert_allclose((np.abs(inputs) > 2).mean(), 0.0455, atol=0.003)


def test_noise_overturns_as_many_labels_as_the_angle_between_12_and_1_says():
    inputs, labels = many(build_input_output, 4000)
    noiseless = 12 * inputs.sum(axis=2) > 6
    overturned = noiseless != labels[:, :, 0]
    np.testing.assert_allclose(overturned.mean(), np.arctan(1 / 12) / np.pi, atol=0.004)
    np.testing.assert_allclose(noiseless[overturned].mean(), 0.5, atol=0.1)


def test_the_regression_noise_is_standard_normal_and_follows_no_input():
    inputs, targets = many(regression_data, 200)
    noise = targets - (12 * np.concatenate([inputs, inputs], axis=2) + 6)
    np.testing.assert_allclose([noise.mean(), noise.std()], [0, 1], atol=0.02)
    columns = np.concatenate([inputs, noise], axis=2).reshape(-1, 9)
    np.testing.assert_allclose(np.corrcoef(columns, rowvar=False), np.eye(9), atol=0.04)


def test_the_regression_noise_does_not_begin_with_the_inputs():
    inputs, targets = many(regression_data, 20)
    noise = targets - (12 * np.concatenate([inputs, inputs], axis=2) + 6)
    beginning = noise.reshape(20, -1)[:, :384].ravel()
    assert abs(np.corrcoef(beginning, inputs.ravel())[0, 1]) < 0.1


def test_least_squares_reads_the_twelves_and_the_sixes_back():
    inputs, targets = (np.asarray(array, np.float64) for array in regression_data(jax.random.key(0), 2000))
    solution, *_ = np.linalg.lstsq(np.c_[inputs, np.ones(2000)], targets)
    expected = np.concatenate([12 * np.eye(3), 12 * np.eye(3)], axis=1)
    np.testing.assert_allclose(solution[:-1], expected, atol=0.15)
    np.testing.assert_allclose(solution[-1], np.full(6, 6.0), atol=0.15)
