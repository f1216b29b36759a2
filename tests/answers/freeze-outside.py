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

# %% wrong: the value is not kept -> and return what is stopped?
value = jax.lax.stop_gradient(value)
# becomes
jax.lax.stop_gradient(value)

# %% wrong: it ends too early -> does a getter run in apply
with hk.custom_getter(getter):
yield
# becomes
with hk.custom_getter(getter):
    pass
yield

# %% wrong: the module alone -> modules inside it are not frozen
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if context.module_name == module:

# %% wrong: what is inside alone -> modules inside are frozen, but not the module itself
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if context.module_name.startswith(f"{module}/"):

# %% wrong: inside by a tilde -> modules made in its __call__ have no ~
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if f"{context.module_name}/~".startswith(f"{module}/~"):

# %% wrong: `w` and `b` alone
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if f"{context.module_name}/".startswith(f"{module}/") and context.name in "wb":

# %% wrong: names that begin alike -> modules whose name only begins alike are frozen
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if context.module_name.startswith(module):

# %% wrong: names that hold it -> modules whose name holds it anywhere are frozen
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if f"/{module}/" in f"/{context.module_name}/":

# %% wrong: the others -> are the others frozen?
if f"{context.module_name}/".startswith(f"{module}/"):
# becomes
if not f"{context.module_name}/".startswith(f"{module}/"):

# %% wrong: zeros -> A value itself must stay as it is
value = jax.lax.stop_gradient(value)
# becomes
value = jnp.zeros_like(value)

# %% wrong: the outputs are stopped -> Are outputs stopped, and not parameters?
with hk.custom_getter(getter):
# becomes
def stop(next_f, args, kwargs, context):
    out = next_f(*args, **kwargs)
    return jax.lax.stop_gradient(out) if context.module.module_name == module else out

with hk.intercept_methods(stop):

# %% wrong: the innermost alone -> only one of the nested contexts works
return next_getter(value)
# becomes
return value

# %% wrong: NumPy -> NumPy cannot take a tracer
value = jax.lax.stop_gradient(value)
# becomes
value = np.asarray(value)

# %% wrong: any part -> modules whose name holds it anywhere are frozen
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if module in context.module_name.split("/") or f"{context.module_name}/".startswith(module + "/"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield

# %% wrong: inner ones skipped -> does a getter run in apply
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            return jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        pass
    yield

# %% wrong: no next -> Which arguments has a getter?
@contextlib.contextmanager
def frozen(module):
    def getter(value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        yield

# %% wrong: still a creator -> does a getter run in apply
@contextlib.contextmanager
def frozen(module):
    def creator(next_creator, shape, dtype, init, context):
        value = next_creator(shape, dtype, init)
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_creator(creator):
        yield

# %% wrong: two levels up -> Which modules are in the frozen one
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        value = next_getter(value)
        name = context.module_name
        if module in (name, name.rsplit("/", 1)[0], name.rsplit("/", 2)[0]):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter):
        yield

# %% wrong: states, too -> the gradient of the inputs
@contextlib.contextmanager
def frozen(module):
    def getter(next_getter, value, context):
        value = next_getter(value)
        name = context.module_name
        if f"{name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_getter(getter, state=True):
        yield

# %% right: by pathlib
@contextlib.contextmanager
def frozen(module):
    """A getter in an ExitStack asks pathlib what is inside."""
    import pathlib

    def getter(next_getter, value, context):
        if pathlib.PurePosixPath(context.module_name).is_relative_to(module):
            return next_getter(jax.lax.stop_gradient(value))
        return next_getter(value)

    with contextlib.ExitStack() as stack:
        yield stack.enter_context(hk.custom_getter(getter))
