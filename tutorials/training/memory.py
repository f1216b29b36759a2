# %% [markdown]
# # Memory and compile time
#
# A compiled function can tell you how much memory it will need. This page lowers that number, and shortens the time to
# compile.

# %% tags=["short"]
import jax


def loss(w):
    return jax.nn.gelu(jax.nn.gelu(w @ w) @ w).sum()


w = jax.numpy.ones((1024, 1024))
compiled = jax.jit(jax.grad(loss)).lower(w).compile()
plan = compiled.memory_analysis()
print(f"{plan.temp_size_in_bytes / 2**20:.0f} MiB")

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - ask a compiled step for its memory, and say what lives until the backward pass;
# - make a step fit: `jax.checkpoint`, accumulation, `jax.lax.map`, donation;
# - find what makes a program slow to compile, and keep compiled programs.
#
# You need: [`jit`, jaxprs and `lax.scan`](../jax/compilation.py), and [`jax.vjp`](../jax/derivatives.py).
#
# </div>

# %% [markdown]
# ## Ask the compiled program: `memory_analysis`
#
# The model of this page is a stack of blocks, each with a wide layer in the middle, as in a transformer. The weights of
# all blocks are stacked, so that `jax.lax.scan` can run over them:

# %%
import subprocess
import sys
import tempfile

import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

# %%
LAYERS, ROWS, WIDTH, HIDDEN = 8, 256, 64, 512
key_in, key_out, key_x = jax.random.split(jax.random.key(0), 3)
weights = {
    "in": jax.random.normal(key_in, (LAYERS, WIDTH, HIDDEN)) / 8,
    "out": jax.random.normal(key_out, (LAYERS, HIDDEN, WIDTH)) / 22,
}
batch = jax.random.normal(key_x, (ROWS, WIDTH))  # (B, D)


def block(x, layer):
    return x + jnp.tanh(x @ layer["in"]) @ layer["out"]  # (B, D), through (B, H)


def loss_fn(weights, batch, wrap=lambda block: block):
    inner = wrap(block)
    last, _ = jax.lax.scan(lambda x, layer: (inner(x, layer), None), batch, weights)
    return jnp.mean(last**2)


# %% [markdown]
# `jax.jit(f).lower(...)` traces and `.compile()` compiles, without running the program. The result says what the
# program will need. Shapes will do as arguments, such as a `jax.ShapeDtypeStruct` or the result of `jax.eval_shape`, so
# you can ask even about a model that does not fit.

# %%
MIB = 2**20


def memory(f, *arguments, **options):
    """The memory of a compiled function, in MiB."""
    stats = jax.jit(f, **options).lower(*arguments).compile().memory_analysis()
    return {
        "arguments": stats.argument_size_in_bytes / MIB,
        "results": stats.output_size_in_bytes / MIB,
        "between": stats.temp_size_in_bytes / MIB,
        "reused": stats.alias_size_in_bytes / MIB,
    }


loss_memory = memory(loss_fn, weights, batch)
grad_memory = memory(jax.grad(loss_fn), weights, batch)
for name, row in {"loss": loss_memory, "gradient": grad_memory}.items():
    print(name, {part: f"{size:.1f}" for part, size in row.items()})

# %% tags=["hidden"]
assert grad_memory["between"] > 2 * loss_memory["between"]

# %% [markdown]
# The arguments are the weights and the batch, and the results of the gradient are as large as the weights. The number
# to watch is `between`, the arrays that exist only while the program runs: {{ loss_memory["between"]:.1f}} MiB for the
# loss, and {{ grad_memory["between"]:.1f}} MiB for its gradient. Both grow with the batch, and that of the gradient
# also with the depth. They are the compiler's plan for this device; for another it may differ.
#
# ## What lives when
#
# The gradient of this stack needs values of the forward pass, and goes through the layers in the opposite order, so the
# values of the first layer are kept longest. The pullback of `jax.vjp` is a pytree, and its leaves are the arrays that
# JAX keeps, before the compiler drops those that it can.


# %%
def kept(f, *arguments):
    """The shapes that the gradient of f keeps from the forward pass."""
    return [leaf.shape for leaf in jax.tree.leaves(jax.vjp(f, *arguments)[1])]


def kept_for(wrap):
    return kept(lambda weights: loss_fn(weights, batch, wrap), weights)


kept_shapes = kept_for(lambda block: block)
print(kept_shapes)

