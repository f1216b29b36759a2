import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.losses import mean_squared_error


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        yield


@pytest.fixture(params=[False, True], ids=["eager", "compiled"])
def loss(request):
    return jax.jit(mean_squared_error) if request.param else mean_squared_error


@pytest.mark.parametrize("shape", [(), (1,), (7,), (7, 3), (2, 3, 4)])
def test_it_is_the_sum_of_squares_over_the_number_of_entries(loss, shape):
    draw = np.random.default_rng(0)
    predictions, targets = (3 * draw.normal(size=shape).astype(np.float32) for _ in range(2))
    expected = sum(
        (float(p) - float(t)) ** 2 for p, t in zip(predictions.flat, targets.flat, strict=True)
    )
    value = loss(jnp.array(predictions), jnp.array(targets))
    assert (value.shape, value.dtype) == ((), jnp.float32)
    np.testing.assert_allclose(value, expected / predictions.size, rtol=1e-5)


def test_an_error_of_two_in_every_entry_costs_four_whatever_the_batch(loss):
    for rows in (1, 2, 7):
        targets = jnp.arange(3.0 * rows).reshape(rows, 3)
        np.testing.assert_allclose(loss(targets + 2, targets), 4.0, rtol=1e-5)


@pytest.mark.parametrize("shape", [(3,), (7, 1), (1, 3), (), (3, 7)])
def test_targets_that_would_be_broadcast_are_refused_with_both_shapes(loss, shape):
    with pytest.raises(ValueError, match=r"predictions have shape \(7, 3\), targets \("):
        loss(jnp.ones((7, 3)), jnp.ones(shape))
