def layer(x, n, name):
    w = hk.get_parameter(name + "_w", (x.shape[-1], n), init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])))
    b = hk.get_parameter(name + "_b", (n,), init=jnp.zeros)
    return x @ w + b


def my_net_func(x):
    return layer(jax.nn.relu(layer(jax.nn.relu(layer(x, 12, "a")), 12, "b")), 1, "c")

my_net = hk.without_apply_rng(hk.transform(my_net_func))

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x, labels))
    return params, losses, accuracies