# %% [markdown]
# The large ones have the shape `(LAYERS, B, H)`: for each layer the result of `tanh`, and what its derivative needs.
# The smaller one, `(LAYERS, B, D)`, holds the input of each block, and the rest are the weights and the last output.
# (With `saveable_args=False`, `jax.vjp` leaves the weights out, and you put them back before you call the pullback.)
#
# So the memory is largest in the middle, when all layers have run forward and none has run backward. In the lower half
# of the figure, which uses the method of the next section, only one layer is thick at any time.

# %% tags=["plot", "cover"] alt="A bar for each layer from its forward to its backward step; with checkpoint it is thin until the end."
# Caption: With a checkpoint around each block, one block at a time holds its inner
# values; the price is that each runs twice.
from snippets.drawing import DATA, RUNS

figure, axes = plt.subplots(2, 1, figsize=(5, 5.6), sharex=True)
_heights = {
    "without checkpoint": (WIDTH + 2 * HIDDEN) / (WIDTH + 2 * HIDDEN),
    "with checkpoint": WIDTH / (WIDTH + 2 * HIDDEN),
}
for panel, (title, height) in zip(axes, _heights.items(), strict=True):
    for layer in range(LAYERS):
        start, end = layer, 2 * LAYERS - layer
        panel.barh(layer + 1, end - start, left=start, height=0.8 * height, color=DATA)
        if height < 1:
            panel.barh(layer + 1, 1, left=end - 1, height=0.8, color=RUNS)
    panel.axvline(LAYERS, color="0.5", linewidth=0.8)
    panel.set(title=title, ylabel="layer", yticks=range(1, LAYERS + 1))
    panel.grid(visible=False)
axes[1].set(xlabel="step: forward to 8, backward after", xlim=(0, 2 * LAYERS))
plt.show()

# %% [markdown]
# ## `jax.checkpoint`: keep the input, compute the rest again
#
# `jax.checkpoint(block)` keeps only what goes into the block: its arguments, and what it takes from outside. When the
# backward pass reaches it, the block runs a second time, so that here only one block at a time has its inner values. A
# **policy** says what else may be kept, for example matrix products, expensive to compute again.
# (`policies.save_only_these_names("hidden")` keeps what you mark: `checkpoint_name(x @ w, "hidden")`, from
# `jax.ad_checkpoint`. If you mark its `tanh`, the product is computed again.)

# %%
policies = jax.checkpoint_policies
wraps = {
    "keep everything": lambda block: block,
    "keep products": lambda block: jax.checkpoint(block, policy=policies.dots_saveable),
    "keep inputs": jax.checkpoint,
}

# %% [markdown]
# Which of the three has the smallest `between`, and how does it compare with `keep everything`?
#
# - [{{ between["keep inputs"] < between["keep everything"] / 2 }}] `keep inputs`, with less than half.
# - [{{ between["keep everything"] / 2 < between["keep inputs"] < between["keep everything"] }}] `keep inputs`, with more
#   than half.
# - [{{ between["keep products"] < between["keep inputs"] }}] `keep products`, with less than half.

# %% tags=["predict"]
between = {}
for name, wrap in wraps.items():
    needs = memory(
        lambda w, x, wrap=wrap: jax.grad(loss_fn)(w, x, wrap), weights, batch
    )
    between[name] = needs["between"]
    print(f"{name:16}{between[name]:5.1f} MiB, kept: {kept_for(wrap)}")

# %% [markdown]
# The gradients are the same up to rounding. Keeping only the inputs costs one more forward pass through the blocks, and
# needs {{ between["keep everything"] / between["keep inputs"]:.1f}} times less memory here. For a module inside a Haiku
# network, use [`hk.remat`](../networks/transforms_inside.py#leaked-tracers-hkremat), as
# [below](#the-transformer-in-a-budget-policies-by-name).
#
# Where you put it matters. Around this whole loss it saves next to nothing, because then the backward pass computes
# all layers a second time in one go, and all their values exist at the same time. So wrap a block that repeats.
#
# ## Exercise: how much does a gradient keep?
#
# Here are eight functions of vectors of one size. How many arrays of that size does the pullback of each keep?

