@hk.without_apply_rng
@hk.transform
def my_haiku_net(x):
    return my_haiku_net_func(x)


def my_haiku_net_func(x):
    output = hk.Linear(6)
    return output(jax.nn.relu(hk.Linear(5)(x)))


my_haiku_params = jax.device_get(my_haiku_net.init(jax.random.key(0), jnp.ones([3, 12])))
