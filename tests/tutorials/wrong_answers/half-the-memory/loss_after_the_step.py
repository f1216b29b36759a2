def small_step(weights, batch, learning_rate):
    gradient = jax.grad(loss_fn)(weights, batch, jax.checkpoint)
    new = jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
    return loss_fn(new, batch), new
