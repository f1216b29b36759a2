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
