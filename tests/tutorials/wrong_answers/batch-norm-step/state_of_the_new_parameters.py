def train_step(params, state, x, y):
    def loss_fn(params):
        logits, _ = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    _, state = network.apply(params, state, None, x, is_training=True)
    return params, state, loss
