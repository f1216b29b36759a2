import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType


def cases(draw, page):
    for first, last, rows, wide, real, size in (
        (0, 2, 4, 3, 4, 1),
        (0, 1, 3, 5, 2, 1),
        (0, 8, 16, 4, 3, 10),
        (6, 8, 2, 1, 1, 0.1),
        (2, 6, 8, 2, 7, 1),
    ):
        x = jnp.float32(size * draw.normal(size=(rows, wide)))
        targets = jnp.float32(draw.normal(size=(rows, 1)) + np.arange(rows)[:, None])
        weights = jnp.float32(draw.uniform(0.5, 2, rows) * (np.arange(rows) < real))
        given = first, last, page.network.init(jax.random.key(rows), x), (x, targets, weights)
        yield compiled, given, {}
        if last == 2:
            yield on_devices, given, {}


def mesh(page, first, last):
    devices = page.devices[first:last]
    return jax.make_mesh((len(devices),), ("data",), axis_types=(AxisType.Auto,), devices=devices)


def on_devices(page, first, last, params, batch):
    return everywhere(page.same_gradient(mesh(page, first, last), params, batch))


def compiled(page, first, last, params, batch):
    return everywhere(
        jax.jit(page.same_gradient, static_argnums=0)(mesh(page, first, last), params, batch)
    )


def everywhere(tree):
    """The copies of all devices."""
    return jax.tree.map(
        lambda leaf: np.stack([shard.data for shard in leaf.addressable_shards]), tree
    )
