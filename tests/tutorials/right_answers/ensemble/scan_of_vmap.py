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
