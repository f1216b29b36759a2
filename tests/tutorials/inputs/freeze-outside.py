import contextlib

import haiku as hk
import jax
import jax.numpy as jnp


def cases(draw, page):
    x = jnp.float32(draw.normal(size=(3, 2)))
    for modules in ([], ["a"], ["a_1"], ["a", "b"], ["b/~/linear_0"], ["~"], ["c"], ["b/~"]):
        yield slopes, (x, modules), {}


def network(x):
    x = x + hk.get_parameter("free", [2], init=hk.initializers.RandomNormal())
    first = hk.Linear(2, name="a")
    x = jnp.tanh(hk.Linear(2, name="a")(jnp.tanh(first(first(x)))))
    return jnp.tanh(hk.nets.MLP([3, 2], activation=jnp.tanh, name="b")(x))


def slopes(page, x, modules):
    def f(x):
        with contextlib.ExitStack() as stack:
            for module in modules:
                stack.enter_context(page.frozen(module))
            return network(x)

    net = hk.without_apply_rng(hk.transform(f))
    params = net.init(jax.random.key(0), x)

    def loss(params, x):
        y = net.apply(params, x)
        return (y**2).sum(), y

    return params, jax.jit(jax.grad(loss, argnums=(0, 1), has_aux=True))(params, x)
