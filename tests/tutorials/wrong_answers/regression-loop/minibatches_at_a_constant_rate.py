my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y: my_update(params, my_haiku_net, x, y, learning_rate))
for i in range(num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:16]
    _, my_haiku_params = step(my_haiku_params, x[rows], y[rows])
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)
