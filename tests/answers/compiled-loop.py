# %% right: closure
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


def step(params, x, y, lr):
    return guarded(params, my_haiku_net, x, y, lr)


my_jitted_update = jax.jit(step)

# %% right: cond and one vector
from jax.flatten_util import ravel_pytree


@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    fine = jnp.isfinite(ravel_pytree((loss, new))[0]).all()
    return loss, jax.lax.cond(fine, lambda: new, lambda: params)

# %% right: decorated from scratch
@jax.jit
def my_jitted_update(params, x, y, lr):
    def loss_of(params):
        return jnp.mean(jnp.square(my_haiku_net.apply(params, x) - y))

    loss, gradient = jax.value_and_grad(loss_of)(params)
    new = {
        module: {name: leaf - lr * gradient[module][name] for name, leaf in leaves.items()}
        for module, leaves in params.items()
    }
    total = loss * 0
    for module in new:
        for name in new[module]:
            total = total + jnp.sum(new[module][name] * 0)
    return loss, jax.tree.map(lambda a, b: jax.lax.select(total == 0, a, b), new, params)

# %% right: numpy rate and keywords
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


step = jax.jit(guarded, static_argnames=("net",))
def my_jitted_update(params, x, y, lr):
    return step(params, net=my_haiku_net, input=x, target=y, learning_rate=np.float32(lr))

# %% right: static_argnums
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


static_update = jax.jit(guarded, static_argnums=1)


def my_jitted_update(params, x, y, lr):
    return static_update(params, my_haiku_net, x, y, lr)

# %% wrong: nothing is skipped -> the step is taken, though not all is finite
return loss, kept
# becomes
return loss, new_params

# %% wrong: uphill -> the step leads uphill
x, y, lr)
leaves
# becomes
x, y, -lr)
leaves

# %% wrong: captured parameters -> params are those of the page
my_update(params, my_haiku_net
# becomes
my_update(my_haiku_params, my_haiku_net

# %% wrong: swapped -> first in the pair belongs the loss, then the parameters
return loss, kept
# becomes
return kept, loss

# %% wrong: the parameters alone -> the loss is missing
return loss, kept
# becomes
return kept

# %% wrong: the loss after the step -> the loss is the one after the step
return loss, kept
# becomes
return square_loss(kept, my_haiku_net, x, y), kept

# %% wrong: the loss is not as it is -> not finite. Return it as it is
return loss, kept
# becomes
return jnp.where(finite, loss, 0.0), kept

# %% wrong: only the loss -> the step is taken, though not all is finite
jax.tree.leaves((loss, new_params))
# becomes
[loss]

# %% wrong: only the parameters -> the step is taken, though not all is finite
jax.tree.leaves((loss, new_params))
# becomes
jax.tree.leaves(new_params)

# %% wrong: only nan -> the step is taken, though not all is finite
jnp.isfinite(leaf).all()
# becomes
~jnp.isnan(leaf).any()

# %% wrong: array by array -> some entries take the step, and others do not
jnp.where(finite, n, p)
# becomes
jnp.where(jnp.isfinite(n).all() & jnp.isfinite(loss), n, p)

# %% wrong: entry by entry -> some entries take the step, and others do not
jnp.where(finite, n, p)
# becomes
jnp.where(jnp.isfinite(n) & jnp.isfinite(loss), n, p)

# %% wrong: the norm overflows -> the step is skipped, though all is finite
jnp.isfinite(leaf).all()
# becomes
jnp.isfinite(jnp.sum(leaf**2))

# %% wrong: other targets -> not finite. Return it as it is
x, y, lr)
leaves
# becomes
x, jnp.nan_to_num(y), lr)
leaves

# %% wrong: not compiled -> is not compiled with the rest?
@jax.jit
# becomes

# %% wrong: a static rate -> Each new learning rate is traced and compiled again
@jax.jit
# becomes
@jax.jit(static_argnames="lr")

# %% wrong: one rate -> the rate is that of the page
x, y, lr)
leaves
# becomes
x, y, learning_rate)
leaves

# %% wrong: captured data -> the data are those of the page
x, y, lr)
leaves
# becomes
inputs, outputs, lr)
leaves

# %% wrong: at most 128 rows
x, y, lr)
leaves
# becomes
x[:128], y[:128], lr)
leaves

# %% wrong: donated -> deletes or donates what its caller needs
@jax.jit
# becomes
@jax.jit(donate_argnums=0)

# %% wrong: an if on the loss -> the loss has no value for `if` or float
@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    if jnp.isfinite(loss):
        return loss, new
    return loss, params

# %% wrong: cached for each rate -> Each new learning rate is traced and compiled again
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


@functools.cache
def step_with(lr):
    return jax.jit(lambda p, x, y: guarded(p, my_haiku_net, x, y, lr))
def my_jitted_update(params, x, y, lr):
    return step_with(lr)(params, x, y)

# %% wrong: called at once
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


my_jitted_update = jax.jit(lambda params, x, y, lr: guarded(params, my_haiku_net, x, y, lr))(
    my_haiku_params, inputs, outputs, learning_rate
)

# %% wrong: changed in place -> changes what it is given
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


compiled = jax.jit(lambda params, x, y, lr: guarded(params, my_haiku_net, x, y, lr))


def my_jitted_update(params, x, y, lr):
    loss, new_params = compiled(params, x, y, lr)
    params.update(new_params)
    return loss, params

# %% wrong: compiled again for other data
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


