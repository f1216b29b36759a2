# %% [markdown]
# # Look inside, change from outside
#
# You can see what an installed network computes, or freeze a part of it, without touching its file, because most calls
# of methods and requests for parameters pass through hooks:

# %% tags=["short"]
import haiku as hk
import jax


def watch(method, args, kwargs, context):
    out = method(*args, **kwargs)
    if context.method_name == "__call__":
        print(context.module.module_name, out.shape)
    return out


net = hk.transform(lambda x: hk.nets.MLP([4, 2])(x))
with hk.intercept_methods(watch):
    net.init(jax.random.key(0), jax.numpy.ones((3, 5)))

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - list what a network calls, and return any intermediate value from a compiled `apply`;
# - say what interceptors, creators, getters and setters see, how often, and in which order;
# - freeze, cast or normalise parameters from outside, and give one set several entry points.
#
# You need: [scopes and names](../haiku/modules.py), [state](../haiku/state.py) and
# [leaked tracers](transforms_inside.py).
#
# </div>
#
# ## A network that you may not edit
#
# Imagine that this class is in a package: two blocks of attention and an MLP.

# %%
import contextlib

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

key = jax.random.key(0)


# %%
class Tagger(hk.Module):
    def __call__(self, h, mask=None):  # (B, T, D)
        size, w_init = h.shape[-1], hk.initializers.VarianceScaling(scale=1.0)
        for _ in range(2):
            attend = hk.MultiHeadAttention(
                num_heads=2, key_size=4, w_init=w_init, model_size=size
            )
            norm = hk.LayerNorm(
                axis=-1, create_scale=True, create_offset=True, name="norm"
            )
            h = h + attend(norm(h), norm(h), norm(h), mask=mask)
            h = h + hk.nets.MLP(
                output_sizes=[16, size], activation=jax.nn.relu, w_init=w_init
            )(h)
        return hk.Linear(output_size=3, b_init=jnp.zeros, name="tags")(h)


def tag(h):
    return Tagger()(h)


h = jax.random.normal(jax.random.key(1), (2, 5, 8))
tagger = hk.without_apply_rng(hk.transform(tag))
params = tagger.init(key, h)
print(tagger.apply(params, h).shape)

# %% [markdown]
# ### First, an overview
#
# `hk.experimental.tabulate` makes a [table of modules](../haiku/modules.py). Its contents come from
# `hk.experimental.eval_summary`, which returns a list of method calls, constructors apart, each with its module,
# its method, the shapes of arguments and results, and the stack of calls above it. No number is computed:

# %%
for call in hk.experimental.eval_summary(tag)(h)[:6]:
    module = call.module_details.module
    print(
        f"{len(call.call_stack)} {module.module_name:36}",
        call.args_spec[0],
        call.output_spec,
    )

# %% [markdown]
# Such a list doesn't show the operations *between* modules, such as the softmax of attention.
# `hk.experimental.jaxpr_info` lists the operations below the module in which they happen. (Some are missing, such as
# those in the branches of a `cond`.)

# %%
info = hk.experimental.jaxpr_info.make_model_info(tagger.apply, name="tagger")(
    params, h
)
lines = hk.experimental.jaxpr_info.format_module(info).splitlines()
attention = [line for line in lines if "[2,2,5,5]" in line]
print(len(lines), "lines, of which these have the shape (B, H, T, T):")
print("\n".join(attention[:6]))


# %% [markdown]

# ## Intermediate values: `hk.intercept_methods`
#
# An **interceptor** is a function that Haiku calls in place of most methods of subclasses of `hk.Module`, as long as
# its `with` block lasts. It gets the method as `next_f`, the arguments, and a context with `context.module`,
# `context.method_name` and `context.orig_class`. What the interceptor returns replaces the method's result. Put the
# block *inside* the function that you transform, as here:


# %%
events = []


def watch(next_f, args, kwargs, context):
    if context.method_name != "__call__":
        return next_f(*args, **kwargs)
    events.append(("in", context.module.module_name))
    out = next_f(*args, **kwargs)
    events.append(("out", context.module.module_name))
    return out


def watched(h):
    with hk.intercept_methods(watch):
        return tag(h)


hk.transform(watched).apply(params, None, h)
print(len(events), "events;", [name for kind, name in events if kind == "out"][:4])

# %% [markdown]
# A module returns only after its parts have, so `tagger`, the first to be called, is the last to return.

# %% [markdown]
# Properties pass through interceptors too. So do constructors, which start before the module has a name, so `watch`
# looks at the method first. Among what doesn't pass are plain functions, static and class methods, cached properties,
# methods under `@jax.jit` or `@hk.transparent`, special methods such as `__getitem__`, and what a class inherits from a
# mixin that isn't a module.
#
# Like Haiku's other hooks, an interceptor runs with your Python code. So it does nothing around a call of code that is
# already compiled, and code compiled inside its block keeps its effect afterwards.

# %% [markdown]
# ### Return what you capture
#
# To keep values, write them to a dictionary, and make the dictionary part of the result:


# %%
def with_values(network, *inputs):
    values = {}

    def capture(next_f, args, kwargs, context):
        out = next_f(*args, **kwargs)
        if context.method_name == "__call__":
            values.setdefault(context.module.module_name, []).append(out)
        return out

    with hk.intercept_methods(capture):
        return network(*inputs), values


