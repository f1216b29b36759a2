my_jitted_update = jax.jit(my_update, static_argnums=1)
