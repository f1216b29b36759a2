# %% right: hyperparameters injected
def train_ensemble(init, loss_fn, keys, rates, batches):
    optimizer = optax.inject_hyperparams(optax.sgd)(learning_rate=0.0, momentum=0.9)

    def start(key, rate):
        params = init(key)
        opt_state = optimizer.init(params)
        opt_state.hyperparams["learning_rate"] = rate
        return params, opt_state

    def step(carry, batch):
        params, opt_state = carry
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        updates, opt_state = optimizer.update(grads, opt_state, params)
        return (optax.apply_updates(params, updates), opt_state), loss

    carry = jax.vmap(start)(keys, rates)
    train = jax.jit(jax.vmap(lambda carry: jax.lax.scan(step, carry, batches)))
    (params, _), losses = train(carry)
    return params, losses

# %% right: mapped one after another
@functools.partial(jax.jit, static_argnames=("init", "loss_fn"))
def train_ensemble(init, loss_fn, keys, rates, batches):
    def train_one(member):
        key, rate = member
        optimizer = optax.sgd(rate, 0.9)
        steps = jax.tree.leaves(batches)[0].shape[0]

        def body(step, carry):
            params, opt_state, losses = carry
            batch = jax.tree.map(lambda leaf: leaf[step], batches)
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state)
            return optax.apply_updates(params, updates), opt_state, losses.at[step].set(loss)

        params = init(key)
        params, _, losses = jax.lax.fori_loop(0, steps, body, (params, optimizer.init(params), jnp.zeros(steps)))
        return [params, losses]

    return jax.lax.map(train_one, (keys, rates))

# %% right: momentum by hand
def train_ensemble(init, loss_fn, keys, rates, batches):
    @jax.vmap
    def run(key, rate):
        def step(carry, batch):
            params, velocity = carry
            loss, slope = jax.value_and_grad(loss_fn)(params, batch)
            velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, slope)
            params = jax.tree.map(lambda p, v: p - rate * v, params, velocity)
            return (params, velocity), loss

        params = init(key)
        carry, losses = jax.lax.scan(step, (params, jax.tree.map(jnp.zeros_like, params)), batches)
        return carry[0], losses

    return run(keys, rates)

# %% right: scan of vmap
def train_ensemble(init, loss_fn, keys, rates, batches):
    params = jax.vmap(init)(keys)
    opt_state = jax.vmap(lambda p: optax.trace(decay=0.9).init(p))(params)

    def member(params, opt_state, rate, batch):
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        updates, opt_state = optax.sgd(rate, momentum=0.9).update(grads, (opt_state, optax.EmptyState()), params)
        return optax.apply_updates(params, updates), opt_state[0], loss

    def step(carry, batch):
        params, opt_state, loss = jax.vmap(member, in_axes=(0, 0, 0, None))(*carry, rates, batch)
        return (params, opt_state), loss

    (params, _), losses = jax.lax.scan(step, (params, opt_state), batches)
    return params, losses.T

# %% right: each rate in the memory of its optimiser, and a map over the members
def train_ensemble(init, loss_fn, keys, rates, batches):
    optimizer = optax.inject_hyperparams(optax.sgd)(learning_rate=0.0, momentum=0.9)

    def one_step(run, batch):
        params, memory = run
        loss, grads = jax.value_and_grad(loss_fn)(params, batch)
        updates, memory = optimizer.update(grads, memory, params)
        return (optax.apply_updates(params, updates), memory), loss

    def one_member(key_and_rate):
        params = init(key_and_rate[0])
        memory = optax.tree.set(optimizer.init(params), learning_rate=key_and_rate[1])
        (params, _), losses = jax.lax.scan(one_step, (params, memory), batches)
        return params, losses

    return jax.lax.map(one_member, (keys, rates))

# %% wrong: the first rate -> all have the first rate.
jax.vmap(train_one)(keys, rates)
# becomes
jax.vmap(train_one, in_axes=(0, None))(keys, rates[0])

# %% wrong: a dictionary -> for any tree of parameters
params = init(key)
# becomes
params = dict(init(key))

# %% wrong: a single batch -> each step gets the first batch.
jax.value_and_grad(loss_fn)(params, batch)
# becomes
jax.value_and_grad(loss_fn)(params, jax.tree.map(lambda x: x[0], batches))

# %% wrong: at most eight members
(keys, rates)
# becomes
(keys[:8], rates[:8])

# %% wrong: at most eight steps
jax.lax.scan(step, first, batches)
# becomes
jax.lax.scan(step, first, jax.tree.map(lambda x: x[:8], batches))

# %% wrong: batches are mapped -> Which arguments have one entry for each member?
jax.vmap(train_one)(keys, rates)
# becomes
jax.vmap(lambda key, rate, _: train_one(key, rate))(keys, rates, batches)