inspected = hk.without_apply_rng(hk.transform(lambda h: with_values(tag, h)))
out, values = jax.jit(inspected.apply)(params, h)
print({name: len(its) for name, its in values.items() if "norm" in name})
print("same output:", jnp.allclose(out, tagger.apply(params, h), atol=1e-5))

# %% tags=["plot", "cover"] alt="Between attention, MLP and tags a tap leads to the array that the module returned, in a dictionary."
# Caption: A value that you return in a dictionary is an ordinary result, and nothing
# else changes.
from snippets.drawing import DATA, RUNS, array, arrow, box, canvas, note

axes = canvas(35)
of_h, of_out = "h = jax.random.normal", "out, values"
of_store = "values.setdefault(context.module.module_name, []).append(out)"
parts = [array(axes, 5.5, 1.6, h[0], ("T", "D"), cell=0.9, of=of_h)]
for row, (name, of) in enumerate(
    {
        "multi_head_attention": "hk.MultiHeadAttention",
        "mlp": "hk.nets.MLP",
        "tags": 'name="tags"',
    }.items()
):
    y = 10.5 + 8 * row
    parts.append(box(axes, 9, y, name, width=15, of=of))
    arrow(axes, *parts[-2:], of=of)
    captured, text = values[f"tagger/{name}"][0], "" if row else "capture"
    store = array(axes, 25, y + 1, captured[0], cell=0.9, of=of_store)
    arrow(axes, (9, y + 3.2), store, text, color=RUNS, of=of_store)
    axes.plot(9, y + 3.2, "o", color=RUNS)
arrow(axes, parts[-1], (9, 33), of=of_out)
note(axes, 9, 34, "out", of=of_out, color=DATA)
note(axes, 25, 9.5, "values", "left", of_store, color=DATA, weight="bold")
plt.show()

# %% tags=["hidden"]
assert {len(its) for name, its in values.items() if "norm" in name} == {3}
assert np.allclose(out, tagger.apply(params, h), atol=1e-3)
assert set(inspected.init(key, h)) == set(params)
_slope = jax.grad(lambda p: inspected.apply(p, h)[1]["tagger/mlp"][0].sum())
assert any(np.abs(leaf).max() > 0 for leaf in jax.tree.leaves(jax.jit(_slope)(params)))

# %% [markdown]
# The drawing leaves out the sums between the modules and shows, for three of them, what `values` holds for the first
# example. Because the values are ordinary results, the old parameters fit, `jit` compiles the values with the rest, and
# `jax.grad` differentiates through them. Keep a list for each module, because one that is called three times has three
# values.
#
# ## Exercise: attention maps from outside
#
# `hk.MultiHeadAttention` computes its weights between its modules and doesn't return them. Its submodules `query` and
# `key`, each an `hk.Linear`, do return something. Define `attention_maps(network, *inputs)`, a function for
# `hk.transform` like `with_values`: it returns the output of `network(*inputs)`, and a dictionary with the weights of each
# `hk.MultiHeadAttention`, by its module name. With queries $q$ and keys $k$ of one head, in loops:


# %%
def weights_in_loops(q, k, mask):  # (T', K), (T, K), (T', T) of booleans
    weights = np.zeros((len(q), len(k)))
    for t in range(len(q)):
        seen = [s for s in range(len(k)) if mask[t, s]]
        scores = [np.exp(q[t] @ k[s] / np.sqrt(q.shape[1])) for s in seen]
        weights[t, seen] = np.array(scores) / np.sum(scores)
    return weights


causal = np.tril(np.ones((3, 3), bool))
print(weights_in_loops(np.eye(3), 2 * np.eye(3), causal).round(2))

# %% [markdown]
# - Weights have the shape `(..., H, T', T)`, with the axes in front that the queries have. Head `i` owns the `i`-th
#   `key_size` columns of what `query` and `key` return.
# - A module may be called with `mask`, of shape `(..., 1, T', T)`, or without, by position or by name, and with other
#   keys than queries. Each is called once. In each row the mask allows at least one key.
# - It works under `jax.jit`, and the network's own parameters fit.
#
# <details>
# <summary>Hint</summary>
#
# `query` and `key` return before the attention does. Keep what they return by name, and do the rest when a module that
# is an `hk.MultiHeadAttention` returns: `context.module` has `num_heads` and `key_size`, and `args` or `kwargs` the mask.
#
# </details>


# %% exercise="attention-maps" kind="build" minutes="20"
def attention_maps(network, *inputs):
    """The output of a network, and its attention weights by module name."""
    ### BEGIN SOLUTION
    maps, returned = {}, {}

    def capture(next_f, args, kwargs, context):
        out = next_f(*args, **kwargs)
        if context.method_name != "__call__":
            return out
        module = context.module
        returned[module.module_name] = out
        if isinstance(module, hk.MultiHeadAttention):
            q, k = (
                returned[f"{module.module_name}/{name}"] for name in ("query", "key")
            )
            heads = module.num_heads, module.key_size
            q, k = (each.reshape(*each.shape[:-1], *heads) for each in (q, k))
            scores = jnp.einsum("...thd,...shd->...hts", q, k) / np.sqrt(
                module.key_size
            )
            mask = args[3] if len(args) > 3 else kwargs.get("mask")
            if mask is not None:
                scores = jnp.where(mask, scores, -1e30)
            maps[module.module_name] = jax.nn.softmax(scores)
        return out

    with hk.intercept_methods(capture):
        return network(*inputs), maps
    ### END SOLUTION


