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

# %% wrong: a key split from key 0
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
key, init_key = jax.random.split(jax.random.key(0))
my_haiku_params = my_haiku_net.init(init_key, jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: another key
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(42), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: dropout
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    h = hk.dropout(hk.next_rng_key(), 0.5, h)
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: found as constants
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    last(jax.nn.relu(first(x)))
    h = jax.nn.relu(x @ found["linear_1"]["w"] + found["linear_1"]["b"])
    return h @ found["linear"]["w"] + found["linear"]["b"]


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: gelu
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.gelu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: init not called
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init
print(my_haiku_params)

# %% wrong: input of the page
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), x)
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: key needed at apply
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.transform(my_haiku_net_func)
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: leaky relu
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.leaky_relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: made in the order of the calls
def my_haiku_net_func(x):
    return hk.Sequential([hk.Linear(5), jax.nn.relu, hk.Linear(6)])(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: mlp
def my_haiku_net_func(x):
    return hk.nets.MLP([5, 6])(x)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: no bias
def my_haiku_net_func(x):
    last, first = hk.Linear(6, with_bias=False), hk.Linear(5, with_bias=False)
    return last(jax.nn.relu(first(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: no relu
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = first(x)
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: one layer
def my_haiku_net_func(x):
    return jax.nn.relu(hk.Linear(6)(x))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: only apply kept
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_net = net.apply
my_haiku_params = net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: output instead of params
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
my_haiku_params = my_haiku_net.apply(my_haiku_params, jnp.ones((3, 12)))
print(my_haiku_params)

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

# %% wrong: parameters donated
def my_haiku_net_func(x):
    return hk.Linear(6)(jax.nn.relu(hk.Linear(5)(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
jax.jit(lambda p: jax.tree.map(lambda a: a + 1, p), donate_argnums=0)(my_haiku_params)

# %% wrong: parameters outside the network
key_1, key_2 = jax.random.split(jax.random.key(0))
w1, b1 = jax.random.normal(key_1, (12, 5)), jnp.zeros(5)
w2, b2 = jax.random.normal(key_2, (5, 6)), jnp.zeros(6)


def my_haiku_net_func(x):
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: relu6
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu6(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: relu after the last layer too
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return jax.nn.relu(last(h))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: relu only at the end
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = first(x)
    return jax.nn.relu(last(h))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: returns nothing
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    out = last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: returns the hidden layer
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    last(h)
    return h


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: returns the hidden layer too
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return h, last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: sizes as in torch
def my_haiku_net_func(x):
    last, first = hk.Linear(5, 6), hk.Linear(12, 5)
    return last(jax.nn.relu(first(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: sizes swapped
def my_haiku_net_func(x):
    last, first = hk.Linear(5), hk.Linear(6)
    return last(jax.nn.relu(first(x)))


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))

# %% wrong: tanh
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jnp.tanh(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: transformed under the name of the function
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net_func = hk.without_apply_rng(hk.transform(my_haiku_net_func))
my_haiku_net = my_haiku_net_func
my_haiku_params = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))

# %% wrong: with state
def my_haiku_net_func(x):
    last, first = hk.Linear(6), hk.Linear(5)
    h = jax.nn.relu(first(x))
    return last(h)


my_haiku_net = hk.without_apply_rng(hk.transform_with_state(my_haiku_net_func))
my_haiku_params, _ = my_haiku_net.init(jax.random.key(0), jnp.ones((3, 12)))
print(jax.tree.map(jnp.shape, my_haiku_params))
