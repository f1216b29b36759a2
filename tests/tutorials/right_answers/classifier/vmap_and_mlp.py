def my_net_func(x):
    return hk.nets.MLP([12, 12, 1])(x)


my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)


def my_loss(params, net, x, labels):
    f = net.apply(params, x)
    return jax.vmap(lambda f, y: (-1) ** y * f + 0.01 * jnp.square(f))(f, labels).sum()


def my_update_function(params, net, x, labels, learning_rate):
    loss, grad = jax.value_and_grad(my_loss)(params, net, x, labels)
    new_params = jax.tree.map(lambda p, g: p - learning_rate * g, params, grad)
    return loss, new_params


def my_accuracy(params, net, x, labels):
    f = net.apply(params, x)
    return float((np.asarray(f >= 0) == np.asarray(labels)).mean())


my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = None

for i in range(num_iterations):
    x, labels = draw_batch(i)
    loss, my_params = my_jitted_update(my_params, x, labels, learning_rate)
    if i % 100 == 0:
        accuracy = my_accuracy(my_params, my_net, x, labels)
        print(f"iteration {i:3}: loss {loss:7.2f}, accuracy {accuracy:.3f}")
