# %% right: adam by hand
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

m = v = jax.tree.map(jnp.zeros_like, my_haiku_params)
@jax.jit
def adam(params, m, v, i):
    loss, g = jax.value_and_grad(loss_fn)(params, (inputs, outputs))
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g**2, v, g)
    params = jax.tree.map(
        lambda p, m, v: p - 0.05 * (m / (1 - 0.9**i)) / (jnp.sqrt(v / (1 - 0.99**i)) + 1e-8), params, m, v)
    return loss, params, m, v
for i in range(1, num_iterations + 1):
    loss, my_haiku_params, m, v = adam(my_haiku_params, m, v, float(i))

# %% right: compiled step
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% right: fori_loop
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

loss, my_haiku_params = jax.jit(
    lambda params: jax.lax.fori_loop(
        0,
        num_iterations,
        lambda i, pair: my_update(pair[1], my_haiku_net, inputs, outputs, learning_rate),
        (jnp.float32(0), params),
    )
)(my_haiku_params)

# %% right: numpy and backpropagation
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

p = jax.tree.map(np.array, my_haiku_params)
x, y = np.array(inputs), np.array(outputs)
for i in range(num_iterations):
    hidden = np.maximum(x @ p["linear"]["w"] + p["linear"]["b"], 0)
    error = hidden @ p["linear_1"]["w"] + p["linear_1"]["b"] - y
    loss = (error**2).mean()
    back = 2 * error / error.size
    front = (back @ p["linear_1"]["w"].T) * (hidden > 0)
    p["linear"]["w"] -= learning_rate * x.T @ front
    p["linear"]["b"] -= learning_rate * front.sum(axis=0)
    p["linear_1"]["w"] -= learning_rate * hidden.T @ back
    p["linear_1"]["b"] -= learning_rate * back.sum(axis=0)
my_haiku_params = p

# %% right: scan
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

my_haiku_params, losses = jax.jit(
    lambda params: jax.lax.scan(
        lambda p, _: my_update(p, my_haiku_net, inputs, outputs, learning_rate)[::-1], params, length=num_iterations
    )
)(my_haiku_params)
loss = losses[-1]

# %% right: trainer class
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

class Trainer:
    def __init__(self, params):
        self.params = params
        self.step = jax.jit(lambda p: my_update(p, my_haiku_net, inputs, outputs, learning_rate))
    def run(self, steps):
        for _ in range(steps):
            self.loss, self.params = self.step(self.params)
trainer = Trainer(my_haiku_params)
trainer.run(num_iterations)
my_haiku_params, loss = trainer.params, trainer.loss.item()

# %% wrong: ascent
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).mean())(params)
    return loss, jax.tree.map(lambda p, g: p + learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: donated and kept the old parameters
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate), donate_argnums=0)
for i in range(num_iterations):
    loss, new_params = step(my_haiku_params)
    my_haiku_params, old = new_params, my_haiku_params
my_haiku_params = old

# %% wrong: fresh parameters each step
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(200):
    my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: inputs shuffled without their targets
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params, x: my_update(params, my_haiku_net, x, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params, jax.random.permutation(jax.random.key(i), inputs))

# %% wrong: list of losses
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
loss = []
for i in range(num_iterations):
    value, my_haiku_params = step(my_haiku_params)
    loss.append(value)

# %% wrong: loss is the norm
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
loss = jnp.linalg.norm(my_haiku_net.apply(my_haiku_params, inputs) - outputs)

# %% wrong: loss is the sum
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
loss = loss * outputs.size

# %% wrong: loss not kept
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    _, my_haiku_params = step(my_haiku_params)

# %% wrong: loss of one minibatch
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
for i in range(4 * num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:32]
    loss, my_haiku_params = step(my_haiku_params, x[rows], y[rows], learning_rate * (1 - i / (4 * num_iterations)))

# %% wrong: loss of the first step
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
loss, my_haiku_params = step(my_haiku_params)
for i in range(num_iterations - 1):
    _, my_haiku_params = step(my_haiku_params)

# %% wrong: minibatches at a constant rate
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y: my_update(params, my_haiku_net, x, y, learning_rate))
for i in range(num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:16]
    _, my_haiku_params = step(my_haiku_params, x[rows], y[rows])
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)

# %% wrong: new parameters thrown away
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, new_params = step(my_haiku_params)

# %% wrong: one column of targets
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

target = outputs[:, 0:1]
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, target, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: pair not unpacked
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
loss, params = step(my_haiku_params)
for i in range(num_iterations - 1):
    my_haiku_params = step(params)
    loss, params = my_haiku_params

# %% wrong: pair swapped
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

params = my_haiku_params
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    my_haiku_params, loss = step(params)
    params = loss

# %% wrong: scaled inputs
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x = (inputs - inputs.mean(axis=0)) / (3 * inputs.std(axis=0))
step = jax.jit(lambda params: my_update(params, my_haiku_net, x, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: sum
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).sum())(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: sum over outputs
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).sum(axis=1).mean())(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: too few steps
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(100):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: trained under another name
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

params = my_haiku_params
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, params = step(params)

# %% inputs
import jax
import numpy as np


def cases(draw, page):
    yield reached, (), {}


def reached(page):
    """Whether the parameters are at the floor, and whether the loss is theirs."""
    error = page.square_loss(page.my_haiku_params, page.my_haiku_net, page.inputs, page.outputs)
    shapes = jax.tree.map(np.shape, page.my_haiku_params)
    return bool(error <= 1.02 * page.floor), bool(abs(page.loss - error) <= 0.02 * error), shapes
