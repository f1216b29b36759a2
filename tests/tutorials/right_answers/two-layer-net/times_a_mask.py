def my_haiku_net_func(x):
    h = hk.Linear(5)(x)
    h = h * (h > 0)
    return hk.Linear(6)(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