# %%
x, y = jnp.linspace(0.1, 1, 5), jnp.linspace(1, 2, 5)
functions = {
    "sum": lambda x, y: x + y,
    "product": lambda x, y: x * y,
    "sine": lambda x, y: jnp.sin(x),
    "two sines": lambda x, y: jnp.sin(x) + jnp.sin(y),
    "sine of sine": lambda x, y: jnp.sin(jnp.sin(x)),
    "checkpointed": lambda x, y: jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))(x),
    "stopped": lambda x, y: jnp.sin(jax.lax.stop_gradient(x)) + y,
    "scaled": lambda x, y: 3.0 * x - y / 2,
}

# %% [markdown]
# Define `kept_arrays`, a dictionary from each name to a number. (What $\sin$ keeps is the cosine.)

# %% exercise="kept-arrays" kind="predict" minutes="8"
# kept_arrays = {
#     "sum": ...,
#     "product": ...,
#     "sine": ...,
#     "two sines": ...,
#     "sine of sine": ...,
#     "checkpointed": ...,
#     "stopped": ...,
#     "scaled": ...,
# }
### BEGIN SOLUTION
kept_arrays = {
    "sum": 0,
    "product": 2,
    "sine": 1,
    "two sines": 2,
    "sine of sine": 2,
    "checkpointed": 1,
    "stopped": 0,
    "scaled": 0,
}
### END SOLUTION

# %% check="kept-arrays"
from publishing.teaching.checking import predicted

_truth = {name: kept(f, x, y).count((5,)) for name, f in functions.items()}
_reasons = {
    "sum": "Does the derivative of a sum depend on x or y?",
    "product": "The derivative by x is y, and the derivative by y is x.",
    "sine": "What is the derivative of the sine, and of which array is it made?",
    "two sines": "Each sine keeps its own cosine.",
    "sine of sine": "By the chain rule there are two cosines, at two places.",
    "checkpointed": "What does jax.checkpoint keep, instead of what is inside?",
    "stopped": "Is there a derivative that goes through the sine?",
    "scaled": "Factors that are numbers are in the program already.",
}
predicted(globals(), "kept_arrays", _truth, _reasons)
print("All eight agree with the leaves of the pullbacks.")

# %% [markdown]
# ## Smaller batches, one after the other: accumulation
#
# Most arrays that this gradient keeps grow with the batch, so process a part of it at a time. `optax.MultiSteps`
# collects the gradients of several calls, as in [the training
# loop](training_loops.py#a-large-batch-in-parts-optaxmultisteps). Within one compiled step a scan adds them up:


# %%
def accumulated(weights, batch, parts):
    def add(total, rows):
        gradient = jax.grad(loss_fn)(weights, rows)
        return jax.tree.map(lambda t, g: t + g / parts, total, gradient), None

    zeros = jax.tree.map(jnp.zeros_like, weights)
    return jax.lax.scan(add, zeros, batch.reshape(parts, -1, WIDTH))[0]


by_parts = {}
for parts in (1, 2, 4, 8):
    needs = memory(lambda w, x, n=parts: accumulated(w, x, n), weights, batch)
    by_parts[parts] = needs["between"]
print({parts: f"{size:.1f} MiB" for parts, size in by_parts.items()})

# %% [markdown]
# With eight parts the memory does not shrink to an eighth, because the sum of the gradients, which is as large as the
# weights, remains. The parts must have one size, the loss must be a mean over rows, and nothing may mix rows, as
# BatchNorm does.
#
# ## A large `vmap` in chunks: `jax.lax.map`
#
# `jax.vmap` computes all rows at the same time, and so keeps those intermediate arrays in memory that the compiler
# cannot fuse away. The next cell computes the distances between 2,048 points:

# %%
points = jax.random.normal(jax.random.key(1), (2048, 32))


def nearest(point):
    return jnp.sort(jnp.sqrt(jnp.sum((points - point) ** 2, axis=1)))[:5]


at_once = memory(jax.vmap(nearest), points)["between"]
chunked = memory(lambda p: jax.lax.map(nearest, p, batch_size=64), points)["between"]
print(f"vmap {at_once:.1f} MiB, lax.map {chunked:.1f} MiB")

# %% [markdown]
# The differences of all pairs would take {{ points.size * len(points) * 4 / MIB:.0f}} MiB, but the compiler sums their
# squares on the way, and keeps only the distances, to sort them. `jax.lax.map` maps `batch_size` rows at a time. Larger
# chunks usually take more memory and fewer steps, and a remainder can add memory: choose the largest divisor that fits.
# Without `jax.checkpoint`, `grad` around `lax.map` keeps what all rows need.
#
# ## Donation: results in the place of arguments
#
# A step returns new weights, after which nothing needs the old ones. So donate these, as in [the training
# step](../haiku/compiled_training.py#donate-the-old-parameters): with `donate_argnums=0` the compiler may write the new
# ones over them:


# %%
def step(weights, batch):
    gradient = jax.grad(loss_fn)(weights, batch)
    return jax.tree.map(lambda w, g: w - 0.1 * g, weights, gradient)


kept_apart = memory(step, weights, batch)
donated = memory(step, weights, batch, donate_argnums=0)
print(f"reused: {kept_apart['reused']:.1f} MiB, donated: {donated['reused']:.1f} MiB")

# %% [markdown]
# This saves at most the size of the weights, with Adam's two averages three times as much; `between` may grow. On one
# device the compiler can write a result over a donated array if both have as many entries, of the same number of bytes.
# If none fits, the array stays, mostly with a warning that a donated buffer was not usable.
# Once it is written over, the array is gone:


# %% raises="RuntimeError" match="Array has been deleted"
def use_again(weights):
    jax.jit(step, donate_argnums=0)(weights, batch)
    return weights["in"] + 1


use_again(jax.tree.map(jnp.copy, weights))

# %% [markdown]
# So do not donate an array that you still need, or a state that holds one array twice.
#
# ## Exercise: fit a step into half the memory
#
# This step has two more costs: it predicts for many rows, and it returns the loss.


# %%
def large_step(weights, batch, learning_rate):
    loss, gradient = jax.value_and_grad(loss_fn)(weights, batch)
    new = jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)
    return loss, new


def multiplications(f, *arguments):
    """How many numbers the matrix products multiply, in each step of a scan again."""

    def count(jaxpr):
        total = 0
        for equation in jaxpr.eqns:
            inner = jax.tree.leaves(list(equation.params.values()))
            inner = [getattr(x, "jaxpr", x) for x in inner]
            inner = sum(count(each) for each in inner if hasattr(each, "eqns"))
            total += equation.params.get("length", 1) * inner
            if equation.primitive.name == "dot_general":
                (axes, _), _ = equation.params["dimension_numbers"]
                depth = np.prod([equation.invars[0].aval.shape[axis] for axis in axes])
                total += int(depth) * equation.outvars[0].aval.size
        return total

    return count(jax.make_jaxpr(f)(*arguments).jaxpr)


def checkpointed_step(weights, batch, learning_rate):
    return jax.grad(loss_fn)(weights, batch, jax.checkpoint)


for f in (large_step, checkpointed_step):
    needs = memory(f, weights, batch, 0.1)["between"]
    products = multiplications(f, weights, batch, 0.1)
    print(f"{needs:.1f} MiB between, {products / 1e6:.1f} million multiplications")

# %% [markdown]
# Define `small_step(weights, batch, learning_rate)`: the same results, for any number of rows, layers and widths. For
# these `weights` and `batch[:251]` it has at most half of the memory between, and at most 1.1 times the multiplications.
# It is called under `jax.jit`, and its loops are scans, whose steps can be counted.

# %% exercise="half-the-memory" kind="build" minutes="12"
### BEGIN SOLUTION


