# %% right: compiled with a fixed number
def my_loss(params, state, batch):
    x, y = batch
    logits, state = network.apply(params, state, jax.random.key(0), x, True)
    signs = 2 * y - 1
    return -jnp.mean(jax.nn.log_sigmoid(signs * logits)), state


@jax.jit
def train_step(params, state, x, y):
    (value, state), slope = jax.value_and_grad(my_loss, has_aux=True)(params, state, (x, y))
    params = {m: {n: leaf - 0.3 * slope[m][n] for n, leaf in leaves.items()} for m, leaves in params.items()}
    return params, state, value

# %% right: grad with the loss in aux
def train_step(params, state, x, y):
    def loss_fn(p):
        logits, new_state = network.apply(p, state, None, x, is_training=True)
        loss = sigmoid_cross_entropy(logits, y)
        return loss, {"loss": loss, "state": new_state}

    grads, aux = jax.grad(loss_fn, has_aux=True)(params)
    return [jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), aux["state"], aux["loss"]]

# %% right: named tuple and vjp
class Result(NamedTuple):
    params: dict
    state: dict
    loss: jax.Array


def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    loss, pullback, new_state = jax.vjp(loss_fn, params, has_aux=True)
    (grads,) = pullback(jnp.ones_like(loss))
    return Result(jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss)

# %% right: optax.sgd
import optax

_optimiser = optax.sgd(learning_rate)


def train_step(params, state, x, y):
    def loss_fn(params, state):
        logits, state = network.apply(params, state, None, x, is_training=True)
        return optax.sigmoid_binary_cross_entropy(logits, y).mean(), state

    (loss, state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, state)
    updates, _ = _optimiser.update(grads, _optimiser.init(params))
    return optax.apply_updates(params, updates), state, loss

# %% right: stop_gradient of the state
def train_step(params, state, x, y):
    state = jax.lax.stop_gradient(state)
    leaves, treedef = jax.tree.flatten(params)

    def loss_fn(*leaves):
        p = jax.tree.unflatten(treedef, leaves)
        logits, new_state = network.apply(p, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), jax.lax.stop_gradient(new_state)

    positions = tuple(range(len(leaves)))
    (loss, new_state), slopes = jax.value_and_grad(loss_fn, argnums=positions, has_aux=True)(*leaves)
    new = [leaf - learning_rate * slope for leaf, slope in zip(leaves, slopes, strict=True)]
    return jax.tree.unflatten(treedef, new), new_state, loss

# %% breaks: Define `train_step(params, state, x, y)` | uphill
p - learning_rate * g
# becomes
p + learning_rate * g

# %% breaks: Define `train_step(params, state, x, y)` | another rate
p - learning_rate * g
# becomes
p - 0.1 * g

# %% breaks: Define `train_step(params, state, x, y)` | squared error
return sigmoid_cross_entropy(logits, y), new_state
# becomes
return jnp.mean((logits - y) ** 2), new_state

# %% breaks: Define `train_step(params, state, x, y)` | the sum
return sigmoid_cross_entropy(logits, y), new_state
# becomes
return sigmoid_cross_entropy(logits, y) * len(x), new_state

# %% breaks: Define `train_step(params, state, x, y)` | no `has_aux`
, has_aux=True
# becomes

# %% breaks: Define `train_step(params, state, x, y)` | no parentheses
(loss, new_state), grads
# becomes
loss, new_state, grads

# %% breaks: Define `train_step(params, state, x, y)` | nothing but the loss
return sigmoid_cross_entropy(logits, y), new_state
# becomes
return sigmoid_cross_entropy(logits, y)

# %% breaks: It returns the triple | no loss
return new_params, new_state, loss
# becomes
return new_params, new_state

# %% breaks: It returns the triple | nested
return new_params, new_state, loss
# becomes
return (new_params, new_state), loss

# %% breaks: It returns the triple | the state first
return new_params, new_state, loss
# becomes
return new_state, new_params, loss

