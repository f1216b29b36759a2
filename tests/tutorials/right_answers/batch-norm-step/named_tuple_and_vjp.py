class Result(NamedTuple):
    params: dict
    state: dict
    loss: jax.Array


def train_step(params, state, x, y):
    def loss_fn(params):
        logits, new_state = network.apply(params, state, None, x, is_training=True)
        return sigmoid_cross_entropy(logits, y), new_state

    loss, pullback, new_state = jax.vjp(loss_fn, params, has_aux=True)
    (grads,) = pullback(jnp.ones_like(loss))
    return Result(jax.tree.map(lambda p, g: p - learning_rate * g, params, grads), new_state, loss)
