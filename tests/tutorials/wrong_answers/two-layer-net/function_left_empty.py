def my_haiku_net_func(x):
    pass


def net(x):
    return hk.Linear(6)(jax.nn.relu(hk.Linear(5)(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(net))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
