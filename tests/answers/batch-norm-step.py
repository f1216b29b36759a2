# %% right: gradients are summed
def train_step(params, state, x, y):
    def loss_fn(params, state, x, y):
        logits, new_state = network.apply(params, state, None, x, True)
        return -jnp.mean(jax.nn.log_sigmoid((2 * y - 1) * logits)), new_state

    def part(carry, batch):
        state, total = carry
        (loss, state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, state, *batch)
        return (state, jax.tree.map(jnp.add, total, grads)), loss

    zeros = jax.tree.map(jnp.zeros_like, params)
    (state, total), losses = jax.lax.scan(part, (state, zeros), (x, y))
    new = {m: {n: p - learning_rate / len(x) * total[m][n] for n, p in its.items()} for m, its in params.items()}
    return [new, state, losses.mean()]

# %% right: fori_loop and a named tuple
class Result(NamedTuple):
    params: dict
    state: dict
    loss: jax.Array


@jax.jit
def train_step(params, state, x, y):
    def loss_of(params, state, i):
        logits, state = network.apply(params, state, jax.random.key(0), x[i], is_training=True)
        return sigmoid_cross_entropy(logits, y[i]) / x.shape[0], state

    def add(i, carry):
        grads, state, loss = carry
        (more, state), its = jax.value_and_grad(loss_of, has_aux=True)(params, state, i)
        return jax.tree.map(jnp.add, grads, its), state, loss + more

    begin = jax.tree.map(jnp.zeros_like, params), state, 0.0
    grads, state, loss = jax.lax.fori_loop(0, x.shape[0], add, begin)
    return Result(jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), state, loss)

# %% right: optax and grad with the loss in aux
import optax

_optimiser = optax.sgd(learning_rate)


def train_step(params, state, x, y):
    def loss_fn(params):
        def one(state, part):
            logits, state = network.apply(params, state, None, part[0], is_training=True)
            return state, optax.sigmoid_binary_cross_entropy(logits, part[1])

        new_state, losses = jax.lax.scan(one, state, (x, y))
        return losses.mean(), {"loss": losses.mean(), "state": new_state}

    grads, aux = jax.grad(loss_fn, has_aux=True)(params)
    updates, _ = _optimiser.update(grads, _optimiser.init(params))
    return optax.apply_updates(params, updates), aux["state"], aux["loss"]

# %% wrong: uphill -> the step leads uphill
p - learning_rate * g
# becomes
p + learning_rate * g

# %% wrong: another rate
p - learning_rate * g
# becomes
p - 0.1 * g

# %% wrong: no `has_aux` -> Which part of a pair is to be differentiated?
, has_aux=True
# becomes

# %% wrong: no parentheses -> where do the parentheses stand?
(loss, new_state), grads
# becomes
loss, new_state, grads

# %% wrong: the first part only -> only the first part is used
one_part, state, (x, y))
# becomes
one_part, state, (x[:1], y[:1]))

# %% wrong: four parts
one_part, state, (x, y))
# becomes
one_part, state, (x[:4], y[:4]))

# %% wrong: the sum -> that is the sum over the parts
losses.mean(), new_state
# becomes
losses.sum(), new_state

# %% wrong: the last loss -> the loss is that of the last part
losses.mean(), new_state
# becomes
losses[-1], new_state

# %% wrong: squared error
sigmoid_cross_entropy(logits, y)
# becomes
jnp.mean((logits - y) ** 2)

# %% wrong: the sum over each part -> that is the sum over the rows
sigmoid_cross_entropy(logits, y)
# becomes
sigmoid_cross_entropy(logits, y) * len(x)

# %% wrong: 64 rows
sigmoid_cross_entropy(logits, y)
# becomes
sigmoid_cross_entropy(logits[:64], y[:64])

# %% wrong: no loss -> the loss is missing
return new_params, new_state, loss
# becomes
return new_params, new_state

# %% wrong: nested -> two of them are in a pair of their own
return new_params, new_state, loss
# becomes
return (new_params, new_state), loss

# %% wrong: the state first -> first comes the state
return new_params, new_state, loss
# becomes
return new_state, new_params, loss

# %% wrong: the loss second -> asks for (new_params, new_state, loss), in this order
return new_params, new_state, loss
# becomes
return new_params, loss, new_state

