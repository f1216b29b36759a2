my_jitted_update = jax.jit(my_update)
