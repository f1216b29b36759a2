def my_haiku_net_func(x):
    layers = [hk.Linear(6), jax.nn.relu, hk.Linear(5)]
    return hk.Sequential(layers[::-1])(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
