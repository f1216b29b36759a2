my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

my_haiku_params, losses = jax.jit(
    lambda params: jax.lax.scan(
        lambda p, _: my_update(p, my_haiku_net, inputs, outputs, learning_rate)[::-1], params, length=num_iterations
    )
)(my_haiku_params)
loss = losses[-1]
