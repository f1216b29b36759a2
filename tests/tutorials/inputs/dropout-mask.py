import jax
import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for rate, shape in ((0.5, (60, 3, 9)), (0.1, (80, 2, 8)), (0.8, (50, 1, 7))):
        x = jnp.float32(draw.choice([-1, 1], shape) * draw.uniform(0.1, 30, shape))
        yield sensors, (x, rate), {}
        yield epoch, (jnp.stack([x, 2 * x, x]), rate), {}
    yield sensors, (jnp.ones((1, 1, 1)), 0.0), {}


def sensors(page, x, rate):
    """What is promised of ten draws: the values, and that masks repeat with their key only."""
    apply = page.hk.transform(page.drop_sensors).apply
    outs = [apply({}, jax.random.key(i), x, rate) for i in (*range(10), 0)]
    return (
        [properties(out, x, rate) for out in outs],
        bool((outs[0] == outs[-1]).all()),
        unrelated(outs[:-1], x, rate),
    )


def epoch(page, batches, rate):
    outs = [page.run_epoch(jax.random.key(i), batches, rate) for i in (0, 0, 1)]
    same = bool((np.array(outs[0]) == np.array(outs[1])).all())
    return (
        [properties(out, batches, rate) for out in outs],
        same,
        unrelated([*outs[0], *outs[2]], batches[0], rate),
    )


def properties(out, x, rate):
    """The shape, whether what is on is divided by 1 - rate, and whether masks last a recording."""
    ratio = np.array(out, float) / np.array(x, float)
    on = ratio != 0
    return (
        ratio.shape,
        np.allclose(ratio[on], 1 / (1 - rate), rtol=1e-3),
        (on == on[..., :1, :]).all(),
    )


def unrelated(outs, x, rate):
    """Whether masks of different draws, of recordings and of sensors look independent, and the share is right."""
    on = np.array([np.array(out)[:, 0] != 0 for out in outs]) - (1 - rate)  # (draws, B, S)
    rows = [np.moveaxis(on, axis, 0).reshape(on.shape[axis], -1) for axis in range(3)]
    related = [np.corrcoef(part) - np.eye(len(part)) for part in rows if rate]
    return all(np.abs(part).max() < 0.6 for part in related), abs(on.mean()) < 0.05
