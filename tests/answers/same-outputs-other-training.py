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

# %% wrong: the sum of the words
x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x))
        return x @ self.words.embedding[...].T
# becomes
x = self.norm(self.words(words).sum(axis=1))
x = jax.nn.relu(self.hidden(x))
return x @ self.words.embedding[...].T

# %% wrong: the averages move too far -> How far does one step move the averages
momentum=0.9
# becomes
momentum=0.1

# %% wrong: the averages hardly move -> How far does one step move the averages
momentum=0.9
# becomes
momentum=0.99

# %% wrong: no gradient through the outputs -> held back from the gradient?
return x @ self.words.embedding[...].T
# becomes
return x @ jax.lax.stop_gradient(self.words.embedding[...]).T

# %% wrong: a table that stays as it was made
return x @ self.words.embedding[...].T
# becomes
return x @ nnx.Embed(20, 8, rngs=nnx.Rngs(0)).embedding[...].T

# %% wrong: a source is missing -> No source is named for
embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")
# becomes
embed("words", "words") | batch_norm("norm", "norm")

# %% wrong: a layer that is not trained -> one table twice, or a layer not?
self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
# becomes
self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
self.norm.scale = nnx.Variable(self.norm.scale[...])

# %% wrong: copied at the start -> one table twice, or a layer not?
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

# %% wrong: left as it was -> one table twice, or a layer not?
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

# %% wrong: sum of two tables -> 408 numbers are trained
class Guesser(nnx.Module):
    """Guess a word from the mean of others: (B, T) ids -> (B, 20) logits."""

    def __init__(self, rngs):
        self.words = nnx.Param(jnp.zeros((20, 8)))
        self.output = nnx.Param(jnp.zeros((20, 8)))
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        table = (self.words[...] + self.output[...]) / 2**0.5
        x = self.norm(table[words].mean(axis=1))
        return jax.nn.relu(self.hidden(x)) @ table.T


def scaled(table):
    return table / 2**0.5


GUESSER = (
    batch_norm("norm", "norm")
    | linear("hidden", "hidden")
    | {name: ("words/embeddings", scaled) for name in ("words", "output")}
)

# %% wrong: log-probabilities in training -> what has the repair changed?
class Guesser(nnx.Module):
    """Guess a word from the mean of others: (B, T) ids -> (B, 20) logits."""

    def __init__(self, rngs):
        self.words = nnx.Embed(20, 8, rngs=rngs)
        self.norm = nnx.BatchNorm(8, momentum=0.9, rngs=rngs)
        self.hidden = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        x = self.norm(self.words(words).mean(axis=1))
        x = jax.nn.relu(self.hidden(x)) @ self.words.embedding[...].T
        return x if self.norm.use_running_average else jax.nn.log_softmax(x)


GUESSER = embed("words", "words") | batch_norm("norm", "norm") | linear("hidden", "hidden")

# %% right: table of the module itself
class Guesser(nnx.Module):
    """The table is an nnx.Param, used by indexing and in a product."""

    def __init__(self, rngs):
        self.table = nnx.Param(rngs.params.normal((20, 8)))
        self.average = nnx.BatchNorm(8, momentum=0.9, epsilon=1e-5, rngs=rngs)
        self.between = nnx.Linear(8, 8, rngs=rngs)

    def __call__(self, words):
        rows = jnp.take(self.table[...], words, axis=0)
        x = self.between(self.average(jnp.mean(rows, axis=-2)))
        return jnp.einsum("bd,vd->bv", jnp.maximum(x, 0), self.table[...])


GUESSER = {
    "table": "words/embeddings",
    **batch_norm("average", "norm"),
    **renamed("between", "hidden", {"kernel": "w", "bias": "b"}),
}
