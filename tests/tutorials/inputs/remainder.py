import jax.numpy as jnp
import numpy as np


def cases(draw, page):
    for rows, batch_size, share in (
        (1, 1, 1),
        (1, 4, 1),
        (7, 3, 0.5),
        (8, 4, 0.5),
        (70, 32, 0.1),
        (300, 300, 0.9),
    ):
        for scale in (1, 200):  # logits at which naive logarithms are infinite
            inputs = (scale * draw.normal(size=(rows, 2))).astype(np.float32)
            labels = (draw.random((rows, 1)) < share).astype(np.int32)
            inputs[-1], labels[-1] = 0, 1  # a logit of exactly 0
            yield evaluated, ((jnp.array(inputs), jnp.array(labels)), batch_size), {}


def evaluated(page, data, batch_size):
    """The scores, and whether a batch was too large."""
    sizes = []

    def predict(x):
        sizes.append(len(x))
        return x[:, :1] - x[:, 1:]

    scores = page.evaluate_batches(predict, data, batch_size)
    return {name: scores[name] for name in ("loss", "recall")}, max(sizes, default=0) > batch_size
