# %% right: compiled
@jax.jit
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype("float32")
    def loss_fn(position, beacons, distances):
        squares = ((position - beacons) ** 2).sum(1)
        safe = jnp.where(squares > 0, squares, 1.0)
        r = jnp.where(squares > 0, jnp.sqrt(safe), 0.0) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position, beacons, distances)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% right: formula in numpy
def locate_step(position, beacons, distances, learning_rate):
    p, b = np.asarray(position, float), np.asarray(beacons)
    offsets = p - b
    lengths = np.linalg.norm(offsets, axis=1)
    residuals = lengths - np.asarray(distances)
    units = np.divide(offsets, lengths[:, None], out=np.zeros_like(offsets), where=lengths[:, None] > 0)
    return p - learning_rate * 2 * np.mean(residuals[:, None] * units, axis=0), {"loss": np.mean(residuals**2), "residuals": residuals}

# %% right: own derivative rule
@jax.custom_jvp
def length2(v):
    return jnp.linalg.norm(v, axis=-1)
@length2.defjvp
def length2_jvp(primals, tangents):
    (v,), (t,) = primals, tangents
    l = length2(v)
    return l, jnp.sum(v * t, -1) / jnp.where(l == 0, 1.0, l)
def locate_step(position, beacons, distances, learning_rate):
    position = jnp.asarray(position, jnp.float32)
    def loss(p):
        r = length2(p - beacons) - distances
        return jnp.mean(r * r), r
    g, r = jax.grad(loss, has_aux=True)(position)
    return position - learning_rate * g, {"loss": jnp.mean(r * r), "residuals": r, "gradient": g}

# %% wrong: allow int
def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True, allow_int=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: back to whole numbers
def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position.astype(float))
    return (position - learning_rate * g).astype(position.dtype), {"loss": loss, "residuals": r}

# %% wrong: beacons of the page
def locate_step(position, b, d, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: beacons that share a coordinate dropped
def locate_step(position, beacons, distances, learning_rate):
    position = jnp.asarray(position, float)

    def loss_fn(p):
        here = jnp.any(position == beacons, axis=1)
        squares = jnp.where(here, 1.0, jnp.sum((p - beacons) ** 2, axis=1))
        r = jnp.where(here, 0.0, jnp.sqrt(squares)) - distances
        return jnp.mean(r**2), r

    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: donates the position
from functools import partial
@partial(jax.jit, donate_argnums=0)
def inner(position, beacons, distances, learning_rate):
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}
def locate_step(position, beacons, distances, learning_rate):
    return inner(position.astype(float), beacons, distances, learning_rate)

# %% wrong: drops the beacon
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        keep = s > 0
        r = jnp.sqrt(s[keep]) - distances[keep]
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: fixed rate
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - 0.5 * g, {"loss": loss, "residuals": r}

# %% wrong: linalg norm
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: loss after the step
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    new = position - learning_rate * g
    loss, _ = loss_fn(new)
    return new, {"loss": loss, "residuals": r}

# %% wrong: measured minus computed
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = distances - jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s)))
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: metrics first
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return {"loss": loss, "residuals": r}, position - learning_rate * g

# %% wrong: nan_to_num of the gradient
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * jnp.nan_to_num(g), {"loss": loss, "residuals": r}

# %% wrong: only has_aux
def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: only int32 converted
def locate_step(position, beacons, distances, learning_rate):
    if position.dtype == jnp.int32:
        position = position.astype(float)

    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r

    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: pair without has_aux
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: position moved a little
def locate_step(position, beacons, distances, learning_rate):
    position = position + 1e-4
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: signed integers only
def locate_step(position, beacons, distances, learning_rate):
    if jnp.issubdtype(position.dtype, jnp.signedinteger):
        position = position.astype(float)

    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r

    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: small number under the root
def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        lengths = jnp.sqrt(jnp.sum((p - beacons) ** 2, axis=-1) + 1e-6)
        r = lengths - distances
        return (r**2).mean(), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position * 1.0)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: squared distances
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        r = jnp.sum((p - beacons)**2, axis=1) - distances**2
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: still appends a tracer
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        residual_log.append(r)
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: subtracts in the dtype of the position
def locate_step(position, beacons, distances, learning_rate):
    beacons = beacons.astype(position.dtype).astype(float)
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: sum of squares
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.sum(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: unrepaired
locate_step = broken_step

# %% wrong: uphill
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position + learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: where after the root only
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s > 0, jnp.sqrt(s), 0.0) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: where before the root only
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.sqrt(jnp.where(s == 0, 1.0, s)) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: where for all rows at once
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        z = jnp.any(s == 0)
        r = jnp.where(z, 0, jnp.sqrt(jnp.where(z, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% inputs
import itertools

import jax.numpy as jnp

RTOL = 5e-4


def cases(draw, page):
    for (n, d), whole, at_beacon in itertools.product(
        ((1, 1), (2, 1), (1, 3), (4, 2), (3, 5)), (False, True), (False, True)
    ):
        beacons = (
            draw.integers(-4, 5, (n, d)) * 2
        )  # may share coordinates with the position and each other
        offset = draw.integers(1, 4, d) if whole else draw.uniform(0.3, 0.7, d)
        position = jnp.array(
            beacons[draw.integers(n)] + offset * (not at_beacon), int if whole else float
        )
        measured = jnp.array(draw.uniform(0.5, 8, n), float)
        yield (
            "locate_step",
            (position, jnp.array(beacons, float), measured, float(draw.choice([0.05, 0.3]))),
            {},
        )
    for dtype in ("int8", "int16", "int32", "uint8", "uint16", "uint32"):
        yield (
            "locate_step",
            (jnp.array([3, 100], dtype), jnp.array([[3.5, 4.0], [1.0, 120.25]]), jnp.ones(2), 0.1),
            {},
        )
    for scale in (0.01, 1000.0):
        position, beacons = (
            jnp.array([1.0, 2.0]) * scale,
            jnp.array([[1.0, 2.0], [1.0, -3.0], [4.0, 6.0]]) * scale,
        )
        yield "locate_step", (position, beacons, jnp.array([1.0, 2.0, 3.0]) * scale, 0.1), {}
        yield (
            "locate_step",
            (position + scale / 3, beacons, jnp.array([0.0, 2.0, 3.0]) * scale, 0.1),
            {},
        )
