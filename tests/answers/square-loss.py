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

# %% right: compiled
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


@jax.jit(static_argnames="net")
def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% right: gradient and loss apart
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss = square_loss(params, net, input, target)
    gradient = jax.grad(square_loss, argnums=0)(params, net, input, target)
    return (loss, jax.tree.map(lambda p, g: p - g * learning_rate, params, gradient))

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

# %% right: vjp
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.einsum("ij,ij->", error, error) / error.size


def my_update(params, net, input, target, learning_rate):
    loss, pull = jax.vjp(lambda p: square_loss(p, net, input, target), params)
    (grads,) = pull(jnp.ones_like(loss))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: absolute value
def square_loss(params, net, input, target):
    return jnp.abs(net.apply(params, input) - target).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

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

# %% wrong: jit without static
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


@jax.jit
def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: loss after the step
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    gradient = jax.grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return square_loss(new_params, net, input, target), new_params

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
