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
