def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))


def train(params, steps):
    def step(params, i):
        x, labels = draw_batch(i)
        loss, params = my_update_function(params, my_net, x, labels, learning_rate)
        return params, (loss, my_accuracy(params, my_net, x, labels))

    params, (losses, accuracies) = jax.lax.scan(step, params, jnp.arange(steps))
    return [params, losses, accuracies]
