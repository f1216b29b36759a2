def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    hidden = jnp.stack([jax.nn.relu(row) for row in first(x)])
    return last(hidden)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