# %% check="attention-maps"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "attention_maps",
    "Return what you capture",
    {
        "module_name": "Constructors are intercepted, too, and there the module has no name.",
        "KeyError": "capture sees other methods, too, before query and key have returned.",
        "NoneType": "capture must return what the method returned.",
        "subscript": "Queries and keys may have any number of axes in front.",
        "ArrayConversion": "NumPy cannot take a tracer: keep what comes.",
        "Unable to retrieve": "The modules must keep their names.",
        "reshape": "Which axes may queries and keys have in front, and how many columns has a head?",
        "broadcast": "Scores are (..., heads, T, S): are they of queries and keys?",
        "not iterable": "Does it return a pair?",
        "unpack": "Does it return a pair, and does capture return what the method returned?",
        "UnexpectedTracer": "Is something kept outside of the function?",
        "": "What does capture get, and what must it return?",
    },
)


def three_attentions(heads, size, mask, scope):
    """Called in all ways, next to layers that only look like one, or a part of one."""

    def network(x, y):
        settings = {"w_init": jnp.ones, "value_size": 3, "model_size": 5}
        with hk.name_scope(scope):
            first, second, third = (
                hk.MultiHeadAttention(heads, size, name=name, **settings)
                for name in (None, "mixer", None)
            )
            like = hk.Linear(5, name="multi_head_attention_like")
        out = first(x, y, y, mask) + second(key=y, query=x, value=y, mask=mask)
        return out, third(y, x, x), hk.Linear(5, name="key")(like(x))

    return network


def compiled_maps(attention_maps):
    def maps(params, x, y, *settings):
        net = hk.transform(
            lambda x, y: attention_maps(three_attentions(*settings), x, y)
        )
        return jax.jit(hk.without_apply_rng(net).apply)(params, x, y)

    return maps


def _weights(
    values, module, heads, size, mask, root=0.5, low=-1e300, axis=-1, woven=False
):
    q, k = (np.float64(values[f"{module}/{name}"][0]) for name in ("query", "key"))
    q, k = (a.reshape(*a.shape[:-1], heads, size) for a in (q, k))
    if woven:
        q, k = (a.reshape(*a.shape[:-2], size, heads).swapaxes(-1, -2) for a in (q, k))
    scores = np.einsum("...thd,...shd->...hts", q, k) / size**root
    scores = np.where(True if mask is None else mask, scores, low)
    scores = np.exp(scores - scores.max(axis, keepdims=True))
    return scores / scores.sum(axis, keepdims=True)


_draw = np.random.default_rng(0)
for _front, _t, _s, _heads, _size, _masked, _scope in (
    ((2,), 4, 3, 2, 3, True, "net"),
    ((), 1, 5, 3, 2, False, "net"),
    ((2, 1, 3), 3, 3, 1, 4, True, "other"),
):
    _x, _y = (jnp.float32(_draw.normal(size=(*_front, n, 5))) for n in (_t, _s))
    _x = 30 * _x if len(_front) == 3 else _x  # exp of such scores overflows
    _mask = _draw.random((*_front, 1, _t, _s)) < 0.6
    _mask[..., 0] = True
    _some = _mask if _masked else True
    _set = _heads, _size, _mask if _masked else None, _scope
    _when = f"For queries {_x.shape}, keys {_y.shape}, {_heads} heads, "
    _net = hk.transform(lambda x, y, s=_set: with_values(three_attentions(*s), x, y))
    _shapes = jax.eval_shape(_net.init, key, _x, _y)
    _params = jax.tree.map(lambda s: jnp.float32(_draw.normal(size=s.shape)), _shapes)
    with jax.default_matmul_precision("highest"):
        _right, _values = jax.jit(_net.apply)(_params, None, _x, _y)

    def _all(*masks, turn=np.array, values=_values, given=_set, **others):
        attentions = ("multi_head_attention", "mixer", "multi_head_attention_1")
        names = [f"{given[3]}/{name}" for name in attentions]
        pairs = zip(names, masks or (given[2], given[2], None), strict=True)
        return {n: turn(_weights(values, n, *given[:2], m, **others)) for n, m in pairs}

    _returned = _check.call(_params, _x, _y, *_set, by=compiled_maps, when=_when)
    _pair = isinstance(_returned, tuple) and len(_returned) == 2
    _check.require(_pair, _when + "what attention_maps returns is not a pair.")
    _named = sum(name in _returned[1] for name in _all())
    _told = f"{_when}{_named} of 3 attentions are there under their module_name."
    _check.require(_named == 3, _told)
    _turned = [None if m is None else ~m for m in (_set[2], _set[2], None)]
    _hints = {"": "Does capture return what each method returned?"}
    _check.agrees(_returned[0], _right, _hints, _when, "the output", rtol=2e-3)
    _after = {n: w * (n[-1] == "1" or _some) for n, w in _all(None, None, None).items()}
    _mistakes = {
        "where is the mask? It may come by position or by name.": _all(
            None, None, None
        ),
        "the mask is used where it comes by position, but not by name.": _all(
            _set[2], None, None
        ),
        "the mask is used where it comes by name, but not by position.": _all(
            None, _set[2], None
        ),
        "where is the square root of key_size?": _all(root=0),
        "is it key_size or its root that divides the scores?": _all(root=1),
        "is the mask turned round?": _all(*_turned),
        "a masked score of 0 still gets a weight.": _all(low=0),
        "the mask comes after softmax: do weights add up to 1?": _after,
        "along which axis does softmax sum to 1?": _all(axis=-2),
        "which columns are the head's?": _all(woven=True),
        "which axis are the heads?": _all(turn=lambda w: np.moveaxis(w, -3, -1)),
        "do queries come before keys?": _all(turn=lambda w: np.swapaxes(w, -1, -2)),
        "": "Compare one head with weights_in_loops.",
    }
    _what = "the dictionary of weights"
    _check.agrees(_returned[1], _all(), _mistakes, _when, _what, rtol=5e-3)
