# %% right: attend
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return self.words.attend(x)


GUESSER = embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")

# %% right: one variable under two names
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=1 - 0.1, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)
        self.output = self.words.embedding

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.output[...].T


GUESSER = {"output": "words/embeddings"}
GUESSER |= batch_norm("norm", "norm")
GUESSER |= linear("hidden", "hidden")

# %% right: table of its own
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.table = nnx.Param(jnp.zeros((20, 8)))
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(self.table[...][words].mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ jnp.transpose(self.table[...])


GUESSER = batch_norm("norm", "norm") | linear("hidden", "hidden") | {"table": "words/embeddings"}

# %% wrong: copied at the start
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)
        self.output = nnx.Param(self.words.embedding[...].T)

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.output[...]


GUESSER = (
    embed("words", "words")
    | batch_norm("norm", "norm")
    | linear("hidden", "hidden")
    | {"output": ("words/embeddings", jnp.transpose)}
)

# %% wrong: left as it was
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.1, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)
        self.output = nnx.Param(jnp.zeros((8, 20)))

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.output[...]


GUESSER = (
    embed("words", "words")
    | batch_norm("norm", "norm")
    | linear("hidden", "hidden")
    | {"output": ("words/embeddings", jnp.transpose)}
)

# %% wrong: no gradient through the input
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(jax.lax.stop_gradient(self.words(words)).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.words.embedding[...].T


GUESSER = embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")

# %% wrong: other momentum
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.99, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.words.embedding[...].T


GUESSER = embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")

# %% wrong: source forgotten
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)
        self.output = nnx.Param(jnp.zeros((8, 20)))

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.output[...]


GUESSER = embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")

# %% wrong: table only
class Guesser(nnx.Module):
    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.1, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.words.embedding[...].T


GUESSER = embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")

# %% inputs
import jax
import jax.numpy as jnp
import optax
from flax import nnx

RTOL = 1e-3


def cases(draw, page):
    for rows, length in ((2, 1), (5, 4), (16, 3)):
        params = {
            "words": {"embeddings": (20, 8)},
            "norm": {"scale": (1, 8), "offset": (1, 8)},
            "hidden": {"w": (8, 8), "b": (8,)},
        }
        params = {
            module: {name: jnp.float32(draw.normal(size=shape)) for name, shape in entries.items()}
            for module, entries in params.items()
        }
        state = {}
        for part in ("mean", "var"):
            value = jnp.float32(0.5 + draw.random(size=(1, 8)))
            state[f"norm/~/{part}_ema"] = {
                "average": value,
                "hidden": value,
                "counter": jnp.array(5000),
            }
        words = jnp.array(draw.integers(20, size=(rows, length)))
        yield trained, (params, state, words, jnp.array(draw.integers(20, size=rows))), {}


def trained(page, params, state, words, targets):
    net = page.Guesser(nnx.Rngs(0))
    net = page.port_to_nnx(net, page.GUESSER, params, state, unused=page.AVERAGES_UNUSED)
    sgd, seen = nnx.Optimizer(net, optax.sgd(0.3), wrt=nnx.Param), []
    for _ in range(3):
        net.eval()
        seen.append(net(words))
        net.train()
        seen.append(net(words))
        sgd.update(net, nnx.grad(lambda net: page.cross_entropy(net(words), targets))(net))
    return jax.tree.map(jnp.asarray, seen)
