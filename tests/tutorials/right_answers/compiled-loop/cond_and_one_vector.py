from jax.flatten_util import ravel_pytree


@jax.jit
def my_jitted_update(params, x, y, lr):
    loss, new = my_update(params, my_haiku_net, x, y, lr)
    fine = jnp.isfinite(ravel_pytree((loss, new))[0]).all()
    return loss, jax.lax.cond(fine, lambda: new, lambda: params)
