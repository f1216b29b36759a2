def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        lengths = jnp.sqrt(jnp.sum((p - beacons) ** 2, axis=-1) + 1e-6)
        r = lengths - distances
        return (r**2).mean(), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position * 1.0)
    return position - learning_rate * g, {"loss": loss, "residuals": r}
