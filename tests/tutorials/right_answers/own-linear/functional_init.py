class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.size = output_size

    def __call__(self, x):
        def w_init(shape, dtype):
            return hk.initializers.TruncatedNormal(1.0)(shape, dtype) / np.sqrt(shape[0]).astype(dtype)

        w = hk.get_parameter("w", (x.shape[-1], self.size), x.dtype, init=w_init)
        b = hk.get_parameter("b", (self.size,), x.dtype, init=lambda shape, dtype: jnp.zeros(shape, dtype))
        return jnp.sum(x[..., :, None] * w, axis=-2) + b