print("Tested against the loops: with and without a mask, by position and by name.")

# %% [markdown]
# Now apply it to the network of this page, without changing `Tagger`:

# %%
mapped = hk.without_apply_rng(hk.transform(lambda h: attention_maps(tag, h)))
_, maps = jax.jit(mapped.apply)(params, h)
print({name: its.shape for name, its in maps.items()})

# %% [markdown]
# ## Captured values that leak
#
# What if the dictionary is outside? A plain call of `apply` fills it with arrays. Under `jit` it keeps tracers, because
# Python runs only during the trace, and `grad` and `vmap` leave tracers of what depends on their argument:

# %% raises="UnexpectedTracerError" match="Encountered an unexpected tracer"
outside = {}


def leak(next_f, args, kwargs, context):
    out = next_f(*args, **kwargs)
    outside[context.method_name] = out
    return out


def leaky(h):
    with hk.intercept_methods(leak):
        return tag(h)


jax.jit(hk.transform(leaky).apply)(params, None, h)
outside["__call__"] + 1

# %% [markdown]
# The same can happen with calls inside `hk.vmap`, `hk.scan`, `hk.remat` and their kin, whose bodies are traced on their
# own, even if you return the dictionary at the end. There, capture inside the body and return the values from it.

# %% [markdown]
# ## Change what a method returns
#
# To ask what a part contributes, replace its output by zeros and see how far the result moves:


# %%
def without_part(h, part):
    def silence(next_f, args, kwargs, context):
        out = next_f(*args, **kwargs)
        called = context.method_name == "__call__"
        return (
            jnp.zeros_like(out)
            if called and context.module.module_name == part
            else out
        )

    with hk.intercept_methods(silence):
        return tag(h)


silenced = hk.without_apply_rng(hk.transform(without_part))
for part in ("tagger/multi_head_attention", "tagger/mlp", "tagger/mlp_1"):
    moved = jnp.abs(silenced.apply(params, h, part) - out).mean()
    print(f"{part:30} {moved:.2f}")

# %% tags=["hidden"]
assert silenced.apply(params, h, "tagger/tags").max() == 0

# %% [markdown]
# Of two interceptors, the outer `with` runs first, and its `next_f` is the inner one.
#
# ## Parameters: creators and getters
#
# `hk.intercept_methods` sees the arguments and results of a method, but not its requests for parameters. These have
# hooks of their own, which [research code](../porting/real_code.py#creators-and-getters-around-a-network) uses. Each is a
# function that gets the next one, and a `context` that describes the request:
#
# | hook | signature | runs |
# |---|---|---|
# | `hk.custom_creator` | `creator(next_creator, shape, dtype, init, context)` | when a parameter is made |
# | `hk.custom_getter` | `getter(next_getter, value, context)` | at each request, in `init` and `apply`, after the creator |
# | `hk.custom_setter` | `setter(next_setter, value, context)` | at each `hk.set_state` |
#
# With `state=True`, creators and getters see states, too, and `params=False` leaves parameters out. The context has
# `full_name` (`module_name` and `name` are its two halves), `module`, `original_shape`, `original_dtype` and, except in
# setters, `original_init`. *Original* means what the layer asked for, before any hook changed it.
#
# Here are two hooks that only report, around one layer that is called twice:


# %%
seen = []


def report_creation(next_creator, shape, dtype, init, context):
    seen.append(("creator", context.full_name))
    return next_creator(shape, dtype, init)


def report_read(next_getter, value, context):
    seen.append(("getter", context.full_name))
    return next_getter(value)


def reported(x):
    with hk.custom_creator(report_creation), hk.custom_getter(report_read):
        layer = hk.Linear(output_size=3)
        return layer(layer(x))


x = jnp.ones((4, 3))
net = hk.without_apply_rng(hk.transform(reported))
orders = {}
layer_params = net.init(key, x)
orders["init"], seen[:] = list(seen), []
net.apply(layer_params, x)
orders["apply"] = list(seen)

for when, order in orders.items():
    print(f"{when}:")
    for kind, name in order:
        print(f"    {kind:8}{name}")

