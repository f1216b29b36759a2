class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name)
        self.output_size = output_size
        self.b_init = jnp.zeros

    def _parameters(self, x):
        stddev = 1 / jnp.sqrt(x.shape[-1])
        init = hk.initializers.TruncatedNormal(stddev)
        w = hk.get_parameter("w", (x.shape[-1], self.output_size), x.dtype, init=init)
        return w, hk.get_parameter("b", (self.output_size,), x.dtype, init=self.b_init)

    def __call__(self, x):
        w, b = self._parameters(x)
        return jax.lax.dot_general(x, w, (((x.ndim - 1,), (0,)), ((), ()))) + b
