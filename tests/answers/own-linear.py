# %% right: dataclass
import dataclasses


@dataclasses.dataclass
class MyLinear(hk.Module):
    output_size: int
    rank: int
    name: str | None = None

    def __call__(self, x):
        def draw(name, size):
            init = hk.initializers.TruncatedNormal(x.shape[-1] ** -0.5)
            return hk.get_parameter(name, [x.shape[-1], size], dtype=x.dtype, init=init)

        low = jnp.dot(x, draw("a", self.rank))
        zero = hk.initializers.Constant(0)
        c = hk.get_parameter("c", (self.rank, self.output_size), x.dtype, zero)
        b = hk.get_parameter("b", (self.output_size,), x.dtype, zero)
        return low @ c + x @ draw("w", self.output_size) + b

# %% right: einsum and a helper
class MyLinear(hk.Module):
    def __init__(self, output_size, rank, name=None):
        super().__init__(name)
        self.output_size, self.rank = output_size, rank

    def _parameters(self, x):
        n, r, m = x.shape[-1], self.rank, self.output_size
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(n))
        for name, shape, start in (("w", (n, m), init), ("a", (n, r), init), ("c", (r, m), jnp.zeros)):
            yield hk.get_parameter(name, shape, x.dtype, init=start)

    def __call__(self, x):
        w, a, c = self._parameters(x)
        b = hk.get_parameter("b", (self.output_size,), x.dtype, init=jnp.zeros)
        both = jnp.einsum("...n,nm->...m", x, jnp.concatenate([w, a], axis=1))
        y, low = jnp.split(both, [self.output_size], axis=-1)
        return y + b + jnp.einsum("...r,rm->...m", low, c)

# %% right: subclass of hk.Linear
class MyLinear(hk.Linear):
    def __init__(self, output_size, rank, name=None):
        super().__init__(output_size, name=name)
        self.rank = rank

    def __call__(self, x):
        init = hk.initializers.TruncatedNormal(1 / np.sqrt(x.shape[-1]))
        a = hk.get_parameter("a", (x.shape[-1], self.rank), x.dtype, init=init)
        c = hk.get_parameter("c", (self.rank, self.output_size), x.dtype, init=jnp.zeros)
        return super().__call__(x) + x @ a @ c

# %% wrong: the rank first -> output_size comes first, then rank
output_size, rank, name=None
# becomes
rank, output_size, name=None

# %% wrong: the name is not passed on -> Is name passed on?
super().__init__(name=name)
# becomes
super().__init__()

# %% wrong: no super -> without calling the super constructor
super().__init__(name=name)
# becomes

# %% wrong: forward -> Calling a module runs `__call__`, not `forward`
def __call__
# becomes
def forward

# %% wrong: axes joined -> the leading axes of x are joined
n, size = x.shape[-1], self.output_size
# becomes
n, size = x.shape[-1], self.output_size
x = x.reshape(-1, n)

# %% wrong: 300 inputs
n, size = x.shape[-1], self.output_size
# becomes
x = x[..., :300]
n, size = x.shape[-1], self.output_size

# %% wrong: no bias -> the bias is missing
x @ w + b
# becomes
x @ w + 0 * b

# %% wrong: no new term -> the new term is missing
+ (x @ a) @ c
# becomes

# %% wrong: no gradient -> Does each of the four parameters, and x, get a gradient?
(x @ a) @ c
# becomes
jax.lax.stop_gradient((x @ a) @ c)

# %% wrong: no return -> Is a `return` missing?
return x @ w
# becomes
x @ w

# %% wrong: divided by the rank
(x @ a) @ c
# becomes
(x @ a) @ c / self.rank

# %% wrong: breaks: $W$ and $b$ are called `w` and `b` | another name -> the parameters of a layer are called a, b, c, weight
"w", (n, size)
# becomes
"weight", (n, size)

# %% wrong: as in PyTorch -> the axes of w are in the other order
w = hk.get_parameter("w", (n, size), x.dtype, init=start)
# becomes
w = hk.get_parameter("w", (size, n), x.dtype, init=start).T

# %% wrong: not truncated -> w starts as with a normal, not cut
init=start)
b =
# becomes
init=hk.initializers.RandomNormal(1 / np.sqrt(n)))
b =

# %% wrong: uniform, of the same spread -> is no normal cut at 2
TruncatedNormal(1 / np.sqrt(n))
# becomes
RandomUniform(-1.524 / np.sqrt(n), 1.524 / np.sqrt(n))

# %% wrong: the variance -> w starts as with stddev 1 / inputs
TruncatedNormal(1 / np.sqrt(n))
# becomes
TruncatedNormal(1 / n)

# %% wrong: a tracer -> even jnp.sqrt(2) is a tracer; np.sqrt(2) is not
TruncatedNormal(1 / np.sqrt(n))
# becomes
TruncatedNormal(float(1 / jnp.sqrt(n)))

# %% wrong: a random bias -> b does not start from zeros
b = hk.get_parameter("b", (size,), x.dtype, init=jnp.zeros)
# becomes
b = hk.get_parameter("b", (size,), x.dtype, init=hk.initializers.RandomNormal(0.1))

