import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    for front, t, s, heads, size, masked in (
        ((), 1, 1, 1, 1, False),
        ((2,), 4, 3, 2, 3, True),
        ((2, 3), 3, 3, 1, 4, True),
        ((1,), 2, 5, 3, 2, False),
    ):
        x, y = (jnp.float32(draw.normal(size=(*front, n, 6))) for n in (t, s))
        mask = draw.random((*front, 1, t, s)) < 0.5
        mask[..., -1] = True
        yield maps, (x, y, jnp.array(mask) if masked else None, heads, size), {}


def maps(page, x, y, mask, heads, size):
    """Outputs and weights, eager and compiled, with given numbers as parameters."""

    def network(x, y):
        w_init = hk.initializers.VarianceScaling(3.0)
        attend = [
            hk.MultiHeadAttention(heads, size, w_init=w_init, value_size=2, model_size=6)
            for _ in range(3)
        ]
        h = attend[0](x, y, y, mask) + attend[1](x, key=y, value=y, mask=mask)
        return hk.Linear(6, name="query")(h) + attend[2](h, h, h)

    plain = hk.transform(network)
    params = plain.init(jax.random.key(0), x, y)
    seen = hk.without_apply_rng(hk.transform(lambda x, y: page.attention_maps(network, x, y)))
    assert jax.tree.structure(params) == jax.tree.structure(seen.init(jax.random.key(0), x, y))
    return seen.apply(params, x, y), jax.jit(seen.apply)(params, x, y)