steps = {}
def my_jitted_update(params, x, y, lr):
    if id(x) not in steps:
        steps[id(x)] = jax.jit(lambda p, lr: guarded(p, my_haiku_net, x, y, lr)), x
    return steps[id(x)][0](params, lr)

# %% wrong: compiled ahead of time for one shape -> Argument types differ from the types for which this computation was compiled
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


traced = jax.jit(lambda params, x, y, lr: guarded(params, my_haiku_net, x, y, lr))
my_jitted_update = traced.lower(my_haiku_params, inputs, outputs, learning_rate).compile()

# %% wrong: fresh jit at each call -> What is made again at each call
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


def my_jitted_update(params, x, y, lr):
    return jax.jit(lambda params, x, y, lr: guarded(params, my_haiku_net, x, y, lr))(params, x, y, lr)

# %% wrong: fresh network at each call -> What is made again at each call
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


static = jax.jit(guarded, static_argnums=1)


def my_jitted_update(params, x, y, lr):
    net = hk.without_apply_rng(hk.transform(two_layer_net))
    return static(params, net, x, y, lr)

# %% wrong: gradient and update compiled apart -> is not compiled with the rest?
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


gradient = jax.jit(jax.value_and_grad(lambda p, x, y: square_loss(p, my_haiku_net, x, y)))
apply = jax.jit(lambda l, p, g, lr: skipping(l, jax.tree.map(lambda p, g: p - lr * g, p, g), p))
def my_jitted_update(params, x, y, lr):
    loss, grads = gradient(params, x, y)
    return apply(loss, params, grads, lr)

# %% wrong: kept a tracer -> holds a tracer that an earlier call kept
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


log = []
@jax.jit
def step(params, x, y, lr):
    loss, new = guarded(params, my_haiku_net, x, y, lr)
    log.append(loss)
    return loss, new
def my_jitted_update(params, x, y, lr):
    _, new = step(params, x, y, lr)
    return log[-1], new

# %% wrong: loss computed outside -> is not compiled with the rest?
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


step = jax.jit(lambda params, x, y, lr: guarded(params, my_haiku_net, x, y, lr)[1])
def my_jitted_update(params, x, y, lr):
    return square_loss(params, my_haiku_net, x, y), step(params, x, y, lr)

# %% wrong: network not filled in -> It takes params, x, y and lr, in this order
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


my_jitted_update = jax.jit(guarded)

# %% wrong: only apply compiled -> is not compiled with the rest?
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


fast_net = hk.Transformed(my_haiku_net.init, jax.jit(my_haiku_net.apply))


def my_jitted_update(params, x, y, lr):
    return guarded(params, fast_net, x, y, lr)

# %% wrong: only the gradient compiled -> is not compiled with the rest?
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


value_and_gradient = jax.jit(jax.value_and_grad(lambda params, x, y: square_loss(params, my_haiku_net, x, y)))


def my_jitted_update(params, x, y, lr):
    loss, gradient = value_and_gradient(params, x, y)
    return skipping(loss, jax.tree.map(lambda p, g: p - lr * g, params, gradient), params)

# %% wrong: parameters updated in numpy -> a warning of NumPy, which computes a part of the step
gradient = jax.jit(jax.value_and_grad(lambda p, x, y: square_loss(p, my_haiku_net, x, y)))


def my_jitted_update(params, x, y, lr):
    loss, grads = gradient(params, x, y)
    new = jax.tree.map(lambda p, g: np.asarray(p) - np.float32(lr) * np.asarray(g), params, grads)
    fine = np.isfinite(loss) and all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(new))
    return loss, new if fine else params

# %% wrong: rate set to zero -> 0 * nan is nan
@jax.jit
def my_jitted_update(params, x, y, lr):
    loss = square_loss(params, my_haiku_net, x, y)
    return my_update(params, my_haiku_net, x, y, jnp.where(jnp.isfinite(loss), lr, 0.0))

# %% wrong: skipped in python -> is not compiled with the rest?
step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))


def my_jitted_update(params, x, y, lr):
    loss, new = step(params, x, y, lr)
    fine = all(bool(jnp.isfinite(leaf).all()) for leaf in jax.tree.leaves((loss, new)))
    return loss, new if fine else params

# %% wrong: static argument without wrapper -> a network does not come from the caller
def skipping(loss, new, old):
    fine = [jnp.isfinite(leaf).all() for leaf in jax.tree.leaves((loss, new))]
    return loss, jax.tree.map(lambda n, o: jnp.where(jnp.stack(fine).all(), n, o), new, old)


def guarded(params, net, input, target, learning_rate):
    return skipping(*my_update(params, net, input, target, learning_rate), params)


my_jitted_update = jax.jit(guarded, static_argnums=1)

# %% wrong: it looks whether the sum of all numbers is finite -> the step is skipped, though all is finite.
@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    fine = jnp.isfinite(loss + sum(leaf.sum() for leaf in jax.tree.leaves(new)))
    return loss, jax.tree.map(lambda n, p: jnp.where(fine, n, p), new, params)

# %% wrong: a loss above 1e12 is skipped, too -> With targets of 1e16, what my_jitted_update returns: the step is skipped, though all is finite.
@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    fine = loss < 1e12
    for leaf in jax.tree.leaves(new):
        fine &= jnp.isfinite(leaf).all()
    return loss, jax.tree.map(lambda n, p: jnp.where(fine, n, p), new, params)
