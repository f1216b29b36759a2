def train_step(params, state, x, y):
    global kept_state

    def loss_fn(params):
        global kept_state
        logits, kept_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y)

    loss, grads = jax.value_and_grad(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), kept_state, loss
