my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

loss, my_haiku_params = jax.jit(
    lambda params: jax.lax.fori_loop(
        0,
        num_iterations,
        lambda i, pair: my_update(pair[1], my_haiku_net, inputs, outputs, learning_rate),
        (jnp.float32(0), params),
    )
)(my_haiku_params)