# %% [markdown]
# In `apply` the getter runs four times, and the creator not at all. So a change that must hold *at each use* belongs in
# a getter, and a change of the stored array, of its dtype, shape or first numbers, belongs in a creator. Of several
# hooks, that of the outer `with` runs first. Inside `hk.lift` and `hk.layer_stack`, `full_name` lacks the outer part.
#
# ## Exercise: what a getter sees
#
# `spied` counts the calls of a creator and of a getter, and notes what the getter saw of `linear/w`:


# %%
def spied(x, notes):
    def creator(next_creator, shape, dtype, init, context):
        notes["creations"] += 1
        return next_creator((3, *shape), jnp.float32, init)

    def getter(next_getter, value, context):
        notes["reads"] += 1
        if context.full_name == "linear/w":
            notes["w"] = value.shape, str(value.dtype), tuple(context.original_shape)
        return next_getter(value[0].astype(context.original_dtype))

    with hk.custom_creator(creator), hk.custom_getter(getter):
        layer = hk.Linear(output_size=4, with_bias=False)
        out = layer(layer(x))
        return hk.Linear(output_size=2)(out)


# %% [markdown]
# `x` has the shape `(5, 4)` and the dtype bfloat16. Define `predicted_notes`: creations and reads in one `init`, in one
# `apply`, and in three calls of `jax.jit(apply)`; the shape and the dtype of `value` for `linear/w`, and the shape in the
# context.

# %% exercise="what-a-getter-sees" kind="predict" minutes="8"
# predicted_notes = {
#     "init": {"creations": ..., "reads": ...},
#     "apply": {"creations": ..., "reads": ...},
#     "compiled": {"creations": ..., "reads": ...},
#     "value": ...,  # a shape
#     "dtype": ...,  # a name of a dtype, as a text
#     "original": ...,  # a shape
# }
### BEGIN SOLUTION
predicted_notes = {
    "init": {"creations": 3, "reads": 4},
    "apply": {"creations": 0, "reads": 4},
    "compiled": {"creations": 0, "reads": 4},
    "value": (3, 4, 4),
    "dtype": "float32",
    "original": (4, 4),
}
### END SOLUTION

# %% check="what-a-getter-sees"
from publishing.teaching.checking import predicted

_x, _notes = jnp.ones((5, 4), jnp.bfloat16), {}
_spied = hk.without_apply_rng(hk.transform(lambda x: spied(x, _notes)))


def _noted(f, *arguments):
    _notes.clear()
    _notes.update(creations=0, reads=0)
    return f(*arguments), {name: _notes[name] for name in ("creations", "reads")}


_params, _in_init = _noted(_spied.init, jax.random.key(0), _x)
_, _in_apply = _noted(_spied.apply, _params, _x)
_compiled = jax.jit(_spied.apply)
_, _in_compiled = _noted(lambda: [_compiled(_params, _x) for _ in range(3)])
predicted(
    globals(),
    "predicted_notes",
    {
        "init": _in_init,
        "apply": _in_apply,
        "compiled": _in_compiled,
        "value": _notes["w"][0],
        "dtype": _notes["w"][1],
        "original": _notes["w"][2],
    },
    {
        "init": "How many parameters have two layers, one without a bias? And the first layer is called twice.",
        "apply": "Parameters exist already, and each is read at each call.",
        "compiled": "How often does Python run your function in three calls of a compiled one?",
        "value": "The getter gets what is stored. What did the creator store?",
        "dtype": "Which dtype did the creator pass on?",
        "original": "Which shape did the layer ask for?",
    },
)
print("Right: this is what the hooks saw.")

# %% [markdown]
# ## Exercise: freeze a module from outside
#
# You want to train a network whose `encoder` stays as it is. `frozen("encoder")` should stop the gradients of its
# parameters, wherever the network runs. This version silently does nothing:


# %%
@contextlib.contextmanager
def frozen_too_early(module):
    def creator(next_creator, shape, dtype, init, context):
        value = next_creator(shape, dtype, init)
        if context.module_name.startswith(module):
            value = jax.lax.stop_gradient(value)
        return value

    with hk.custom_creator(creator):
        yield


def coder(x, frozen):
    with frozen("encoder"):
        z = hk.nets.MLP(output_sizes=[4, 2], name="encoder")(x)
        z = hk.Linear(2, name="encoder_out")(z)
        return hk.Linear(output_size=3, name="decoder")(z)


coder_net = hk.without_apply_rng(hk.transform(coder))
coder_params = coder_net.init(key, x, frozen_too_early)


def gradient_norms(frozen):
    grads = jax.grad(lambda p: (coder_net.apply(p, x, frozen) ** 2).sum())(coder_params)
    return {name: float(jnp.abs(its["w"]).sum()) for name, its in grads.items()}


print({name: round(norm, 2) for name, norm in gradient_norms(frozen_too_early).items()})

# %% tags=["hidden"]
assert all(norm > 0 for norm in gradient_norms(frozen_too_early).values())

# %% [markdown]
# Define `frozen(module)`, a context manager:
#
# - The gradient is zero with respect to the parameters of `module` and of all modules inside it, such as
#   `encoder/~/linear_0`. Other modules, `encoder_out` too, have the gradients that they have without the context.
# - Outputs, names and first parameters stay as they are, and so do gradients with respect to the inputs.
# - It can be nested, to freeze several modules, and works under `jax.jit`.


