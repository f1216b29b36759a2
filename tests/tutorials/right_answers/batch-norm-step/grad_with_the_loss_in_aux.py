def train_step(params, state, x, y):
    def loss_fn(p):
        logits, new_state = network.apply(p, state, None, x, is_training=True)
        loss = sigmoid_cross_entropy(logits, y)
        return loss, {"loss": loss, "state": new_state}

    grads, aux = jax.grad(loss_fn, has_aux=True)(params)
    return [jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), aux["state"], aux["loss"]]
