def locate_step(position, beacons, distances, learning_rate):
    def loss_fn(p):
        r = jax.vmap(safe_length)(p - beacons) - distances
        return jnp.mean(r**2), {"residuals": r}
    p = position + 0.0
    (loss, aux), g = jax.value_and_grad(loss_fn, has_aux=True)(p)
    return p - learning_rate * g, {"loss": loss, **aux}
