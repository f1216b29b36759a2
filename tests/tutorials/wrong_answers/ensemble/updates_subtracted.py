def train_ensemble(init, loss_fn, keys, rates, batches):
    def train_one(key, rate):
        optimizer = optax.sgd(rate, momentum=0.9)

        def step(carry, batch):
            params, opt_state = carry
            loss, grads = jax.value_and_grad(loss_fn)(params, batch)
            updates, opt_state = optimizer.update(grads, opt_state, params)
            params = jax.tree.map(jnp.subtract, params, updates)
            return (params, opt_state), loss

        params = init(key)
        (params, _), losses = jax.lax.scan(step, (params, optimizer.init(params)), batches)
        return params, losses

    return jax.vmap(train_one)(keys, rates)
