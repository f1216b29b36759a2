def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(num_iterations):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies
