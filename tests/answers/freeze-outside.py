# %% right: custom_jvp of its own
@contextlib.contextmanager
def frozen(module):

    def getter(next_getter, value, context):
        names = context.module_name
        if names == module or names.startswith(module + "/"):
            value = value - (value - jax.lax.stop_gradient(value))
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% right: regular expression
import re


def frozen(module):
    inside = re.compile(re.escape(module) + "(/.*)?")

    def getter(next_getter, value, context):
        stop = inside.fullmatch(context.module_name) is not None
        return next_getter(jax.lax.stop_gradient(value) if stop else value)

    return hk.custom_getter(getter)

# %% right: split names
@contextlib.contextmanager
def frozen(module):

    path = module.split("/")

    def getter(next_getter, value, context):
        value = next_getter(value)
        if context.full_name.split("/")[: len(path)] == path:
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        yield

# %% wrong: any part
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if module in context.module_name.split("/") or context.module_name.startswith(module + "/"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: begins alike
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if context.module_name.startswith(module):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: equal only
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if context.module_name == module:
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: inner ones skipped
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            return jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        pass
    yield

# %% wrong: inside by a tilde only
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if context.module_name == module or context.module_name.startswith(f"{module}/~"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: no next
@contextlib.contextmanager
def frozen(module):
    def getter(value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        yield

# %% wrong: not returned
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: only w and b
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/") and context.name in "wb":
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: slash only
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if context.module_name.startswith(module + "/"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: still a creator
@contextlib.contextmanager
def frozen(module):
    def creator(next_creator, shape, dtype, init, context):
        value = next_creator(shape, dtype, init)
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_creator(creator):
        yield

# %% wrong: the others
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if not f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: zeros
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jnp.zeros_like(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% inputs
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
