class Linear(hk.Linear):
    pass


def my_haiku_net_func(x):
    last = Linear(6)
    return last(jnp.clip(Linear(5)(x), 0))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
