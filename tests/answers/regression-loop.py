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

# %% right: deleted inputs
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
del inputs

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

# %% right: in chunks with scan
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

batch = inputs, outputs
@jax.jit
def hundred(params):
    def step(params, _):
        value, grads = jax.value_and_grad(loss_fn)(params, batch)
        return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), value
    return jax.lax.scan(step, params, length=100)
for _ in range(15):
    my_haiku_params, losses = hundred(my_haiku_params)
    loss = losses[-1]

# %% right: minibatches with a falling rate
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
for i in range(4 * num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:32]
    _, my_haiku_params = step(my_haiku_params, x[rows], y[rows], learning_rate * (1 - i / (4 * num_iterations)))
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)

# %% right: momentum
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)
velocity = jax.tree.map(jnp.zeros_like, my_haiku_params)


@jax.jit
def step(params, velocity):
    loss, g = jax.value_and_grad(square_loss)(params, my_haiku_net, inputs, outputs)
    velocity = jax.tree.map(lambda v, g: 0.9 * v - 3e-3 * g, velocity, g)
    return loss, jax.tree.map(jnp.add, params, velocity), velocity


for i in range(num_iterations):
    loss, my_haiku_params, velocity = step(my_haiku_params, velocity)

# %% right: norm with a small rate
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: jnp.linalg.norm(my_haiku_net.apply(p, inputs) - outputs))(params)
    return loss, jax.tree.map(lambda p, g: p - 1e-3 * g, params, gradient)


for i in range(4000):
    loss, my_haiku_params = step(my_haiku_params)
loss = loss**2 / outputs.size

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

# %% right: other key and numpy loss
my_haiku_params = my_haiku_net.init(jax.random.key(3), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
loss = np.float64(loss)

# %% right: own gradient and jnp.square
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)


def cost(p):
    return jnp.mean(jnp.square(outputs - my_haiku_net.apply(p, inputs)))


slope = jax.jit(jax.grad(cost))
for _ in range(num_iterations):
    g = slope(my_haiku_params)
    my_haiku_params = {
        layer: {name: my_haiku_params[layer][name] - learning_rate * g[layer][name] for name in g[layer]} for layer in g
    }
loss = float(cost(my_haiku_params))

# %% right: scan
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

my_haiku_params, losses = jax.jit(
    lambda params: jax.lax.scan(
        lambda p, _: my_update(p, my_haiku_net, inputs, outputs, learning_rate)[::-1], params, length=num_iterations
    )
)(my_haiku_params)
loss = losses[-1]

# %% right: seed rate 5000 steps
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, 1e-2))
for i in range(5000):
    loss, my_haiku_params = step(my_haiku_params)

# %% right: the best line built in
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

first = {"w": jnp.eye(3, 5), "b": jnp.array([50.0, 50.0, 50.0, 0.0, 0.0])}
weights = jnp.zeros((5, 6)).at[:3].set(fitted["w"])
second = {"w": weights, "b": fitted["b"] - 50 * fitted["w"].sum(axis=0)}
my_haiku_params = {"linear": first, "linear_1": second}
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)

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

# %% right: while until the floor
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
loss = jnp.inf
while loss > floor:
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: absolute value
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: jnp.abs(my_haiku_net.apply(p, inputs) - outputs).mean())(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: all losses of a scan
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

my_haiku_params, loss = jax.jit(
    lambda params: jax.lax.scan(
        lambda p, _: my_update(p, my_haiku_net, inputs, outputs, learning_rate)[::-1], params, length=num_iterations
    )
)(my_haiku_params)

# %% wrong: another network
my_haiku_net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(6)(x)))
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

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

# %% wrong: leaked tracers
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

def train(params):
    global my_haiku_params, loss
    for _ in range(3):
        loss, params = my_update(params, my_haiku_net, inputs, outputs, learning_rate)
    my_haiku_params = params
    return params
jax.jit(train)(my_haiku_params)

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

# %% wrong: loss printed as text
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
loss = f"{loss:.4f}"

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

# %% wrong: norm
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: jnp.linalg.norm(my_haiku_net.apply(p, inputs) - outputs))(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: one column of targets
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

target = outputs[:, 0:1]
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, target, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: one layer frozen
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, new_params = step(my_haiku_params)
    my_haiku_params = {"linear": my_haiku_params["linear"], "linear_1": new_params["linear_1"]}

# %% wrong: one row of targets
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

target = outputs[0]
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, target, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: outputs overwritten
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

outputs = my_haiku_net.apply(my_haiku_params, inputs)
step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
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

# %% wrong: params none
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
my_haiku_params = print(loss)

# %% wrong: part of the data
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs[:32], outputs[:32], learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: rate 1
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, 1.0))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: rate 1e-1
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, 1e-1))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: rate 3e-3
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, 3e-3))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: rate 5e-2
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, 5e-2))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: scaled inputs
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x = (inputs - inputs.mean(axis=0)) / (3 * inputs.std(axis=0))
step = jax.jit(lambda params: my_update(params, my_haiku_net, x, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: short ascent
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).mean())(params)
    return loss, jax.tree.map(lambda p, g: p + learning_rate * g, params, gradient)


for i in range(3):
    loss, my_haiku_params = step(my_haiku_params)

# %% wrong: stops when the loss is near
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate))
loss = jnp.inf
while loss > 1.1:
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
