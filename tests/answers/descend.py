# %% right: already compiled
@jax.jit
def sgd_step(params, x, y, learning_rate):
    loss, pull_back = jax.vjp(lambda p: mean_squared_error(p, x, y), params)
    (gradient,) = pull_back(jnp.ones_like(loss))
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% right: descent is momentum without memory
def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, pull_back = jax.vjp(lambda tree: mean_squared_error(tree, x, y), params)
    shrunk = jax.tree.map(lambda v: decay * v, velocity)
    velocity = jax.tree.map(jnp.add, shrunk, pull_back(jnp.ones(()))[0])
    return [loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity]


def sgd_step(params, x, y, learning_rate):
    return momentum_step(params, jax.tree.map(jnp.zeros_like, params), x, y, learning_rate, 0.0)[:2]

# %% right: recursion over containers
def map_leaves(f, *trees):
    if isinstance(trees[0], dict):
        return {name: map_leaves(f, *(tree[name] for tree in trees)) for name in trees[0]}
    if isinstance(trees[0], (list, tuple)):
        return type(trees[0])(map_leaves(f, *parts) for parts in zip(*trees, strict=True))
    return f(*trees)


def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, map_leaves(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = map_leaves(lambda v, g: decay * v + g, velocity, gradient)
    return loss, map_leaves(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: ascent
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, g: p + learning_rate * g, params, gradient)
    return loss, new_params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: averaged over rows only
def sgd_step(params, x, y, learning_rate):
    error = predict(params, x) - y
    gradient = {"w": 2 * x.T @ error / len(x), "b": 2 * error.mean(axis=0)}
    return jnp.mean(error**2), jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: changed in place
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    for name in params:
        params[name] = params[name] - learning_rate * gradient[name]
    return loss, params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: data of the page
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, loads, lengths)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: dictionaries subtracted
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, params - learning_rate * gradient


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: fixed learning rate
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, gradient)
    return loss, params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: float of the loss
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return float(loss), jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: formula by hand
def sgd_step(params, x, y, learning_rate):
    e = x @ params["w"] + params["b"] - y
    n = e.size
    w = params["w"] - learning_rate * 2 / n * (x.T @ e)
    b = params["b"] - learning_rate * 2 / n * jnp.ones(len(x)) @ e
    return jnp.sum(jnp.square(e)) / n, dict(w=w, b=b)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: gradient of a number
def sgd_step(params, x, y, learning_rate):
    loss = mean_squared_error(params, x, y)
    grads = jax.grad(loss)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: gradient of the page
def sgd_step(params, x, y, learning_rate):
    loss = mean_squared_error(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: gradient of the sum
def sgd_step(params, x, y, learning_rate):
    loss = mean_squared_error(params, x, y)
    error = predict(params, x) - y
    gradient = {"w": 2 * x.T @ error, "b": 2 * error.sum(axis=0)}
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: gradient with respect to x
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error, argnums=1)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: half gradient
def sgd_step(params, x, y, learning_rate):
    error = predict(params, x) - y
    gradient = {"w": x.T @ error / error.size, "b": error.sum(axis=0) / error.size}
    return jnp.mean(error**2), jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: learning rate applied twice
def sgd_step(params, x, y, learning_rate):
    loss, grads = jax.value_and_grad(mean_squared_error)(params, x, y)
    steps = jax.tree.map(lambda g: learning_rate * g, grads)
    return loss, jax.tree.map(lambda p, s: p - learning_rate * s, params, steps)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: leaves of one level only
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, {name: params[name] - learning_rate * gradient[name] for name in params}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: leaves in the order of insertion
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    def add(v, g):
        return jax.tree.map(lambda v, g: decay * v + g, v, g)

    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    pairs = zip(params, velocity.values(), gradient.values())
    velocity = {name: add(v, g) for name, v, g in pairs}
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: list of arrays
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, [params[name] - learning_rate * gradient[name] for name in params]


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: loop over the names
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, [p - learning_rate * g for p, g in zip(params, gradient)]


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: loss after the step
def sgd_step(params, x, y, learning_rate):
    gradient = jax.grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return mean_squared_error(new_params, x, y), new_params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum along the gradient
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient), velocity

# %% wrong: momentum along the old velocity
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)
    return loss, new_params, jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)

# %% wrong: momentum as a mean
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + (1 - decay) * g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum decays the gradient
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: v + decay * g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum decays the sum
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * (v + g), velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum forgotten
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)

# %% wrong: momentum forgotten velocity
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)

# %% wrong: momentum gradient ahead
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    ahead = jax.tree.map(lambda p, v: p - learning_rate * decay * v, params, velocity)
    loss, gradient = jax.value_and_grad(mean_squared_error)(ahead, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum in place
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    for name in velocity:
        velocity[name] = jax.tree.map(lambda v, g: decay * v + g, velocity[name], gradient[name])
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum of nesterov
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    step = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, s: p - learning_rate * s, params, step), velocity

# %% wrong: momentum rate in the velocity
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v - learning_rate * g, velocity, gradient)
    return loss, jax.tree.map(jnp.add, params, velocity), velocity

# %% wrong: momentum returns the old velocity
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, new), velocity

# %% wrong: momentum velocity second
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, velocity, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)

# %% wrong: no learning rate
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: only w returned
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, {"w": params["w"] - learning_rate * gradient["w"]}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: only w updated
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, {"w": params["w"] - learning_rate * gradient["w"], "b": params["b"]}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: ordered dict
from collections import OrderedDict
def sgd_step(params, x, y, learning_rate):
    loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, OrderedDict(w=params["w"] - learning_rate * g["w"], b=params["b"] - learning_rate * g["b"])


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: parameters donated
import functools
@functools.partial(jax.jit, donate_argnums=0)
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: python if on the rate
def sgd_step(params, x, y, learning_rate):
    if learning_rate <= 0:
        raise ValueError("rate")
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: returns the gradient
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, gradient


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: sign of the gradient
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * jnp.sign(g), params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: squared error not reduced
def sgd_step(params, x, y, learning_rate):
    gradient = jax.grad(mean_squared_error)(params, x, y)
    loss = (predict(params, x) - y) ** 2
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: step thrown away
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return loss, params


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: sum instead of mean
def sgd_step(params, x, y, learning_rate):
    def loss_of(params):
        return jnp.sum((predict(params, x) - y) ** 2)

    loss, gradient = jax.value_and_grad(loss_of)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: swapped
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
    return new_params, loss


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: trees swapped in tree_map
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, gradient, params)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: w first then b
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    half_way = {"w": params["w"] - learning_rate * gradient["w"], "b": params["b"]}
    gradient = jax.grad(mean_squared_error)(half_way, x, y)
    return loss, {"w": half_way["w"], "b": params["b"] - learning_rate * gradient["b"]}


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: weight decay
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * (g + 1e-4 * p), params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% inputs
import jax
import jax.numpy as jnp


def cases(draw, page):
    sizes = (1, 1, 1, 1), (1, 3, 2, 1), (5, 2, 2, 1), (4, 1, 3, 20), (3, 4, 1, 0.01)
    for B, inputs, outputs, scale in sizes:
        params, velocity, *data = some(draw, B, inputs, outputs, scale)
        rate, decay = float(draw.choice([0.001, 0.03, 0.7])), float(draw.choice([0.0, 0.5, 0.99]))
        yield "sgd_step", (params, *data, rate), {}
        yield "momentum_step", (params, velocity, *data, rate, decay), {}
    params, velocity, *data = some(draw, 4, 3, 2, 1)
    yield compiled_sgd, (params, *data, 0.3), {}
    yield "sgd_step", (params, *data, 0.3), {}
    yield compiled_momentum, (params, velocity, *data, 0.3, 0.6), {}
    yield "momentum_step", (params, velocity, *data, 0.3, 0.6), {}


def some(draw, B, inputs, outputs, scale):
    """Parameters, a velocity and data; every second time the tree holds more than `w` and `b`."""

    def normal(*shape):
        return jnp.array(scale * draw.normal(size=shape), float)

    def tree():
        more = {"more": [normal(2), {"deep": (normal(), normal(1, 3))}]} if B % 2 else {}
        return {"w": normal(inputs, outputs), "b": normal(outputs), **more}

    return tree(), tree(), normal(B, inputs), normal(B, outputs)


def compiled_sgd(page, *arguments):
    return jax.jit(page.sgd_step)(*arguments)


def compiled_momentum(page, *arguments):
    return jax.jit(page.momentum_step)(*arguments)
