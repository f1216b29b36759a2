from jax.flatten_util import ravel_pytree


def train_step(params, state, x, y):
    flat, unravel = ravel_pytree(params)

    def loss_fn(flat):
        logits, new_state = network.apply(unravel(flat), state, None, x, is_training=True)
        return jnp.mean(jnp.where(y == 1, jax.nn.softplus(-logits), jax.nn.softplus(logits))), new_state

    (loss, new_state), slope = jax.value_and_grad(loss_fn, has_aux=True)(flat)
    return unravel(flat - learning_rate * slope), new_state, loss
