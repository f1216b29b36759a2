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

# %% wrong: leaves below the fourth level stay as they are -> Which formula gives each leaf?
def _leafwise(f, tree, other, level=0):
    if isinstance(tree, dict) and level < 4:
        return {k: _leafwise(f, tree[k], other[k], level + 1) for k in tree}
    if isinstance(tree, (list, tuple)) and level < 4:
        return type(tree)(_leafwise(f, a, b, level + 1) for a, b in zip(tree, other))
    return f(tree, other) if hasattr(tree, "dtype") else tree


def sgd_step(params, x, y, learning_rate):
    loss, grads = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, _leafwise(lambda p, g: p - learning_rate * g, params, grads)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, grads = jax.value_and_grad(mean_squared_error)(params, x, y)
    new_velocity = _leafwise(lambda v, g: decay * v + g, velocity, grads)
    new = _leafwise(lambda p, v: p - learning_rate * v, params, new_velocity)
    return loss, new, new_velocity

# %% wrong: uphill -> do the steps lead uphill?
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p + learning_rate * g

# %% wrong: another rate -> the step is 0.1 times the gradient
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - 0.1 * g

# %% wrong: no rate -> where is learning_rate?
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - g

# %% wrong: the rate twice -> learning_rate counts twice
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - learning_rate**2 * g

# %% wrong: half the gradient -> the gradient is half of what it should be
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - learning_rate * g / 2

# %% wrong: only the sign
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - learning_rate * jnp.sign(g)

# %% wrong: weight decay
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - learning_rate * (g + 1e-4 * p)

# %% wrong: the gradient of the sum -> that is the gradient of the sum
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - learning_rate * g * y.size

# %% wrong: the mean over rows only -> the mean is over the outputs, too
lambda p, g: p - learning_rate * g
# becomes
lambda p, g: p - learning_rate * g * y.shape[1]

# %% wrong: trees exchanged -> which tree is which in jax.tree.map?
lambda p, g: p - learning_rate * g, params, gradient)
# becomes
lambda p, g: p - learning_rate * g, gradient, params)

# %% wrong: dictionaries subtracted -> Python has no arithmetic for dictionaries
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
# becomes
new_params = params - learning_rate * gradient

# %% wrong: gradient of a number -> jax.grad takes the function itself
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
new_params = jax.tree.map(lambda p, g
# becomes
loss, gradient = jax.value_and_grad(mean_squared_error(params, x, y))(params)
new_params = jax.tree.map(lambda p, g

# %% wrong: gradient by x -> is the gradient by params?
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
new_params = jax.tree.map(lambda p, g
# becomes
loss, gradient = jax.value_and_grad(mean_squared_error, argnums=1)(params, x, y)
new_params = jax.tree.map(lambda p, g

# %% wrong: data of the page
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
new_params = jax.tree.map(lambda p, g
# becomes
loss, gradient = jax.value_and_grad(mean_squared_error)(params, loads, lengths)
new_params = jax.tree.map(lambda p, g

# %% wrong: loss after the step -> the loss is that after the step
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, new_params
# becomes
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return mean_squared_error(new_params, x, y), new_params

# %% wrong: parameters first -> in which order should the loss and the parameters be?
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, new_params
# becomes
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return new_params, loss

# %% wrong: the gradient -> that is the gradient, without a step
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, new_params
# becomes
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, gradient

# %% wrong: old parameters -> these are the old parameters
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, new_params
# becomes
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, params

# %% wrong: nothing is added -> the old velocity adds nothing
decay * v + g
# becomes
g

# %% wrong: nothing is forgotten -> the old velocity does not shrink
decay * v + g
# becomes
v + g

# %% wrong: a list -> trees with all that params have
return loss, new_params, velocity
# becomes
return loss, new_params, jax.tree.leaves(velocity)

# %% wrong: breaks: With $\mu$ for `decay`
decay * v + g
# becomes
0.9 * v + g

# %% wrong: the gradient decays -> which of the two should decay shrink?
decay * v + g
# becomes
v + decay * g

# %% wrong: the sum decays -> decay shrinks the gradient, too
decay * v + g
# becomes
decay * (v + g)

# %% wrong: a mean -> the gradient counts 1 - decay times
decay * v + g
# becomes
decay * v + (1 - decay) * g

# %% wrong: the gradient ahead
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
velocity
# becomes
ahead = jax.tree.map(lambda p, v: p - learning_rate * decay * v, params, velocity)
loss, gradient = jax.value_and_grad(mean_squared_error)(ahead, x, y)
velocity

# %% wrong: along the gradient -> the step follows the gradient alone
lambda p, v: p - learning_rate * v, params, velocity)
# becomes
lambda p, v: p - learning_rate * v, params, gradient)

# %% wrong: along the old velocity -> the step follows the old velocity
velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
new_params = jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)
# becomes
new_params = jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)
velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)

# %% wrong: the gradient once more -> the step adds the gradient once more
lambda p, v: p - learning_rate * v, params, velocity)
# becomes
lambda p, v, g: p - learning_rate * (decay * v + g), params, velocity, gradient)

