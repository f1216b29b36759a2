my_haiku_params = my_haiku_net.init(jax.random.key(0), inputs)

x, y = np.array(inputs), np.array(outputs)
step = jax.jit(lambda params, x, y, lr: my_update(params, my_haiku_net, x, y, lr))
for i in range(4 * num_iterations):
    rows = np.random.default_rng(i).permutation(128)[:32]
    _, my_haiku_params = step(my_haiku_params, x[rows], y[rows], learning_rate * (1 - i / (4 * num_iterations)))
loss = square_loss(my_haiku_params, my_haiku_net, inputs, outputs)
