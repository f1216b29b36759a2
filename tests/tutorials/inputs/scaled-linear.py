import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    for lead, inputs, size, with_bias, name in (
        ((), 1, 1, True, None),
        ((2,), 3, 2, True, "query"),
        ((2, 3), 2, 5, False, "key"),
        ((0,), 4, 3, False, None),
    ):
        x = jnp.float32(draw.normal(size=(*lead, inputs)))
        yield initial, (x, size, with_bias, name), {}
        its = {"w": (inputs, size), "gain": (size,), "b": (size,)}
        its = {n: jnp.float32(draw.normal(size=s)) for n, s in its.items() if with_bias or n != "b"}
        yield applied, ({f"net/{name or 'scaled_linear'}": its}, x, size, with_bias, name), {}


def network(page, size, with_bias, name):
    class Net(hk.Module):
        def __call__(self, x):
            layer = page.ScaledLinear(size, with_bias=with_bias, name=name)
            return layer.gain(), layer(layer(x)) if x.shape[-1] == size else layer(x), layer.gain()

    return hk.without_apply_rng(hk.transform(lambda x: Net()(x)))


def initial(page, x, *settings):
    return network(page, *settings).init(jax.random.key(0), x)


def applied(page, params, x, *settings):
    apply = network(page, *settings).apply
    return apply(params, x), jax.jit(apply)(params, x)
