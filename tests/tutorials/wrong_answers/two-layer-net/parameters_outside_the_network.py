key_1, key_2 = jax.random.split(jax.random.key(0))
w1, b1 = jax.random.normal(key_1, (12, 5)), jnp.zeros(5)
w2, b2 = jax.random.normal(key_2, (5, 6)), jnp.zeros(6)


def my_haiku_net_func(x):
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))
