"""The GRU of Haiku as cells of other libraries."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from snippets.porting.recurrent import EquinoxHaikuGRUCell, HaikuGRUCell, forget_bias, in_gate_order


def test_the_gates_change_places_and_dtypes_are_kept():
    for dtype in (jnp.float32, jnp.bfloat16):
        bias = jnp.arange(8, dtype=dtype)
        np.testing.assert_array_equal(in_gate_order(bias), [0, 1, 4, 5, 2, 3, 6, 7])
        np.testing.assert_array_equal(forget_bias(bias), [0, 1, 5, 6, 2, 3, 6, 7])
        assert forget_bias(bias).dtype == in_gate_order(bias).dtype == dtype
    np.testing.assert_array_equal(
        in_gate_order(jnp.arange(8).reshape(2, 4)), [[0, 2, 1, 3], [4, 6, 5, 7]]
    )


@pytest.mark.parametrize("batch", [(), (2,), (2, 3)])
def test_the_cell_of_nnx_starts_from_zeros_for_any_batch(batch):
    cell = HaikuGRUCell(3, 4, rngs=nnx.Rngs(0))
    carry = cell.initialize_carry((*batch, 3))
    assert carry.shape == (*batch, 4)
    new, y = cell(carry, jnp.ones((*batch, 3)))
    assert new is y
    assert new.shape == (*batch, 4)
    assert 0 < abs(new).max() < 1


def test_new_cells_are_random_and_of_the_key():
    first, again, other = (EquinoxHaikuGRUCell(3, 4, key=jax.random.key(k)) for k in (0, 0, 1))
    np.testing.assert_array_equal(first.w_i, again.w_i)
    assert abs(first.w_h - other.w_h).max() > 0.1
