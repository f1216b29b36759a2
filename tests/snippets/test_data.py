import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.data import minibatches, regression_data, spiral_data, threshold_data


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


compiled_and_not = pytest.mark.parametrize("compiled", [lambda f: f, jax.jit], ids=["eager", "jit"])
either = pytest.mark.parametrize("draw", [threshold_data, regression_data, spiral_data])


def many(draw, batches):
    drawn = jax.jit(jax.vmap(draw))(jax.random.split(jax.random.key(1), batches))
    return [np.asarray(array, np.float64) for array in drawn]


@compiled_and_not
def test_a_batch_has_eight_rows_and_whole_numbers_as_labels(compiled):
    inputs, noise, labels = compiled(threshold_data)(jax.random.key(0))
    assert (inputs.shape, inputs.dtype) == (noise.shape, noise.dtype) == ((8, 36), jnp.float32)
    assert (labels.shape, labels.dtype) == ((8, 1), jnp.int32)
    assert set(np.unique(labels)) <= {0, 1}


@compiled_and_not
def test_the_regression_has_three_inputs_and_six_targets(compiled):
    inputs, targets = compiled(regression_data)(jax.random.key(0))
    assert (inputs.shape, inputs.dtype) == ((128, 3), jnp.float32)
    assert (targets.shape, targets.dtype) == ((128, 6), jnp.float32)


@pytest.mark.parametrize("examples", [1, 7])
def test_data_are_as_long_as_asked(examples):
    inputs, targets = regression_data(jax.random.key(0), examples)
    assert (inputs.shape, targets.shape) == ((examples, 3), (examples, 6))
    shapes = [array.shape for array in threshold_data(jax.random.key(0), examples)]
    assert shapes == [(examples, 36), (examples, 36), (examples, 1)]
    points, labels = spiral_data(jax.random.key(0), examples)
    assert (points.shape, labels.shape) == ((examples, 2), (examples, 1))


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


@pytest.mark.parametrize("draw", [threshold_data, regression_data])
def test_the_inputs_are_standard_normal(draw):
    inputs, *_ = many(draw, 2000)
    np.testing.assert_allclose([inputs.mean(), inputs.std()], [0, 1], atol=0.01)
    np.testing.assert_allclose((np.abs(inputs) > 2).mean(), 0.0455, atol=0.003)


def test_labels_say_whether_twelve_inputs_and_the_noise_exceed_six():
    inputs, noise, labels = many(threshold_data, 500)
    total = (12 * inputs + noise).sum(axis=2)
    clear = abs(total - 6) > 1e-3  # nearer, the order of a sum of 32-bit floats may decide
    assert clear.mean() > 0.99
    np.testing.assert_array_equal(labels[clear, 0], (total > 6)[clear])


def test_the_noise_is_standard_normal_and_follows_no_input_and_no_other_row():
    inputs, noise, _ = many(threshold_data, 4000)
    np.testing.assert_allclose([noise.mean(), noise.std()], [0, 1], atol=0.01)
    columns = np.concatenate([inputs, noise], axis=2)[:, :2].reshape(4000, 144)
    np.testing.assert_allclose(np.corrcoef(columns, rowvar=False), np.eye(144), atol=0.09)


def test_noise_overturns_as_many_labels_as_the_angle_between_12_and_1_says():
    inputs, _, labels = many(threshold_data, 4000)
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
    inputs, targets = (
        np.asarray(array, np.float64) for array in regression_data(jax.random.key(0), 2000)
    )
    solution, *_ = np.linalg.lstsq(np.c_[inputs, np.ones(2000)], targets)
    expected = np.concatenate([12 * np.eye(3), 12 * np.eye(3)], axis=1)
    np.testing.assert_allclose(solution[:-1], expected, atol=0.15)
    np.testing.assert_allclose(solution[-1], np.full(6, 6.0), atol=0.15)


@compiled_and_not
def test_the_spiral_has_points_of_the_plane_and_whole_numbers_as_labels(compiled):
    points, labels = compiled(spiral_data)(jax.random.key(0))
    assert (points.shape, points.dtype) == ((512, 2), jnp.float32)
    assert (labels.shape, labels.dtype) == ((512, 1), jnp.int32)
    assert set(np.unique(labels)) == {0, 1}


def test_points_lie_on_the_arm_of_their_label_up_to_noise_of_two_hundredths():
    points, labels = many(spiral_data, 20)
    x, y = points[..., 0].ravel(), points[..., 1].ravel()
    radius = np.hypot(x, y)
    outside = radius > 0.3
    off = np.angle(np.exp(1j * (np.arctan2(y, x) - 2 * np.pi * radius - np.pi * labels.ravel())))[
        outside
    ]
    # Noise along the radius turns the arm by 2 pi as well, so the distance is about
    # 0.02 sqrt(1 + (2 pi r)^2).
    distance = radius[outside] * off / np.sqrt(1 + (2 * np.pi * radius[outside]) ** 2)
    np.testing.assert_allclose([distance.mean(), distance.std()], [0, 0.02], atol=0.002)
    np.testing.assert_allclose(labels.mean(), 0.5, atol=0.02)


def rows(batches):
    return np.concatenate([np.asarray(batch["x"]) for batch in batches])


@pytest.mark.parametrize("size", [1, 3, 5, 10])
def test_an_epoch_of_minibatches_holds_each_example_at_most_once_and_drops_what_is_left_over(size):
    data = {"x": jnp.arange(10), "y": 2 * jnp.arange(10)}
    batches = list(minibatches(jax.random.key(0), data, size))
    assert len(batches) == 10 // size
    assert all(batch["x"].shape == batch["y"].shape == (size,) for batch in batches)
    assert all((batch["y"] == 2 * batch["x"]).all() for batch in batches)
    assert len(set(rows(batches).tolist())) == size * (10 // size)


def test_the_key_of_an_epoch_decides_its_order():
    data = {"x": jnp.arange(100)}
    first, again, other = (rows(minibatches(jax.random.key(seed), data, 10)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.9
    assert (first != np.arange(100)).mean() > 0.9


@pytest.mark.parametrize("size", [0, -1, 11])
def test_a_batch_size_that_does_not_fit_is_refused(size):
    with pytest.raises(ValueError, match=f"batch_size must be from 1 to 10, not {size}"):
        next(minibatches(jax.random.key(0), jnp.arange(10), size))


def test_arrays_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="one number of examples"):
        next(minibatches(jax.random.key(0), (jnp.arange(10), jnp.arange(9)), 2))
