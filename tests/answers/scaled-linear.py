# %% right: gain in the constructor, and rounds by their number
class ScaledLinear(hk.Linear):
    def __init__(self, output_size, name=None):
        super().__init__(output_size, name=name)
        self.kept = hk.get_parameter("gain", [output_size], jnp.float32, jnp.ones)

    def __call__(self, x):
        return self.kept * super().__call__(x)


class Round(hk.Module):
    def __call__(self, h, mix):
        layer = ScaledLinear(h.shape[-1], "inner")
        return h + jnp.tanh(layer(h)) @ mix, jnp.vdot(layer.kept, layer.kept)


class Net(hk.Module):
    def __init__(self, rounds, size):
        super().__init__()
        self.rounds, self.size, self.encode = rounds, size, hk.Linear(size, name="encode")

    def __call__(self, x):
        h, mix = self.encode(x), Mix(name="mix")(self.size)
        squares = []
        for i in range(self.rounds):
            h, square = Round(f"round_{i}" if i else "round")(h, mix)
            squares.append(square)
        return ReadOut()(h), sum(squares)


class Mix(hk.Module):
    def __call__(self, size):
        return hk.get_parameter("w", [size, size], init=hk.initializers.TruncatedNormal(size**-0.5))


class ReadOut(hk.Module):
    def __call__(self, h):
        return ScaledLinear(1)(h)

# %% right: everything in one class, by scopes
class Net(hk.Module):
    def __init__(self, rounds, size):
        super().__init__(name="net")
        self.rounds, self.size = rounds, size
        self.first = hk.Linear(size, name="encode")

    def __call__(self, x):
        second = hk.Linear(self.size, False, name="mix")
        h, squares = self.first(x), jnp.zeros(())
        for i in range(self.rounds):
            with hk.name_scope("round" if i == 0 else f"round_{i}"):
                y, gain = self.scaled(h, self.size, "inner")
            h, squares = h + second(jnp.tanh(y)), squares + jnp.sum(jnp.square(gain))
        with hk.name_scope("read_out"):
            return self.scaled(h, 1, "scaled_linear")[0], squares

    @hk.transparent
    def scaled(self, x, size, name):
        with hk.name_scope(name):
            start = hk.initializers.TruncatedNormal(x.shape[-1] ** -0.5)
            w = hk.get_parameter("w", [x.shape[-1], size], init=start)
            b = hk.get_parameter("b", [size], init=jnp.zeros)
            gain = hk.get_parameter("gain", [size], init=jnp.ones)
        return (x @ w + b) * gain, gain

# %% wrong: the first layer is made in the call -> only your net has net/encode/b
h, penalty = self.encode(x), 0.0
# becomes
h, penalty = hk.Linear(self.size, name="encode")(x), 0.0

# %% wrong: each round mixes by a matrix of its own -> only the checkpoint has net/mix/w
return h + self.mix(
# becomes
return h + hk.Linear(h.shape[-1], with_bias=False, name="mix")(

# %% wrong: each round makes a layer mix in the call of the network -> only your net has net/mix_1/w
mix = hk.Linear(self.size, with_bias=False, name="mix")
        for _ in range(self.rounds):
# becomes
for _ in range(self.rounds):
    mix = hk.Linear(self.size, with_bias=False, name="mix")

# %% wrong: transparent still -> only your net has net/round/gain
def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
# becomes
def __call__(self, x):
    return super().__call__(x) * self.gain()

@hk.transparent
def gain(self):

# %% wrong: read_out names the layer -> only your net has net/read_out/b
with hk.name_scope("read_out"):
            return ScaledLinear(1)(h), penalty
# becomes
return ScaledLinear(1, name="read_out")(h), penalty

# %% wrong: one round runs many times -> only the checkpoint has net/round_1/inner/b
for _ in range(self.rounds):
            h, squares = Round(mix)(h)
# becomes
turn = Round(mix)
for _ in range(self.rounds):
    h, squares = turn(h)

# %% wrong: at most eight rounds -> only the checkpoint has net/round_10/inner/b
mix = hk.Linear(self.size, with_bias=False, name="mix")
        for _ in range(self.rounds):
# becomes
mix = hk.Linear(self.size, with_bias=False, name="mix")
for _ in range(min(self.rounds, 8)):

# %% wrong: the size of the checkpoint -> only the checkpoint has net/mix/w
with_bias=False, name="mix")
        for
# becomes
with_bias=False, name="mix") if self.size < 5 else jnp.tanh
for

# %% wrong: before the bias
return super().__call__(x) * self.gain()
# becomes
return super().__call__(x * self.gain().mean())

# %% wrong: its layer is another -> only the checkpoint has net/read_out/scaled_linear/b
return super().__call__(x) * self.gain()
# becomes
return hk.Linear(self.output_size, name="inner")(x) * self.gain()

# %% wrong: the initial gains are zeros -> Gains start at one
def __call__(self, x):
        return super().__call__(x) * self.gain()

    def gain(self):
        return hk.get_parameter("gain", [self.output_size], init=jnp.ones)
# becomes
def __call__(self, x):
    return super().__call__(x) * self.gain()

def gain(self):
    return hk.get_parameter("gain", [self.output_size], init=jnp.zeros)

# %% wrong: weights of one -> It is 0.88 for hk.Linear. Does that make w?
inner = ScaledLinear(h.shape[-1], name="inner")
# becomes
inner = ScaledLinear(h.shape[-1], w_init=jnp.ones, name="inner")

# %% wrong: normal weights without their scale -> It is 0.88 for hk.Linear. Does that make w?
self.encode = hk.Linear(size, name="encode")
# becomes
self.encode = hk.Linear(size, w_init=hk.initializers.RandomNormal(), name="encode")

# %% wrong: biases of one -> biases as those of hk.Linear
with hk.name_scope("read_out"):
            return ScaledLinear(1)(h), penalty
# becomes
with hk.name_scope("read_out"):
    return ScaledLinear(1, b_init=jnp.ones)(h), penalty

# %% wrong: the squares of the last round -> Is it the sum of the squares of the gains
h, squares = Round(mix)(h)
            penalty += squares
# becomes
h, penalty = Round(mix)(h)

# %% wrong: the last round for all -> Is it the sum of the squares of the gains
h, squares = Round(mix)(h)
            penalty += squares
# becomes
h, squares = Round(mix)(h)
penalty = self.rounds * squares

# %% wrong: no squares -> Is it the sum of the squares of the gains
self.mix(jnp.tanh(inner(h))), (inner.gain() ** 2).sum()
# becomes
self.mix(jnp.tanh(inner(h))), inner.gain().sum()

# %% wrong: outputs alone -> Net returns its outputs, and the sum of squares
return ScaledLinear(1)(h), penalty
# becomes
return ScaledLinear(1)(h)

# %% wrong: breaks: The steps of its computation are right
return h + self.mix(jnp.tanh(inner(h)))
# becomes
return h + jnp.tanh(self.mix(inner(h)))
