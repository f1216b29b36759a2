@jax.jit
def locate_step(position, beacons, distances, learning_rate):
    position = position.astype("float32")
    def loss_fn(position, beacons, distances):
        squares = ((position - beacons) ** 2).sum(1)
        safe = jnp.where(squares > 0, squares, 1.0)
        r = jnp.where(squares > 0, jnp.sqrt(safe), 0.0) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position, beacons, distances)
    return position - learning_rate * g, {"loss": loss, "residuals": r}
