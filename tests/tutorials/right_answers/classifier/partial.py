def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)

from functools import partial
_k = jax.jit(partial(my_update_function, net=my_net))

def my_jitted_update(params, x, labels, lr):
    return _k(params, x=x, labels=labels, learning_rate=lr)
jitted_accuracy = jax.jit(partial(my_accuracy, net=my_net))

losses, accuracies = [], []
for i in range(num_iterations):
    x, labels = draw_batch(i)
    loss, my_params = my_jitted_update(my_params, x, labels, learning_rate)
    losses.append(loss)
    accuracies.append(jitted_accuracy(my_params, x=x, labels=labels))