# %% wrong: the first key -> all start from the first key.
params = init(key)
# becomes
params = init(keys[0])

# %% wrong: no momentum -> is there momentum, or is its state lost?
momentum=0.9
# becomes
momentum=0.0

# %% wrong: Nesterov -> that is Nesterov's momentum.
momentum=0.9
# becomes
momentum=0.9, nesterov=True

# %% wrong: uphill -> an update of Optax has its minus sign.
optax.sgd(rate
# becomes
optax.sgd(-rate

# %% wrong: the velocity is lost -> is there momentum, or is its state lost?
(optax.apply_updates(params, updates), opt_state), loss
# becomes
(optax.apply_updates(params, updates), optimizer.init(params)), loss

# %% wrong: the last batch first
(step, first, batches)
# becomes
(step, first, batches, reverse=True)

# %% wrong: exchanged -> the parameters come first in the pair.
return params, losses

# becomes
return losses, params

# %% wrong: not trained -> the parameters are those of the start.
(params, _), losses = jax.lax
# becomes
_, losses = jax.lax

# %% wrong: transposed -> the losses should have the shape (N, T).
return jax.vmap(train_one)(keys, rates)
# becomes
return jax.vmap(train_one, out_axes=(0, 1))(keys, rates)

# %% wrong: the loss after the step -> those are the losses after each step.
return (optax.apply_updates(params, updates), opt_state), loss
# becomes
params = optax.apply_updates(params, updates)
return (params, opt_state), loss_fn(params, batch)

# %% wrong: a loop over members -> each further member makes the program longer.
return jax.vmap(train_one)(keys, rates)
# becomes
members = [train_one(*member) for member in zip(keys, rates)]
return jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)

# %% wrong: loop over members -> each further member makes the program longer.
def train_ensemble(init, loss_fn, keys, rates, batches):
    def train_one(key, rate):
        optimizer = optax.sgd(rate, momentum=0.9)

        def step(carry, batch):
            params, opt_state = carry
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            return (optax.apply_updates(params, updates), opt_state), loss

        params = init(key)
        (params, _), losses = jax.lax.scan(step, (params, optimizer.init(params)), batches)
        return params, losses

    runs = [train_one(key, rate) for key, rate in zip(keys, rates)]
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *runs)

# %% wrong: loop over steps -> each further step makes the program longer.
def train_ensemble(init, loss_fn, keys, rates, batches):
    def train_one(key, rate):
        optimizer = optax.sgd(rate, momentum=0.9)
        params = init(key)
        opt_state = optimizer.init(params)
        losses = []
        for step in range(len(jax.tree.leaves(batches)[0])):
            batch = jax.tree.map(lambda leaf: leaf[step], batches)
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            params = optax.apply_updates(params, updates)
            losses.append(loss)
        return params, jnp.stack(losses)

    return jax.jit(jax.vmap(train_one))(keys, rates)

# %% wrong: rate as a float -> A rate that is traced has no value yet
def train_ensemble(init, loss_fn, keys, rates, batches):
    def train_one(key, rate):
        optimizer = optax.sgd(float(rate), momentum=0.9)

        def step(carry, batch):
            params, opt_state = carry
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            return (optax.apply_updates(params, updates), opt_state), loss

        params = init(key)
        (params, _), losses = jax.lax.scan(step, (params, optimizer.init(params)), batches)
        return params, losses

    return jax.vmap(train_one)(keys, rates)

# %% wrong: unrolled -> each further step makes the program longer.
def train_ensemble(init, loss_fn, keys, rates, batches):
    def run(key, rate):
        optimizer = optax.sgd(rate, momentum=0.9)
        params = init(key)

        def step(carry, batch):
            params, opt_state = carry
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            return (optax.apply_updates(params, updates), opt_state), loss

        start = params, optimizer.init(params)
        (params, _), losses = jax.lax.scan(step, start, batches, unroll=True)
        return params, losses

    return jax.vmap(run)(keys, rates)

# %% wrong: a loop over groups -> each further member makes the program longer.
def train_ensemble(init, loss_fn, keys, rates, batches):
    def run(key, rate):
        optimizer = optax.sgd(rate, momentum=0.9)
        params = init(key)

        def step(carry, batch):
            params, opt_state = carry
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            return (optax.apply_updates(params, updates), opt_state), loss

        (params, _), losses = jax.lax.scan(step, (params, optimizer.init(params)), batches)
        return params, losses

    groups = [  # eight at a time, which fit into memory
        jax.vmap(run)(keys[i : i + 8], rates[i : i + 8]) for i in range(0, len(keys), 8)
    ]
    if len(groups) == 1:
        return groups[0]
    return jax.tree.map(lambda *parts: jnp.concatenate(parts), *groups)
