class TwoLayers(hk.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = hk.Linear(5), hk.Linear(6)

    def __call__(self, x):
        return self.second(jax.nn.relu(self.first(x)))


def my_haiku_net_func(x):
    return TwoLayers()(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))
