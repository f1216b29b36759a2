# %% right: get_parameter and scans
def looped_stack(x, depth, rounds):
    D = x.shape[-1]
    w = hk.get_parameter("w", (depth, D, D), init=hk.initializers.RandomNormal(D**-0.5))
    b = hk.get_parameter("b", (depth, D), init=jnp.zeros)

    def layer(h, wb):
        return h + jnp.tanh(h @ wb[0] + wb[1]), None

    def one_round(h, _):
        return jax.lax.scan(layer, h, (w, b))

    return jax.lax.scan(one_round, x, None, length=rounds)[0]

# %% right: inner transform lifted
def looped_stack(x, depth, rounds):
    layer = hk.without_apply_rng(hk.transform(lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))))
    keys = hk.next_rng_keys(depth) if hk.running_init() else None
    many = jax.vmap(layer.init, in_axes=(0, None))
    params = hk.lift(many, name="layers")(keys, x)

    def one_round(h, _):
        return jax.lax.scan(lambda h, p: (layer.apply(p, h), None), h, params)[0], None

    return jax.lax.scan(one_round, x, None, length=rounds)[0]

# %% right: module with fori_loop
class Blocks(hk.Module):
    def __init__(self, depth, name=None):
        super().__init__(name=name)
        self.depth = depth

    def __call__(self, h):
        step = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1], name="inner")(h))
        return hk.layer_stack(self.depth, name="stack")(step)(h)


def looped_stack(x, depth, rounds):
    blocks = Blocks(depth)
    return hk.fori_loop(0, rounds, lambda _, h: blocks(h), x)

# %% wrong: a round too many -> it runs a round too many
length=rounds
# becomes
length=rounds + 1

# %% wrong: at most five rounds
length=rounds
# becomes
length=min(rounds, 5)

# %% wrong: the whole pair -> Which part of the pair that hk.scan returns
length=rounds)[0]
# becomes
length=rounds)

# %% wrong: no sum -> where is the sum h +
h + jnp.tanh
# becomes
jnp.tanh

# %% wrong: another function -> is there another function than tanh?
jnp.tanh(
# becomes
jax.nn.relu(

# %% wrong: at most six layers -> the parameters should have the shapes
hk.layer_stack(depth)
# becomes
hk.layer_stack(min(depth, 6))

# %% wrong: five columns -> for any x of shape (B, D)
hk.Linear(h.shape[-1])
# becomes
hk.Linear(5)

# %% wrong: no biases -> the parameters should have the shapes
hk.Linear(h.shape[-1])
# becomes
hk.Linear(h.shape[-1], with_bias=False)

# %% wrong: one stack for each round -> one stack for all rounds
return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0]
# becomes
return hk.layer_stack(rounds)(stack)(x)

# %% wrong: ones -> are the matrices random numbers, drawn with the key of init?
hk.Linear(h.shape[-1])
# becomes
hk.Linear(h.shape[-1], w_init=jnp.ones)

# %% wrong: a seed in the initialiser -> drawn with the key of init?
hk.Linear(h.shape[-1])
# becomes
hk.Linear(h.shape[-1], w_init=lambda *its: jax.random.normal(jax.random.key(0), *its))

# %% wrong: a loop of Python -> where is a Python loop?
return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0]
# becomes
for _ in range(rounds):
    x = stack(x)
return x

# %% wrong: layers one by one -> the parameters should have the shapes
stack = Stack()  # one module, used in every round
# becomes
layers = [hk.Linear(x.shape[-1]) for _ in range(depth)]

def stack(h):
    for each in layers:
        h = h + jnp.tanh(each(h))
    return h

