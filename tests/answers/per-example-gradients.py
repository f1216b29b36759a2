# %% right: formula
def per_example_gradients(params, x, y):
    r = x @ params["w"] + params["b"] - y
    return {"w": 2 * r[:, None] * x, "b": 2 * r}


def clipped_mean_gradient(params, x, y, limit):
    def add(total, gradient):
        norm = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(gradient)))
        shrink = jnp.minimum(1.0, limit / (norm + 1e-30))
        return jax.tree.map(lambda t, leaf: t + shrink * leaf / len(y), total, gradient), None

    g = jax.tree.map(jnp.asarray, dict(per_example_gradients(params, x, y)))
    return jax.lax.scan(add, jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), g), g)[0]

# %% right: jacobian
def per_example_gradients(params, x, y):
    return jax.jacobian(lambda p: jax.vmap(example_loss, in_axes=(None, 0, 0))(p, x, y))(params)


def clipped_mean_gradient(params, x, y, limit):
    def add(total, gradient):
        norm = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(gradient)))
        shrink = jnp.minimum(1.0, limit / (norm + 1e-30))
        return jax.tree.map(lambda t, leaf: t + shrink * leaf / len(y), total, gradient), None

    g = jax.tree.map(jnp.asarray, dict(per_example_gradients(params, x, y)))
    return jax.lax.scan(add, jax.tree.map(lambda leaf: jnp.zeros_like(leaf[0]), g), g)[0]

# %% right: python loop
def per_example_gradients(params, x, y):
    gradients = [jax.grad(example_loss)(params, xi, yi) for xi, yi in zip(x, y, strict=True)]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *gradients)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% right: scan
def per_example_gradients(params, x, y):
    def step(carry, pair):
        return carry, jax.grad(example_loss)(params, *pair)

    return jax.lax.scan(step, None, (x, y))[1]


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    each = [{"w": w, "b": b} for w, b in zip(g["w"], g["b"])]
    for one in each:
        norm = float(np.sqrt(np.sum(np.square(one["w"])) + one["b"] ** 2))
        if norm > limit:
            one["w"], one["b"] = one["w"] * limit / norm, one["b"] * limit / norm
    return jax.tree.map(lambda *leaves: sum(leaves) / len(leaves), *each)

# %% right: specification called
def per_example_gradients(params, x, y):
    w, b, x, y = (np.asarray(a, np.float64) for a in (params["w"], params["b"], x, y))
    return nudge_every_parameter(w, b, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return slow_clipped_mean(per_example_gradients(params, x, y), limit)

# %% breaks: So the gradient of each example is *clipped* | scaled up, too
jnp.maximum(jnp.sqrt(squares), limit)
# becomes
jnp.maximum(jnp.sqrt(squares), 1e-30)

# %% breaks: So the gradient of each example is *clipped* | left out
limit / jnp.maximum(jnp.sqrt(squares), limit)
# becomes
jnp.sqrt(squares) <= limit

# %% breaks: So the gradient of each example is *clipped* | another direction
shrink * leaf
# becomes
jnp.clip(leaf, -limit, limit)

# %% breaks: So the gradient of each example is *clipped* | nothing is
shrink * leaf
# becomes
leaf

# %% breaks: So the gradient of each example is *clipped* | a little below the limit
jnp.maximum(jnp.sqrt(squares), limit)
# becomes
(jnp.sqrt(squares) + limit)

# %% breaks: Then comes the mean | the sum
jnp.mean(leaf, axis=0)
# becomes
jnp.sum(leaf, axis=0)

# %% breaks: Then comes the mean | no mean
jnp.mean(leaf, axis=0)
# becomes
leaf

# %% breaks: Then comes the mean | first the mean
gradients = jax.vmap(clipped)(per_example_gradients(params, x, y))
return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), gradients)
# becomes
return clipped(jax.grad(mean_loss)(params, x, y))

# %% breaks: The norm is that of the whole gradient | no root
jnp.maximum(jnp.sqrt(squares), limit)
# becomes
jnp.maximum(squares, limit)

# %% breaks: The norm is that of the whole gradient | without b
sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient))
# becomes
jnp.sum(gradient["w"] ** 2)

# %% breaks: The norm is that of the whole gradient | w and b apart
shrink * leaf
# becomes
leaf * limit / jnp.maximum(jnp.sqrt(jnp.sum(leaf**2)), limit)

# %% breaks: The norm is that of the whole gradient | of the whole batch
jax.vmap(clipped)(
# becomes
clipped(

# %% breaks: Define two functions, for any $B \geq 1$ | 256 examples
(None, 0, 0))(params, x, y)
# becomes
(None, 0, 0))(params, x[:256], y[:256])

# %% breaks: Define two functions, for any $B \geq 1$ | eight inputs
(None, 0, 0))(params, x, y)
# becomes
(None, 0, 0))({**params, "w": params["w"].at[8:].set(0)}, x, y)

# %% breaks: Define two functions, for any $B \geq 1$ | two examples or more
return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
# becomes
gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
return jax.tree.map(jnp.squeeze, gradients)

# %% breaks: Neither changes `params` | the first does
return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
# becomes
params.update(jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y))
return params

