def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return len(x) * sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return new_params, new_state, loss
