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

# %% wrong: accuracy before the step
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
        accuracies.append(jitted_accuracy(params, x, labels))
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
    return params, losses, accuracies

# %% wrong: accuracy on the first batch
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
        accuracies.append(jitted_accuracy(params, *draw_batch(0)))
    return params, losses, accuracies

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

# %% wrong: always a thousand steps
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(num_iterations):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: batches numbered from one
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(1, steps + 1):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: biases of one
def my_net_func(x):
    for size in (12, 12):
        x = jax.nn.relu(hk.Linear(size, b_init=jnp.ones)(x))
    return hk.Linear(1, b_init=jnp.ones)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, *batch: my_update_function(params, my_net, *batch))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: donated parameters kept
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr), donate_argnums=0)
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: frozen learning rate
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, learning_rate))
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

# %% wrong: losses after the step
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))

jitted_loss = jax.jit(lambda params, x, labels: my_loss(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        params = my_jitted_update(params, x, labels, learning_rate)[1]
        losses.append(jitted_loss(params, x, labels))
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

# %% wrong: no relu
def my_net_func(x):
    x = (hk.Linear(12)(x))
    x = (hk.Linear(12)(x))
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
    return params, losses, accuracies

# %% wrong: not compiled
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr)
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: normal weights of size one
def my_net_func(x):
    draw = hk.initializers.RandomNormal()
    for size in (12, 12):
        x = jax.nn.relu(hk.Linear(size, w_init=draw)(x))
    return hk.Linear(1, w_init=draw)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, *batch: my_update_function(params, my_net, *batch))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: one batch only
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
        x, labels = draw_batch(0)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: one relu
def my_net_func(x):
    x = (hk.Linear(12)(x))
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
    return params, losses, accuracies

# %% wrong: one step too few
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps - 1):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: only the last loss
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
        losses = loss
        accuracies = jitted_accuracy(params, x, labels)
    return params, losses, accuracies

# %% wrong: parameters changed in place
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    given, losses, accuracies = params, [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    given.update(params)
    return given, losses, accuracies

# %% wrong: relu at the end
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return jax.nn.relu(hk.Linear(1)(x))

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

# %% wrong: sigmoid at the end
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return jax.nn.sigmoid(hk.Linear(1)(x))

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

# %% wrong: stale parameters
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(my_params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: starts again at each step
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
        params = my_net.init(init_key, x)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: static learning rate
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr), static_argnums=3)
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: swapped pair
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr)[::-1])
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        params, loss = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
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

# %% wrong: untrained
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
        loss, _ = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: uphill
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, -lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies

# %% wrong: with a key at apply
def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.transform(my_net_func)
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

# %% inputs
import jax
import jax.numpy as jnp

RTOL = 1e-2


def cases(draw, page):
    x = jnp.float32(draw.normal(size=(8, 36)))
    yield logits, (x,), {}
    yield updated, (x, jnp.array(draw.integers(0, 2, (8, 1)))), {}
    for steps in (1, 2, 20):
        yield trained, (steps,), {}


def logits(page, x):
    params = page.my_net.init(jax.random.key(5), x)
    params = jax.tree.map(lambda p: p + 0.3, params)  # so that no bias is zero
    return [page.my_net.apply(jax.tree.map(lambda p, s=s: s * p, params), s * x) for s in (1, 10)]


def updated(page, x, labels):
    params = page.my_net.init(jax.random.key(5), x)
    ran = []
    first = page.my_jitted_update(params, x, labels, 0.03)
    with page.hk.intercept_methods(lambda f, args, kwargs, _: ran.append(f) or f(*args, **kwargs)):
        second = page.my_jitted_update(first[1], 2 * x, 1 - labels, 0.001)
    return first, second, len(ran)


def trained(page, steps):
    params, losses, accuracies = page.train(page.my_net.init(jax.random.key(5), page.x), steps)
    return params, [float(loss) for loss in losses], [float(share) for share in accuracies]