# %% wrong: the velocity second -> in which order should the trees be?
return loss, new_params, velocity
# becomes
return loss, velocity, new_params

# %% wrong: without the velocity -> trees with all that params have
return loss, new_params, velocity
# becomes
return loss, new_params

# %% wrong: the old velocity -> the old velocity is returned
velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
new_params = jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)
return loss, new_params, velocity
# becomes
new = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, new), velocity

# %% wrong: the loss after the step
return loss, new_params, velocity
# becomes
return mean_squared_error(new_params, x, y), new_params, velocity

# %% wrong: without b
jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
# becomes
{**params, "w": params["w"] - learning_rate * gradient["w"]}

# %% wrong: one output
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
velocity
# becomes
loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y[:, :1])
velocity

# %% wrong: w before b
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
# becomes
steps = zip(params, gradient.values())
steps = {name: jax.tree.map(lambda g: learning_rate * g, g) for name, g in steps}
new_params = jax.tree.map(lambda p, s: p - s, params, steps)

# %% wrong: at the top only -> A list, or a name, is multiplied
jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
# becomes
{name: p - learning_rate * gradient[name] for name, p in params.items()}

# %% wrong: dropped -> trees with all that params have
jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
# becomes
{name: params[name] - learning_rate * gradient[name] for name in "wb"}

# %% wrong: a velocity that stays
velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
# becomes
velocity = {**velocity, **{n: decay * velocity[n] + gradient[n] for n in "wb"}}

# %% wrong: they stay where they are
new_params = jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity)
# becomes
new_params = {**params, **{n: params[n] - learning_rate * velocity[n] for n in "wb"}}

# %% wrong: float of the loss -> must do without if, float()
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, new_params
# becomes
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return float(loss), new_params

# %% wrong: an if on the rate -> must do without if, float()
velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
# becomes
if decay > 0:
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)

# %% wrong: parameters in place -> changes what it is given; make new objects
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
return loss, new_params
# becomes
new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)
params.update(new_params)
return loss, params

# %% wrong: velocity in place -> changes what it is given; make new objects
velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
# becomes
velocity.update(jax.tree.map(lambda v, g: decay * v + g, velocity, gradient))

# %% wrong: parameters donated -> deletes or donates what its caller needs
def sgd_step(
# becomes
@lambda f: jax.jit(f, donate_argnums=0)
def sgd_step(

# %% wrong: formula by hand -> trees with all that params have
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

# %% wrong: loop over the names -> A list, or a name, is multiplied
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, [p - learning_rate * g for p, g in zip(params, gradient)]


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: momentum rate in the velocity -> learning_rate is in v, too
def sgd_step(params, x, y, learning_rate):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v - learning_rate * g, velocity, gradient)
    return loss, jax.tree.map(jnp.add, params, velocity), velocity

# %% wrong: ordered dict -> Are the new parameters a tree like the old ones?
from collections import OrderedDict
def sgd_step(params, x, y, learning_rate):
    loss, g = jax.value_and_grad(mean_squared_error)(params, x, y)
    return loss, OrderedDict(w=params["w"] - learning_rate * g["w"], b=params["b"] - learning_rate * g["b"])


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: squared error not reduced -> the loss has no mean
def sgd_step(params, x, y, learning_rate):
    gradient = jax.grad(mean_squared_error)(params, x, y)
    loss = (predict(params, x) - y) ** 2
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


def momentum_step(params, velocity, x, y, learning_rate, decay):
    loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
    velocity = jax.tree.map(lambda v, g: decay * v + g, velocity, gradient)
    return loss, jax.tree.map(lambda p, v: p - learning_rate * v, params, velocity), velocity

# %% wrong: sum instead of mean -> loss and step are of the sum
def sgd_step(params, x, y, learning_rate):
    def loss_of(params):
        return jnp.sum((predict(params, x) - y) ** 2)

    loss, gradient = jax.value_and_grad(loss_of)(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


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
