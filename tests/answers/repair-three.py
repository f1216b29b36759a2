# %% right: init by hand
class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        if hk.running_init():
            linear(x)
        return hk.vmap(lambda row: drop_half(linear(row)), split_rng=True)(x)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        return hk.scan(lambda h, _: (drop_half(h), None), x, None, length=4)[0]


class SavedBlock(hk.Module):
    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return block(x) if hk.running_init() else hk.remat(block)(x)

# %% right: keys as arguments
class NoisyRows(hk.Module):
    def __call__(self, x):
        h = hk.Linear(50)(x)
        keys = jnp.stack(hk.next_rng_keys(len(x)))
        return jax.vmap(lambda key, row: hk.dropout(key, 0.5, row))(keys, h)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        keys = jnp.stack(hk.next_rng_keys(4))
        return jax.lax.fori_loop(0, 4, lambda i, h: hk.dropout(keys[i], 0.5, h), x)


class SavedBlock(hk.Module):
    def __call__(self, x):
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
        w_init = hk.initializers.TruncatedNormal(x.shape[-1] ** -0.5)
        w = hk.get_parameter("w", (x.shape[-1], 7), init=w_init)
        b = hk.get_parameter("b", (7,), init=jnp.zeros)
        return jax.checkpoint(lambda w, b, x: jnp.tanh(x @ w + b))(w, b, x)

# %% right: module made in the constructor
class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        _, y = hk.scan(lambda c, row: (c, drop_half(linear(row))), None, x)
        return y
class NoisyRounds(hk.Module):
    def __call__(self, x):
        keys = jnp.stack(hk.next_rng_keys(4))
        return jax.lax.scan(lambda h, k: (hk.dropout(k, 0.5, h), None), x, keys)[0]
