update = lambda params, inputs, outputs, rate: my_update(params, my_haiku_net, inputs, outputs, rate)  # noqa: E731
my_jitted_update = jax.jit(update)
