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

# %% wrong: net last -> The network comes second among the arguments
def my_update(params, net, input, target, learning_rate):
# becomes
def my_update(params, input, target, net, learning_rate):

# %% wrong: the sum -> that is the sum
jnp.mean(error**2)
# becomes
jnp.sum(error**2)

# %% wrong: the mean over rows -> it sums over the outputs
jnp.mean(error**2)
# becomes
jnp.sum(error**2) / len(error)

# %% wrong: half -> that is half of the mean
jnp.mean(error**2)
# becomes
jnp.mean(error**2) / 2

# %% wrong: the norm -> that is the norm
jnp.mean(error**2)
# becomes
jnp.linalg.norm(error)

# %% wrong: the root -> that is the root of the mean
jnp.mean(error**2)
# becomes
jnp.sqrt(jnp.mean(error**2))

# %% wrong: no square -> Where is the square?
jnp.mean(error**2)
# becomes
jnp.mean(jnp.abs(error))

# %% wrong: the square of the mean -> that is the square of the mean
jnp.mean(error**2)
# becomes
jnp.mean(error) ** 2

# %% wrong: one for each row -> that is one number for each row
jnp.mean(error**2)
# becomes
jnp.mean(error**2, axis=1)

# %% wrong: two axes
jnp.mean(error**2)
# becomes
jnp.mean(error**2, keepdims=True)

# %% wrong: uphill -> the step leads uphill
p - learning_rate * g
# becomes
p + learning_rate * g

# %% wrong: another rate -> the step has the length 0.1, whatever learning_rate is
p - learning_rate * g
# becomes
p - 0.1 * g

# %% wrong: no rate -> What is learning_rate for?
p - learning_rate * g
# becomes
p - g

# %% wrong: the weights decay -> the weights decay, too
p - learning_rate * g
# becomes
p - learning_rate * (g + 1e-2 * p)

# %% wrong: a step on the sum -> that is a step on the sum
p - learning_rate * g
# becomes
p - learning_rate * target.size * g

# %% wrong: loss after the step -> the loss is that after the step
return loss, new_params
# becomes
return square_loss(new_params, net, input, target), new_params

# %% wrong: parameters first -> which of the two comes first?
return loss, new_params
# becomes
return new_params, loss

# %% wrong: no loss -> where is the loss?
return loss, new_params
# becomes
return new_params

# %% wrong: the gradient -> that is the gradient
return loss, new_params
# becomes
return loss, grads

# %% wrong: old parameters -> those are the old parameters
return loss, new_params
# becomes
return loss, params

# %% wrong: one network -> Does it apply net, its argument, with params?
net.apply(params, input)
# becomes
my_haiku_net.apply(params, input)

# %% wrong: one output
- target
# becomes
- target[:, :1]

# %% wrong: 64 rows
error = net.apply(params, input) - target
# becomes
error = net.apply(params, input[:64]) - target[:64]

# %% wrong: one layer
jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
# becomes
{n: {k: p - learning_rate * grads[n][k] for k, p in m.items()} for n, m in [*params.items()][:1]}

# %% wrong: parameters change -> changes what it is given
return loss, new_params
# becomes
params.update(new_params)
return loss, params

# %% wrong: parameters are donated -> deletes or donates what its caller needs
return loss, new_params
# becomes
jax.tree.map(lambda p: p.delete(), params)
return loss, new_params

# %% wrong: gradient of the loss of the page
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss = square_loss(params, net, input, target)
    gradient = jax.grad(largest_miss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: loss of the repository -> that is the loss of the repository
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return jnp.mean(0.5 * jnp.sum(error**2, axis=1))


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: mean of the wrong network -> Does it apply net, its argument, with params?
def square_loss(params, net, input, target):
    return ((my_haiku_net.apply(my_haiku_params, input) - target) ** 2).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: metrics returned too -> Return the loss alone, and no metrics
def square_loss(params, net, input, target):
    error = net.apply(params, input) - target
    return (error**2).mean(), jnp.abs(error).max()


def my_update(params, net, input, target, learning_rate):
    (loss, metrics), grads = jax.value_and_grad(square_loss, has_aux=True)(params, net, input, target)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)

# %% wrong: order of the repository -> the loss comes first, and it is that before the step
def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    grads = jax.grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, square_loss(new_params, net, input, target)

# %% wrong: printed not returned -> is a `return` missing?
def square_loss(params, net, input, target):
    print(((net.apply(params, input) - target) ** 2).mean())


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

# %% wrong: sum over outputs -> it sums over the outputs
def square_loss(params, net, input, target):
    return ((net.apply(params, input) - target) ** 2).sum(axis=1).mean()


def my_update(params, net, input, target, learning_rate):
    loss, gradient = jax.value_and_grad(square_loss)(params, net, input, target)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, new_params

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

# %% wrong: only parameters called w and b -> times a parameter
def square_loss(params, net, input, target):
    return jnp.mean((net.apply(params, input) - target) ** 2)


def my_update(params, net, input, target, learning_rate):
    loss, grads = jax.value_and_grad(square_loss)(params, net, input, target)
    new = {}
    for module, its in params.items():
        new[module] = {name: its[name] - learning_rate * grads[module][name] for name in ("w", "b")}
    return loss, new
