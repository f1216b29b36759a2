def my_haiku_net_func(x):
    last, second, first = hk.Linear(6), hk.Linear(5), hk.Linear(12)
    return last(jax.nn.relu(second(jax.nn.relu(first(x)))))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
