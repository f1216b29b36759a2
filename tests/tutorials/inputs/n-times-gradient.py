import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AxisType


def cases(draw, page):
    for first, last, rows, wide, size in (
        (0, 2, 4, 3, 1),
        (0, 1, 3, 5, 1),
        (0, 8, 16, 4, 10),
        (6, 8, 2, 1, 0.1),
        (2, 6, 8, 2, 1),
    ):
        x = jnp.float32(size * draw.normal(size=(rows, wide)))
        batch = x, jnp.float32(draw.normal(size=(rows, 1)) + np.arange(rows)[:, None])
        yield on_devices, (first, last, page.network.init(jax.random.key(rows), x), batch), {}


def on_devices(page, first, last, params, batch):
    devices = page.devices[first:last]
    mesh = jax.make_mesh((len(devices),), ("data",), axis_types=(AxisType.Auto,), devices=devices)
    step = page.sharded_step(mesh)
    new, loss = step(params, batch)
    step(new, batch)
    moved = jax.tree.map(lambda p, q: (p - q) / 0.1, params, new)
    return everywhere(moved), everywhere(loss)


def everywhere(tree):
    """The copies of all devices."""
    return jax.tree.map(
        lambda leaf: np.stack([shard.data for shard in leaf.addressable_shards]), tree
    )
