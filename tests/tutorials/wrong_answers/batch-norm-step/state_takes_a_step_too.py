def train_step(params, state, x, y):
    def loss_fn(params, state):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, argnums=(0, 1), has_aux=True)(params, state)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads[0])
    return new_params, new_state, loss
