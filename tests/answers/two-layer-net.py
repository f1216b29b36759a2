# %% right: decorators
@hk.without_apply_rng
@hk.transform
def my_haiku_net(x):
    return my_haiku_net_func(x)


def my_haiku_net_func(x):
    output = hk.Linear(6)
    return output(jax.nn.relu(hk.Linear(5)(x)))


my_haiku_params = jax.device_get(my_haiku_net.init(jax.random.key(0), jnp.ones([3, 12])))

# %% right: get_parameter
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

# %% right: lambda
my_haiku_net_func = lambda x: hk.Linear(6)(jax.nn.relu(hk.Linear(5)(x)))

my_haiku_net = hk.without_apply_rng(hk.transform(lambda x: my_haiku_net_func(x)))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% right: sequential
def my_haiku_net_func(x):
    layers = [hk.Linear(6), jax.nn.relu, hk.Linear(5)]
    return hk.Sequential(layers[::-1])(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% right: subclass of linear
class Linear(hk.Linear):
    pass


def my_haiku_net_func(x):
    last = Linear(6)
    return last(jnp.clip(Linear(5)(x), 0))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% right: two steps and compiled init
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


with_key = hk.transform(lambda x: my_haiku_net_func(x))
my_haiku_net = hk.without_apply_rng(with_key)
my_haiku_params = jax.jit(my_haiku_net.init)(jax.random.PRNGKey(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: no ReLU -> nothing acts between the layers
jax.nn.relu(first(x))
# becomes
first(x)

# %% wrong: after the last layer, too -> a ReLU acts after the last layer, too
return last(jax.nn.relu(first(x)))
# becomes
return jax.nn.relu(last(jax.nn.relu(first(x))))

# %% wrong: after the last layer only -> the ReLU acts after the last layer
last(jax.nn.relu(first(x)))
# becomes
jax.nn.relu(last(first(x)))

# %% wrong: tanh -> tanh acts in the place of ReLU
jax.nn.relu
# becomes
jax.nn.tanh

# %% wrong: GELU -> gelu acts in the place of ReLU
jax.nn.relu
# becomes
jax.nn.gelu

# %% wrong: leaky ReLU -> leaky_relu acts in the place of ReLU
jax.nn.relu
# becomes
jax.nn.leaky_relu

# %% wrong: ReLU up to 6 -> relu6 acts in the place of ReLU
jax.nn.relu
# becomes
jax.nn.relu6

# %% wrong: no return -> is a `return` missing?
return last
# becomes
last

# %% wrong: the hidden layer -> the hidden layer is returned, too
return last(jax.nn.relu(first(x)))
# becomes
hidden = jax.nn.relu(first(x))
return last(hidden), hidden

# %% wrong: dropout -> The loops draw no random numbers
jax.nn.relu(first(x))
# becomes
hk.dropout(hk.next_rng_key(), 0.1, jax.nn.relu(first(x)))

# %% wrong: made as they are called -> What decides the number?
last, first = hk.Linear(6), hk.Linear(5)
# becomes
first, last = hk.Linear(5), hk.Linear(6)

# %% wrong: another name -> Which names have the modules of `found`?
hk.Linear(5)
# becomes
hk.Linear(5, name="first")

# %% wrong: no bias -> no layer has a bias
last, first = hk.Linear(6), hk.Linear(5)
# becomes
last, first = (hk.Linear(size, with_bias=False) for size in (6, 5))

# %% wrong: another size -> How many outputs has each layer of `found`?
hk.Linear(5)
# becomes
hk.Linear(6)

# %% wrong: one leading axis -> the leading axes of x are joined
first(x)
# becomes
first(x.reshape(-1, 12))

# %% wrong: it needs a key -> `apply` still asks for a key
hk.without_apply_rng(hk.transform(my_haiku_net_func))
# becomes
hk.transform(my_haiku_net_func)

# %% wrong: with state -> that `hk.transform` returns
hk.without_apply_rng(hk.transform(my_haiku_net_func))
# becomes
hk.without_apply_rng(hk.transform_with_state(my_haiku_net_func))

# %% wrong: another key -> Does init get `jax.random.key(0)` itself
jax.random.key(0)
# becomes
jax.random.key(1)

# %% wrong: a child of the key -> Does init get `jax.random.key(0)` itself
jax.random.key(0)
# becomes
jax.random.split(jax.random.key(0))[0]

# %% wrong: those that were found -> those are the parameters that were found
my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
# becomes
jax.tree.map(jnp.asarray, found)

# %% wrong: found as constants
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    last(jax.nn.relu(first(x)))
    h = jax.nn.relu(x @ found["linear_1"]["w"] + found["linear_1"]["b"])
    return h @ found["linear"]["w"] + found["linear"]["b"]


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: input of the page -> and an input 12 wide?
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), x)
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: mlp -> The layers are in a module of their own
def my_haiku_net_func(x):
    return hk.nets.MLP([5, 6])(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: own module -> The layers are in a module of their own
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

# %% wrong: parameters outside the network -> Numbers made outside of modules are not found
key_1, key_2 = jax.random.split(jax.random.key(0))
w1, b1 = jax.random.normal(key_1, (12, 5)), jnp.zeros(5)
w2, b2 = jax.random.normal(key_2, (5, 6)), jnp.zeros(6)


def my_haiku_net_func(x):
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: sizes swapped -> How many outputs has each layer of `found`?
def my_haiku_net_func(x):
    last, first = hk.Linear(5), hk.Linear(6)
    return last(jax.nn.relu(first(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: transformed under the name of the function -> its transform needs another name
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net_func = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_net = my_haiku_net_func
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: three leading axes at most -> stops with TypeError: cannot reshape
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    lead = x.shape[:-1]
    a, b, c = (*lead, 1, 1, 1)[:3]
    h = jax.nn.relu(first(x.reshape(a, b, c, 12)))
    return last(h).reshape(*lead, 6)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: the activation is cut off at 100,000 -> Is there a ReLU between the two layers
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    return last(jnp.clip(first(x), 0, 1e5))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
