# %% right: a changed copy
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = {module: dict(leaves) for module, leaves in params.items()}
    for module in new_params:
        for name in new_params[module]:
            new_params[module][name] -= learning_rate * gradient[module][name]
    return loss, new_params

# %% right: axis by axis and a walk by hand
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.mean(jnp.mean(jnp.abs(error) ** 2, axis=1), axis=0)


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = {}
    for module, leaves in params.items():
        new_params[module] = {}
        for name, leaf in leaves.items():
            new_params[module][name] = leaf - learning_rate * gradient[module][name]
    return loss, new_params

# %% right: checks the shapes
def square_loss(params, net, input, target):
    output = net.apply(params, input)
    if output.shape != target.shape:
        raise ValueError(f"output {output.shape}, target {target.shape}")
    return jnp.mean((output - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: chex
import chex


def square_loss(params, net, input, target):
    output = net.apply(params, input)
    chex.assert_equal_shape([output, target])
    chex.assert_rank(output, 2)
    return jnp.mean((output - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: compiled
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


@jax.jit(static_argnames="net")
def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: dot product over size
def square_loss(params, net, input, target):
    error = (target - net.apply(params, input)).ravel()
    return jnp.vdot(error, error) / error.size


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    updates = jax.tree.map(lambda g: -learning_rate * g, gradient)
    return loss, jax.tree.map(jnp.add, params, updates)

# %% right: gradient and loss apart
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss = square_loss(params, net, input, target)
    gradient = jax.grad(square_loss, argnums=0)(params, net, input, target)
    return (loss, jax.tree.map(lambda p, g: p - g * learning_rate, params, gradient))

# %% right: jnp.square
def square_loss(params, net, input, target):
    return jnp.mean(jnp.square(net.apply(params, input) - target))


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% right: nested function
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    def loss_of(p):
        return square_loss(p, net, input, target)

    def step(p, g):
        return p - learning_rate * g

    loss, gradient = jax.value_and_grad(loss_of)(params)
    return [loss, jax.tree.map(step, params, gradient)]

# %% right: partial and static_argnums
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


import functools


@functools.partial(jax.jit, static_argnums=1)
def my_update(params, net, input, target, learning_rate):
    value, slopes = jax.value_and_grad(square_loss, argnums=0)(params, net, input, target)
    return value, jax.tree_util.tree_map(lambda p, g: jnp.subtract(p, learning_rate * g), params, slopes)

# %% right: ravelled
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


from jax.flatten_util import ravel_pytree


def my_update(params, net, input, target, learning_rate):
    flat, back = ravel_pytree(params)
    loss, slope = jax.value_and_grad(lambda v: square_loss(back(v), net, input, target))(flat)
    return loss, back(flat - learning_rate * slope)

# %% right: research form inside
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    def loss_fn(params, batch):
        error = net.apply(params, batch[0]) - batch[1]
        return jnp.mean(error**2), {"largest": jnp.abs(error).max()}

    (loss, _), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, (input, target))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: row by row
def square_loss(params, net, input, target):
    total = 0.0
    for row, wanted in zip(input, target, strict=True):
        total = total + ((net.apply(params, row[None])[0] - wanted) ** 2).sum()
    return total / target.size


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    leaves, structure = jax.tree.flatten(params)
    slopes = jax.tree.leaves(gradient)
    return loss, structure.unflatten([p - learning_rate * g for p, g in zip(leaves, slopes, strict=True)])

# %% right: the repository changed
def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate=0.1):
    def loss_fn(params):
        return square_loss(params, net, input, target)

    grads = jax.grad(loss_fn)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return loss_fn(params), new_params

# %% right: variance and mean
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.var(error) + jnp.mean(error) ** 2


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: vjp
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.einsum("ij,ij->", error, error) / error.size


def my_update(params, net, input, target, learning_rate):
    loss, pull = jax.vjp(lambda p: square_loss(p, net, input, target), params)
    (grads,) = pull(jnp.ones_like(loss))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: vmap and a python float
def square_loss(params, net, input, target):
    def one(example, wanted):
        return jnp.mean((net.apply(params, example) - wanted) ** 2)

    return jax.vmap(one)(input, target).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return float(loss), jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: absolute value
def square_loss(params, net, input, target):
    return jnp.abs(net.apply(params, input) - target).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: arguments forgotten
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: ascent
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p + learning_rate * g, params, gradient)

# %% wrong: changed in place
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    for module in params:
        for name in params[module]:
            params[module][name] -= learning_rate * gradient[module][name]
    return loss, params

# %% wrong: changed in place and copied
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    for module in params:
        for name in params[module]:
            params[module][name] -= learning_rate * gradient[module][name]
    return loss, {module: dict(leaves) for module, leaves in params.items()}

# %% wrong: clipped slopes
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * jnp.clip(g, -1, 1), params, grads)

# %% wrong: decay of the repository
def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    decay = 1 - 1e-2 * learning_rate
    return loss, jax.tree.map(lambda p, g: decay * p - learning_rate * g, params, grads)

# %% wrong: difference only
def square_loss(params, net, input, target):
    return (target - net.apply(params, input)).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: divided by the rows only
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).sum() / len(input)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: donated
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    @jax.jit(donate_argnums=0)
    def step(params):
        loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
        return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

    return step(params)

