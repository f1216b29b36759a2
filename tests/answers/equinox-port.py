# %% right: arrays as attributes, in Haiku's layout
class Glance(eqx.Module):
    kernel: jax.Array
    shift: jax.Array
    scale: jax.Array
    offset: jax.Array
    w: jax.Array
    b: jax.Array

    def __call__(self, image):
        dimensions = ("NHWC", "HWIO", "NHWC")
        x = jax.lax.conv_general_dilated(image[None], self.kernel, (2, 2), "SAME", dimension_numbers=dimensions)
        x = jax.nn.relu(x[0] + self.shift)
        x = jax.nn.standardize(x, axis=-1, epsilon=1e-5) * self.scale + self.offset
        return x.ravel() @ self.w + self.b


def to_equinox(params):
    order = ("conv", "wb"), ("norm", ("scale", "offset")), ("linear", "wb")
    return Glance(*(params[module][name] for module, names in order for name in names))

# %% right: layers in a list, filled one by one
class Net(eqx.Module):
    layers: list

    def __call__(self, image):
        conv, norm, linear = self.layers
        x = jax.nn.relu(conv(jnp.moveaxis(image, -1, 0)))
        x = jnp.moveaxis(x, 0, -1)
        rows = jax.vmap(norm)(x.reshape(-1, x.shape[-1]))
        return linear(jnp.ravel(rows))


def filled(layer, weight, bias):
    return eqx.tree_at(lambda its: (its.weight, its.bias), layer, (weight, bias))


def to_equinox(params):
    conv, norm, linear = (params[name] for name in ("conv", "norm", "linear"))
    *_, inside, outside = conv["w"].shape
    layers = [
        filled(
            eqx.nn.Conv2d(inside, outside, 3, 2, "SAME", key=jax.random.key(1)),
            jnp.einsum("hwio->oihw", conv["w"]),
            conv["b"].reshape(-1, 1, 1),
        ),
        filled(eqx.nn.LayerNorm((outside,)), norm["scale"], norm["offset"]),
        filled(
            eqx.nn.Linear(linear["w"].shape[0], linear["b"].size, key=jax.random.key(2)),
            linear["w"].swapaxes(0, 1),
            linear["b"],
        ),
    ]
    return Net(layers)

# %% wrong: one norm for the image -> is it one LayerNorm for each place, over its channels?
x = jax.vmap(jax.vmap(self.norm))(x.transpose(1, 2, 0))
# becomes
x = x.transpose(1, 2, 0)
x = (x - x.mean()) / jnp.sqrt(x.var() + 1e-5) * self.norm.weight + self.norm.bias

# %% wrong: one norm for each channel -> a LayerNorm goes over the channels of a place
x = jax.vmap(jax.vmap(self.norm))(x.transpose(1, 2, 0))
# becomes
x = x.transpose(1, 2, 0)
x = (x - x.mean((0, 1))) / jnp.sqrt(x.var((0, 1)) + 1e-5) * self.norm.weight + self.norm.bias

# %% wrong: the initial biases -> no array of it holds the numbers of conv/b
params["conv"]["b"][:, None, None],
# becomes
net.conv.bias,

# %% wrong: a function -> should return an eqx.Module
return eqx.tree_at(jax.tree.leaves, net, arrays)
# becomes
net = eqx.tree_at(jax.tree.leaves, net, arrays)
return lambda image: net(image)

# %% wrong: scale and offset exchanged -> are scale and offset exchanged?
params["norm"]["scale"],
        params["norm"]["offset"],
# becomes
params["norm"]["offset"],
params["norm"]["scale"],

# %% wrong: channels first -> Does it give the convolution the channels first?
x = jax.nn.relu(self.conv(image.transpose(2, 0, 1)))  # (C, H, W)
# becomes
x = jax.nn.relu(self.conv(image))

# %% wrong: height and width exchanged -> height and width of the image are exchanged
image.transpose(2, 0, 1)
# becomes
image.transpose(2, 1, 0)

# %% wrong: height and width of the kernel exchanged -> height and width of the kernel are exchanged
kernel.transpose(3, 2, 0, 1)
# becomes
kernel.T

