"""Sentences of "`vmap`: write for one example" that a release could make false unseen."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_take_of_integers_gives_the_lowest_number_or_the_highest_unsigned():
    for dtype, value in (("int32", -(2**31)), ("int8", -128), ("uint8", 255)):
        assert jnp.take(jnp.ones(2, dtype), 4) == value


def test_a_negative_index_counts_from_the_end_unless_get_is_told_not_to_wrap():
    x = jnp.arange(1.0, 5.0)
    fill = {"mode": "fill", "fill_value": jnp.nan}
    assert x.at[-1].get(**fill) == 4.0
    assert np.isnan(x.at[-1].get(**fill, wrap_negative_indices=False))


def test_an_argument_by_name_is_mapped_and_a_bound_one_is_shared():
    def entry(x, i):
        return x[i]

    table = jnp.arange(6.0).reshape(2, 3)
    assert jax.vmap(entry)(table, i=jnp.array([0, 2])).tolist() == [0.0, 5.0]
    assert jax.vmap(functools.partial(entry, i=1))(table).tolist() == [1.0, 4.0]