# %% wrong: eighteen entries
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).sum() / 18


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: fixed learning rate
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient)

# %% wrong: float of the loss
def square_loss(params, net, input, target):
    return float(((net.apply(params, input) - target) ** 2).mean())


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: global network
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, my_haiku_net, inputs, targets)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: gradient of the loss of the page
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss = square_loss(params, net, input, target)
    gradient = jax.grad(largest_miss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: gradient of the sum
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    def total(params):
        return ((net.apply(params, input) - target) ** 2).sum()

    loss = square_loss(params, net, input, target)
    gradient = jax.grad(total)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: gradient of the target
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss, argnums=3)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: half
def square_loss(params, net, input, target):
    return 0.5 * ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: huber
def square_loss(params, net, input, target):
    e = jnp.abs(net.apply(params, input) - target)
    return jnp.where(e < 5, e**2, 10 * e - 25).mean()


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: jit without static
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


@jax.jit
def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: leaves in a list
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, [p - learning_rate * g for p, g in zip(jax.tree.leaves(params), jax.tree.leaves(grads))]

# %% wrong: loss after the step
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    gradient = jax.grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return square_loss(new_params, net, input, target), new_params

# %% wrong: loss of shape 1
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean(keepdims=True)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: loss of the repository
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.mean(0.5 * jnp.sum(error**2, axis=1))


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: mean of the wrong network
def square_loss(params, net, input, target):
    return ((my_haiku_net.apply(my_haiku_params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: metrics returned too
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return (error**2).mean(), jnp.abs(error).max()


def my_update(params, net, input, target, learning_rate):
    (loss, metrics), grads = jax.value_and_grad(square_loss, has_aux=True)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: momentum
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


_velocity = {}


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    leaves, structure = jax.tree.flatten(grads)
    leaves = [0.9 * _velocity.get(g.shape, 0) + g for g in leaves]
    _velocity.update({g.shape: g for g in leaves})
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, structure.unflatten(leaves))

# %% wrong: no learning rate
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - g, params, gradient)

# %% wrong: norm
def square_loss(params, net, input, target):
    return jnp.linalg.norm(net.apply(params, input) - target)


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: normalised gradient
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    norm = jnp.sqrt(sum((g**2).sum() for g in jax.tree.leaves(grads)))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g / norm, params, grads)

# %% wrong: not reduced
def square_loss(params, net, input, target):
    return (net.apply(params, input) - target) ** 2


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: numpy inside
def square_loss(params, net, input, target):
    return np.mean((np.asarray(net.apply(params, input)) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: one layer only
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    linear, slope = params["linear"], gradient["linear"]
    new_params = {"linear": {name: linear[name] - learning_rate * slope[name] for name in linear}}
    return loss, new_params

# %% wrong: one number per example
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean(axis=1)


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: only the parameters
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    gradient = jax.grad(square_loss)(params, net, input, target)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: order of the repository
def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    grads = jax.grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, square_loss(new_params, net, input, target)

# %% wrong: parameters as an array
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, params - learning_rate * gradient

# %% wrong: printed not returned
def square_loss(params, net, input, target):
    print(((net.apply(params, input) - target) ** 2).mean())


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: rate of the page
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - rate * g, params, grads)

# %% wrong: returns the gradient
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, gradient

# %% wrong: root of the mean
def square_loss(params, net, input, target):
    return jnp.sqrt(((net.apply(params, input) - target) ** 2).mean())


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: square of the mean
def square_loss(params, net, input, target):
    return (net.apply(params, input) - target).mean() ** 2


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: step of the repository
def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    new_params, _ = repository_update(params, {"x": input, "y": target}, learning_rate)
    return square_loss(params, net, input, target), new_params

# %% wrong: step thrown away
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, params

# %% wrong: sum
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).sum()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: sum over outputs
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).sum(axis=1).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: swapped
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient), loss

# %% wrong: weight decay
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * (g + 0.01 * p), params, grads)

# %% wrong: weights only
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = {
        module: {"w": leaves["w"] - learning_rate * gradient[module]["w"], "b": leaves["b"]}
        for module, leaves in params.items()
    }
    return loss, new_params

# %% inputs
import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, wide, sizes, scale in (
        (1, 1, [1], 1),
        (5, 3, [2], 100),
        (2, 4, [3, 5], 1),
        (9, 2, [2, 2, 4], 0.01),
        (3, 3, [3], 1),
    ):
        net = hk.without_apply_rng(
            hk.transform(lambda x, sizes=sizes: hk.nets.MLP(sizes, activation=jnp.tanh)(x))
        )
        x, y = (jnp.float32(draw.normal(size=(rows, size))) for size in (wide, sizes[-1]))
        params = jax.tree.map(lambda p: p + 0.3, net.init(jax.random.key(rows), x))
        yield "square_loss", (params, net, x, scale * y), {}
        yield gradient, (params, net, x, scale * y), {}
        for rate in (1.0, 0.1, 1e-3):
            yield "my_update", (params, net, x, scale * y, rate), {}
    data = page.my_haiku_net, jnp.ones((3, 12)), jnp.ones((3, 6))
    yield "my_update", (page.my_haiku_params, *data, 0.1), {}


def gradient(page, params, net, x, y):
    return jax.value_and_grad(page.square_loss)(params, net, x, y)
