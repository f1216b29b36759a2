def locate_step(position, beacons, distances, learning_rate):
    position = jnp.asarray(position, float)
    def loss_fn(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        r = jnp.sqrt(jnp.maximum(s, 1e-12)) - distances
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, {"loss": loss, "residuals": r}
