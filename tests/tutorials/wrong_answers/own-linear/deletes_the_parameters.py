class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        n = x.shape[-1]
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(n))
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init=init)
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        y = x @ w + b
        if not isinstance(w, jax.core.Tracer) and not hk.running_init():
            w.delete()
        return y