# %% wrong: another order in the linear layer -> in which order do the numbers of an image reach
return self.linear(x.reshape(-1))
# becomes
return self.linear(x.transpose(2, 0, 1).reshape(-1))

# %% wrong: PyTorch's padding -> how does each library pad?
padding="SAME"
# becomes
padding=1

# %% wrong: another epsilon -> which epsilon?
eqx.nn.LayerNorm(outside)
# becomes
eqx.nn.LayerNorm(outside, eps=1e-2)

# %% wrong: PyTorch's forward -> A module is called by __call__; forward is PyTorch's
def __call__(self, image):
# becomes
def forward(self, image):

# %% wrong: a batch -> it returns a batch, not the output for one image
return self.linear(x.reshape(-1))
# becomes
return self.linear(x.reshape(-1))[None]

# %% wrong: by NumPy -> Inside a network, use the functions of jax.numpy
return self.linear(x.reshape(-1))
# becomes
return self.linear(jnp.asarray(np.asarray(x).reshape(-1)))

# %% wrong: the channels of the page -> Does its LayerNorm get the number of channels
eqx.nn.LayerNorm(outside)
# becomes
eqx.nn.LayerNorm(4)

# %% wrong: at most eight channels -> no array of it holds the numbers of linear/w
w.T,
# becomes
w.T[:8],

# %% wrong: square images -> How many numbers does the linear layer get
return self.linear(x.reshape(-1))
# becomes
side = x.shape[0]
return self.linear(x[:, :side].reshape(-1))

# %% wrong: a stopped gradient -> Does each array get its gradient?
return self.linear(x.reshape(-1))
# becomes
return self.linear(jax.lax.stop_gradient(x).reshape(-1))

# %% wrong: a scale that stays -> Does each array get its gradient?
x = jax.vmap(jax.vmap(self.norm))(x.transpose(1, 2, 0))
# becomes
norm = jax.lax.stop_gradient(self.norm)
x = jax.vmap(jax.vmap(norm))(x.transpose(1, 2, 0))

# %% wrong: one array more -> it trains 7 arrays, and Haiku has six
return eqx.tree_at(jax.tree.leaves, net, arrays)
# becomes
net = eqx.tree_at(jax.tree.leaves, net, arrays)


class Kept(eqx.Module):
    net: Glance
    first: jax.Array

    def __call__(self, image):
        return self.net(image)

return Kept(net, kernel)

# %% wrong: PyTorch's layout of the flattened image, and of the weights -> in which order do the numbers of an image reach
class Torch(eqx.Module):
    conv: eqx.nn.Conv2d
    norm: eqx.nn.LayerNorm
    linear: eqx.nn.Linear

    def __call__(self, image):
        x = jax.nn.relu(self.conv(image.transpose(2, 0, 1)))
        x = jax.vmap(jax.vmap(self.norm))(x.transpose(1, 2, 0)).transpose(2, 0, 1)
        return self.linear(x.ravel())


def to_equinox(params):
    w, b = params["linear"]["w"], params["linear"]["b"]
    inside, outside = params["conv"]["w"].shape[2:]
    net = Torch(
        eqx.nn.Conv2d(inside, outside, 3, 2, "SAME", key=key),
        eqx.nn.LayerNorm(outside),
        eqx.nn.Linear(*w.shape, key=key),
    )
    where = lambda net: (net.conv.weight, net.conv.bias, net.norm.weight, net.norm.bias, net.linear.weight, net.linear.bias)
    kernel = params["conv"]["w"].transpose(3, 2, 0, 1)
    new = kernel, params["conv"]["b"][:, None, None], params["norm"]["scale"], params["norm"]["offset"], w.T, b
    return eqx.tree_at(where, net, new)

# %% wrong: Haiku inside -> A static field is not trained
class Wrapped(eqx.Module):
    params: dict = eqx.field(static=True)

    def __call__(self, image):
        return hk.without_apply_rng(hk.transform(glance)).apply(self.params, image[None])[0]


def to_equinox(params):
    return Wrapped(params)
