def small_step(weights, batch, learning_rate):
    def wrap(block):
        return jax.checkpoint(block, policy=jax.checkpoint_policies.dots_saveable)

    loss, gradient = jax.value_and_grad(loss_fn)(weights, batch, wrap)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