# %% breaks: Neither changes `params` | the second does
gradients = jax.vmap(clipped)(per_example_gradients(params, x, y))
# becomes
gradients = jax.vmap(clipped)(per_example_gradients(params, x, y))
params.update(gradients)

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | by x
jax.grad(example_loss)
# becomes
jax.grad(example_loss, argnums=1)

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | of the mean
return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
# becomes
return jax.grad(mean_loss)(params, x, y)

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | of the sum
return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
# becomes
return jax.grad(lambda p: len(x) * mean_loss(p, x, y))(params)

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | downhill
jax.grad(example_loss)
# becomes
jax.grad(lambda *args: -example_loss(*args))

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | half
jax.grad(example_loss)
# becomes
jax.grad(lambda *args: example_loss(*args) / 2)

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | of the next
(None, 0, 0))(params, x, y)
# becomes
(None, 0, 0))(params, *(jnp.concatenate([a[1:], a[-1:]]) for a in (x, y)))

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | not called
(None, 0, 0))(params, x, y)
# becomes
(None, 0, 0))

# %% breaks: `per_example_gradients(params, x, y)`: the gradient | of several losses
jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))
# becomes
jax.grad(jax.vmap(example_loss, in_axes=(None, 0, 0)))

# %% breaks: `x` has shape `(B, D)` and `y` has shape `(B,)` | columns of x
in_axes=(None, 0, 0)
# becomes
in_axes=(None, 1, 0)

# %% breaks: `x` has shape `(B, D)` and `y` has shape `(B,)` | y is shared
in_axes=(None, 0, 0)
# becomes
in_axes=(None, 0, None)

# %% breaks: `x` has shape `(B, D)` and `y` has shape `(B,)` | params have the axis, too
in_axes=(None, 0, 0)
# becomes
in_axes=0

# %% breaks: `x` has shape `(B, D)` and `y` has shape `(B,)` | no axis for params
in_axes=(None, 0, 0)
# becomes
in_axes=(0, 0)

# %% breaks: The result is a dictionary like `params` | the axis is last
in_axes=(None, 0, 0)
# becomes
in_axes=(None, 0, 0), out_axes=-1

# %% breaks: The result is a dictionary like `params` | b is a column
return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
# becomes
gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
return {**gradients, "b": gradients["b"][:, None]}

# %% breaks: `clipped_mean_gradient(params, x, y, limit)` | a limit of one
limit / jnp.maximum(jnp.sqrt(squares), limit)
# becomes
1 / jnp.maximum(jnp.sqrt(squares), 1)

# %% breaks: `clipped_mean_gradient(params, x, y, limit)` | an axis stays
jnp.mean(leaf, axis=0)
# becomes
jnp.mean(leaf, axis=0, keepdims=True)

# %% breaks: `clipped_mean_gradient(params, x, y, limit)` | one mean
jnp.mean(leaf, axis=0)
# becomes
jnp.mean(leaf)

# %% breaks: An example may fit exactly | nan
shrink = limit / jnp.maximum(jnp.sqrt(squares), limit)
# becomes
norm = jnp.sqrt(squares)
shrink = jnp.minimum(norm, limit) / norm

# %% breaks: An example may fit exactly | it does not count
jnp.mean(leaf, axis=0)
# becomes
jnp.sum(leaf, axis=0) / jnp.maximum(jnp.sum(gradients["b"] != 0), 1)

# %% asks nothing
# In differentially private training
# Here is a specification in NumPy
# It nudges every parameter
# (For a square

# %% wrong: bias forgotten
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return {"w": gradients["w"], "b": jnp.zeros(len(x))}


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: first example only
def per_example_gradients(params, x, y):
    return jax.grad(example_loss)(params, x[0], y[0])


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: float of a tracer
def per_example_gradients(params, x, y):
    def loss(params, x, y):
        return float(jnp.sum(x * params["w"]) + params["b"] - y) ** 2

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: list of gradients
def per_example_gradients(params, x, y):
    return [jax.grad(example_loss)(params, xi, yi) for xi, yi in zip(x, y)]


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: loss rewritten without a square
def example_loss(params, x, y):
    return jnp.abs(x @ params["w"] + params["b"] - y)


def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: losses clipped
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    return jax.grad(lambda p: jnp.mean(jnp.minimum(jax.vmap(example_loss, (None, 0, 0))(p, x, y), limit)))(params)

# %% wrong: mean gradient repeated
def per_example_gradients(params, x, y):
    gradient = jax.grad(mean_loss)(params, x, y)
    return jax.tree.map(lambda g: jnp.stack([g] * len(x)), gradient)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: norms instead of gradients
def per_example_gradients(params, x, y):
    gradients = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda g: jnp.linalg.norm(g.reshape(len(x), -1), axis=1), gradients)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: not a function
per_example_gradients = {"w": jnp.zeros((128, 3)), "b": jnp.zeros(128)}

# %% wrong: numpy inside
def per_example_gradients(params, x, y):
    def loss(params, x, y):
        return np.square(np.dot(x, params["w"]) + params["b"] - y)

    return jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: parameters deleted
def per_example_gradients(params, x, y):
    gradient = jax.vmap(jax.grad(example_loss), in_axes=(None, 0, 0))
    slopes = jax.jit(gradient)(params, x, y)
    params["w"].delete()
    return slopes


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: tree_map instead of vmap
def per_example_gradients(params, x, y):
    return jax.tree.map(lambda p: jax.grad(example_loss)(p, x, y), params)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: value and gradient
def per_example_gradients(params, x, y):
    return jax.vmap(jax.value_and_grad(example_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}

# %% wrong: vmap of mean loss
def per_example_gradients(params, x, y):
    return jax.vmap(jax.grad(mean_loss), in_axes=(None, 0, 0))(params, x, y)


def clipped_mean_gradient(params, x, y, limit):
    g = per_example_gradients(params, x, y)
    norms = jnp.sqrt(jnp.sum(g["w"] ** 2, axis=1) + g["b"] ** 2)
    shrink = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1.0), 1.0)
    return {"w": shrink @ g["w"] / len(y), "b": jnp.mean(shrink * g["b"])}
