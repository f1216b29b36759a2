def my_haiku_net_func(x):
    return hk.Linear(6)(jax.nn.relu(hk.Linear(5)(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = found
