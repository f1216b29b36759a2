# %% right: a module, sgd_step and a cached program
from functools import cache


class Net(hk.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def __call__(self, x):
        *hidden, last = (hk.Linear(width) for width in self.widths)
        for layer in hidden:
            x = jnp.maximum(layer(x), 0)
        return last(x)


def my_net_func(x):
    return Net((12, 12, 1))(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))


@cache
def program(steps):
    def step(params, i):
        batch = draw_batch(i)
        params, loss = sgd_step(lambda p, batch: my_loss(p, my_net, *batch), params, batch, learning_rate)
        return params, (loss, my_accuracy(params, my_net, *batch))

    return jax.jit(lambda params: jax.lax.scan(step, params, jnp.arange(steps)))


def train(params, steps):
    params, metrics = program(steps)(params)
    return params, *metrics

# %% right: sequential and fori_loop
from functools import partial


def my_net_func(x):
    return hk.nets.MLP([12, 12, 1])(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))


@partial(jax.jit, static_argnums=1)
def train(params, steps):
    def step(i, carry):
        params, losses, accuracies = carry
        x, labels = draw_batch(i)
        loss, params = my_update_function(params, my_net, x, labels, learning_rate)
        share = my_accuracy(params, my_net, x, labels)
        return params, losses.at[i].set(loss), accuracies.at[i].set(share)

    return jax.lax.fori_loop(0, steps, step, (params, jnp.zeros(steps), jnp.zeros(steps)))

# %% right: all batches are drawn first
def my_net_func(x):
    layers = [hk.Linear(12, name="a"), jax.nn.relu, hk.Linear(12, name="b"), jax.nn.relu, hk.Linear(1, name="c")]
    return hk.Sequential(layers)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))


def step(params, batch):
    loss, params = my_update_function(params, my_net, *batch, learning_rate)
    return params, {"loss": loss, "share": my_accuracy(params, my_net, *batch)}


all_steps = jax.jit(lambda params, batches: jax.lax.scan(step, params, batches))


def train(params, steps):
    params, metrics = all_steps(params, jax.vmap(draw_batch)(np.arange(steps)))
    return params, metrics["loss"], metrics["share"]

# %% wrong: another width -> outputs, not [12, 12, 1]
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
return
# becomes
x = jax.nn.relu(hk.Linear(24)(x))
return

# %% wrong: three hidden layers -> outputs, not [12, 12, 1]
return hk.Linear(1)(x)
# becomes
return hk.Linear(1)(jax.nn.relu(hk.Linear(12)(x)))

# %% wrong: weights of zero -> The first weights do not depend on the key
return hk.Linear(1)(x)
# becomes
return hk.Linear(1, w_init=jnp.zeros)(x)

# %% wrong: no ReLU -> there is no ReLU
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
# becomes
x = hk.Linear(12)(hk.Linear(12)(x))

# %% wrong: no second ReLU -> no ReLU follows the second layer
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
return
# becomes
x = hk.Linear(12)(x)
return

# %% wrong: a ReLU at the end -> a ReLU follows the last layer
return hk.Linear(1)(x)
# becomes
return jax.nn.relu(hk.Linear(1)(x))

# %% wrong: a sigmoid at the end -> a sigmoid follows the last layer
return hk.Linear(1)(x)
# becomes
return jax.nn.sigmoid(hk.Linear(1)(x))

# %% wrong: at most 64 rows
return hk.Linear(1)(x)
# becomes
return hk.Linear(1)(x[:64])

# %% wrong: weights of size one -> do not spread as those of hk.Linear
return hk.Linear(1)(x)
# becomes
return hk.Linear(1, w_init=hk.initializers.RandomNormal())(x)

# %% wrong: weights as PyTorch draws them -> do not spread as those of hk.Linear
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
# becomes
for _ in range(2):
    largest = x.shape[1] ** -0.5
    x = jax.nn.relu(hk.Linear(12, w_init=hk.initializers.RandomUniform(-largest, largest))(x))

# %% wrong: biases of one -> A bias does not start at 0
return hk.Linear(1)(x)
# becomes
return hk.Linear(1, b_init=jnp.ones)(x)

# %% wrong: a key -> my_net still asks for a key
my_net = hk.without_apply_rng(hk.transform(my_net_func))
# becomes
my_net = hk.transform(my_net_func)

# %% wrong: always a thousand -> each step gives one number
jnp.arange(steps)
# becomes
jnp.arange(num_iterations)

# %% wrong: one too few -> each step gives one number
jnp.arange(steps)
# becomes
jnp.arange(steps - 1)

