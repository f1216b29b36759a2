def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


with_key = hk.transform(lambda x: my_haiku_net_func(x))
my_haiku_net = hk.without_apply_rng(with_key)
my_haiku_params = jax.jit(my_haiku_net.init)(jax.random.PRNGKey(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))
