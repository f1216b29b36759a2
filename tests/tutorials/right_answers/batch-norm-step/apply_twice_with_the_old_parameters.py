def train_step(params, state, x, y):
    def loss_fn(p):
        logits = network.apply(p, state, None, x, is_training=True)[0]
        return sigmoid_cross_entropy(logits[:, None], y[:, None])

    new_state = network.apply(params, state, None, x, is_training=True)[1]
    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss
