def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))

from functools import partial
_k = jax.jit(partial(my_update_function, net=my_net))

def my_jitted_update(params, x, labels, lr):
    return _k(params, x=x, labels=labels, learning_rate=lr)
jitted_accuracy = jax.jit(partial(my_accuracy, net=my_net))


def train(params, steps):
    losses, accuracies = [], []
    for i in range(steps):
        x, labels = draw_batch(i)
        loss, params = my_jitted_update(params, x, labels, learning_rate)
        losses.append(loss)
        accuracies.append(jitted_accuracy(params, x=x, labels=labels))
    return params, losses, accuracies
