def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)


def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    return jnp.sum((1 - 2 * labels) * f) + 0.01 * jnp.sum(f**2)


def my_update_function(params, net, x, labels, learning_rate):
    loss, grad = jax.value_and_grad(my_loss)(params, net, x, labels)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grad)
    return loss, new_params


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    return jnp.mean((f >= 0) == (labels == 1))


my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))



@jax.jit
def train_all(params):
    def step(params, i):
        loss, params = my_update_function(params, my_net, *draw_batch(i), learning_rate)
        return params, loss

    return jax.lax.scan(step, params, jnp.arange(num_iterations))


my_params, losses = train_all(my_params)
print(losses[::100])
