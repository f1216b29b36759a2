def small_step(weights, batch, learning_rate):
    loss, gradient = jax.value_and_grad(jax.checkpoint(loss_fn))(weights, batch)
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
