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
