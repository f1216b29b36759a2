# %% right: a linear that shares its matrix
class Shared(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x, transpose=False, size=None):
        inputs = size if transpose else x.shape[-1]
        init = hk.initializers.Orthogonal()
        w = hk.get_parameter("w", (inputs, self.hidden_size), init=init)
        return x @ w.T if transpose else x @ w


class Shift(hk.Module):
    def __call__(self, x):
        return x + hk.get_parameter("shift", x.shape[-1:], init=jnp.zeros)


class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.shared = Shared(hidden_size)
        self.biases = Shift(), Shift()

    def __call__(self, x):
        first, second = self.biases
        h = jnp.tanh(first(self.shared(x)))
        return second(self.shared(h, transpose=True, size=x.shape[-1]))

# %% right: linear and its params dict
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        encoder = hk.Linear(self.hidden_size, name="encoder")
        h = jnp.tanh(encoder(x))
        w = next(v for k, v in encoder.params_dict().items() if k.endswith("/w"))
        return h @ w.T + hk.get_parameter("c", x.shape[-1:], init=jnp.zeros)

# %% right: methods
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def matrix(self, inputs):
        init = hk.initializers.VarianceScaling(mode="fan_avg")
        return hk.get_parameter("matrix", (inputs, self.hidden_size), init=init)

    def encode(self, x):
        b = hk.get_parameter("encoder_bias", (self.hidden_size,), init=jnp.zeros)
        return jnp.tanh(x @ self.matrix(x.shape[-1]) + b)

    def decode(self, h, inputs):
        c = hk.get_parameter("decoder_bias", (inputs,), init=jnp.zeros)
        return h @ self.matrix(inputs).T + c

    def __call__(self, x):
        return self.decode(self.encode(x), x.shape[-1])

# %% right: stored transposed
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("weight", (k, n), x.dtype, init=hk.initializers.RandomNormal(0.1))
        b = hk.get_parameter("b_enc", (k,), x.dtype, init=hk.initializers.Constant(0.0))
        c = hk.get_parameter("b_dec", (n,), x.dtype, init=hk.initializers.Constant(0.0))
        return jnp.einsum("...k,kn->...n", jnp.tanh(jnp.einsum("...n,kn->...k", x, w) + b), w) + c

# %% wrong: a fixed seed
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=lambda shape, dtype: jax.random.normal(jax.random.key(0), shape, dtype))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c

# %% wrong: all ones
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=jnp.ones)
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c

# %% wrong: batch of rows only
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jax.vmap(lambda row: jnp.tanh(row @ w + b) @ w.T + c)(x)

# %% wrong: bias random
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=hk.initializers.RandomNormal(0.1))
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c

# %% wrong: biases shared too
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        return (jnp.tanh(x @ w + b) - b) @ w.T

# %% wrong: copied at init
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.RandomNormal())
        v = hk.get_parameter("v", (k, n), init=lambda shape, dtype: w.T)
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ v + c

# %% wrong: no return
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        jnp.tanh(x @ w + b) @ w.T + c

# %% wrong: no second bias
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T

# %% wrong: no tanh
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return (x @ w + b) @ w.T + c

# %% wrong: one parameter name
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("b", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c

# %% wrong: relu
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jax.nn.relu(x @ w + b) @ w.T + c

# %% wrong: reshaped
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.reshape(k, n) + c

# %% wrong: returns the code
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b)

# %% wrong: returns the code too
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        h = jnp.tanh(x @ w + b)
        return h, h @ w.T + c

# %% wrong: second bias unused
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T

# %% wrong: sigmoid
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jax.nn.sigmoid(x @ w + b) @ w.T + c

# %% wrong: stop_gradient
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ jax.lax.stop_gradient(w).T + c

# %% wrong: tanh at the end too
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(jnp.tanh(x @ w + b) @ w.T + c)

# %% wrong: two matrices
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        h = jnp.tanh(hk.Linear(self.hidden_size)(x))
        return hk.Linear(x.shape[-1])(h)

# %% wrong: width fixed
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = 12, self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        return jnp.tanh(x @ w + b) @ w.T + c
