def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))

jitted_loss = jax.jit(lambda params, x, labels: my_loss(params, my_net, x, labels))

losses, accuracies = [], []
for i in range(num_iterations):
    x, labels = draw_batch(i)
    my_params = my_jitted_update(my_params, x, labels, learning_rate)[1]
    losses.append(jitted_loss(my_params, x, labels))
    accuracies.append(jitted_accuracy(my_params, x, labels))
