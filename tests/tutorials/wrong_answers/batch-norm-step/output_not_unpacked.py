def train_step(params, state, x, y):
    def loss_fn(params):
        logits = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), state, loss
