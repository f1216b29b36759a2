# %% right: gain in the constructor
class ScaledLinear(hk.Linear):
    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.kept = hk.get_parameter("gain", [self.output_size], init=jnp.ones)

    def __call__(self, x):
        return super().__call__(x) * self.kept

    def gain(self):
        return self.kept

# %% right: name like call
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return self.gain() * super().__call__(x)

    @hk.name_like("__call__")
    def gain(self):
        return hk.get_parameter("gain", (self.output_size,), jnp.float32, jnp.ones)

# %% right: parameters of its own
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias, name=name)

    def __call__(self, x):
        shape = [x.shape[-1], self.output_size]
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(shape[0]))
        y = jnp.dot(x, hk.get_parameter("w", shape, x.dtype, init))
        if self.with_bias:
            y += hk.get_parameter("b", [self.output_size], x.dtype, jnp.zeros)
        return y * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=hk.initializers.Constant(1.0))

# %% wrong: a module
class ScaledLinear(hk.Module):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(name=name)
        self.output_size, self.linear = output_size, hk.Linear(output_size, with_bias)

    def __call__(self, x):
        return self.linear(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: bias lost
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, name=name)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: biases of ones
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, b_init=jnp.ones, name=name)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: calls itself
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return self(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: gain before the bias
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, name=name)

    def __call__(self, x):
        w = hk.get_parameter("w", [x.shape[-1], self.output_size], init=hk.initializers.TruncatedNormal())
        y = x @ w * self.gain()
        if self.with_bias:
            y += hk.get_parameter("b", [self.output_size], init=jnp.zeros)
        return y

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: gain in a scope
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        with hk.name_scope("gain"):
            return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: gain only in the call
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        self.kept = hk.get_parameter("gain", [self.output_size], init=jnp.ones)
        return super().__call__(x) * self.kept

    def gain(self):
        return self.kept

# %% wrong: gain starts at zero
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.zeros)

# %% wrong: name lost
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: scalar gain
class ScaledLinear(hk.Linear):
    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [], init=jnp.ones)

# %% wrong: transparent still
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, name=name)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    @hk.transparent
    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: unscaled normal weights
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, w_init=hk.initializers.RandomNormal(), name=name)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)

# %% wrong: weights of ones
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, with_bias=True, name=None):
        super().__init__(output_size, with_bias=with_bias, w_init=jnp.ones, name=name)

    def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
