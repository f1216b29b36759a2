def my_haiku_net_func(x):
    hidden = jax.nn.relu(hk.Linear(5, name="linear_1")(x))
    return hk.Linear(6)(hidden)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