# %% exercise="freeze-outside" kind="repair" minutes="10"
@contextlib.contextmanager
def frozen(module):
    """Stop the gradients of the parameters of a module."""

    ### BEGIN SOLUTION
    def getter(next_getter, value, context):
        if f"{context.module_name}/".startswith(f"{module}/"):
            value = jax.lax.stop_gradient(value)
        return next_getter(value)

    with hk.custom_getter(getter):
        yield
    ### END SOLUTION


# %% check="freeze-outside"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "frozen",
    "Parameters: creators and getters",
    {
        "not an iterator": "It needs one yield, inside the context.",
        "context manager": "Is it a generator with one yield, under @contextlib.contextmanager?",
        "missing": "Which arguments has a getter?",
        "takes": "Which arguments has a getter?",
        "NoneType": "Does the hook return what next_getter returns?",
        "None": "Does the hook return what next_getter returns?",
        "ArrayConversion": "NumPy cannot take a tracer; jax.lax.stop_gradient can.",
        "": "Which hook runs at every use, and what does it return?",
    },
)


class Coder(hk.Module):
    """Parameters of its own, and layers made in its constructor and in its call."""

    def __init__(self, name=None):
        super().__init__(name=name)
        self.inner = hk.Linear(4)

    def __call__(self, x):
        x = hk.LayerNorm(-1, create_scale=True, create_offset=True)(self.inner(x))
        hk.set_state(
            "seen", hk.nets.MLP([4], name="deep")(x)
        )  # a value passes by a state
        x = hk.get_state("seen")
        return x * hk.get_parameter("gain", x.shape[-1:], init=jnp.ones)


def deep_net(x):
    """Names that begin alike, modules in modules, a layer used twice."""
    x = x + hk.get_parameter("shift", x.shape[-1:], init=jnp.ones)
    layer = hk.Linear(2, name="head")
    with hk.name_scope("my_encoder"):
        x = hk.Linear(2, name="head")(x)
    mlp = hk.nets.MLP([4, 2], activation=jnp.tanh, name="encoder")
    x = mlp(Coder()(layer(jnp.tanh(layer(x)))))
    return jnp.tanh(hk.Linear(2, name="encoder_out")(jnp.tanh(x)))


def slopes_of(frozen):
    """First parameters, slopes by parameters and by x, and the output."""

    def slopes(params, x, modules):
        def f(x):
            with contextlib.ExitStack() as stack:
                for module in modules:
                    stack.enter_context(frozen(module))
                return deep_net(x)

        def loss(params, x):
            y, _ = hk.transform_with_state(f).apply(params, {}, None, x)
            return (y**2).sum(), y

        made, _ = hk.transform_with_state(f).init(jax.random.key(2), x)
        return made, *jax.jit(jax.grad(loss, argnums=(0, 1), has_aux=True))(params, x)

    return slopes


def _is_inside(name, module):
    return f"{name}/".startswith(f"{module}/")


_draw = np.random.default_rng(0)
_x = jnp.float32(_draw.normal(size=(3, 2)))
_shapes, _ = jax.eval_shape(hk.transform_with_state(deep_net).init, key, _x)
_params = jax.tree.map(lambda s: jnp.float32(_draw.normal(size=s.shape)), _shapes)
with jax.default_matmul_precision("highest"):
    _first, (_grads, _grad_x), _out = slopes_of(None)(_params, _x, [])
for _modules in (
    ["encoder/~/linear_1", "coder"],
    ["head", "encoder_out"],
    ["encoder"],
    ["code"],
):

    def _stopped(is_in, grads=_grads, modules=_modules):
        scale = {n: not any(is_in(n, m) for m in modules) for n in grads}
        return {
            n: jax.tree.map(lambda g, n=n: g * scale[n], its)
            for n, its in grads.items()
        }

    _when = f"With {_modules} frozen, "
    _made, (_slopes, _by_x), _y = _check.call(
        _params, _x, _modules, by=slopes_of, when=_when
    )
    _hints = {"": "A value itself must stay as it is."}
    _check.agrees(_made, _first, _hints, _when, "what init makes")
    _check.agrees(_y, _out, _hints, _when, "the output")
    _hints = {"": "Are outputs stopped, and not parameters?"}
    _check.agrees(_by_x, _grad_x, _hints, _when, "the gradient of the inputs")
    _mistakes = {
        "nothing is frozen: does a getter run in apply, and return what is stopped?": _grads,
        "only one of the nested contexts works: is next_getter called?": _stopped(
            lambda n, m, first=_modules[0]: m == first and _is_inside(n, m)
        ),
        "modules inside are frozen, but not the module itself.": _stopped(
            lambda n, m: n.startswith(f"{m}/")
        ),
        "modules whose name only begins alike are frozen, too.": _stopped(
            str.startswith
        ),
        "modules whose name holds it anywhere are frozen, too.": _stopped(
            str.__contains__
        ),
        "modules inside it are not frozen.": _stopped(str.__eq__),
        "modules made in its __call__ have no ~ in their names.": _stopped(
            lambda n, m: n == m or n.startswith(f"{m}/~")
        ),
        "are the others frozen?": _stopped(lambda n, m: not _is_inside(n, m)),
        "": "Which modules are in the frozen one, by their names?",
    }
    _what = "the gradient of the parameters"
    _check.agrees(_slopes, _stopped(_is_inside), _mistakes, _when, _what)