class SavedBlock(hk.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.linear = hk.Linear(7)
    def __call__(self, x):
        @hk.remat
        def f(x):
            m = hk.get_state("m", shape=(), dtype=x.dtype, init=hk.initializers.Constant(0.))
            hk.set_state("m", jnp.max(jnp.array([m, x.max(), -x.min()])))
            return jnp.tanh(self.linear(x))
        return f(x)

# %% wrong: another width -> one layer for all rows, have the shapes
hk.Linear(50)
# becomes
hk.Linear(40)

# %% wrong: rows share a mask -> rows of NoisyRows have a mask of their own
split_rng=not hk.running_init()
# becomes
split_rng=False

# %% wrong: a fixed key -> of NoisyRows depend on the key of apply?
drop_half(linear(row)), split_rng
# becomes
hk.dropout(jax.random.key(0), 0.5, linear(row)), split_rng

# %% wrong: dropout before the layer -> is dropout the last step?
drop_half(linear(row))
# becomes
linear(drop_half(row))

# %% wrong: masks repeat after 64 rows -> rows of NoisyRows have a mask of their own
linear = hk.Linear(50)
# becomes
linear = hk.Linear(50)
if len(x) > 64:
    mask = drop_half(jnp.ones((64, 50)))
    return linear(x) * jnp.tile(mask, (2, 1))[: len(x)]

# %% wrong: three rounds -> how often is a half dropped?
hk.fori_loop(0, 4,
# becomes
hk.fori_loop(1, 4,

# %% wrong: rounds share a mask -> do all rounds share a mask?
return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x)
# becomes
key = hk.next_rng_key()
return hk.fori_loop(0, 4, lambda _, h: hk.dropout(key, 0.5, h), x)

# %% wrong: the loop of JAX -> do all rounds share a mask?
return hk.fori_loop
# becomes
return jax.lax.fori_loop

# %% wrong: no tanh -> Is it the tanh of the linear layer?
jnp.tanh(hk.Linear(7)(x))
# becomes
hk.Linear(7)(x)

# %% wrong: the largest of this call -> that is the largest |x| of this call, not so far
jnp.maximum(largest, jnp.abs(x).max())
# becomes
jnp.abs(x).max()

# %% wrong: the largest x -> that is the largest x, not the largest |x|
jnp.abs(x).max()
# becomes
x.max()

# %% wrong: the largest of 64 rows
jnp.abs(x).max()
# becomes
jnp.abs(x[:64]).max()

# %% wrong: init splits keys -> does not support setting split_rng to True during init
split_rng=not hk.running_init()
# becomes
split_rng=True

# %% wrong: no gradient -> Which loops have a gradient?
hk.fori_loop(0, 4,
# becomes
hk.fori_loop(0, jnp.int32(4),

# %% wrong: a leaked state -> Which JAX transformation does a Haiku call meet inside?
return hk.remat(block)(x)
# becomes
return jax.checkpoint(block)(x)

# %% wrong: nothing -> what is computed again?
return hk.remat(block)(x)
# becomes
return block(x)

# %% wrong: the tanh alone -> what is computed again?
def block(x):
largest = hk.get_state("largest", (), init=jnp.zeros)
hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
return jnp.tanh(hk.Linear(7)(x))

return hk.remat(block)(x)
# becomes
largest = hk.get_state("largest", (), init=jnp.zeros)
hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
return hk.remat(jnp.tanh)(hk.Linear(7)(x))

# %% wrong: a row after the other -> Which JAX transformation does a Haiku call meet inside?
return hk.vmap(
lambda row: drop_half(linear(row)), split_rng=not hk.running_init()
)(x)
# becomes
return jax.lax.map(lambda row: drop_half(linear(row)), x)

# %% wrong: the pair of a scan -> Which part of the pair that hk.scan returns
return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x)
# becomes
return hk.scan(lambda h, _: (drop_half(h), None), x, None, length=4)

# %% wrong: a state that leaks in apply -> Which JAX transformation does a Haiku call meet inside?
return hk.remat(block)(x)
# becomes
return block(x) if hk.running_init() else jax.checkpoint(block)(x)

# %% wrong: a layer for each row -> one layer for all rows, have the shapes
class NoisyRows(hk.Module):
    def __call__(self, x):
        return jnp.stack([drop_half(hk.Linear(50)(row)) for row in x])


class NoisyRounds(hk.Module):
    def __call__(self, x):
        return hk.fori_loop(0, 4, lambda _, h: drop_half(h), x)


class SavedBlock(hk.Module):
    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return hk.remat(block)(x)

# %% wrong: rounds from a fixed key -> of NoisyRounds depend on the key of apply?
class NoisyRows(hk.Module):
    def __call__(self, x):
        return drop_half(hk.Linear(50)(x))


class NoisyRounds(hk.Module):
    def __call__(self, x):
        for seed in range(4):
            x = hk.dropout(jax.random.key(seed), 0.5, x)
        return x


class SavedBlock(hk.Module):
    def __call__(self, x):
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
        return hk.remat(lambda x: jnp.tanh(hk.Linear(7)(x)))(x)

# %% wrong: while_loop without gradient -> Which loops have a gradient?
class NoisyRows(hk.Module):
    def __call__(self, x):
        linear = hk.Linear(50)
        return hk.vmap(lambda row: drop_half(linear(row)), split_rng=not hk.running_init())(x)


class NoisyRounds(hk.Module):
    def __call__(self, x):
        if hk.running_init():
            return x
        body = lambda ih: (ih[0] + 1, drop_half(ih[1]))
        return hk.while_loop(lambda ih: ih[0] < 4, body, (0, x))[1]


class SavedBlock(hk.Module):
    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return hk.remat(block)(x)

# %% wrong: tanh kept in two parts -> what is computed again?
class NoisyRows(hk.Module):
    """A linear layer 50 wide, then dropout of one half, with a mask for each row."""

    def __call__(self, x):
        def noisy_row(row):
            return drop_half(hk.Linear(50)(row))

        return hk.vmap(noisy_row, split_rng=not hk.running_init())(x)


class NoisyRounds(hk.Module):
    """Four rounds of dropout of one half, each with masks of its own."""

    def __call__(self, x):
        return hk.scan(lambda h, _: (drop_half(h), None), x, None, length=4)[0]


class SavedBlock(hk.Module):
    """Linear(7) and tanh, recomputed for the gradient; keeps the largest |x| so far."""

    def __call__(self, x):
        largest = hk.get_state("largest", (), init=jnp.zeros)
        hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
        z = hk.Linear(7)(x)
        return jnp.concatenate([jnp.tanh(z[:, :3]), jnp.tanh(z[:, 3:])], axis=1)

# %% wrong: masks shared behind the second axis -> have a mask of their own
class NoisyRows(hk.Module):
    """A linear layer 50 wide, then dropout of one half, with a mask for each row."""

    def __call__(self, x):
        def noisy_row(row):
            return drop_half(hk.Linear(50)(row))

        return hk.vmap(noisy_row, split_rng=not hk.running_init())(x)


class NoisyRounds(hk.Module):
    """Four rounds of dropout of one half, each with masks of its own."""

    def __call__(self, x):
        for key in hk.next_rng_keys(4):
            x = hk.dropout(key, 0.5, x, broadcast_dims=range(2, x.ndim))
        return x


class SavedBlock(hk.Module):
    """Linear(7) and tanh, recomputed for the gradient; keeps the largest |x| so far."""

    def __call__(self, x):
        def block(x):
            largest = hk.get_state("largest", (), init=jnp.zeros)
            hk.set_state("largest", jnp.maximum(largest, jnp.abs(x).max()))
            return jnp.tanh(hk.Linear(7)(x))

        return hk.remat(block)(x)

# %% right: without vmap, scan and hk.remat
class NoisyRows(hk.Module):
    """One linear layer and one mask for the whole batch, which has all rows."""

    def __call__(self, x):
        return hk.dropout(hk.next_rng_key(), 0.5, hk.Linear(50, name="wide")(x))


class NoisyRounds(hk.Module):
    """Four masks are drawn first, and multiplied."""

    def __call__(self, x):
        keys = jnp.stack(hk.next_rng_keys(4))
        keep = jax.vmap(lambda key: jax.random.bernoulli(key, 0.5, x.shape))(keys)
        return jnp.where(keep.all(axis=0), 16 * x, 0)


class SavedBlock(hk.Module):
    """Parameters and state are outside of a pure function, which JAX recomputes."""

    def __call__(self, x):
        size = x.shape[-1]
        init = hk.initializers.TruncatedNormal(size**-0.5)
        w = hk.get_parameter("matrix", (size, 7), x.dtype, init=init)
        b = hk.get_parameter("offset", [7], x.dtype, init=jnp.zeros)
        so_far = hk.get_state("largest", [], x.dtype, init=jnp.zeros)
        hk.set_state("largest", jnp.max(jnp.append(jnp.abs(x), so_far)))
        return jax.checkpoint(lambda w, b, x: jnp.tanh(x @ w + b))(w, b, x)
