# %% right: dataclass
import dataclasses


@dataclasses.dataclass
class MyLinear(hk.Module):
    output_size: int
    name: str | None = None

    def __call__(self, x):
        n = x.shape[-1]
        init = hk.initializers.TruncatedNormal(1 / n**0.5)
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init)
        b = hk.get_parameter("b", (self.output_size,), x.dtype, hk.initializers.Constant(0))
        return x @ w + b

# %% right: dot and lists
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        inputs = x.shape[-1]
        w = hk.get_parameter(
            "w",
            [inputs, self.output_size],
            dtype=x.dtype,
            init=hk.initializers.TruncatedNormal(stddev=inputs**-0.5),
        )
        b = hk.get_parameter("b", [self.output_size], dtype=x.dtype, init=jnp.zeros)
        return jnp.dot(x, w) + jnp.broadcast_to(b, (*x.shape[:-1], self.output_size))

# %% right: jnp.sqrt and a helper
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

# %% right: subclass of hk.Linear
class MyLinear(hk.Linear):
    pass

# %% wrong: a plain class
class MyLinear(object):
    def __init__(self, output_size, name=None):
        self.name = name
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: arrays in the constructor
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.w = jax.random.normal(jax.random.key(0), (400, output_size)) / 20
        self.b = jnp.zeros(output_size)

    def __call__(self, x):
        return x @ self.w + self.b

# %% wrong: axes joined
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        n = x.shape[-1]
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x.reshape(-1, n) @ w + b

# %% wrong: bias random
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=hk.initializers.RandomNormal(0.1))
        return x @ w + b

# %% wrong: deletes the parameters
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

# %% wrong: dtype forgotten
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), init=jnp.zeros)
        return x @ w + b

# %% wrong: float of a jax number
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(float(1 / jnp.sqrt(x.shape[-1]))),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: forward in place of call
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def forward(self, x):
        init = hk.initializers.TruncatedNormal(x.shape[-1] ** -0.5)
        w = hk.get_parameter("w", (x.shape[-1], self.output_size), x.dtype, init=init)
        return x @ w + hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)

# %% wrong: hk.Linear inside
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        return hk.Linear(self.output_size)(x)

# %% wrong: inputs fixed
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (12, self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: kept outside
kept = {}


class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        if not kept:
            init = hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1]))
            shape = (x.shape[-1], self.output_size)
            kept["w"] = hk.get_parameter("w", shape, x.dtype, init=init)
            kept["b"] = hk.get_parameter("b", shape[1:], x.dtype, init=jnp.zeros)
        return x @ kept["w"] + kept["b"]

# %% wrong: name not passed on
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__()
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: no bias
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        return x @ w

# %% wrong: no init given
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: no return
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        x @ w + b

# %% wrong: no super
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: not truncated
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        n = x.shape[-1]
        w = hk.get_parameter("w", (n, self.output_size), x.dtype, init=hk.initializers.RandomNormal(n**-0.5))
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: parameters in the constructor
class MyLinear(hk.Module):
    def __init__(self, inputs, output_size, name=None):
        super().__init__(name=name)
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(inputs))
        self.w = hk.get_parameter("w", (inputs, output_size), init=init)
        self.b = hk.get_parameter("b", (output_size,), init=jnp.zeros)

    def __call__(self, x):
        return x @ self.w + self.b

# %% wrong: relu at the end
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return jax.nn.relu(x @ w + b)

# %% wrong: shape of pytorch
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (self.output_size, x.shape[-1]),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w.T + b

# %% wrong: stddev of outputs
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(self.output_size)),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: stddev one
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: variance instead of deviation
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "w",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / x.shape[-1]),
        )
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b

# %% wrong: weight and bias
class MyLinear(hk.Module):
    def __init__(self, output_size, name=None):
        super().__init__(name=name)
        self.output_size = output_size

    def __call__(self, x):
        w = hk.get_parameter(
            "weight",
            (x.shape[-1], self.output_size),
            x.dtype,
            init=hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1])),
        )
        b = hk.get_parameter("bias", (self.output_size,), x.dtype, init=jnp.zeros)
        return x @ w + b
