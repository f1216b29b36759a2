"""What the page of names says of silent cases."""

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("wrap", [jax.vmap, lambda f: lambda rows: jax.lax.map(f, rows)])
def test_inside_jax_vmap_and_map_all_rows_draw_from_one_key(wrap):
    def drawing(rows):
        return wrap(lambda row: row + jax.random.normal(hk.next_rng_key()))(rows)

    out = hk.transform(drawing).apply({}, jax.random.key(0), jnp.zeros(4))
    assert (out == out[0]).all()
