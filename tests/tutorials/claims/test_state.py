"""What the page on state and randomness says of Haiku, where the page does not show it."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow
ONES, KEY = jnp.ones((5, 6)), jax.random.key(0)


def drop_row(row):
    return hk.dropout(hk.next_rng_key(), 0.5, row)


def test_evaluation_refuses_to_make_averages():
    net = hk.transform_with_state(lambda x: hk.BatchNorm(True, True, 0.9)(x, is_training=False))
    with pytest.raises(ValueError, match="No value for 'average' in 'batch_norm/~/mean_ema'"):
        net.init(KEY, ONES)


def test_a_missing_state_is_named():
    net = hk.transform_with_state(lambda x: hk.BatchNorm(True, True, 0.9)(x, is_training=True))
    params, _ = net.init(KEY, ONES)
    with pytest.raises(TypeError, match="state argument does not appear valid"):
        net.apply(params, KEY, ONES)


@pytest.mark.parametrize("around", [jax.vmap, jax.jit, jax.checkpoint])
def test_check_jax_usage_finds_jax_around_a_draw(around):
    net = hk.transform(lambda x: around(drop_row)(x))
    with (
        hk.config.context(check_jax_usage=True),
        pytest.raises(Exception, match=r"Haiku|hk") as problem,
    ):
        net.apply({}, KEY, ONES)
    assert problem.type.__name__ == "JaxUsageError"


def test_check_jax_usage_passes_rows_without_a_split():
    with hk.config.context(check_jax_usage=True):
        net = hk.transform(lambda x: hk.vmap(drop_row, split_rng=False)(x))
        assert net.apply({}, KEY, ONES).shape == ONES.shape