# %% wrong: before it -> new_params are the parameters that came in
return new_params, new_state, loss
# becomes
return params, new_state, loss

# %% wrong: before them -> new_state is the one that came in
return new_params, new_state, loss
# becomes
return new_params, state, loss

# %% wrong: each begins with the state that came in -> new_state has seen the last part only
def one_part(state, part):
x, y = part  # (B, 2), (B,)
logits, state = network.apply(params, state, None, x, is_training=True)
return state,
# becomes
def one_part(_, part):
    x, y = part
    logits, after = network.apply(params, state, None, x, is_training=True)
    return after,

# %% wrong: evaluation mode -> Is apply in training mode
is_training=True
# becomes
is_training=False

# %% wrong: in the other order
state, (x, y))  # losses (M,)
# becomes
state, (x, y), reverse=True)

# %% wrong: the parameters after the step -> new_state belongs to the parameters after the step
return new_params, new_state, loss
# becomes
return new_params, loss_fn(new_params)[1], loss

# %% wrong: in floats -> has the dtype float32, not int32
return new_params, new_state, loss
# becomes
return new_params, jax.tree.map(jnp.float32, new_state), loss

# %% wrong: after it -> the loss is the one after the step
return new_params, new_state, loss
# becomes
return new_params, new_state, loss_fn(new_params)[0]

# %% wrong: one for each part
return losses.mean(), new_state
# becomes
return losses.mean(), (new_state, losses)

# %% wrong: of shape one
return new_params, new_state, loss
# becomes
return new_params, new_state, loss[None]

# %% wrong: a float -> no `if` on an array, no float(), no NumPy
return new_params, new_state, loss
# becomes
return new_params, new_state, float(loss)

# %% wrong: a step in place -> changes what it is given
return new_params, new_state, loss
# becomes
params.update(new_params)
return params, new_state, loss

# %% wrong: a loop of Python -> What loops over the parts, Python or JAX?
new_state, losses = jax.lax.scan(one_part, state, (x, y))  # losses (M,)
return losses.mean()
# becomes
new_state, losses = state, []
for part in zip(x, y):
    new_state, loss = one_part(new_state, part)
    losses.append(loss)
return jnp.array(losses).mean()

# %% wrong: donated -> deletes or donates what its caller needs
(loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
# becomes
(loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
if not isinstance(loss, jax.core.Tracer):
    jax.tree.leaves(params)[0].delete()
    params = grads

# %% wrong: a loop of Python, and a step for each part -> each part takes a step of its own
def train_step(params, state, x, y):
    def loss_fn(params, state, x, y):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    losses = []
    for part in zip(x, y):
        (loss, state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, state, *part)
        params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
        losses.append(loss)
    return params, state, jnp.mean(jnp.array(losses))

# %% wrong: the parts joined to one batch -> the parts are joined to one batch
def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x.reshape(-1, 2), is_training=True)
        return sigmoid_cross_entropy(logits, y.ravel()), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss

# %% wrong: vmap over the parts -> new_state has seen the last part only
def train_step(params, state, x, y):
    def loss_fn(params):
        apply = jax.vmap(lambda x: network.apply(params, state, None, x, is_training=True))
        logits, states = apply(x)
        new_state = jax.tree.map(lambda leaf: leaf[-1], states)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss

# %% wrong: state stored in a global -> holds a tracer that an earlier call kept
def train_step(params, state, x, y):
    global kept_state

    def loss_fn(params):
        global kept_state
        kept_state, losses = jax.lax.scan(one_part(params), state, (x, y))
        return losses.mean()

    def one_part(params):
        def one(state, part):
            logits, state = network.apply(params, state, None, part[0], is_training=True)
            return state, sigmoid_cross_entropy(logits, part[1])

        return one

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), kept_state, loss

# %% wrong: transformed for a step
train_step = hk.transform_with_state(ring_net)

# %% wrong: a Python loop of at least ten rounds -> What loops over the parts, Python or JAX?
def train_step(params, state, x, y):
    parts = len(x)

    def loss_fn(params):
        now, total = state, 0.0
        for i in range(max(parts, 10)):
            at = min(i, parts - 1)
            logits, after = network.apply(params, now, None, x[at], is_training=True)
            total = total + float(i < parts) * sigmoid_cross_entropy(logits, y[at])
            now = after if i < parts else now
        return total / parts, now

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, new_state, loss