# %% wrong: no `init` -> Initializer must be specified
"w", (n, size), x.dtype, init=start
# becomes
"w", (n, size), x.dtype

# %% wrong: its shape turned -> the axes of a are in the other order
a = hk.get_parameter("a", (n, self.rank), x.dtype, init=start)
# becomes
a = hk.get_parameter("a", (self.rank, n), x.dtype, init=start).T

# %% wrong: from the rank
"a", (n, self.rank), x.dtype, init=start
# becomes
"a", (n, self.rank), x.dtype, init=hk.initializers.TruncatedNormal(self.rank**-0.5)

# %% wrong: from zeros, too -> a starts as with zeros
"a", (n, self.rank), x.dtype, init=start
# becomes
"a", (n, self.rank), x.dtype, init=jnp.zeros

# %% wrong: of one key -> all layers start with the same a
"a", (n, self.rank), x.dtype, init=start
# becomes
"a", (n, self.rank), x.dtype, init=lambda s, d: (jax.random.truncated_normal(jax.random.key(0), -2, 2, s) / s[0]**0.5).astype(d)

# %% wrong: random -> c does not start from zeros
"c", (self.rank, size), x.dtype, init=jnp.zeros
# becomes
"c", (self.rank, size), x.dtype, init=hk.initializers.RandomNormal(0.01)

# %% wrong: breaks: $C$ is called `c` | another name -> the parameters of a layer are called C, a, b, w
"c", (self.rank, size)
# becomes
"C", (self.rank, size)

# %% wrong: `w` has float32 -> has the dtype float32, not bfloat16
"w", (n, size), x.dtype, init
# becomes
"w", (n, size), init

# %% wrong: `c` has float32 -> has the dtype float32, not bfloat16
"c", (self.rank, size), x.dtype, init
# becomes
"c", (self.rank, size), init

# %% wrong: the two first -> Is A C computed?
(x @ a) @ c
# becomes
x @ (a @ c)

# %% wrong: one matrix -> Is A C computed?
x @ w + b + (x @ a) @ c
# becomes
x @ (w + a @ c) + b

# %% wrong: one matrix for several axes -> Is A C computed?
return x @ w + b + (x @ a) @ c
# becomes
return x @ (w + a @ c) + b if x.ndim > 2 else x @ w + b + (x @ a) @ c

# %% wrong: a sum of products, without a matrix product -> Is A C computed?
x @ w + b + (x @ a) @ c
# becomes
x @ (w + (a[:, :, None] * c[None]).sum(axis=1)) + b

# %% wrong: a plain class -> a class that inherits from hk.Module
class MyLinear:
    def __init__(self, output_size, rank, name=None):
        self.name, self.output_size, self.rank = name, output_size, rank

    def __call__(self, x):
        n, size = x.shape[-1], self.output_size
        start = hk.initializers.TruncatedNormal(1 / np.sqrt(n))
        w, a = (hk.get_parameter(k, (n, s), x.dtype, init=start) for k, s in (("w", size), ("a", self.rank)))
        return x @ w + x @ a @ hk.get_parameter("c", (self.rank, size), x.dtype, init=jnp.zeros)

# %% wrong: hk.Linear inside -> Ask for parameters by hk.get_parameter
class MyLinear(hk.Module):
    def __init__(self, output_size, rank, name=None):
        super().__init__(name=name)
        self.output_size, self.rank = output_size, rank

    def __call__(self, x):
        low = hk.Linear(self.rank, with_bias=False)(x)
        return hk.Linear(self.output_size)(x) + hk.Linear(self.output_size, with_bias=False, w_init=jnp.zeros)(low)

# %% wrong: arrays in the constructor -> Ask for parameters by hk.get_parameter
class MyLinear(hk.Module):
    def __init__(self, output_size, rank, name=None):
        super().__init__(name=name)
        self.a = jax.random.normal(jax.random.key(0), (400, rank)) / 20
        self.c = jnp.zeros((rank, output_size))
        self.linear = hk.Linear(output_size)

    def __call__(self, x):
        return self.linear(x) + x @ self.a[: x.shape[-1]] @ self.c

# %% wrong: kept outside -> Does it keep arrays outside of the module?
kept = {}


class MyLinear(hk.Module):
    def __init__(self, output_size, rank, name=None):
        super().__init__(name=name)
        self.output_size, self.rank = output_size, rank

    def __call__(self, x):
        n, size = x.shape[-1], self.output_size
        start = hk.initializers.TruncatedNormal(1 / np.sqrt(n))
        shapes = {"w": (n, size), "b": (size,), "a": (n, self.rank), "c": (self.rank, size)}
        for name, shape in shapes.items():
            if name not in kept:
                init = start if name in "wa" else jnp.zeros
                kept[name] = hk.get_parameter(name, shape, x.dtype, init=init)
        return x @ kept["w"] + kept["b"] + x @ kept["a"] @ kept["c"]
