def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    (loss, new_state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
    for module in params:
        for name in params[module]:
            params[module][name] = params[module][name] - learning_rate * grads[module][name]
    return params, new_state, loss