def small_step(weights, batch, learning_rate):
    def add(total, rows):
        found = jax.value_and_grad(loss_fn)(weights, rows)
        share = rows.size / batch.size  # rows of zeros add nothing: their block is 0
        return jax.tree.map(lambda t, part: t + share * part, total, found), None

    parts = -(-len(batch) // 32)
    padded = jnp.pad(batch, ((0, 32 * parts - len(batch)), (0, 0)))
    zeros = jnp.zeros(()), jax.tree.map(jnp.zeros_like, weights)
    total, _ = jax.lax.scan(add, zeros, padded.reshape(parts, 32, -1))
    loss, gradient = total
    return loss, jax.tree.map(lambda w, g: w - learning_rate * g, weights, gradient)


### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# `jax.checkpoint` pays with products, accumulation does not. What is the share of a part in the mean, and what can fill
# up the last part? (A second gradient is as large as the weights.)
#
# </details>

# %% check="half-the-memory"
from publishing.teaching.checking import Check

_advice = {
    "reshape": "Not every number of rows can be cut into parts of one size.",
    "ZeroDivision": "What if there are fewer rows than in one part?",
    "racer": "The step runs under jax.jit: sizes come from shapes, and no array is made a float.",
    "": "It takes weights, a batch and a rate, and returns the loss and the new weights.",
}
_check = Check(
    globals(),
    "small_step",
    "Smaller batches, one after the other: accumulation",
    _advice,
)


def costs_of(f):
    return lambda *given: (memory(f, *given)["between"], multiplications(f, *given))


_compiled = jax.jit(large_step)


def _case(layers, rows, width, hidden, rate):
    draw = np.random.default_rng(0)
    shapes = {"out": (layers, hidden, width), "in": (layers, width, hidden)}
    drawn = {
        name: jnp.float32(draw.normal(size=shape) / max(shape[1] - 8, 1) ** 0.5)
        for name, shape in shapes.items()
    }
    given = drawn, jnp.float32(draw.normal(size=(rows, width))), rate
    with jax.default_matmul_precision("highest"):
        loss, new = _compiled(*given)
        uphill = _compiled(*given[:2], -rate)
        fixed = _compiled(*given[:2], 0.1)
        late = _compiled(new, *given[1:])[0]
    when = f"For {layers} layers, {rows} rows and widths {width} and {hidden}, "
    mine = _check.call(*given, by=jax.jit, when=when)
    first = np.ravel([*jax.tree.leaves(mine), 0][0])[:1].sum()
    factor = np.nan_to_num(first) / loss
    scaled = jax.tree.map(lambda w, moved: w - factor * (w - moved), drawn, new)
    mistakes = {
        "the step leads uphill.": uphill,
        "the rate is always 0.1.": fixed,
        "the loss is the one after the step.": (late, new),
        "the weights come first: the order is loss, weights.": (new, loss),
        "loss and gradient have one wrong factor: what is the share of a part, filled up or not?": (
            factor * loss,
            scaled,
        ),
        "": "What is the share of each part, and who adds the rows that remain?",
    }
    _check.agrees(mine, (loss, new), mistakes, when)
    moves = [
        {name: (drawn[name] - moved[name]) / rate for name in moved}
        for moved in (mine[1], new)
    ]
    told = {"": "Is it the gradient for all rows?"}
    what = "the step, divided by the learning rate,"
    _check.agrees(*moves, told, when, what, rtol=1e-2)


_many = int(np.random.default_rng().integers(1_100, 1_500))
_case(3, 4, 2, 5, 0.1)
_case(1, 1, 3, 2, 1.0)
_check.over(_case, (9, 1, 3, 40, 0.2), (9, _many, 3, 40, 0.2))
_given = weights, batch[:251], 0.1
_open = "while[" in str(_check.call(*_given, by=jax.make_jaxpr))
_check.require(not _open, "nobody can count the steps of its while_loop: use a scan.")
_needs, _products = _check.call(*_given, by=costs_of)
_all, _once = costs_of(large_step)(*_given)
_told = f"With 251 rows it needs {_needs:.1f} MiB between, and may need {_all / 2:.1f}: what is kept for many rows, or as large as weights?"
_check.require(_needs <= _all / 2, _told)
_told = f"With 251 rows it multiplies {_products / _once:.2f} times as often: what is done twice, or for rows that are not there?"
_check.require(_products <= 1.1 * _once, _told)
print(
    f"The same results with {_needs:.1f} MiB between, of {_all:.1f}, and no more work."
)

# %% [markdown]
# ## The transformer in a budget: policies by name
#
# [The transformer](../networks/transformer.py) puts its blocks under `hk.remat` if its config says so, and marks four
# arrays by `checkpoint_name`, of which the policy keeps those in `keep`. What does each choice cost, in memory and in
# operations?


# %%
from snippets.transformer import Config, Transformer


def costs(**options):
    config = Config(length=64, width=64, blocks=4, hidden=256, **options)
    network = hk.without_apply_rng(hk.transform(lambda t: Transformer(config)(t)[0]))
    tokens = jax.ShapeDtypeStruct((16, config.length), jnp.int32)
    params = jax.eval_shape(network.init, jax.random.key(0), tokens)
    gradient = jax.jit(jax.grad(lambda p, t: jnp.mean(network.apply(p, t) ** 2)))
    compiled = gradient.lower(params, tokens).compile()
    needs = compiled.memory_analysis().temp_size_in_bytes / MIB
    return needs, compiled.cost_analysis()["flops"] / 1e9


# %%
choices = {"all": costs(), "inputs": costs(remat=True)}
for keep in (
    ("hidden",),
    ("query", "key", "value"),
    ("query", "key", "value", "hidden"),
):
    choices[", ".join(keep)] = costs(remat=True, keep=keep)
for name, (needs, operations) in choices.items():
    print(f"{name:26} {needs:5.1f} MiB, {operations:.2f} billion operations")

# %% tags=["hidden"]
budget = 1.3 * choices["inputs"][0]
best = min((c[1], name) for name, c in choices.items() if c[0] < budget)[1]

# %% [markdown]
# With a budget of {{ budget:.0f}} MiB, keep <code>{{ best }}</code>: of the choices that fit, it has the fewest operations.
# (`hidden` is the input of the MLP's activation, whose product is the largest.) None of the choices changes the gradient.
#
# ## What compiling costs
#
# The time to compile grows with the length of the program, and a Python loop is written out in full there. Compare the
# same stack as a loop and as a scan:


# %%
def written_out(weights, batch):
    x = batch
    for layer in range(len(weights["in"])):
        x = block(x, jax.tree.map(lambda w, i=layer: w[i], weights))
    return jnp.mean(x**2)


def length(f, *arguments):
    return str(jax.make_jaxpr(jax.grad(f))(*arguments)).count(" = ")


equations = {}
for layers in (2, 8, 32):
    small = {
        "in": jnp.ones((layers, 4, 8)),
        "out": jnp.ones((layers, 8, 4)),
    }
    rows = jnp.ones((3, 4))
    equations[layers] = length(written_out, small, rows), length(loss_fn, small, rows)
print("layers: loop, scan", equations)

# %% [markdown]
# The program of the loop grows with each layer, whereas that of the scan does not, because it contains the body once,
# however many layers there are. If a program compiles for half a minute, the cause is often a loop over layers, time
# steps or a ragged list that you did not think of as a loop. Look at the length of the jaxpr first. Then check whether
# [something traces again and again](../jax/compilation.py): ten compilations of three seconds feel like one of thirty.
#
# ### Keep it for the next run: the persistent cache
#
# `jax_compilation_cache_dir` names a folder for compiled programs. Here two processes compile the same function, one after
# the other, and count what is in the folder:

# %% tags=["varies"]
PROGRAM = """
import os, sys, time
import jax, jax.numpy as jnp
jax.config.update("jax_compilation_cache_dir", sys.argv[1])
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
x = jnp.ones((8, 8))
def f(x):
    for _ in range(60):
        x = jnp.tanh(x @ x) + jnp.sin(x)
    return x
lowered = jax.jit(f).lower(x)
start = time.perf_counter()
lowered.compile()
seconds = time.perf_counter() - start
names = [name for name in os.listdir(sys.argv[1]) if name.startswith("jit_f-")]
kept = [name for name in names if "atime" not in name]
print(f"{len(kept)} kept, {seconds:.2f} s to compile")
"""
runs = []
with tempfile.TemporaryDirectory() as folder:
    for run in ("first", "second"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True
        )
        print(f"{run} process: {done.stdout.strip()}")
        runs.append(done)

# %% tags=["hidden", "varies"]
assert all(run.stdout.startswith("1 kept") for run in runs), runs

# %% [markdown]
# The second process reads the program from the file. By default JAX keeps only programs that took a second or more; the
# line with `min_compile_time_secs` changes that. All your programs can share one folder, because versions, device and
# compiler flags are part of the key under which each is kept.
#
# ## Exercise: a simulation that compiles for a minute
#
# This code simulates a ball on a spring, with friction, in small steps:


# %%
def slow_simulation(start, stiffness, steps):
    """Positions after each step; start is a position and a velocity."""
    position, velocity = start
    positions = []
    for _ in range(steps):
        force = -stiffness * position - 0.1 * velocity
        velocity = velocity + 0.01 * force
        position = position + 0.01 * velocity
        positions.append(position)
    return jnp.stack(positions)


start = jnp.array([1.0, 0.0])
print(slow_simulation(start, 2.0, 3))
for steps in (10, 100):
    jaxpr = jax.make_jaxpr(slow_simulation, static_argnums=2)(start, 2.0, steps)
    print(steps, "steps:", str(jaxpr).count(" = "), "equations")

# %% [markdown]
# With 10,000 steps it compiles for minutes. Define `simulate(start, stiffness, steps)` with the same results and a
# program that does not grow with `steps`, a positive Python number. It must be differentiable with respect to
# `stiffness`, and for 10,000 steps the pullback may keep at most 1,000 numbers.

# %% exercise="short-program" kind="repair" minutes="12"
### BEGIN SOLUTION


def simulate(start, stiffness, steps):
    def move(state, _):
        position, velocity = state
        force = -stiffness * position - 0.1 * velocity
        velocity = velocity + 0.01 * force
        position = position + 0.01 * velocity
        return (position, velocity), position

    @jax.checkpoint
    def hundred(state, _):
        return jax.lax.scan(move, state, length=100)

    rounds = -(-steps // 100)
    _, positions = jax.lax.scan(hundred, (start[0], start[1]), length=rounds)
    return positions.ravel()[:steps]


### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# What does one step pass to the next, and what does it collect? A scan keeps values for each of its steps: which block
# of steps could repeat, and what is left over of its last one?
#
# </details>

# %% check="short-program"
from publishing.teaching.checking import Check

_advice = {
    "Reverse-mode": "Which loops of JAX have a gradient?",
    "carry": "What goes in and out of a step must have the same shape and dtype.",
    "concrete": "Is stiffness, a tracer, made a number, or steps an array?",
    "": "It takes a start (position, velocity), a number and a number of steps.",
}
_check = Check(globals(), "simulate", "What compiling costs", _advice)


def compiled_with_slope(simulate):
    def of(start, stiffness, steps):
        def total(stiffness):
            positions = simulate(start, stiffness, steps)
            weights = jnp.linspace(1, 2, jnp.size(positions))
            return jnp.vdot(positions, weights), positions

        slope, positions = jax.grad(total, has_aux=True)(stiffness)
        return positions, slope

    return jax.jit(of, static_argnums=2)


def equations_of(simulate):
    jaxpr = jax.make_jaxpr(simulate, static_argnums=2)
    return lambda *given: str(jaxpr(*given)).count(" = ")


def numbers_kept_of(simulate):
    return lambda start, stiffness, steps: sum(
        int(np.prod(shape))
        for shape in kept(lambda k: simulate(start, k, steps), stiffness)
    )


def _in_numpy(start, stiffness, steps, friction=0.1):
    (position, velocity), seen = start, []
    for _ in range(steps):
        velocity = velocity + 0.01 * (-stiffness * position - friction * velocity)
        position = position + 0.01 * velocity
        seen.append(position)
    return np.array(seen)


_start, _k = (1.2, -0.7), 1.9
_given = jnp.float32(_start), jnp.float32(_k)


def _case(steps):
    when, given = f"With {steps} steps, ", (*_given, steps)
    right = _in_numpy(_start, _k, steps)
    rises = (_in_numpy(_start, _k + 1e-5, steps) - right) / 1e-5
    rises *= np.linspace(1, 2, steps)
    mistakes = {
        "that is the last position alone.": right[-1],
        "the start is among the positions.": np.append(_start[0], right[:-1]),
        "there is no friction.": _in_numpy(_start, _k, steps, 0),
        "the velocity of start is left out.": _in_numpy((_start[0], 0), _k, steps),
        "": "Which positions does slow_simulation return, and in which order are velocity and position changed?",
    }
    seen, slope = _check.call(*given, by=compiled_with_slope, when=when)
    told = f"{when}there are {np.size(seen)} positions: is the last block of steps there, and cut?"
    _check.require(np.ndim(seen) != 1 or len(seen) == steps, told)
    _check.agrees(seen, right, mistakes, when, rtol=2e-3)
    told = {
        "it is 0: is stiffness a constant?": 0,
        "": "In which order are velocity and position changed?",
    }
    what, atol = "the gradient by stiffness", 1e-3 * np.abs(rises).sum()
    _check.agrees(slope, rises.sum(), told, when, what, rtol=1e-2, atol=atol)
    _check.agrees(_check.call(*given, when=when), right, mistakes, when, rtol=2e-3)


_case(3)
_check.over(_case, (1,), (40,))
_short, _long = (_check.call(*_given, steps, by=equations_of) for steps in (3, 40))
_told = f"the program has {_long} equations for 40 steps and {_short} for 3: is there a loop of Python?"
# what is left over of the last block may take equations of its own
_check.require(_long <= 3 * _short, _told)
_many = int(np.random.default_rng().integers(9_000, 12_000))
_check.over(_case, (1,), (_many,))
_long = _check.call(*_given, 10 * _many, by=equations_of)
_told = f"the program has {_long} equations for {10 * _many} steps and {_short} for 3: is there a loop of Python over blocks?"
_check.require(_long <= 3 * _short, _told)
_loose = _check.call(_given[0], jnp.float32(0), 40)
_told = {"": "Does a formula hold for every stiffness, 0 too?"}
_check.agrees(_loose, _in_numpy(_start, 0, 40), _told, "With stiffness 0, ", rtol=2e-3)
_kept = _check.call(*_given, 10_000, by=numbers_kept_of)
_told = f"The pullback of 10,000 steps keeps {_kept} numbers, and may keep 1,000: what is kept for each step, and not for a block?"
_check.require(_kept <= 1000, _told)
print(f"The same positions and gradient, {_kept} numbers kept of 10,000 steps.")

# %% [markdown]
# ## On a GPU: what is reserved, and what is used
#
# On a GPU, JAX by default reserves three quarters of the memory with its first operation, so `nvidia-smi` does not show
# what your program needs, and a second process finds little left. Three environment variables change this. JAX reads
# them once, so set them before you first import it:
#
# | variable | effect |
# |---|---|
# | `XLA_PYTHON_CLIENT_PREALLOCATE=false` | memory is taken as it is needed, and not given back |
# | `XLA_PYTHON_CLIENT_MEM_FRACTION=0.4` | another share is reserved |
# | `XLA_PYTHON_CLIENT_ALLOCATOR=platform` | memory is given back at once; slow |
#
# `jax.local_devices()[0].memory_stats()` says how much is in use on a GPU, and `peak_bytes_in_use` how much it was at
# most. On a CPU it returns `None`, so use `memory_analysis` there.

# %% tags=["hidden"]
_device = jax.local_devices()[0]
_stats = _device.memory_stats()
assert _stats is None if _device.platform == "cpu" else "peak_bytes_in_use" in _stats

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# A step fits for 200 iterations, and then stops with `RESOURCE_EXHAUSTED`. The shapes never change. Where do you look?
#
# - [{{ memory(loss_fn, weights, batch) != loss_memory }}] In the compiled step: its `between` grows from call to call.
# - [{{ any(array.shape == (12345,) for array in jax.live_arrays()) }}] In the Python code: something keeps old arrays alive.
# - [{{ batch.nbytes / MIB > memory(loss_fn, weights, batch)["arguments"] }}] In the batch: it is too large for the device.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Look in your Python code, because something there probably keeps arrays alive. A list of losses keeps one small array
# for each step, whereas a list of states or gradients, or a variable in a notebook cell, keeps large ones. So does a
# method compiled with [a static `self`](training_loops.py#trainingstate-and-an-experiment-around-it), for each object
# that it was called on. `jax.live_arrays()` lists the arrays on the default kind of device; print the sum of their
# `nbytes` every hundred steps, and see whether it grows. (`nbytes` counts an array once. If it is replicated on eight
# devices, it takes eight times as much memory.) Where you only want a number, write `float(loss)`.
#
# </details>

# %% tags=["hidden"]
_losses = [jnp.ones(12345)]  # a list that keeps an array alive
assert any(array.shape == (12345,) for array in jax.live_arrays())

# %% [markdown]
# ## What can go wrong
#
# - `RESOURCE_EXHAUSTED: Out of memory` The message names the size that was asked for. Look at `memory_analysis` of the
#   step, then make the batch, the kept values or the `vmap` smaller.
# - No message, and `jax.checkpoint` saves nothing: perhaps it is around the whole loss, or around a block that keeps
#   little. Compare `between`.
# - No message, and every start takes a minute: perhaps the persistent cache has no folder, or each of your programs
#   takes less than a second to compile.
# - `Array has been deleted` An argument was donated and then used.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - `jax.jit(f).lower(...).compile().memory_analysis()` says how much memory a program needs.
# - The gradient here keeps values of each layer until the backward pass reaches it. `jax.checkpoint` around a repeated
#   block keeps only its input; a policy keeps more.
# - Accumulation, `jax.lax.map` with `batch_size`, and donation may save more.
# - Compile time grows with the length of the program. JAX's loops keep it short, and the persistent cache keeps the
#   result.
#
# Next: [Precision: `float64`, `bfloat16` and `hk.mixed_precision`](precision.py).
