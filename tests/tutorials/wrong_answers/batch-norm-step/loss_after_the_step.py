def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    grads, new_state = jax.grad(loss_fn, has_aux=True)(params)
    params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grads)
    return params, new_state, loss_fn(params)[0]
