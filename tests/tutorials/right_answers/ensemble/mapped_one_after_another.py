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
