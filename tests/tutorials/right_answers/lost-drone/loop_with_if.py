def locate_step(position, beacons, distances, learning_rate):
    position = jnp.array([float(v) for v in position])
    def loss_fn(p):
        r = []
        for b, d in zip(beacons, distances):
            s = jnp.sum((p - b) ** 2)
            r.append((jnp.sqrt(s) if s > 0 else 0.0 * s) - d)
        r = jnp.stack(r)
        return jnp.mean(r**2), r
    (loss, r), g = jax.value_and_grad(loss_fn, has_aux=True)(position)
    return position - learning_rate * g, dict(loss=loss, residuals=r)
