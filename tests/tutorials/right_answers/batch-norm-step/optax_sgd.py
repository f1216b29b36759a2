import optax

_optimiser = optax.sgd(learning_rate)


def train_step(params, state, x, y):
    def loss_fn(params, state):
        logits, state = network.apply(params, state, None, x, is_training=True)
        return optax.sigmoid_binary_cross_entropy(logits, y).mean(), state

    (loss, state), grads = jax.value_and_grad(loss_fn, has_aux=True)(params, state)
    updates, _ = _optimiser.update(grads, _optimiser.init(params))
    return optax.apply_updates(params, updates), state, loss
