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

# %% breaks: Write the training loop | each step from the start
my_update(params, my_haiku_net
# becomes
my_update(my_haiku_net.init(jax.random.key(0), inputs), my_haiku_net

# %% breaks: Bring their mean squared error | scaled inputs
my_update(params, my_haiku_net, inputs, outputs
# becomes
my_update(params, my_haiku_net, inputs / 9, outputs

# %% breaks: Bring their mean squared error | one column
my_update(params, my_haiku_net, inputs, outputs
# becomes
my_update(params, my_haiku_net, inputs, outputs[:, :1]

# %% breaks: Bring their mean squared error | half of the rows
my_update(params, my_haiku_net, inputs, outputs
# becomes
my_update(params, my_haiku_net, inputs[:64], outputs[:64]

# %% breaks: Bring their mean squared error | too few steps
range(num_iterations)
# becomes
range(100)

# %% breaks: Bring their mean squared error | uphill
outputs, learning_rate)
# becomes
outputs, -learning_rate)

# %% breaks: `my_haiku_params` are the trained parameters | under another name
loss, my_haiku_params = compiled_update(my_haiku_params)
# becomes
trained = my_haiku_params if i == 0 else trained
loss, trained = compiled_update(trained)

# %% breaks: `my_haiku_params` are the trained parameters | thrown away
loss, my_haiku_params = compiled_update(my_haiku_params)
# becomes
loss, new_params = compiled_update(my_haiku_params)

# %% breaks: `loss` is the last training loss | the norm
print(f"loss before the last step: {loss:.4f}")
# becomes
loss = (loss * outputs.size) ** 0.5

# %% breaks: `loss` is the last training loss | the sum
print(f"loss before the last step: {loss:.4f}")
# becomes
loss = loss * outputs.size

# %% breaks: `loss` is the last training loss | that of the first step
loss, my_haiku_params = compiled_update(my_haiku_params)
# becomes
last, my_haiku_params = compiled_update(my_haiku_params)
loss = last if i == 0 else loss

# %% breaks: `loss` is the last training loss | not kept
loss, my_haiku_params = compiled_update(my_haiku_params)
if i % 300 == 0:
print(f"loss before step {i}: {loss:.4f}")

print(f"loss before the last step: {loss:.4f}")
# becomes
_, my_haiku_params = compiled_update(my_haiku_params)

# %% breaks: `loss` is the last training loss | a list
print(f"loss before the last step: {loss:.4f}")
# becomes
loss = [loss]

# %% asks nothing
# The cell makes new parameters of `my_haiku_net`.
# Afterwards
# The check looks at these two only
# Here is the same kind of loop
# After the loop `w` is 2.625
# Uncompiled, `my_update` sends
# Print the loss now and then.

# %% wrong: donated and kept the old parameters
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params: my_update(params, my_haiku_net, inputs, outputs, learning_rate), donate_argnums=0)
for i in range(num_iterations):
    loss, new_params = step(my_haiku_params)
    my_haiku_params, old = new_params, my_haiku_params
my_haiku_params = old

# %% wrong: inputs shuffled without their targets
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

step = jax.jit(lambda params, x: my_update(params, my_haiku_net, x, outputs, learning_rate))
for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params, jax.random.permutation(jax.random.key(i), inputs))

# %% wrong: loss of one minibatch
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
for i in range(4 * num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:32]
    loss, my_haiku_params = step(my_haiku_params, x[rows], y[rows], learning_rate * (1 - i / (4 * num_iterations)))

# %% wrong: minibatches at a constant rate
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y: my_update(params, my_haiku_net, x, y, learning_rate))
for i in range(num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:16]
    _, my_haiku_params = step(my_haiku_params, x[rows], y[rows])
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)

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

# %% wrong: sum
my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

@jax.jit
def step(params):
    loss, gradient = jax.value_and_grad(lambda p: ((my_haiku_net.apply(p, inputs) - outputs) ** 2).sum())(params)
    return loss, jax.tree.map(lambda p, g: p - learning_rate * g, params, gradient)


for i in range(num_iterations):
    loss, my_haiku_params = step(my_haiku_params)
