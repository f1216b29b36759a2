def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(rng=jax.random.key(0), x=jnp.ones((12,)))
print(jax.tree.map(jnp.shape, my_haiku_params))