# %% wrong: the loop of JAX -> Is a parameter made under a JAX transformation?
return hk.scan(
# becomes
return jax.lax.scan(

# %% wrong: a key -> For what does apply need a key?
jnp.tanh(
# becomes
hk.dropout(hk.next_rng_key(), 0.5, h) + jnp.tanh(

# %% wrong: no gradient -> Which loops have a gradient?
return hk.scan(lambda h, _: (stack(h), None), x, None, length=rounds)[0]
# becomes
return hk.fori_loop(0, jnp.int32(rounds), lambda _, h: stack(h), x)

# %% wrong: stopped -> held back from the gradient?
(stack(h), None)
# becomes
(stack(jax.lax.stop_gradient(h)), None)

# %% wrong: copies of one layer -> do the layers start with the same matrix?
def looped_stack(x, depth, rounds):
    D = x.shape[-1]

    def same(shape, dtype):
        one = jax.random.normal(hk.next_rng_key(), shape[1:], dtype)
        return jnp.broadcast_to(one, shape)

    w = hk.get_parameter("w", (depth, D, D), init=same)
    b = hk.get_parameter("b", (depth, D), init=jnp.zeros)
    layer = lambda h, p: (h + jnp.tanh(h @ p[0] + p[1]), None)
    return jax.lax.fori_loop(0, rounds, lambda _, h: jax.lax.scan(layer, h, (w, b))[0], x)

# %% wrong: layer stack in the body -> Is a module made in each round?
def looped_stack(x, depth, rounds):
    def layer(h):
        return h + jnp.tanh(hk.Linear(h.shape[-1])(h))

    def one_round(h, _):
        return hk.layer_stack(depth)(layer)(h), None

    return hk.scan(one_round, x, None, length=rounds)[0]

# %% wrong: one layer for all -> the parameters should have the shapes
def looped_stack(x, depth, rounds):
    layer = hk.Linear(x.shape[-1])
    body = lambda h, _: (h + jnp.tanh(layer(h)), None)
    return hk.scan(body, x, None, length=depth * rounds)[0]

# %% wrong: rounds of each layer -> each layer is repeated before the next
def looped_stack(x, depth, rounds):
    def layer(h):
        linear = hk.Linear(h.shape[-1])
        body = lambda h, _: (h + jnp.tanh(linear(h)), None)
        return hk.scan(body, h, None, length=rounds)[0]

    return hk.layer_stack(depth)(layer)(x)

# %% wrong: while_loop -> Which loops have a gradient?
class Stack(hk.Module):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth

    def __call__(self, h):
        layer = lambda h: h + jnp.tanh(hk.Linear(h.shape[-1])(h))
        return hk.layer_stack(self.depth)(layer)(h)


def looped_stack(x, depth, rounds):
    stack = Stack(depth)
    if hk.running_init():
        return stack(x)
    body = lambda c: (c[0] + 1, stack(c[1]))
    return hk.while_loop(lambda c: c[0] < rounds, body, (0, x))[1]

# %% wrong: rounds of the first call -> For 2 layers, 1 rounds
settings = {}


@jax.jit
def run_rounds(x, w, b):
    def layer(h, its):
        return h + jnp.tanh(h @ its[0] + its[1]), None

    def one_round(h, _):
        return jax.lax.scan(layer, h, (w, b))[0], None

    return jax.lax.scan(one_round, x, length=settings["rounds"])[0]


def looped_stack(x, depth, rounds):
    size = x.shape[-1]
    init = hk.initializers.RandomNormal(size**-0.5)
    w = hk.get_parameter("w", (depth, size, size), init=init)
    b = hk.get_parameter("b", (depth, size), init=jnp.zeros)
    settings["rounds"] = rounds
    return run_rounds(x, w, b)

# %% wrong: gradient along the parameters -> held back from the gradient?
@jax.custom_vjp
def along(tree):
    return tree


def along_back(tree, slopes):
    part = sum(jnp.vdot(t, s) for t, s in zip(tree, slopes, strict=True))
    part = part / sum(jnp.vdot(t, t) for t in tree)
    return (tuple(part * t for t in tree),)


along.defvjp(lambda tree: (tree, tree), along_back)


def looped_stack(x, depth, rounds):
    size = x.shape[-1]
    init = hk.initializers.RandomNormal(size**-0.5)
    w = hk.get_parameter("w", (depth, size, size), init=init)
    b = hk.get_parameter("b", (depth, size), init=jnp.zeros)
    w, b = along((w, b))

    def layer(h, its):
        return h + jnp.tanh(h @ its[0] + its[1]), None

    def one_round(h, _):
        return jax.lax.scan(layer, h, (w, b))[0], None

    return jax.lax.scan(one_round, x, length=rounds)[0]

# %% right: one counted loop
def looped_stack(x, depth, rounds):
    """One fori_loop; the number of the step says which layer it is."""
    features = x.shape[1]
    spread = hk.initializers.TruncatedNormal(features**-0.5)
    kernels = hk.get_parameter("kernels", [depth, features, features], init=spread)
    offsets = hk.get_parameter("offsets", [depth, features], init=jnp.zeros)

    def step(number, h):
        layer = number % depth
        return h + jnp.tanh(jnp.einsum("bd,de->be", h, kernels[layer]) + offsets[layer])

    return jax.lax.fori_loop(0, depth * rounds, step, x)
