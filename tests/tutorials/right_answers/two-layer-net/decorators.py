@hk.without_apply_rng
@hk.transform
def my_haiku_net(x):
    return my_haiku_net_func(x)


def my_haiku_net_func(x):
    return hk.nets.MLP(output_sizes=(5, 6), activation=jax.nn.relu)(x)


my_haiku_params = jax.device_get(my_haiku_net.init(jax.random.key(0), jnp.ones([3, 12])))
