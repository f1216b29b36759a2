# %% right: jacobian
def clipped_mean_gradient(loss, params, x, y, limit):
    def losses(params):
        return jax.vmap(loss, (None, 0, 0))(params, x, y)

    gradients = jax.jacobian(losses)(params)
    squares = [jnp.sum(g.reshape(len(x), -1) ** 2, axis=1) for g in jax.tree.leaves(gradients)]
    norms = jnp.sqrt(sum(squares))
    weights = jnp.where(norms > limit, limit / jnp.where(norms > 0, norms, 1), 1.0) / len(x)
    return jax.tree.map(lambda g: jnp.tensordot(weights, g, 1), gradients)

# %% right: scan
from jax.flatten_util import ravel_pytree


def clipped_mean_gradient(loss, params, x, y, limit):
    flat, tree_of = ravel_pytree(params)

    def add(total, example):
        gradient = ravel_pytree(jax.grad(loss)(params, *example))[0]
        size = jnp.linalg.norm(gradient)
        return total + gradient * jnp.minimum(1, limit / jnp.where(size, size, limit)), None

    total, _ = jax.lax.scan(add, jnp.zeros_like(flat), (x, y))
    return tree_of(total / len(x))

# %% right: two maps
def clipped_mean_gradient(loss, params, x, y, limit):
    gradients = jax.jit(jax.vmap(jax.grad(loss), in_axes=(None, 0, 0)))(params, x, y)

    @jax.vmap
    def norm(gradient):
        return jnp.linalg.norm(jnp.concatenate(jax.tree.leaves(jax.tree.map(jnp.ravel, gradient))))

    shrink = 1 / jnp.maximum(1, norm(gradients) / limit)
    return jax.tree.map(lambda leaf: jnp.einsum("i...,i->...", leaf, shrink) / len(y), gradients)

# %% wrong: PyTorch's 1e-6 below the fraction -> Has each gradient its own factor
def clipped_mean_gradient(loss, params, x, y, limit):
    def clipped(x, y):
        gradient = jax.grad(loss)(params, x, y)
        total = jnp.sqrt(sum(jnp.sum(g**2) for g in jax.tree.leaves(gradient)))
        factor = jnp.minimum(1.0, limit / (total + 1e-6))
        return jax.tree.map(lambda g: g * factor, gradient)

    return jax.tree.map(lambda g: g.mean(axis=0), jax.vmap(clipped)(x, y))

# %% wrong: factors get two further axes at most -> Has each gradient its own factor
def clipped_mean_gradient(loss, params, x, y, limit):
    each = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)
    squares = sum(
        jnp.sum(g.reshape(len(x), -1) ** 2, axis=1) for g in jax.tree.leaves(each)
    )
    size = jnp.sqrt(squares)  # (B,)
    factor = jnp.where(size > limit, limit / jnp.where(size == 0, 1, size), 1.0)
    shaped = {1: factor, 2: factor[:, None]}
    rows = factor[:, None, None]
    return jax.tree.map(lambda g: (shaped.get(g.ndim, rows) * g).mean(axis=0), each)

# %% wrong: norms below a millionth count as a millionth -> Has each gradient its own factor
def clipped_mean_gradient(loss, params, x, y, limit):
    def one(x, y):
        g = jax.grad(loss)(params, x, y)
        size = jnp.sqrt(sum(jnp.vdot(leaf, leaf) for leaf in jax.tree.leaves(g)))
        factor = jnp.minimum(1.0, limit / jnp.maximum(size, 1e-6))
        return jax.tree.map(lambda leaf: factor * leaf, g)

    return jax.tree.map(lambda g: g.mean(axis=0), jax.vmap(one)(x, y))

# %% wrong: scaled up, too -> gradients below the limit are scaled up
jnp.maximum(jnp.sqrt(squares), limit)
# becomes
jnp.maximum(jnp.sqrt(squares), 1e-30)

# %% wrong: left out -> some examples add nothing
limit / jnp.maximum(jnp.sqrt(squares), limit)
# becomes
jnp.where(jnp.sqrt(squares) > limit, 0.0, 1.0)

# %% wrong: another direction -> single entries are clipped
return jax.tree.map(lambda leaf: shrink * leaf, gradient)
# becomes
return jax.tree.map(lambda leaf: jnp.clip(leaf, -limit, limit), gradient)

# %% wrong: nothing is -> nothing is clipped
return jax.tree.map(lambda leaf: shrink * leaf, gradient)
# becomes
return gradient

# %% wrong: a little below the limit
limit / jnp.maximum(jnp.sqrt(squares), limit)
# becomes
limit / (jnp.maximum(jnp.sqrt(squares), limit) + 0.01)

# %% wrong: the sum -> that is the sum
jnp.mean(leaf, axis=0)
# becomes
jnp.sum(leaf, axis=0)

# %% wrong: no mean -> the mean over the examples is missing
return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), gradients)
# becomes
return gradients

# %% wrong: first the mean -> the mean is clipped
gradients = jax.vmap(clipped)(x, y)
return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), gradients)
# becomes
def loss(params, x, y, one=loss):
    return jnp.mean(jax.vmap(one, (None, 0, 0))(params, x, y))

