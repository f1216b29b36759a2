class Dense(hk.Module):
    def __call__(self, size, x):
        n = x.shape[-1]
        w = hk.get_parameter("w", (n, size), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (size,), init=jnp.zeros)
        return x @ w + b


def my_haiku_net_func(x):
    return Dense(name="linear")(6, jax.nn.relu(Dense(name="linear_1")(5, x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