# %% wrong: another rate
labels, learning_rate)
# becomes
labels, learning_rate / 2)

# %% wrong: not from params -> training does not start from `params`
params, (losses, accuracies) = jax.lax.scan(step, params
# becomes
params = my_net.init(init_key, draw_batch(0)[0])
params, (losses, accuracies) = jax.lax.scan(step, params

# %% wrong: each step from the first -> each step starts from the same parameters
loss, params = my_update_function
# becomes
loss, _ = my_update_function

# %% wrong: from the second batch -> the first batch is draw_batch(0)
draw_batch(i)
# becomes
draw_batch(i + 1)

# %% wrong: one batch -> every step gets the same batch
draw_batch(i)
# becomes
draw_batch(0)

# %% wrong: thirty-two batches -> Which parameters, batch and rate does each step use
draw_batch(i)
# becomes
draw_batch(i % 32)

# %% wrong: as many batches as the page uses -> even step 2048, draw the batch of its own number?
draw_batch(i)
# becomes
draw_batch(i % num_iterations)

# %% wrong: the order turned
jnp.arange(steps)
# becomes
jnp.arange(steps)[::-1]

# %% wrong: the old parameters -> the parameters are those that came in
params, (losses, accuracies) = jax.lax.scan
# becomes
_, (losses, accuracies) = jax.lax.scan

# %% wrong: losses after the steps -> the losses are those after each step
(loss, my_accuracy
# becomes
(my_loss(params, my_net, x, labels), my_accuracy

# %% wrong: accuracies before the steps -> the accuracies are those before each step
loss, params = my_update_function(params, my_net, x, labels, learning_rate)
return params, (loss, my_accuracy(params, my_net, x, labels))
# becomes
before = my_accuracy(params, my_net, x, labels)
loss, params = my_update_function(params, my_net, x, labels, learning_rate)
return params, (loss, before)

# %% wrong: accuracies of one batch
my_accuracy(params, my_net, x, labels))
# becomes
my_accuracy(params, my_net, *draw_batch(0)))

# %% wrong: the last loss -> each step gives one number
return params, losses, accuracies
# becomes
return params, losses[-1], accuracies

# %% wrong: a pair of pairs -> train returns a triple
return params, losses, accuracies
# becomes
return params, (losses, accuracies)

# %% wrong: not compiled -> runs layers in Python again
@jax.jit(static_argnames="steps")
def train
# becomes
def train

# %% wrong: the number of steps is traced -> must be known in the trace
@jax.jit(static_argnames="steps")
# becomes
@jax.jit

# %% wrong: unrolled -> What loops, Python or JAX?
params, (losses, accuracies) = jax.lax.scan(step, params, jnp.arange(steps))
# becomes
rows = []
for i in range(steps):
    params, row = step(params, i)
    rows.append(row)
losses, accuracies = map(jnp.array, zip(*rows))

# %% wrong: donated -> deletes or donates what its caller needs
@jax.jit(static_argnames="steps")
# becomes
@jax.jit(static_argnames="steps", donate_argnames="params")

# %% wrong: a loop over a compiled step -> What loops, Python or JAX?
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
update = jax.jit(lambda params, x, labels: my_update_function(params, my_net, x, labels, learning_rate))
share = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = update(params, x, labels)
        losses.append(loss)
        accuracies.append(share(params, x, labels))
    return params, jnp.array(losses), jnp.array(accuracies)

# %% wrong: a new function in each call -> runs layers in Python again. What is new to jit?
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))


def train(params, steps):
    @jax.jit
    def all_steps(params):
        def step(params, i):
            batch = draw_batch(i)
            loss, params = my_update_function(params, my_net, *batch, learning_rate)
            return params, (loss, my_accuracy(params, my_net, *batch))

        return jax.lax.scan(step, params, jnp.arange(steps))

    params, (losses, accuracies) = all_steps(params)
    return params, losses, accuracies

# %% wrong: my_net_func is another network than my_net, without a ReLU -> my_net is the transform of my_net_func.
def my_net_func(x):
    return hk.Linear(1)(hk.Linear(12)(hk.Linear(12)(x)))


my_net = hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([12, 12, 1])(x)))

@jax.jit(static_argnames="steps")
def train(params, steps):
    def go(params, i):
        x, labels = draw_batch(i)
        loss, params = my_update_function(params, my_net, x, labels, learning_rate)
        return params, (loss, my_accuracy(params, my_net, x, labels))

    params, (losses, accuracies) = jax.lax.scan(go, params, jnp.arange(steps))
    return params, losses, accuracies
