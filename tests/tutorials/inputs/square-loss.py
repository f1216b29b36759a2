import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    for rows, wide, sizes, scale in (
        (1, 1, [1], 1),
        (5, 3, [2], 100),
        (2, 4, [3, 5], 1),
        (9, 2, [2, 2, 4], 0.01),
        (3, 3, [3], 1),
    ):
        net = hk.without_apply_rng(
            hk.transform(lambda x, sizes=sizes: hk.nets.MLP(sizes, activation=jnp.tanh)(x))
        )
        x, y = (jnp.float32(draw.normal(size=(rows, size))) for size in (wide, sizes[-1]))
        params = jax.tree.map(lambda p: p + 0.3, net.init(jax.random.key(rows), x))
        yield "square_loss", (params, net, x, scale * y), {}
        yield gradient, (params, net, x, scale * y), {}
        for rate in (1.0, 0.1, 1e-3):
            yield "my_update", (params, net, x, scale * y, rate), {}
    data = page.my_haiku_net, jnp.ones((3, 12)), jnp.ones((3, 6))
    yield "my_update", (page.my_haiku_params, *data, 0.1), {}


def gradient(page, params, net, x, y):
    return jax.value_and_grad(page.square_loss)(params, net, x, y)
