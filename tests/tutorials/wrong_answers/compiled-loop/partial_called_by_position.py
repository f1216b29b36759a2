my_jitted_update = jax.jit(functools.partial(my_update, net=my_haiku_net))
