def my_haiku_net_func(x):
    return hk.Linear(6)(jnp.maximum(0.0, hk.Linear(5)(x)))


_t = hk.transform(my_haiku_net_func)
my_haiku_net = hk.Transformed(_t.init, lambda params, x: _t.apply(params, None, x))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
