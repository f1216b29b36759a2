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

# %% breaks: You know that an input goes through | no ReLU
jax.nn.relu(first(x))
# becomes
first(x)

# %% breaks: You know that an input goes through | after the last layer, too
return last(jax.nn.relu(first(x)))
# becomes
return jax.nn.relu(last(jax.nn.relu(first(x))))

# %% breaks: You know that an input goes through | after the last layer only
last(jax.nn.relu(first(x)))
# becomes
jax.nn.relu(last(first(x)))

# %% breaks: You know that an input goes through | tanh
jax.nn.relu
# becomes
jax.nn.tanh

# %% breaks: You know that an input goes through | GELU
jax.nn.relu
# becomes
jax.nn.gelu

# %% breaks: You know that an input goes through | leaky ReLU
jax.nn.relu
# becomes
jax.nn.leaky_relu

# %% breaks: You know that an input goes through | ReLU up to 6
jax.nn.relu
# becomes
jax.nn.relu6

# %% breaks: write `my_haiku_net_func(x)` | no return
return last
# becomes
last

# %% breaks: write `my_haiku_net_func(x)` | the hidden layer
return last(jax.nn.relu(first(x)))
# becomes
hidden = jax.nn.relu(first(x))
return last(hidden), hidden

# %% breaks: write `my_haiku_net_func(x)` | dropout
jax.nn.relu(first(x))
# becomes
hk.dropout(hk.next_rng_key(), 0.1, jax.nn.relu(first(x)))

# %% breaks: Its modules and parameters have the names | made as they are called
last, first = hk.Linear(6), hk.Linear(5)
# becomes
first, last = hk.Linear(5), hk.Linear(6)

# %% breaks: Its modules and parameters have the names | another name
hk.Linear(5)
# becomes
hk.Linear(5, name="first")

# %% breaks: Its modules and parameters have the names | no bias
last, first = hk.Linear(6), hk.Linear(5)
# becomes
last, first = (hk.Linear(size, with_bias=False) for size in (6, 5))

# %% breaks: Its modules and parameters have the names | another size
hk.Linear(5)
# becomes
hk.Linear(6)

# %% breaks: It takes an `x` of shape `(..., 12)` | one leading axis
first(x)
# becomes
first(x.reshape(-1, 12))

# %% breaks: let `my_haiku_net` be its transform | it needs a key
hk.without_apply_rng(hk.transform(my_haiku_net_func))
# becomes
hk.transform(my_haiku_net_func)

# %% breaks: let `my_haiku_net` be its transform | with state
hk.without_apply_rng(hk.transform(my_haiku_net_func))
# becomes
hk.without_apply_rng(hk.transform_with_state(my_haiku_net_func))

# %% breaks: let `my_haiku_params` be new parameters | another key
jax.random.key(0)
# becomes
jax.random.key(1)

# %% breaks: let `my_haiku_params` be new parameters | a child of the key
jax.random.key(0)
# becomes
jax.random.split(jax.random.key(0))[0]

# %% breaks: let `my_haiku_params` be new parameters | those that were found
my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
# becomes
jax.tree.map(jnp.asarray, found)

# %% asks nothing
# Someone gives you
# The example is smaller
# And this is the tree
# In the next cell

# %% wrong: found as constants
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    last(jax.nn.relu(first(x)))
    h = jax.nn.relu(x @ found["linear_1"]["w"] + found["linear_1"]["b"])
    return h @ found["linear"]["w"] + found["linear"]["b"]


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: input of the page
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), x)
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: mlp
def my_haiku_net_func(x):
    return hk.nets.MLP([5, 6])(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: own module
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

# %% wrong: parameters outside the network
key_1, key_2 = jax.random.split(jax.random.key(0))
w1, b1 = jax.random.normal(key_1, (12, 5)), jnp.zeros(5)
w2, b2 = jax.random.normal(key_2, (5, 6)), jnp.zeros(6)


def my_haiku_net_func(x):
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: sizes swapped
def my_haiku_net_func(x):
    last, first = hk.Linear(5), hk.Linear(6)
    return last(jax.nn.relu(first(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: transformed under the name of the function
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net_func = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_net = my_haiku_net_func
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))
