def my_net_func(x):
    x = jax.nn.relu(hk.Linear(12)(x))
    x = jax.nn.relu(hk.Linear(12)(x))
    return hk.Linear(1)(x)

my_net = hk.without_apply_rng(hk.transform(my_net_func))
my_params = my_net.init(init_key, x)

my_jitted_update = jax.jit(lambda params, x, labels, lr: my_update_function(params, my_net, x, labels, lr))
jitted_accuracy = jax.jit(lambda params, x, labels: my_accuracy(params, my_net, x, labels))


@jax.jit

def train_all(params):
    def step(params, i):
        x, labels = draw_batch(i)
        loss, params = my_update_function(params, my_net, x, labels, learning_rate)
        return params, (loss, my_accuracy(params, my_net, x, labels))
    return jax.lax.scan(step, params, jnp.arange(num_iterations))

my_params, (losses, accuracies) = train_all(my_params)
