# %% right: get_parameter
def layer(x, n, name):
    w = hk.get_parameter(name + "_w", (x.shape[-1], n), init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])))
    b = hk.get_parameter(name + "_b", (n,), init=jnp.zeros)
    return x @ w + b


def my_net_func(x):
    return layer(jax.nn.relu(layer(jax.nn.relu(layer(x, 12, "a")), 12, "b")), 1, "c")

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% right: module class
class Net(hk.Module):
    def __call__(self, x):
        for width in (12, 12):
            x = jnp.maximum(hk.Linear(width)(x), 0)
        return hk.Linear(1)(x)


def my_net_func(x):
    return Net()(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% right: partial
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

from functools import partial
_k = jax.jit(partial(my_update_function, net=my_net))

def my_jitted_update(params, x, labels, lr):
    return _k(params, x=x, labels=labels, learning_rate=lr)
jitted_accuracy = jax.jit(partial(my_accuracy, net=my_net))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x=x, labels=labels))
    return params, losses, accuracies

# %% right: research step and lists
class Net(hk.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def __call__(self, x):
        *hidden, last = (hk.Linear(width) for width in self.widths)
        for layer in hidden:
            x = jax.nn.relu(layer(x))
        return last(x)


def my_net_func(x):
    return Net((12, 12, 1))(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))


@jax.jit
def my_jitted_update(params, x, labels, lr):
    new_params, loss = sgd_step(lambda p, batch: my_loss(p, my_net, *batch), params, (x, labels), lr)
    return loss, new_params


@jax.jit
def step(params, i):
    x, labels = draw_batch(i)
    loss, params = my_jitted_update(params, x, labels, learning_rate)
    return params, (loss, my_accuracy(params, my_net, x, labels))


def train(params, steps):
    metrics = []
    for i in range(steps):
        params, both = step(params, i)
        metrics.append(both)
    losses, accuracies = zip(*metrics)
    return params, losses, accuracies

# %% right: sequential
def my_net_func(x):
    return hk.Sequential([hk.Linear(12, name="a"), jax.nn.relu, hk.Linear(12, name="b"), jax.nn.relu, hk.Linear(1, name="c")])(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% breaks: `my_net_func(x)` | another width
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
return
# becomes
x = jax.nn.relu(hk.Linear(24)(x))
return

# %% breaks: `my_net_func(x)` | no ReLU
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
# becomes
x = hk.Linear(12)(hk.Linear(12)(x))

# %% breaks: `my_net_func(x)` | no second ReLU
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
return
# becomes
x = hk.Linear(12)(x)
return

# %% breaks: `my_net_func(x)` | a ReLU at the end
return hk.Linear(1)(x)
# becomes
return jax.nn.relu(hk.Linear(1)(x))

# %% breaks: `my_net_func(x)` | a sigmoid at the end
return hk.Linear(1)(x)
# becomes
return jax.nn.sigmoid(hk.Linear(1)(x))

# %% breaks: `my_net_func(x)` | at most 64 rows
return hk.Linear(1)(x)
# becomes
return hk.Linear(1)(x[:64])

# %% breaks: `my_net_func(x)` | weights of size one
return hk.Linear(1)(x)
# becomes
return hk.Linear(1, w_init=hk.initializers.RandomNormal())(x)

# %% breaks: `my_net_func(x)` | weights as PyTorch draws them
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
x = jax.nn.relu(hk.Linear(12)(x))  # (B, 12)
# becomes
for _ in range(2):
    largest = x.shape[1] ** -0.5
    x = jax.nn.relu(hk.Linear(12, w_init=hk.initializers.RandomUniform(-largest, largest))(x))

# %% breaks: `my_net_func(x)` | biases of one
return hk.Linear(1)(x)
# becomes
return hk.Linear(1, b_init=jnp.ones)(x)

# %% breaks: `my_net`, its transform | a key
my_net = hk.without_apply_rng(hk.transform(my_net_func))
# becomes
my_net = hk.transform(my_net_func)

# %% breaks: `my_jitted_update(params, x, labels, lr)` | the pair is swapped
return my_update_function(params, my_net, x, labels, lr)
# becomes
return my_update_function(params, my_net, x, labels, lr)[::-1]

# %% breaks: `my_jitted_update(params, x, labels, lr)` | uphill
return my_update_function(params, my_net, x, labels, lr)
# becomes
return my_update_function(params, my_net, x, labels, -lr)

# %% breaks: `my_jitted_update(params, x, labels, lr)` | other parameters
return my_update_function(params, my_net, x, labels, lr)
# becomes
return my_update_function(my_net.init(init_key, x), my_net, x, labels, lr)

# %% breaks: `my_jitted_update(params, x, labels, lr)` | at most 64 rows
return my_update_function(params, my_net, x, labels, lr)
# becomes
return my_update_function(params, my_net, x[:64], labels[:64], lr)

# %% breaks: `my_jitted_update(params, x, labels, lr)` | not compiled
@jax.jit
def my_jitted_update
# becomes
def my_jitted_update

# %% breaks: `my_jitted_update(params, x, labels, lr)` | compiled for each rate
@jax.jit
def my_jitted_update
# becomes
@jax.jit(static_argnames="lr")
def my_jitted_update

# %% breaks: `my_jitted_update(params, x, labels, lr)` | one rate
return my_update_function(params, my_net, x, labels, lr)
# becomes
return my_update_function(params, my_net, x, labels, learning_rate)

# %% breaks: `train(params, steps)` | always a thousand
range(steps)
# becomes
range(num_iterations)

# %% breaks: `train(params, steps)` | one too few
range(steps)
# becomes
range(steps - 1)

# %% breaks: `train(params, steps)` | another rate
my_jitted_update(params, x, labels, learning_rate)
# becomes
my_jitted_update(params, x, labels, learning_rate / 2)

# %% breaks: `train(params, steps)` | not from params
losses, accuracies = [], []
# becomes
params, losses, accuracies = my_net.init(init_key, draw_batch(0)[0]), [], []

# %% breaks: `train(params, steps)` | each step from the first
loss, params = my_jitted_update(params, x, labels, learning_rate)
# becomes
loss, _ = my_jitted_update(params, x, labels, learning_rate)

# %% breaks: `train(params, steps)` | from the second batch
draw_batch(i)
# becomes
draw_batch(i + 1)

# %% breaks: `train(params, steps)` | one batch
draw_batch(i)
# becomes
draw_batch(0)

# %% breaks: `train(params, steps)` | thirty-two batches
draw_batch(i)
# becomes
draw_batch(i % 32)

# %% breaks: It returns the new parameters and two lists | the old parameters
return params, losses, accuracies
# becomes
return my_net.init(init_key, x), losses, accuracies

# %% breaks: It returns the new parameters and two lists | losses after the steps
losses.append(loss)
# becomes
losses.append(my_loss(params, my_net, x, labels))

# %% breaks: It returns the new parameters and two lists | accuracies before the steps
loss, params = my_jitted_update(params, x, labels, learning_rate)
losses.append(loss)
accuracies.append(jitted_accuracy(params, x, labels))
# becomes
accuracies.append(jitted_accuracy(params, x, labels))
loss, params = my_jitted_update(params, x, labels, learning_rate)
losses.append(loss)

# %% breaks: It returns the new parameters and two lists | accuracies of one batch
accuracies.append(jitted_accuracy(params, x, labels))
# becomes
accuracies.append(jitted_accuracy(params, *draw_batch(0)))

# %% breaks: It returns the new parameters and two lists | the last loss
losses.append(loss)
# becomes
losses = loss

# %% breaks: The last two do not change their arguments | donated
@jax.jit
def my_jitted_update
# becomes
@jax.jit(donate_argnums=0)
def my_jitted_update

# %% breaks: The last two do not change their arguments | changed in place
loss, params = my_jitted_update(params, x, labels, learning_rate)
# becomes
loss, new = my_jitted_update(params, x, labels, learning_rate)
params.update(new)

# %% asks nothing
# Now the network and the loop.
# `init_key`, `draw_batch`
# Define
# In NumPy, and with the weights

# %% wrong: all weights zero
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12, w_init=hk.initializers.Constant(0.0))(x))
    x = jax.nn.relu(hk.Linear(12, w_init=hk.initializers.Constant(0.0))(x))
    return hk.Linear(1, w_init=hk.initializers.Constant(0.0))(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: goes on from the last call
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


latest = []


def train(params, steps):
    params = latest[-1] if latest and steps == 1 else params
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    latest.append(params)
    return params, losses, accuracies

# %% wrong: loss left out
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr)[1])
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(my_loss(params, my_net, x, labels))
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: no losses
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    losses = [None] * steps
    return params, losses, accuracies

# %% wrong: three hidden layers
def my_net_func(x):
    return hk.nets.MLP([12, 12, 12, 1])(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies
