import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.linear import least_squares


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[False, True], ids=["eager", "compiled"])
def solve(request):
    return jax.jit(least_squares) if request.param else least_squares


def diagnostic(rows, inputs=3, outputs=2, noise=1.0):
    """Inputs that are not centred, and targets from known weights and biases with noise."""
    keys = jax.random.split(jax.random.key(1), 4)
    x = 1 + jax.random.normal(keys[0], (rows, inputs))
    w, b = jax.random.normal(keys[1], (inputs, outputs)), jax.random.normal(keys[2], (1, outputs))
    return x, x @ w + b + noise * jax.random.normal(keys[3], (rows, outputs)), {"w": w, "b": b[0]}


def test_it_solves_the_normal_equations(solve):
    x, y, _ = diagnostic(20)
    params, floor = solve(x, y)
    design = np.concatenate([np.asarray(x, np.float64), np.ones((20, 1))], axis=1)
    solution = np.linalg.solve(design.T @ design, design.T @ np.asarray(y, np.float64))
    np.testing.assert_allclose(params["w"], solution[:-1], rtol=1e-2, atol=2e-3)
    np.testing.assert_allclose(params["b"], solution[-1], rtol=1e-2, atol=2e-3)
    np.testing.assert_allclose(floor, np.mean((design @ solution - np.asarray(y)) ** 2), rtol=1e-3)


def test_a_line_through_three_points_is_the_one_worked_out_by_hand(solve):
    # Points (0, 0), (1, 2), (2, 1): slope 1/2, intercept 1/2, errors 1/2, -1, 1/2, mean square 1/2.
    params, floor = solve(jnp.array([[0.0], [1.0], [2.0]]), jnp.array([[0.0], [2.0], [1.0]]))
    np.testing.assert_allclose(params["w"], [[0.5]], rtol=1e-3)
    np.testing.assert_allclose(params["b"], [0.5], rtol=1e-3)
    np.testing.assert_allclose(floor, 0.5, rtol=1e-3)


def test_without_noise_it_finds_the_rule_and_a_floor_of_zero(solve):
    x, y, rule = diagnostic(50, noise=0.0)
    params, floor = solve(x, y)
    jax.tree.map(
        lambda found, true: np.testing.assert_allclose(found, true, rtol=1e-2, atol=5e-3),
        params,
        rule,
    )
    assert floor < 1e-4


@pytest.mark.parametrize(
    ("rows", "inputs", "outputs"), [(1, 1, 1), (2, 5, 3), (40, 4, 1), (40, 1, 6)]
)
def test_the_parameters_have_their_shapes_and_the_floor_is_one_number(solve, rows, inputs, outputs):
    x, y, _ = diagnostic(rows, inputs, outputs)
    params, floor = solve(x, y)
    assert jax.tree.map(jnp.shape, params) == {"w": (inputs, outputs), "b": (outputs,)}
    assert floor.shape == ()
    assert {leaf.dtype for leaf in (*params.values(), floor)} == {x.dtype}


def test_the_floor_is_the_mean_squared_error_of_the_parameters_returned(solve):
    x, y, _ = diagnostic(30)
    params, floor = solve(x, y)
    output = np.asarray(x) @ np.asarray(params["w"]) + np.asarray(params["b"])
    np.testing.assert_allclose(floor, np.mean((output - np.asarray(y)) ** 2), rtol=1e-3)


def test_all_slopes_are_zero_at_the_parameters_returned(solve):
    x, y, _ = diagnostic(30)
    params, _ = solve(x, y)
    error = np.asarray(x) @ np.asarray(params["w"]) + np.asarray(params["b"]) - np.asarray(y)
    np.testing.assert_allclose(error.mean(axis=0), 0, atol=2e-3)
    np.testing.assert_allclose(np.asarray(x).T @ error / 30, 0, atol=5e-3)


def test_no_neighbour_in_any_direction_is_lower_than_the_floor(solve):
    x, y, _ = diagnostic(30)
    params, floor = solve(x, y)
    w, b = (np.asarray(params[name], np.float64) for name in ("w", "b"))
    draw = np.random.default_rng(0)
    for _ in range(20):
        output = (
            np.asarray(x) @ (w + 0.1 * draw.normal(size=w.shape))
            + b
            + 0.1 * draw.normal(size=b.shape)
        )
        assert np.mean((output - np.asarray(y)) ** 2) > floor


def test_fewer_rows_than_parameters_are_fitted_exactly(solve):
    x, y, _ = diagnostic(2, inputs=5, outputs=3)
    _, floor = solve(x, y)
    assert floor < 1e-4


@pytest.mark.parametrize("offset", [1e3, 1e4])
def test_inputs_far_from_zero_have_the_same_floor(solve, offset):
    x, y, _ = diagnostic(40)
    x = np.round(np.asarray(x) * 64) / 64  # so that float32 holds the sum with the offset
    (_, near), (params, far) = solve(jnp.array(x), y), solve(jnp.array(x + offset), y)
    np.testing.assert_allclose(far, near, rtol=1e-2)
    assert np.isfinite(params["b"]).all()


def test_numpy_arrays_of_64_bits_are_taken_without_a_warning(solve):
    x, y, _ = diagnostic(20)
    _, floor = solve(np.asarray(x, np.float64), np.asarray(y, np.float64))
    np.testing.assert_allclose(floor, solve(x, y)[1], rtol=1e-5)


@pytest.mark.parametrize(("x", "y"), [((4, 2), (3, 1)), ((4,), (4, 1)), ((4, 2), (4,))])
def test_shapes_that_do_not_fit_are_refused(solve, x, y):
    with pytest.raises(ValueError, match="do not fit"):
        solve(jnp.ones(x), jnp.ones(y))


def test_inputs_of_other_sizes_count_however_many_rows_there_are():
    draw = np.random.default_rng(0)
    age, income = draw.uniform(18, 80, 10_000), draw.uniform(1e4, 1e5, 10_000)
    inputs = np.float32(np.stack([age, income], axis=1))
    targets = np.float32(0.5 * age + 1e-4 * income + draw.normal(size=10_000))[:, None]
    _, error = least_squares(inputs, targets)
    assert abs(error - 1) < 0.1