print("Tested: the frozen modules have no gradient, and nothing else has changed.")

# %% [markdown]
# Now the encoder stays as it is, and the other two modules learn:

# %%
print({name: round(norm, 2) for name, norm in gradient_norms(frozen).items()})

# %% [markdown]
# ## States have the same hooks
#
# From `weathernext/utils/casting.py` of [GraphCast](https://github.com/google-deepmind/graphcast), commit `9c034db`:
#
# ```python
#     with hk.custom_creator(
#         _bfloat16_creator, state=True), hk.custom_getter(
#             _bfloat16_getter, state=True), hk.custom_setter(
#                 _bfloat16_setter):
# ```
#
# Inside the block, what a layer requests in bfloat16 is stored in float32. The averages of a `BatchNorm` are states, so
# creators and getters see them only with `state=True`, and a setter casts what the network writes back.


# %%
def is_half(context):
    return context.original_dtype == jnp.bfloat16


def store_float32(next_creator, shape, dtype, init, context):
    return next_creator(shape, jnp.float32 if is_half(context) else dtype, init)


def read_half(next_getter, value, context):
    return next_getter(value.astype(jnp.bfloat16) if is_half(context) else value)


def write_float32(next_setter, value, context):
    return next_setter(value.astype(jnp.float32) if is_half(context) else value)


def normalised(x, with_setter):
    setter = (
        hk.custom_setter(write_float32) if with_setter else contextlib.nullcontext()
    )
    with (
        hk.custom_creator(store_float32, state=True),
        hk.custom_getter(read_half, state=True),
        setter,
    ):
        return hk.BatchNorm(True, True, 0.9)(x, is_training=True)


half = jax.random.normal(key, (8, 4), jnp.bfloat16)
norm_net = hk.transform_with_state(normalised)
dtypes = {}
for with_setter in (False, True):
    norm_params, state = norm_net.init(key, half, with_setter)
    _, state = norm_net.apply(norm_params, state, None, half, with_setter)
    dtypes[with_setter] = str(state["batch_norm/~/mean_ema"]["hidden"].dtype)
print(dtypes)

# %% tags=["hidden"]
assert dtypes == {False: "bfloat16", True: "float32"}
assert state["batch_norm/~/mean_ema"]["counter"].dtype == jnp.int32
assert norm_params["batch_norm"]["scale"].dtype == jnp.float32

# %% [markdown]
# Without the setter, `apply` returned the state in another dtype than it got, so that a compiled step would be traced a
# second time, and `lax.scan` would raise an error.
#
# ## Spectral norm from outside
#
# A getter may make modules itself. `hk.SpectralNorm` divides a matrix by an estimate of its largest singular value, and
# keeps the estimate in a state. If a getter applies it to each matrix that is read, linear layers hardly stretch the
# distance between two inputs once that estimate is good, as discriminators of GANs need. (A convolution's kernel is
# flattened to a matrix first, so there it bounds less. Keep `hk.BatchNorm` out: its offset of zeros would become `nan`.)


# %%
def spectral_getter(next_getter, value, context):
    if value.ndim < 2:
        return next_getter(value)
    return next_getter(hk.SpectralNorm(name=f"{context.name}_norm")(value))


def critic(images):  # (B, H, W, C)
    with hk.custom_getter(spectral_getter):
        he = hk.initializers.VarianceScaling(scale=2.0)
        conv = hk.Conv2D(output_channels=4, kernel_shape=3, w_init=he, b_init=jnp.zeros)
        x = conv(images)
        x = hk.max_pool(x, window_shape=(2, 2, 1), strides=(2, 2, 1), padding="SAME")
        return hk.Linear(output_size=1)(hk.Flatten(preserve_dims=1)(x))


images = jax.random.normal(key, (2, 4, 4, 3))
critic_net = hk.transform_with_state(critic)
critic_params, state = critic_net.init(key, images)
critic_apply = jax.jit(critic_net.apply)
for _ in range(50):
    _, state = critic_apply(critic_params, state, None, images)
matrix = critic_params["conv2_d"]["w"].reshape(-1, 4)
print("estimated", {name: round(float(its["sigma"]), 3) for name, its in state.items()})
print("true     ", np.round(np.linalg.norm(matrix, 2), 3))

# %% [markdown]
# The state is filed under the layer whose parameter was read, because the getter runs while the layer does. Such a
# network needs `transform_with_state`.
#
# ## Several entries, one set of parameters
#
# The hooks change one function. If you want another *function* of the same parameters, such as the encoder alone or the
# decoder alone, use [`hk.multi_transform`](../haiku/modules.py#several-functions-of-one-network-hkmulti_transform). Its
# function makes the modules and returns one function for `init`, which has to use all parameters of the others, and a
# tree of functions that become `apply`s. With states, `hk.multi_transform_with_state` gives `apply`s that take and return
# the whole state:


