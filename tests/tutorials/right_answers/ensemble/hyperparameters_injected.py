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
