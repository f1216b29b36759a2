def small_step(weights, batch, learning_rate):
    gradient = accumulated(weights, batch, 4)
    new = jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
    return loss_fn(weights, batch), new
