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

# %% wrong: the sum -> that is the sum of the squares
jnp.mean(residuals**2)
# becomes
jnp.sum(residuals**2)

# %% wrong: uphill -> it is uphill from the start
position - learning_rate
# becomes
position + learning_rate

# %% wrong: another rate -> the rate is 0.5, whatever learning_rate is
learning_rate * gradient
# becomes
0.5 * gradient

# %% wrong: metrics first -> it should return the pair (new_position, metrics)
return new_position, {"loss": loss, "residuals": residuals}
# becomes
return {"loss": loss, "residuals": residuals}, new_position

# %% wrong: no pair -> How do residuals leave the loss?
, has_aux=True)
# becomes
)

# %% wrong: the other sign -> their signs are wrong
lengths - distances
# becomes
distances - lengths

# %% wrong: of squares -> those come from squares of lengths
lengths - distances
# becomes
squares - distances**2

# %% wrong: a column -> the shape is (n,)
"residuals": residuals}
# becomes
"residuals": residuals[:, None]}

# %% wrong: residuals after the step -> those are the residuals after the step
"residuals": residuals}
# becomes
"residuals": loss_fn(new_position)[1]}

# %% wrong: loss after the step -> that is the loss after the step
"loss": loss,
# becomes
"loss": loss_fn(new_position)[0],

# %% wrong: loss with an axis -> it has an axis
"loss": loss,
# becomes
"loss": loss[None],

# %% wrong: another name -> with the loss and the residuals in metrics
"residuals": residuals}
# becomes
"residual": residuals}

# %% wrong: in the list of the page -> A tracer is stored
residuals = lengths - distances
# becomes
residuals = lengths - distances
residual_log.append(residuals)

# %% wrong: in the function -> A tracer is stored
residuals = lengths - distances
# becomes
residuals = lengths - distances
locate_step.residuals = residuals

# %% wrong: nine beacons
jnp.mean(residuals**2)
# becomes
jnp.mean(residuals[:9] ** 2)

# %% wrong: four dimensions
squares = jnp.sum((position - beacons) ** 2, axis=1)
# becomes
squares = jnp.sum((position - beacons)[:, :4] ** 2, axis=1)

# %% wrong: centimetres are nothing
squares == 0
# becomes
squares < 1e-4

# %% wrong: a small number under the root
jnp.sqrt(jnp.where(is_zero, 1.0, squares))
# becomes
jnp.sqrt(squares + 1e-6)

# %% wrong: at most a kilometre
residuals = lengths - distances
# becomes
residuals = jnp.minimum(lengths, 1000.0) - distances

# %% wrong: only those of 32 bits -> is each integer dtype converted?
position = jnp.asarray(position, dtype=float)
# becomes
position = position.astype(float) if position.dtype == int else position

# %% wrong: only those with a sign -> is each integer dtype converted?
position = jnp.asarray(position, dtype=float)
# becomes
signed = jnp.issubdtype(position.dtype, jnp.signedinteger)
position = position.astype(float) if signed else position

# %% wrong: not the long ones without -> is each integer dtype converted?
position = jnp.asarray(position, dtype=float)
# becomes
short = position.dtype in ("int8", "int16", "int32", "uint8")
position = position.astype(float) if short else position

# %% wrong: by half precision -> the position is rounded
position = jnp.asarray(position, dtype=float)
# becomes
whole = jnp.issubdtype(position.dtype, jnp.integer)
position = jnp.asarray(position, jnp.float16 if whole else float).astype(float)

# %% wrong: beacons are cut -> the beacons are cut to whole metres
position = jnp.asarray(position, dtype=float)
# becomes
beacons = beacons.astype(position.dtype)
position = jnp.asarray(position, dtype=float)

# %% wrong: breaks: The new position holds floats -> it is cut to integers
new_position = position - learning_rate * gradient
# becomes
new_position = (position - learning_rate * gradient).astype(int)

# %% wrong: a root of zero -> a square root met a zero
jnp.sqrt(jnp.where(is_zero, 1.0, squares))
# becomes
jnp.sqrt(squares)

# %% wrong: no gradient there -> a distance of 0 has become 1
jnp.where(is_zero, 0.0, jnp.sqrt(jnp.where(is_zero, 1.0, squares)))
# becomes
jnp.sqrt(jnp.where(is_zero, 1.0, squares))

# %% wrong: at one only -> a square root met a zero
is_zero = squares == 0
# becomes
is_zero = (squares == 0) & (jnp.cumsum(squares == 0) == 1)

# %% wrong: none counts -> all distances are 0, and not all should be
is_zero = squares == 0
# becomes
is_zero = jnp.any(squares == 0)

# %% wrong: not in the mean -> beacons at the position count in the mean
jnp.mean(residuals**2)
# becomes
jnp.mean(residuals**2, where=~is_zero)

# %% wrong: those in line
is_zero = squares == 0
# becomes
is_zero = jnp.any(position == beacons, axis=1)

# %% wrong: allow int -> grad needs floats
def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True, allow_int=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: beacons of the page
def locate_step(position, b, d, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: donates the position -> deletes or donates what its caller needs
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

# %% wrong: drops the beacon -> Each beacon has one residual
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        keep = s > 0
        r = jnp.sqrt(s[keep]) - distances[keep]
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: linalg norm -> a square root met a zero
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: nan_to_num of the gradient -> but beacons elsewhere still pull
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype(float)
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * jnp.nan_to_num(g), {"loss": loss, "residuals": r}

# %% wrong: position moved a little
def locate_step(position, beacons, distances, learning_rate):
    position = position + 1e-4
    def loss_fn(p):
        r = jnp.linalg.norm(p - beacons, axis=1) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}

# %% wrong: unrepaired -> A tracer is stored
locate_step = broken_step
