def locate_step(position, beacons, distances, learning_rate):
    position = jnp.asarray(position, float)
    def residuals(p):
        s = jnp.sum((p - beacons) ** 2, axis=1)
        return jnp.where(s == 0, 0, jnp.sqrt(jnp.where(s == 0, 1, s))) - distances
    loss, g = jax.value_and_grad(lambda p: jnp.mean(residuals(p) ** 2))(position)
    return [position - learning_rate * g, {"loss": float(loss), "residuals": residuals(position)}]
