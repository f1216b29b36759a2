def train_step(params, state, x, y):
    def loss_fn(p):
        logits, new_state = network.apply(p, state, None, x, is_training=True)
        p_one = jax.nn.sigmoid(logits)
        return -jnp.mean(y * jnp.log(p_one) + (1 - y) * jnp.log(1 - p_one)), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss
