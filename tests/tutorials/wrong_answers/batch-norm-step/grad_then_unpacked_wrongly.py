def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    new_state, grads = jax.grad(loss_fn, has_aux=True)(params)
    loss = loss_fn(params)[0]
    return jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss
