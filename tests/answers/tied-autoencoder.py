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

# %% wrong: the name is not passed on -> Made with name="net", it is called otherwise
super().__init__(name=name)
# becomes
super().__init__()

# %% wrong: no super -> without calling the super constructor
super().__init__(name=name)
# becomes

# %% wrong: nine hidden units
self.hidden_size = hidden_size
# becomes
self.hidden_size = min(hidden_size, 9)

# %% wrong: no return -> Is a `return` missing?
return jnp.tanh(x @ w + b)
# becomes
jnp.tanh(x @ w + b)

# %% wrong: the width of the page -> W is (x.shape[-1], hidden_size)
(x.shape[-1], self
# becomes
(12, self

# %% wrong: leading axes are joined -> its axes before the last are not those of x
shape = (x.shape
# becomes
x = x.reshape(-1, x.shape[-1])
shape = (x.shape

# %% wrong: forward -> Calling a module runs `__call__`, not `forward`
def __call__
# becomes
def forward

# %% wrong: no tanh -> the tanh is missing
jnp.tanh(x @ w + b)
# becomes
(x @ w + b)

# %% wrong: relu -> a ReLU acts in the place of tanh
jnp.tanh(x
# becomes
jax.nn.relu(x

# %% wrong: sigmoid -> a sigmoid acts in the place of tanh
jnp.tanh(x
# becomes
jax.nn.sigmoid(x

# %% wrong: a tanh at the end, too -> a tanh acts at the end, too
jnp.tanh(x @ w + b) @ w.T + c
# becomes
jnp.tanh(jnp.tanh(x @ w + b) @ w.T + c)

# %% wrong: the first bias is not used -> the first bias is missing
x @ w + b
# becomes
x @ w

# %% wrong: the second bias is not used -> the last bias is missing
w.T + c
# becomes
w.T

# %% wrong: reshaped, not transposed -> W is reshaped, not transposed
w.T
# becomes
w.reshape(shape[::-1])

# %% wrong: no gradient through one use -> one use of W has none
w.T
# becomes
jax.lax.stop_gradient(w).T

# %% wrong: the code -> y is the code
jnp.tanh(x @ w + b) @ w.T + c
# becomes
jnp.tanh(x @ w + b)

# %% wrong: the code, too -> It should return y, and nothing else
return jnp.tanh(x @ w + b) @ w.T + c
# becomes
h = jnp.tanh(x @ w + b)
return h, h @ w.T + c

# %% wrong: a batch of one -> its axes before the last are not those of x
return jnp.tanh(x @ w + b)
# becomes
x = jnp.atleast_2d(x)
return jnp.tanh(x @ w + b)

# %% wrong: ones -> all entries of W start with one number
init = hk.initializers.VarianceScaling()
# becomes
init = jnp.ones

# %% wrong: a key of its own -> W starts with the same numbers for every key
init = hk.initializers.VarianceScaling()
# becomes
init = lambda s, d: jax.random.normal(jax.random.key(0), s, d)

# %% wrong: a random bias -> a bias does not start from zeros
b = hk.get_parameter("b", shape[1:], x.dtype, init=jnp.zeros)
# becomes
b = hk.get_parameter("b", shape[1:], x.dtype, init=hk.initializers.RandomNormal())

# %% wrong: a last bias of ones -> a bias does not start from zeros
c = hk.get_parameter("c", shape[:1], x.dtype, init=jnp.zeros)
# becomes
c = hk.get_parameter("c", shape[:1], x.dtype, init=jnp.ones)

# %% wrong: two parameters of one name -> One name stands for one parameter
"c", shape[:1]
# becomes
"b", shape[:1]

# %% wrong: a copy of the matrix -> Is one matrix there once?
return jnp.tanh(x @ w + b) @ w.T
# becomes
v = hk.get_parameter("v", shape[::-1], x.dtype, init=lambda s, d: w.T)
return jnp.tanh(x @ w + b) @ v

# %% wrong: no parameter -> and none for W
w = hk.get_parameter("w", shape, x.dtype, init=init)
# becomes
w = jax.random.normal(jax.random.key(0), shape)

# %% wrong: batch of rows only -> A single row has one axis
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

# %% wrong: biases shared too -> and none for the last bias
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.TruncatedNormal(n**-0.5))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        return (jnp.tanh(x @ w + b) - b) @ w.T

# %% wrong: two matrices -> Is one matrix there once?
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        h = jnp.tanh(hk.Linear(self.hidden_size)(x))
        return hk.Linear(x.shape[-1])(h)

# %% wrong: an einsum for each rank up to three -> how many axes may x have?
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.RandomNormal(1 / np.sqrt(n)))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        left, right = {1: ("i,ij->j", "j,ij->i"), 2: ("ai,ij->aj", "aj,ij->ai"), 3: ("abi,ij->abj", "abj,ij->abi")}[x.ndim]
        h = jnp.tanh(jnp.einsum(left, x, w) + b)
        return jnp.einsum(right, h, w) + c

# %% wrong: tanh from two exponentials, nan for what is larger than 44
class TiedAutoencoder(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, x):
        n, k = x.shape[-1], self.hidden_size
        w = hk.get_parameter("w", (n, k), init=hk.initializers.RandomNormal(1 / np.sqrt(n)))
        b = hk.get_parameter("b", (k,), init=jnp.zeros)
        c = hk.get_parameter("c", (n,), init=jnp.zeros)
        e = jnp.exp(2 * (x @ w + b))
        return ((e - 1) / (e + 1)) @ w.T + c
