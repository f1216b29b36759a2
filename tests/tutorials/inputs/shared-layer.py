import jax
import jax.numpy as jnp


def cases(draw, page):
    plans = [
        [1, "0"],
        [4, "0", "0"],
        [3, 3, "0", "1"],
        [2, 2, 5, "2", "1", "0", "2"],
        [2, 3, "1"],
        [3, "0", 2, "1", "0"],
    ]
    for seed, plan in enumerate(plans):
        for lead in ((), (3,), (1, 2, 2)):
            x = jnp.float32(draw.normal(size=(*lead, 4)))
            yield followed, (plan, jax.random.key(seed), x), {}


def followed(page, plan, key, x):
    """The shapes of the tree, and the outputs with other parameters: eager, compiled, eager again."""

    def net(x):
        layers, outputs = [], []
        for step in plan:
            if isinstance(step, int):
                layers.append(page.ToyLinear(step))
            else:
                outputs.append(layers[int(step)](x * (1 + len(outputs))))
        return outputs

    init, apply = page.my_transform(net)
    params = init(key, x)
    given = jax.tree.map(lambda leaf: jnp.cos(jnp.arange(leaf.size)).reshape(leaf.shape), params)
    return (
        jax.tree.map(jnp.zeros_like, params),
        apply(given, x),
        jax.jit(apply)(given, x),
        apply(given, x),
    )
