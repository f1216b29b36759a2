# %% right: list of blocks
class Gate(nnx.Module):
    def __init__(self, size, width, rngs):
        self.width = width
        self.norm = nnx.LayerNorm(size, epsilon=1e-5, use_fast_variance=False, rngs=rngs)
        self.inner = nnx.Linear(size, 2 * width, rngs=rngs)
        self.outer = nnx.Linear(width, size, use_bias=False, rngs=rngs)

    def __call__(self, x):
        y = self.inner(self.norm(x))
        return x + self.outer(y[..., : self.width] * nnx.sigmoid(y[..., self.width :]))


class Gates(nnx.Module):
    def __init__(self, size, width, rngs):
        self.blocks = nnx.List([Gate(size, width, rngs) for _ in range(2)])

    def __call__(self, x):
        for block in self.blocks[::-1]:
            x = block(x)
        return x


def port_gated(params):
    D, twice = params["gated_block/linear"]["w"].shape
    empty_gates = nnx.eval_shape(lambda: Gates(D, twice // 2, nnx.Rngs(0)))
    sources = {}
    for i, name in enumerate(["gated_block", "gated_block_1"]):
        sources[f"blocks.{i}.norm.scale"] = f"{name}/layer_norm/scale"
        sources[f"blocks.{i}.norm.bias"] = f"{name}/layer_norm/offset"
        sources[f"blocks.{i}.inner.kernel"] = f"{name}/linear/w"
        sources[f"blocks.{i}.inner.bias"] = f"{name}/linear/b"
        sources[f"blocks.{i}.outer.kernel"] = f"{name}/linear_1/w"
    return port_to_nnx(empty_gates, sources, params)

# %% right: parameters of its own
class Block2(nnx.Module):
    def __init__(self, norm, wide, out):
        self.scale, self.offset = nnx.Param(norm["scale"]), nnx.Param(norm["offset"])
        self.w, self.b, self.out = nnx.Param(wide["w"]), nnx.Param(wide["b"]), nnx.Param(out["w"])

    def __call__(self, x):
        m = jnp.mean(x, axis=-1, keepdims=True)
        v = jnp.mean((x - m) ** 2, axis=-1, keepdims=True)
        y = (x - m) / jnp.sqrt(v + 1e-5) * self.scale[...] + self.offset[...]
        a, b = jnp.split(y @ self.w[...] + self.b[...], 2, axis=-1)
        return x + (a / (1 + jnp.exp(-b))) @ self.out[...]


class Both(nnx.Module):
    def __init__(self, params):
        self.one, self.two = (
            Block2(*(params[f"gated_block{i}/{part}"] for part in ("layer_norm", "linear", "linear_1")))
            for i in ("_1", "")
        )

    def __call__(self, x):
        return self.two(self.one(x))


def port_gated(params):
    return Both(params)

# %% right: sequence
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, epsilon=1e-5, use_fast_variance=False, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    net = port_to_nnx(Gated(nnx.Rngs(0)), sources, params)
    return nnx.Sequential(net.first, net.second)

# %% wrong: arrays not trained
class Frozen(nnx.Module):
    def __init__(self, params):
        self.params = nnx.data(params)

    def __call__(self, x):
        width = self.params["gated_block/linear_1"]["w"].shape[0]
        return gated.apply(self.params, x, width)


def port_gated(params):
    return Frozen(params)

# %% wrong: bias without a source
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=True, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: blocks in the order of their names
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block"), ("second", "gated_block_1")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: defaults of layer norm
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: halves exchanged
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            b, a = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: no sum
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: one block twice
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    params = hk.data_structures.to_haiku_dict(params)
    for part in ("layer_norm", "linear", "linear_1"):
        params[f"gated_block/{part}"] = params[f"gated_block_1/{part}"]
    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: shapes only
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return nnx.eval_shape(lambda: Gated(nnx.Rngs(0)))

# %% wrong: sizes exchanged
def port_gated(params):
    size, width = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: swish
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.silu(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    return port_to_nnx(Gated(nnx.Rngs(0)), sources, params)

# %% wrong: unused parameter too
def port_gated(params):
    width, size = params["gated_block/linear_1"]["w"].shape
    sources = {}
    for path, name in (("first", "gated_block_1"), ("second", "gated_block")):
        sources |= layer_norm(f"{path}.norm", f"{name}/layer_norm")
        sources |= linear(f"{path}.wide", f"{name}/linear")
        sources |= linear(f"{path}.out", f"{name}/linear_1", bias=False)

    class NnxBlock(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **LIKE_HAIKU, rngs=rngs)
            self.wide = nnx.Linear(size, 2 * width, rngs=rngs)
            self.out = nnx.Linear(width, size, use_bias=False, rngs=rngs)

        def __call__(self, x):
            a, b = jnp.split(self.wide(self.norm(x)), 2, axis=-1)
            return x + self.out(a * jax.nn.sigmoid(b))

    class Gated(nnx.Module):
        def __init__(self, rngs):
            self.first, self.second = NnxBlock(rngs), NnxBlock(rngs)

        def __call__(self, x):
            return self.second(self.first(x))

    net = port_to_nnx(nnx.eval_shape(lambda: Gated(nnx.Rngs(0))), sources, params)
    net.temperature = nnx.Param(jnp.zeros(3))
    return net

# %% inputs
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

RTOL = 1e-3


def cases(draw, page):
    for rows, size, width in ((1, 1, 1), (2, 3, 5), (4, 6, 2), (3, 1, 4), (5, 5, 5)):
        for mean, spread in ((0, 1), (0, 0.003), (0, 30), (200, 1)):
            x = jnp.float32(mean + spread * draw.normal(size=(rows, size)))
            shapes = jax.eval_shape(lambda x, w=width: page.gated.init(jax.random.key(0), x, w), x)
            params = jax.tree.map(lambda leaf: jnp.float32(draw.normal(size=leaf.shape)), shapes)
            yield outputs, (params, x), {}
    yield change, (params, jnp.float32(draw.normal(size=(5, 5)))), {}


def outputs(page, params, x):
    return page.port_gated(params)(x)


def change(page, params, x):
    """How the outputs change in a step on all that is an nnx.Param."""
    net = page.port_gated(params)
    before = net(x)
    sgd = nnx.Optimizer(net, optax.sgd(0.01), wrt=nnx.Param)
    sgd.update(net, nnx.grad(lambda net: (net(x) ** 2).mean())(net))
    return np.round(net(x) - before, 4)
