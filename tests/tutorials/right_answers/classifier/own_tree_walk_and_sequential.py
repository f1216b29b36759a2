def my_net_func(x):
    layers = [hk.Linear(12, name="a"), jax.nn.relu, hk.Linear(12, name="b"), jax.nn.relu, hk.Linear(1, name="c")]
    return hk.Sequential(layers)(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)


def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    return jnp.sum((1 - 2 * labels) * f) + 0.01 * jnp.sum(f**2)


def my_update_function(params, net, x, labels, learning_rate):
    loss = my_loss(params, net, x, labels)
    grad = jax.grad(my_loss)(params, net, x, labels)
    new = {m: {n: params[m][n] - learning_rate * grad[m][n] for n in params[m]} for m in params}
    return [loss, new]


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    return jnp.mean((f >= 0) == (labels == 1))


my_jitted_update = jax.jit(lambda p, a, b, lr: my_update_function(p, my_net, a, b, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))

for i in range(num_iterations):
    x, labels = draw_batch(i)
    loss, my_params = my_jitted_update(my_params, x, labels, jnp.float32(learning_rate))
    accuracy = jitted_accuracy(my_params, x, labels)
    if i % 100 == 0:
        print(f"iteration {i:3}: loss {loss:7.2f}, accuracy {accuracy:.3f}")
