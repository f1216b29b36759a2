class Net(hk.Module):
    def __init__(self, widths):
        super().__init__()
        self.widths = widths

    def __call__(self, x):
        *hidden, last = (hk.Linear(width) for width in self.widths)
        for layer in hidden:
            x = jax.nn.relu(layer(x))
        return last(x)


def my_net_func(x):
    return Net((12, 12, 1))(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))


@jax.jit
def my_jitted_update(params, x, labels, lr):
    new_params, loss = sgd_step(lambda p, batch: my_loss(p, my_net, *batch), params, (x, labels), lr)
    return loss, new_params


@jax.jit
def step(params, i):
    x, labels = draw_batch(i)
    loss, params = my_jitted_update(params, x, labels, learning_rate)
    return params, (loss, my_accuracy(params, my_net, x, labels))


def train(params, steps):
    metrics = []
    for i in range(steps):
        params, both = step(params, i)
        metrics.append(both)
    losses, accuracies = zip(*metrics)
    return params, losses, accuracies