# %% breaks: It returns the triple | the loss first
return new_params, new_state, loss
# becomes
return loss, new_params, new_state

# %% breaks: It returns the triple | the loss second
return new_params, new_state, loss
# becomes
return new_params, loss, new_state

# %% breaks: `new_params`: the parameters after the step | before it
return new_params, new_state, loss
# becomes
return params, new_state, loss

# %% breaks: `new_state`: the state after this batch | before it
return new_params, new_state, loss
# becomes
return new_params, state, loss

# %% breaks: `new_state`: the state after this batch | evaluation mode
is_training=True
# becomes
is_training=False

# %% breaks: `new_state`: the state after this batch | the parameters after the step
return new_params, new_state, loss
# becomes
return new_params, network.apply(new_params, state, None, x, is_training=True)[1], loss

# %% breaks: `new_state`: the state after this batch | seen twice
return new_params, new_state, loss
# becomes
return new_params, network.apply(params, new_state, None, x, is_training=True)[1], loss

# %% breaks: `new_state`: the state after this batch | from a fresh state
def loss_fn(params):
# becomes
_, state = network.init(jax.random.key(0), x, is_training=True)

def loss_fn(params):

# %% breaks: `new_state`: the state after this batch | in floats
return new_params, new_state, loss
# becomes
return new_params, jax.tree.map(jnp.float32, new_state), loss

# %% breaks: `loss`: the loss before the step | after it
return new_params, new_state, loss
# becomes
return new_params, new_state, loss_fn(new_params)[0]

# %% breaks: `loss`: the loss before the step | of shape one
return new_params, new_state, loss
# becomes
return new_params, new_state, loss[None]

# %% breaks: Here `x` has shape `(B, 2)` | 64 rows
return sigmoid_cross_entropy(logits, y), new_state
# becomes
return sigmoid_cross_entropy(logits[:64], y[:64]), new_state

# %% breaks: It must also run as `jax.jit(train_step)` | a float
return new_params, new_state, loss
# becomes
return new_params, new_state, float(loss)

# %% breaks: It must also run as `jax.jit(train_step)` | a step in place
return new_params, new_state, loss
# becomes
params.update(new_params)
return params, new_state, loss

# %% breaks: It must also run as `jax.jit(train_step)` | donated
(loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
# becomes
loss_fn = jax.jit(jax.value_and_grad(loss_fn, has_aux=True), donate_argnums=0)
(loss, new_state), grads = loss_fn(jax.tree.map(jnp.copy, params))
jax.tree.leaves(params)[0].delete()

# %% asks nothing
# Here is a specification in NumPy.
# First the loss
# Then the step, which nudges
# On four points:

# %% wrong: apply called as before
def train_step(params, state, x, y):
    def loss_fn(params):
        logits = network.apply(params, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), state, loss

# %% wrong: first batch kept
kept = {}


def train_step(params, state, x, y):
    x, y = kept.setdefault(x.shape, (x, y))

    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss

# %% wrong: grad then unpacked wrongly
def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    new_state, grads = jax.grad(loss_fn, has_aux=True)(params)
    loss = loss_fn(params)[0]
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss

# %% wrong: loss in a dictionary
def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, new_state, {"loss": loss}

# %% wrong: output not unpacked
def train_step(params, state, x, y):
    def loss_fn(params):
        logits = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), state, loss

# %% wrong: state stored in a global
def train_step(params, state, x, y):
    global kept_state

    def loss_fn(params):
        global kept_state
        logits, kept_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), kept_state, loss

# %% wrong: state takes a step too
def train_step(params, state, x, y):
    def loss_fn(params, state):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, argnums=(0, 1), has_aux=True)(params, state)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads[0])
    return new_params, new_state, loss

# %% wrong: state updated in place
def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    state.update(new_state)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), state, loss

# %% wrong: sum over the batch
def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return len(x) * sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, new_state, loss

# %% wrong: transformed for a step
train_step = hk.transform_with_state(ring_net)
