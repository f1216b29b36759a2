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