# %%
def autoencoder():
    down = hk.Conv2D(output_channels=4, kernel_shape=3, with_bias=False, name="down")
    norm = hk.BatchNorm(
        create_scale=True, create_offset=True, decay_rate=0.9, name="norm"
    )
    up = hk.Conv2DTranspose(
        output_channels=3,
        kernel_shape=3,
        stride=2,
        padding="SAME",
        with_bias=False,
        name="up",
    )

    def encode(x, is_training):
        x = hk.avg_pool(
            down(x), window_shape=(2, 2, 1), strides=(2, 2, 1), padding="VALID"
        )
        return jax.nn.relu(norm(x, is_training))

    def decode(z):
        return up(z)

    def both(x, is_training):
        return decode(encode(x, is_training))

    return both, {"encode": encode, "decode": decode}


coders = hk.multi_transform_with_state(autoencoder)
coder_params, state = coders.init(key, images, is_training=True)
z, new_state = coders.apply["encode"](
    coder_params, state, None, images, is_training=True
)
decoded, _ = coders.apply["decode"](coder_params, new_state, None, z)
print(list(coder_params), z.shape, decoded.shape)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The next cell prints the counter of the averages in `state`, in `new_state`, and in what `decode`, which uses no
# state, returns as its state. What are the three numbers?
#
# - [{{ counters == [0, 1, 2] }}] 0, 1 and 2: each `apply` counts one more.
# - [{{ counters == [1, 2, 2] }}] 1, 2 and 2: `init` counts its batch, too.
# - [{{ counters == [0, 1, 1] }}] 0, 1 and 1: `decode` returns what it got.
# - [{{ counters == [0, 1, 0] }}] 0, 1 and 0: `decode` starts a state anew.
#
# </div>

# %% tags=["predict"]
_, of_decode = coders.apply["decode"](coder_params, new_state, None, z)
counters = [
    float(s["norm/~/mean_ema"]["counter"]) for s in (state, new_state, of_decode)
]
print(counters)

# %% tags=["hidden"]
assert set(of_decode) == set(new_state)
assert counters == [0, 1, 1]


# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# `decode` returns the whole state as it got it. The counter of the averages is {{ counters[0]:.0f}} after `init` and
# {{ counters[1]:.0f}} after `encode`. If you pass the old state on, you silently lose what that batch added to the
# averages.
#
# </details>
#
# ## Inside the transformer
#
# [The transformer](transformer.py) adds what attention and MLPs return to its embeddings. `with_values` shows how large
# these parts are, here by the root of their mean square:

# %%
from snippets.transformer import Config, Transformer

reader = hk.without_apply_rng(
    hk.transform(lambda t: with_values(Transformer(Config()), t))
)
tokens = jax.random.randint(key, (64, 8), 0, 10)
weights = jax.jit(reader.init)(key, tokens)
(logits, maps), parts = jax.jit(reader.apply)(weights, tokens)
sizes = {}
for name in (
    "embed",
    *(f"block_{i}/{part}" for i in (0, 1) for part in ("attention", "mlp")),
):
    out = jax.tree.leaves(parts[f"transformer/{name}"])[0]  # (B, T, D)
    sizes[name] = float(jnp.sqrt(jnp.mean(out**2)))
print({name: round(size, 2) for name, size in sizes.items()})

# %% tags=["hidden"]
for _i in (0, 1):
    _change, _weights = parts[f"transformer/block_{_i}/attention"][0]
    assert np.allclose(_weights, maps[_i], atol=1e-4)
    assert _change.shape == (64, 8, 32)
assert sizes["embed"] > max(list(sizes.values())[1:])

# %% [markdown]
# Before training, each part is smaller than the embeddings that it is added to. `parts` also has the attention weights,
# the second result of each attention.
#
# ## What can go wrong
#
# [The list of errors](../look_up/errors.py) has more.
#
# - `AttributeError: ... has no attribute 'module_name'` An interceptor asks a module for its name while the constructor
#   runs. Look at `context.method_name` first.
# - `UnexpectedTracerError` Often, a captured value was kept outside the function, or comes from the body of a scan.
#   Return it.
# - `UnexpectedTracerError` from `hk.experimental.to_dot`, which draws a network in old notebooks and stops at a
#   `jax.nn.relu`. Use `abstract_to_dot`, which needs the package `dm-tree`.
# - `ValueError: 'linear/w' with retrieved shape ... does not match shape=...` The parameters are for inputs of another
#   size, or a getter returned another shape than the layer asked for.
# - `ValueError: Parameters cannot be `None`.` A getter or creator without a `return`.
# - `ValueError: Unable to retrieve parameter` in one `apply` of a `multi_transform`: often, the first function, for
#   `init`, doesn't use that module.
# - No message: perhaps a change that should apply at each use is in a creator, which runs only when the parameter is
#   made.
# - No message: a hook around a compiled function. Put it inside, where Haiku runs.
#
# ## What you learned
#
# - `eval_summary` lists the calls of modules, `jaxpr_info` the operations between them.
# - `hk.intercept_methods` sees arguments and results of most methods, and may change them. If you return what you
#   capture, it works under `jit` and `grad`.
# - A creator sees a parameter once, when it is made. A getter sees it at each request, and a setter sees a state at
#   each write. The context says what the layer asked for.
# - `multi_transform` gives one set of parameters several entries; with states, pass the newest state on.
#
# Next: [Optimisers, loops, ensembles](../training/training_loops.py).