return clipped(x, y)

# %% wrong: no root -> the norm lacks its square root
jnp.sqrt(squares)
# becomes
squares

# %% wrong: the first array only -> the norm of the first array alone
for leaf in jax.tree.leaves(gradient)
# becomes
for leaf in jax.tree.leaves(gradient)[:1]

# %% wrong: each array apart -> each array is clipped by its own norm
return jax.tree.map(lambda leaf: shrink * leaf, gradient)
# becomes
return jax.tree.map(
    lambda leaf: leaf * limit / jnp.maximum(jnp.linalg.norm(leaf), limit), gradient
)

# %% wrong: a limit of one
squares = sum(
# becomes
limit = 1.0
squares = sum(

# %% wrong: downhill -> that is the other sign
limit / jnp.maximum(jnp.sqrt(squares), limit)
# becomes
-limit / jnp.maximum(jnp.sqrt(squares), limit)

# %% wrong: by x -> Is it a gradient by params
gradient = jax.grad(loss)(params, x, y)
# becomes
gradient = jax.grad(loss, argnums=1)(params, x, y)

# %% wrong: by name
gradient = jax.grad(loss)(params, x, y)
# becomes
gradient = jax.grad(loss)(globals()["params"], x, y)

# %% wrong: the loss of the page -> and loss is the argument
gradient = jax.grad(loss)(params, x, y)
# becomes
gradient = jax.grad(example_loss)(params, x, y)

# %% wrong: of all -> grad gets several losses
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.vmap(clipped)(x[None], y[None])

# %% wrong: dictionaries -> params may be a tuple, too
squares = sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient))
# becomes
squares = sum(jnp.sum(leaf**2) for leaf in gradient.values())

# %% wrong: w and b -> What names w and b?
squares = sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient))
# becomes
squares = jnp.sum(gradient["w"] ** 2) + gradient["b"] ** 2

# %% wrong: a list comes back -> a tree of the same form
return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), gradients)
# becomes
return [jnp.mean(leaf, axis=0) for leaf in jax.tree.leaves(gradients)]

# %% wrong: 256 examples
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.vmap(clipped)(x[:256], y[:256])

# %% wrong: two examples or more -> and a batch one example
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.tree.map(jnp.squeeze, jax.vmap(clipped)(x, y))

# %% wrong: y is shared -> does it map x and y?
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.vmap(clipped, (0, None))(x, y)

# %% wrong: the last axis -> Which axis of x is the batch
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.vmap(clipped, (-1, 0))(x, y)

# %% wrong: a row each -> Has an example lost an axis?
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.vmap(clipped)(x.reshape(len(x), -1), y)

# %% wrong: one number
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.vmap(clipped)(x, y.reshape(len(x), -1)[:, 0])

# %% wrong: nan -> a zero gradient became nan
jnp.maximum(jnp.sqrt(squares), limit)
# becomes
jnp.sqrt(squares)
shrink = jnp.minimum(1.0, shrink) * squares / squares

# %% wrong: it does not count
return jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), gradients)
# becomes
counts = sum(jnp.sum(g.reshape(len(x), -1) ** 2, axis=1) for g in jax.tree.leaves(gradients)) > 0
return jax.tree.map(lambda leaf: jnp.sum(leaf, axis=0) / jnp.sum(counts), gradients)

# %% wrong: a loop -> What runs once for a batch?
gradients = jax.vmap(clipped)(x, y)
# becomes
gradients = jax.tree.map(lambda *leaves: jnp.stack(leaves), *map(clipped, x, y))

# %% wrong: float of a tracer -> float(), `if` and min() need a value
def clipped_mean_gradient(loss, params, x, y, limit):
    def clipped(x, y):
        gradient = jax.grad(loss)(params, x, y)
        size = sum(float(jnp.sum(leaf**2)) for leaf in jax.tree.leaves(gradient)) ** 0.5
        return jax.tree.map(lambda leaf: min(1, limit / size) * leaf, gradient)

    gradients = jax.vmap(clipped)(x, y)
    return jax.tree.map(lambda leaf: leaf.mean(axis=0), gradients)

# %% wrong: losses clipped -> and no loss cut off
def clipped_mean_gradient(loss, params, x, y, limit):
    def clipped(params):
        return jnp.mean(jnp.minimum(jax.vmap(loss, (None, 0, 0))(params, x, y), limit))

    return jax.grad(clipped)(params)

# %% wrong: gradient of several losses -> Is vmap outside grad
def clipped_mean_gradient(loss, params, x, y, limit):
    gradients = jax.grad(jax.vmap(loss, in_axes=(None, 0, 0)))(params, x, y)
    return jax.tree.map(lambda leaf: jnp.clip(leaf, -limit, limit).mean(axis=0), gradients)

# %% wrong: the norm of the whole batch -> all examples share a factor
def clipped_mean_gradient(loss, params, x, y, limit):
    gradients = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, x, y)
    norm = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradients)))
    return jax.tree.map(lambda leaf: leaf.mean(axis=0) * jnp.minimum(1, limit / norm), gradients)
