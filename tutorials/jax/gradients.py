# %% [markdown]
# # Gradients of anything: `jax.grad`
#
# Training adjusts many numbers, the parameters, to make one number smaller, the loss. `jax.grad` tells you how the loss
# changes with each parameter.

# %% tags=["short"]
import jax


def loss_fn(params, x, y):
    error = params["w"] * x + params["b"] - y
    return error**2


params = {"w": 1.0, "b": 0.0}
loss, grads = jax.value_and_grad(loss_fn)(params, 2.0, 6.0)
print(loss, grads["w"], grads["b"])

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - differentiate a Python function by any of its arguments, and get its value too;
# - take gradients of dictionaries and trees of arrays, and predict their structure;
# - read the common errors of `jax.grad`, and repair a gradient that fails or is `nan`.
#
# You need: Python, NumPy, and what a derivative is. No JAX.
#
# </div>

# %% [markdown]
# ## `jax.grad` turns a function into its gradient
#
# The **gradient** of a function collects its derivatives with respect to all of its inputs. `jax.grad` takes a
# *function* and returns another *function*, which computes the gradient. Try it on the sum of squares, whose gradient
# you can work out by hand:
#
# $$f(x) = \sum_i x_i^2, \qquad \frac{\partial f}{\partial x_i} = 2 x_i$$
#
# `jax.numpy`, imported as `jnp`, has most of NumPy's functions for JAX arrays, and runs them on a CPU, GPU or TPU.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np


def square_sum(x):
    return jnp.sum(x**2)


x = jnp.array([1.0, 2.0, 3.0, 4.0])
square_sum_gradient = jax.grad(square_sum)
print(square_sum(x), square_sum_gradient(x))

# %% [markdown]
# The result is an ordinary function. If it returns one number, you can differentiate it too: the first two derivatives
# of $x^3$ are $3x^2$ and $6x$, which at 3 are 27 and 18.


# %%
def cube(x):
    return x**3


print(jax.grad(cube)(3.0), jax.grad(jax.grad(cube))(3.0))

# %% [markdown]
# ## JAX arrays are immutable
#
# You cannot assign to an entry of a JAX array:

# %% raises="TypeError" match="immutable"
x[0] = 9.0

# %% [markdown]
# `.at[...]` describes the change you want and returns a new array, while the old one keeps its values.

# %%
print(x.at[0].set(9.0))
print(x.at[0].add(0.5))
print(x)


# %% [markdown]
# ## One run, with tracers
#
# To see how `jax.grad` does it, let the function print its argument.


# %%
def talking_square_sum(x):
    print("called with", x)
    return jnp.sum(x**2)


print(jax.grad(talking_square_sum)(x))

# %% [markdown]
# Your function ran **once**, for all four entries. In place of the array it got a **tracer**, an object that records
# the JAX operations applied to it. When printed, it shows its value (`primal`) and the kind of its derivative
# (`tangent`; `f32[4]` is `float32` of shape `(4,)`). JAX knows the derivatives of these operations, so it can walk the
# record backwards from the result and apply the chain rule. `jax.make_jaxpr` shows the record, first of the function
# and then of its gradient:

# %%
print(jax.make_jaxpr(square_sum)(x))
print(jax.make_jaxpr(jax.grad(square_sum))(x))

# %% [markdown]
# Each line is one operation. The gradient begins like the function, and also computes `c`, the derivatives of the
# squares. The way back starts with 1, the derivative of the result with respect to itself, which the sum passes to all
# four entries (`broadcast_in_dim`) to be multiplied by `c`:

# %% tags=["plot", "cover"] alt="Forward: x, its squares, their sum. Backward: 1, a 1 for each square, and times c the gradient."
# Caption: The way back uses what the way there has stored: the derivative of each step.
from snippets.drawing import DATA, GRADIENT, PARAMETERS, array, arrow, box, canvas, note

axes = canvas(15.5)
taken, squared = "(x) | a:f32[4]", "x**2 | b:f32[4] = integer_pow[y=2] a"
summed = "jnp.sum(x**2) | reduce_sum[axes=(0,) out_sharding=None] b"
factor, seed, spread, scaled = (
    f"jax.grad(square_sum) | {equation}"
    for equation in (
        "c:f32[4] = mul 2.0:f32[] a",
        "1.0:f32[]",
        "d:f32[4] = broadcast_in_dim 1.0:f32[]",
        "e:f32[4] = mul d c",
    )
)
start = array(axes, 1, 2.4, x, form=".0f", of=taken)
middle = array(axes, 15, 2.4, x**2, form=".0f", of=squared)
kept = array(axes, 8, 6.6, jax.grad(square_sum)(x), form=".0f", of=factor)
end = array(axes, 31.5, 2.1, square_sum(x), cell=2.8, form=".0f", of=summed)
one = array(axes, 31.5, 10.6, 1.0, (), GRADIENT, 2.8, ".0f", of=seed)
each = jax.grad(jnp.sum)(x**2)
ones = array(axes, 15, 10.9, each, (), GRADIENT, form=".0f", of=spread)
slopes = jax.grad(square_sum)(x)
slopes = array(axes, 1, 10.9, slopes, (), GRADIENT, form=".0f", of=scaled)
arrow(axes, start, middle, "square", of=squared)
arrow(axes, middle, end, "sum", of=summed)
arrow(axes, start, kept, of=factor)
arrow(axes, kept, (12.4, 11.8), of=scaled)
arrow(axes, one, ones, "to all", color=GRADIENT, of=spread)
arrow(axes, ones, slopes, "times c", color=GRADIENT, side=-1, of=scaled)
note(axes, 17.3, 7.7, "c, kept for the way back", "left", factor, color=DATA)
for place, forward, of_forward, backward, of_backward in (
    (5.4, "x", taken, "gradient", scaled),
    (19.4, "squares", squared, "1 for each", spread),
    (32.9, "result", summed, "1", seed),
):
    note(axes, place, 1.2, forward, of=of_forward, color=DATA)
    note(axes, place, 14.4, backward, of=of_backward, color=GRADIENT)
plt.show()

# %% [markdown]
# For wide dense layers the way back takes a small multiple of the work of the way there, however many parameters there
# are: [Count the operations](derivatives.py#count-the-operations).
#
# Only JAX operations are recorded. Many NumPy functions convert their input to a NumPy array, which fails for this
# tracer:

# %% raises="TracerArrayConversionError" match="__array__"
jax.grad(lambda x: jnp.sum(np.sin(x)))(x)

# %% [markdown]
# The repair is one letter:

# %%
print(jax.grad(lambda x: jnp.sum(jnp.sin(x)))(x))
print(jnp.cos(x))

# %% [markdown]
# Python's `if` works here, because the tracer carries a value to decide by, and JAX records the branch taken. Huber's
# loss is a parabola for small errors and a line for large ones:


# %%
def huber(r):
    if jnp.abs(r) < 1:
        return r**2 / 2
    return jnp.abs(r) - 0.5


print(jax.grad(huber)(0.5), jax.grad(huber)(-3.0))

# %% [markdown]
# A `while` that depends on the data works too: JAX records as many iterations as the call takes. Both need a tracer
# with one value, which those of `jax.jit`, `jax.vmap` and `jax.checkpoint` do not have; [Compilation](compilation.py)
# shows the repairs.

# %% [markdown]
# ## Choose the argument with `argnums`
#
# Most functions take more than one argument. Here is the loss of a straight line $w x + b$ against targets $y$, with
# its partial derivatives worked out by hand:
#
# $$L(w, b) = \frac{1}{n} \sum_{i=1}^{n} r_i^2, \qquad r_i = w x_i + b - y_i$$
#
# $$
# \frac{\partial L}{\partial w} = \frac{2}{n} \sum_{i=1}^{n} r_i x_i, \qquad
# \frac{\partial L}{\partial b} = \frac{2}{n} \sum_{i=1}^{n} r_i
# $$


# %%
def line_loss(w, b, x, y):
    r = w * x + b - y  # (n,)
    return jnp.mean(r**2)


hours = jnp.array([0.0, 1.0, 2.0, 3.0])
level = jnp.array([1.0, 3.0, 5.0, 7.0])
w, b = jnp.float32(1.0), jnp.float32(0.0)

print(jax.grad(line_loss)(w, b, hours, level))
print(jax.grad(line_loss, argnums=1)(w, b, hours, level))
print(jax.grad(line_loss, argnums=(0, 1))(w, b, hours, level))

r = w * hours + b - level
print("by hand:", 2 * jnp.mean(r * hours), 2 * jnp.mean(r))

# %% [markdown]
# Without `argnums` you get the derivative with respect to the first argument. `argnums=1` selects the second, and a
# tuple of positions returns a tuple of gradients. By convention the parameters are the first argument of a loss.
# `argnums` counts positions only: if you pass `b` by name, as in `b=b`, `argnums=1` raises a `TypeError`.

# %% [markdown]
# ## Exercise: the gradient of a quadratic form
#
# Close to a minimum, a smooth loss usually looks like a **quadratic form**, a matrix $A$ between two copies of a vector,
# to which a slope $b$ and a height $c$ are added:
#
# $$q(x) = x^\top A \, x + b^\top x + c$$
#
# Define `lowest_point(loss, data, n)`: the `x` at which the gradient of `loss(data, x)` with respect to `x` is zero.
# `loss` is such a form. Its $A$, symmetric or not, its $b$ and its $c$ depend on `data`, a tree of arrays of floats or
# integers, in a way that `loss` alone knows. `x` has shape `(n,)` with $n \geq 1$. There is exactly one such `x`, where
# `loss` is lowest, and it may be far from zero. Python may run `loss` at most $n + 1$ times.
#
# An example, whose lowest point is $(2, -1)$:


# %%
def bowl(data, x):
    return x @ data["matrix"] @ x + data["slope"] @ x + 5.0


bowl_data = {"matrix": jnp.array([[2, 1], [0, 1]]), "slope": jnp.array([-7, 0])}
for point in ((2.0, -1.0), (2.1, -1.0), (2.0, -0.9)):
    print(point, bowl(bowl_data, jnp.array(point)))

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Is the gradient of $q$ constant, linear or quadratic in $x$? What is it at zero, and by how much does it change from
# there to a vector with a one at entry $i$ and zeros elsewhere? `jnp.linalg.solve(m, v)` finds the `x` for which
# `m @ x` is `v`.
#
# </details>


# %% exercise="matrix-gradient" kind="build" minutes="10"
def lowest_point(loss, data, n):
    """The x, shape (n,), at which the quadratic form loss(data, x) is lowest."""
    ### BEGIN SOLUTION
    gradient = jax.grad(loss, argnums=1)
    at_zero = gradient(data, jnp.zeros(n))
    changes = [gradient(data, one) - at_zero for one in jnp.eye(n)]
    return jnp.linalg.solve(jnp.array(changes), -at_zero)
    ### END SOLUTION


# %% check="matrix-gradient"
from publishing.teaching.checking import Check

global check_lowest_point  # which the next cell calls, too


def check_lowest_point(namespace):
    form = "Exercise: the gradient of a quadratic form"
    stops = {
        "Gradient only defined": 'Is it one number? Read "When `grad` refuses" again.',
        "int32": "Which argument is differentiated? `data` may hold integers.",
        "callable value": 'What does `grad` take? Read "One run, with tracers" again.',
        "positional": "argnums counts from zero: which number has x?",
        "indices": "What opens data? Only loss knows its form.",
        "": "Does it use its own three arguments and nothing else, whatever n is?",
    }
    check = Check(namespace, "lowest_point", form, stops)

    def case(n, size, far):
        draw = np.random.default_rng(2)
        steep = 3 * np.geomspace(1, 100, n)  # an iteration needs n rounds
        a = np.float32(size * (draw.normal(size=(n, n)) / n**0.5 + np.diag(steep)))
        shift, right = draw.integers(3, 9, n), np.float32(far * draw.normal(size=n))
        slope = -(a + a.T) @ right
        runs = []

        def loss(data, x, runs=runs):
            runs.append(x)
            (turned, others), lift = data
            return (x @ turned) @ x + (others - lift) @ x + 1e6 * size * lift[0]

        data = (jnp.array(a.T), jnp.array(slope + shift)), jnp.array(shift)
        when = f"For n = {n} and numbers of about {size:g}, "
        yours = check.call(loss, data, n, when=when)
        told = f"Python runs the loss {len(runs)} times: once at zero and at each unit vector is enough."
        check.require(len(runs) <= n + 1, when + told)
        mistakes = {
            "that is one step down from zero, with a learning rate of 1.": -slope,
            "that is the gradient at zero.": slope,
            "the sign is wrong: at x, what is the gradient at zero plus all changes?": -right,
            "that is half of it. How often does x occur in the form?": right / 2,
            "the gradient at each point counts, and not its change from that at zero.": (
                np.linalg.solve(a + a.T + slope, -slope)
            ),
            "that is right only if A were symmetric.": np.linalg.solve(2 * a.T, -slope),
            "": "Is it exactly where the gradient is zero?",
        }
        if getattr(yours, "shape", (n,)) != (n,):
            mistakes[""] = "x should have the shape (n,)."
        check.agrees(yours, right, mistakes, when, rtol=2e-3, atol=0)

    many = int(np.random.default_rng().integers(20, 40))
    check.over(case, (3, 1.0, 1.0), (1, 30.0, 1.0), (2, 1e-3, 1e3), (many, 10.0, 3.0))


check_lowest_point(globals())
print("The lowest point, from one entry up, with n + 1 runs of the loss at most.")

# %% [markdown]
# A check says which mistake it sees. For a step downhill from zero, it prints:


# %% raises="AssertionError" match="one step down"
def one_step_down(loss, data, n):
    return -jax.grad(loss, argnums=1)(data, jnp.zeros(n))


check_lowest_point({"lowest_point": one_step_down})

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# For one number, the derivative of $a x^2$ is $2 a x$. What is the gradient of $x^\top A \, x$?
#
# - [{{ jax.grad(lambda v: v @ bowl_data["matrix"] @ v)(x[:2]).tolist() == [6, 5] }}] $(A + A^\top) x$
# - [{{ jax.grad(lambda v: v @ bowl_data["matrix"] @ v)(x[:2]).tolist() == [8, 4] }}] $2 A x$
# - [{{ jax.grad(lambda v: v @ bowl_data["matrix"] @ v)(x[:2]).tolist() == [4, 6] }}] $2 A^\top x$
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The entry $x_k$ occurs in the double sum twice: as the left factor, next to row $k$ of $A$, and as the right factor,
# next to column $k$. The first gives $\sum_j A_{kj} x_j$, which is $A x$; the second gives $\sum_i A_{ik} x_i$, which
# is $A^\top x$. Together they are $(A + A^\top) x$, which is $2 A x$ for every $x$ only if the matrix is symmetric. You
# did not need to know this, because `jax.grad` counted both.
#
# </details>

# %% [markdown]
# ## Finite differences, and why they are not enough
#
# Without calculus, you could move one entry at a time by a small step $h$ and see how much $f$ changes:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x)}{h}$$


# %%
def nudged_gradient(f, x, h):
    start = f(x)
    return jnp.array([(f(x.at[i].add(h)) - start) / h for i in range(x.size)])


for h in (1e-1, 1e-3, 1e-5, 1e-7):
    estimate = nudged_gradient(square_sum, x, h)
    error = jnp.max(jnp.abs(estimate - 2 * x))
    print(f"h = {h:.0e}: {estimate}, off by up to {error:.4f}")

# %% [markdown]
# A large step ignores the curvature of $f$, and a small one is lost in rounding: near $f(x) = 30$, neighbouring
# `float32` numbers are {{ np.spacing(np.float32(30)):.0e}} apart, so with the smallest step every entry comes out as
# zero. Each entry also takes another call of `f`, and a network has millions of entries. `jax.grad` has no step to
# choose, and is exact here up to rounding.
#
# Finite differences remain useful to test derivatives that you write yourself. `check_grads` compares the gradient with
# a central difference along a random direction, and raises an `AssertionError` if the two differ too much. It tolerates
# small absolute errors, so a small derivative may be wrong unnoticed. `order=2` includes second derivatives.

# %%
from jax.test_util import check_grads

check_grads(square_sum, (x,), order=2)


# %% [markdown]
# ## The gradient points uphill
#
# The gradient of a function of two numbers can be drawn. This landscape over points $p = (p_0, p_1)$ has one
# hill and one hollow:
#
# $$h(p) = p_0 \, e^{-p_0^2 - p_1^2}$$
#
# A Python loop calls the gradient function at every point of a grid.


# %%
def height(p):  # p: (2,)
    return p[0] * jnp.exp(-(p[0] ** 2) - p[1] ** 2)


side = np.linspace(-1.6, 1.6, 11)
points = np.array([(p0, p1) for p0 in side for p1 in side])  # (121, 2)
arrows = np.array([jax.grad(height)(jnp.array(point)) for point in points])  # (121, 2)

# %% alt="Arrows cross the contours of a hill and a hollow at right angles: away from the bottom, towards the top." tags=["plot"]
# Caption: The gradient points straight uphill, and vanishes at the top and at the
# bottom.
fine = np.linspace(-1.8, 1.8, 121)
heights = height(np.meshgrid(fine, fine))  # (121, 121)
fig, ax = plt.subplots(figsize=(5.4, 5.0))
ax.contour(
    fine, fine, heights, levels=np.arange(-0.35, 0.36, 0.1), colors="C0", linewidths=1.2
)
ax.quiver(
    *points.T, *arrows.T, color="C1", angles="xy", pivot="mid", width=0.0045, scale=10
)
for name, p0 in {"bottom": -(0.5**0.5), "top": 0.5**0.5}.items():
    ax.plot(p0, 0, "o", color="C2")
    ax.annotate(name, (p0, 0), xytext=(0, 8), textcoords="offset points", ha="center")
ax.set(
    xlabel="p[0]",
    ylabel="p[1]",
    title="Gradients cross contours at right angles",
    aspect="equal",
)
plt.show()

# %% [markdown]
# The gradient points where the ground rises fastest and grows with the steepness, so it vanishes at the bottom and at
# the top. Gradient descent walks *against* these arrows.

# %% [markdown]
# ## `float32` by default, `float64` on request
#
# By default NumPy computes in `float64` and JAX in `float32`, which holds about seven decimal digits.

# %%
tenth = np.array([0.1])
print("NumPy:                    ", tenth.dtype)
print("the same array in JAX:    ", jnp.array(tenth).dtype)
with jax.enable_x64(True):
    print("and with enable_x64(True):", jnp.array(tenth).dtype)

# %% [markdown]
# JAX converts a NumPy array without a warning, unless a number overflows. If you ask for more, as in
# `jnp.ones(2, dtype=jnp.float64)`, you still get `float32`, with a `UserWarning` that the dtype "will be truncated".
# Enable `float64` for a block, or for the whole program with `jax.config.update("jax_enable_x64", True)`. Integers
# default to `int32`, and those of a NumPy array are cut to 32 bits silently.

# %% [markdown]
# ## Gradients of dictionaries and other pytrees
#
# A network has dozens of arrays, too many to number. Put them into a dictionary and differentiate with respect
# to the dictionary.
#
# $$
# g(u, v) = \sum_i u_i v_i^2, \qquad
# \frac{\partial g}{\partial u_i} = v_i^2, \qquad
# \frac{\partial g}{\partial v_i} = 2 u_i v_i
# $$


# %%
def product_sum(params):
    return jnp.sum(params["u"] * params["v"] ** 2)


pair = {"u": jnp.array([1.0, 2.0, 3.0]), "v": jnp.array([4.0, 5.0, 6.0])}
jax.grad(product_sum)(pair)

# %% tags=["plot"] alt="The names u and v with three numbers each go into jax.grad; u and v with three derivatives each come out."
# Caption: The gradient of a dictionary is a dictionary with the same names and shapes.
axes, result = canvas(9.4), "jax.grad(product_sum)(pair)"
call = box(axes, 18, 5.4, "jax.grad(\n    product_sum)", of="jax.grad(product_sum)")
for left, color, tree, title, of in (
    (0.3, PARAMETERS, pair, "params", "pair"),
    (24.9, GRADIENT, jax.grad(product_sum)(pair), "gradient", result),
):
    outline = box(axes, left + 5.4, 5.4, "\n" * 4, color, 10.8, of)
    for top, name in zip((2.5, 5.7), tree, strict=True):
        leaf = f"{of} | '{name}': Array(" if of == result else f'"{name}": jnp.array('
        note(axes, left + 1.1, top + 1.3, name, of=leaf, family="monospace")
        array(axes, left + 2.2, top, tree[name], (), color, 2.6, ".0f", leaf)
    ends = (call, outline) if of == result else (outline, call)
    arrow(axes, *ends, color=color, of=of)
    note(axes, left + 5.4, 0.9, title, of=of, color=color)
plt.show()

# %% [markdown]
# The gradient is a dictionary with the same names. JAX sorts the names of a dictionary, so they must be comparable, as
# strings are. Dictionaries may be nested, and hold lists:


# %%
def deep(params):
    hidden = jnp.tanh(params["layers"][0] @ jnp.ones(2))  # (3,)
    return params["scale"] * jnp.sum(params["layers"][1] * hidden)


tree = {"layers": [jnp.full((3, 2), 0.1), jnp.arange(3.0)], "scale": jnp.float32(2.0)}
tree_gradient = jax.grad(deep)(tree)

print("params:  ", jax.tree.structure(tree))
print("gradient:", jax.tree.structure(tree_gradient))

# %% [markdown]
# JAX calls such a value a **pytree**. Dictionaries, lists and tuples, nested at will, are its branches; the arrays and
# numbers in them, printed as `*`, are its **leaves**. Remember: *the gradient has the structure of the
# argument, and each leaf has the shape and dtype of the leaf it belongs to*, once JAX has converted that leaf: a Python
# float or a `float64` array of NumPy becomes `float32`. (A rule of your own may return another dtype.) Haiku keeps its
# parameters in such a tree.
#
# `jax.tree.map` computes with trees. It calls a function on every leaf, or, given several trees of the same structure,
# on the leaves in the same place, and builds a tree of the results. Here are the shapes of a gradient, and a training
# step, $p - 0.1 \, g$ for every parameter $p$ and its gradient $g$:

# %%
print(jax.tree.map(jnp.shape, tree_gradient))
print(jax.tree.map(lambda p, g: p - 0.1 * g, pair, jax.grad(product_sum)(pair)))

# %% tags=["hidden"]
assert jax.tree.map(jnp.shape, tree_gradient) == jax.tree.map(jnp.shape, tree)
stepped = jax.tree.map(lambda p, g: p - 0.1 * g, pair, jax.grad(product_sum)(pair))
assert np.allclose(stepped["u"], pair["u"] - 0.1 * pair["v"] ** 2)
assert np.allclose(stepped["v"], pair["v"] - 0.2 * pair["u"] * pair["v"])

# %% [markdown]
# Named tuples are branches too, and so are your own classes once they are registered, for example with
# `jax.tree_util.register_dataclass`. `None` is a branch without leaves, so it comes back as `None`.

# %%
from typing import NamedTuple


class Line(NamedTuple):
    slope: jax.Array
    offset: jax.Array | None


jax.grad(lambda line: line.slope**2)(Line(jnp.float32(3.0), None))

# %% [markdown]
# ## Get the value in the same call: `value_and_grad`
#
# In training you want the gradient for the step and the loss to see whether it helps. Since `jax.grad(f)` runs `f`
# anyway, `jax.value_and_grad` returns both. As in research code, the first argument holds all parameters, the second
# all data.


# %%
def loss_fn(params, batch):
    x, y = batch
    residuals = params["w"] * x + params["b"] - y
    return jnp.mean(residuals**2)


line = {"w": jnp.float32(1.0), "b": jnp.float32(0.0)}
batch = (hours, level)
loss, gradient = jax.value_and_grad(loss_fn)(line, batch)
print("loss    ", loss)
print("gradient", gradient)

# %% [markdown]
# ## When `grad` refuses
#
# Take the sum out of the sum of squares, and the function returns an array.

# %% raises="TypeError" match="Gradient only defined for scalar-output functions"
jax.grad(lambda v: v**2)(hours)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# The output must be a scalar. Think of the arrows in the figure: if the landscape had two heights, how many would each
# point need?
#
# - [{{ jax.jacobian(lambda p: jnp.array([height(p), p[0]]))(jnp.ones(2)).ndim == 1 }}] One: where both rise fastest.
# - [{{ jax.jacobian(lambda p: jnp.array([height(p), p[0]]))(jnp.ones(2)).shape == (2, 2) }}] Two: one for each height.
# - [{{ jax.jacobian(lambda p: jnp.array([height(p), p[0]]))(jnp.ones(2)).size > 4 }}] Four: one for each height and
#   coordinate.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The gradient answers "which way is up, and how steep?". With two outputs there are two answers at each point, one that
# raises the first output and one that raises the second, and in general no direction raises both fastest. The shape
# says the same: a gradient has the shape of its argument, which leaves no room for "gradient of which output?".
#
# </details>
#
# For a loss, reduce the output to one number with a sum or a mean. (The derivatives of several outputs form a matrix,
# the Jacobian, with [functions of its own](derivatives.py#two-directions-jaxjvp-and-jaxvjp).)

# %%
print(jax.grad(lambda v: jnp.mean(v**2))(hours))

# %% [markdown]
# A scalar has the shape `()`, so an output of shape `(1,)` is refused as well. So is an integer, and without
# `holomorphic=True` a complex number. `grad` is particular about its inputs, too; here a decimal point is missing:

# %% raises="TypeError" match="grad requires real- or complex-valued inputs.*int32"
jax.grad(square_sum)(jnp.array([1, 2, 3, 4]))

# %% [markdown]
# A derivative asks what an arbitrarily small change does; an integer cannot change by less than 1. Write a
# decimal point, or convert the array. Arguments that you do not differentiate with respect to, such as labels, may
# hold integers. Complex inputs with a real output are allowed; uphill is then the *conjugate* of the gradient.

# %%
print(jax.grad(square_sum)(jnp.array([1, 2, 3, 4]).astype(jnp.float32)))
print(jax.grad(lambda w, labels: jnp.sum(w * labels))(2.0, jnp.array([1, 2, 3])))

# %% [markdown]
# ## Exercise: predict eight gradients
#
# Here are two functions of a small layer, one with three outputs and one with their sum, and eight calls.
# Don't run them yet.


# %%
layer = {"w": jnp.ones((3, 2)), "b": jnp.zeros(3), "mask": None}
whole = {"w": jnp.ones((3, 2)), "b": jnp.array([0, 0, 0]), "mask": None}
point = jnp.ones(2)


def outputs(layer, point):
    return layer["w"] @ point + layer["b"]  # (3,)


def total(layer, point):
    return jnp.sum(outputs(layer, point))  # ()


calls = {
    "A": lambda: jax.grad(total)(layer, point),
    "B": lambda: jax.grad(total, argnums=1)(layer, point),
    "C": lambda: jax.grad(total, argnums=(1,))(layer, point),
    "D": lambda: jax.grad(outputs)(layer, point),
    "E": lambda: jax.value_and_grad(total, argnums=1)(layer, point),
    "F": lambda: jax.grad(total)(whole, point),
    "G": lambda: jax.grad(total, argnums=1)(whole, point),
    "H": lambda: jax.grad(jax.grad(total))(layer, point),
}

# %% [markdown]
# Define `predicted_gradients`, a dictionary with the keys `"A"` to `"H"`. If a call raises an error, its entry is
# `"fails"`. Otherwise the entry is what the call returns, with each array replaced by its shape: `()` for
# one number, `(4,)` for a vector of four, `{"u": (4,), "v": ()}` for a dictionary that holds both, `[(4,), ()]` for
# a tuple of both. `None` remains `None`.

# %% exercise="gradient-shapes" kind="predict" minutes="8"
# Each is a shape, a dictionary or list of shapes, or "fails":
# predicted_gradients = {
#     "A": ...,
#     "B": ...,
#     "C": ...,
#     "D": ...,
#     "E": ...,
#     "F": ...,
#     "G": ...,
#     "H": ...,
# }
### BEGIN SOLUTION
predicted_gradients = {
    "A": {"w": (3, 2), "b": (3,), "mask": None},
    "B": (2,),
    "C": [(2,)],
    "D": "fails",
    "E": [(), (2,)],
    "F": "fails",
    "G": (2,),
    "H": "fails",
}
### END SOLUTION


# %% check="gradient-shapes"
from publishing.teaching.checking import predicted


def _returned(call):
    """What a call returns, a tuple as a list, with shapes for arrays."""
    try:
        result = call()
    except TypeError:
        return "fails"
    shapes = jax.tree.map(jnp.shape, result)
    return list(shapes) if isinstance(result, tuple) else shapes


_trees = 'Read "Gradients of dictionaries and other pytrees" again.'
_arguments = 'Read "Choose the argument with `argnums`" again.'
_refusals = 'Read "When `grad` refuses" again.'
_used = layer, whole, point, total, outputs  # by the calls
predicted(
    globals(),
    "predicted_gradients",
    {name: _returned(call) for name, call in calls.items()},
    {
        "A": f"A: the gradient has the structure of its argument, with all names and the `None`. {_trees}",
        "B": f"B: which argument is at position 1? {_arguments}",
        "C": f"C: `argnums` is a tuple here, if a short one. {_arguments}",
        "D": f"D: what shape does `outputs` return? {_refusals}",
        "E": "E: what does it return, and in which order? "
        'Read "Get the value in the same call: `value_and_grad`" again.',
        "F": f"F: look at the dtypes of the leaves of `whole`. {_refusals}",
        "G": f"G: with respect to which argument, and which dtype has that one? {_refusals}",
        "H": f"H: what does the inner `grad` return, and is that one number? {_refusals}",
    },
)
print("All eight agree with what the calls did.")

# %% [markdown]
# ## Reading from outside is fine, writing is not
#
# JAX is said to require **pure** functions, which depend only on their arguments and do nothing but return a result.
# This one reads a variable from outside, as a **closure** reads one of an enclosing function:


# %%
factor = 2.0


def scaled_square(v):
    return factor * v**2


# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# What will the next cell print?
#
# - [{{ jnp.isnan(jax.grad(scaled_square)(3.0)) }}] Two errors: `factor` is no argument.
# - [{{ jax.grad(scaled_square)(3.0) == 12 }}] One number twice: `factor` is a constant.
# - [{{ jax.grad(scaled_square)(3.0) == 60 }}] Two numbers: `factor` is read at each call.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# Two numbers: $2 \cdot 2 \cdot 3 = 12$ and $2 \cdot 10 \cdot 3 = 60$. You differentiate with respect to an *argument*;
# what else the function reads, here `factor`, enters as a constant. And `grad` runs your function at each call, so
# here it sees the new factor. (Others, such as `jax.jit`, `jax.checkpoint` and `jax.lax.scan`, keep a record of a
# function that they have met, and may miss the change: see [compilation](compilation.py).)
#
# </details>

# %% tags=["predict"]
print(jax.grad(scaled_square)(3.0))
factor = 10.0
print(jax.grad(scaled_square)(3.0))


# %% [markdown]
# Now suppose that you want to look at the residuals, so you store them along the way.

# %%
kept = []


def storing_loss(params, batch):
    x, y = batch
    residuals = params["w"] * x + params["b"] - y
    kept.append(residuals)
    return jnp.mean(residuals**2)


print(jax.grad(storing_loss)(line, batch))
print(kept[0])

# %% [markdown]
# The gradient is right, but you stored a tracer. Its recording is over, so JAX's operations refuse it:

# %% raises="UnexpectedTracerError" match="side effect"
jnp.max(jnp.abs(kept[0]))

# %% [markdown]
# ## Return more than the loss: `has_aux`
#
# The message says what to do: return what you want to keep. With `has_aux=True` the function must return a pair, of
# which JAX differentiates only the first part. The second, the *auxiliary* output, may be a pytree of arrays and
# numbers, whose tracers come out as values.


# %%
def loss_and_residuals(params, batch):
    x, y = batch
    residuals = params["w"] * x + params["b"] - y
    return jnp.mean(residuals**2), residuals


(loss, residuals), gradient = jax.value_and_grad(loss_and_residuals, has_aux=True)(
    line, batch
)
print("loss     ", loss)
print("residuals", residuals)
print("gradient ", gradient)

# %% [markdown]
# With `jax.grad` and `has_aux=True` you get `(gradient, residuals)`. (Into one kind of array, the *ref*, you may write
# `jax.lax.stop_gradient(v)`: see [Mutable state](../training/refs.py).)

# %% [markdown]
# ## A gradient that is `nan`: the length of a vector at zero
#
# Some failures have no message. The length of a vector is the square root of its sum of squares:


# %%
def length(v):
    return jnp.sqrt(jnp.sum(v**2))


print(jax.grad(length)(jnp.array([3.0, 4.0])))
print(jax.grad(length)(jnp.zeros(2)))

# %% [markdown]
# At zero the square root is infinitely steep and the sum of squares is flat. The chain rule multiplies the two
# derivatives, and $\infty \cdot 0$ is `nan`, which the next step puts into the parameters. Only zero needs special
# treatment, so this looks like the repair:


# %%
def patched_length(v):
    squares = jnp.sum(v**2)
    return jnp.where(squares > 0, jnp.sqrt(squares), 0.0)


# %% [markdown]
# `jnp.where(condition, a, b)` chooses between `a` and `b`. Does that make the gradient at zero zero?
#
# - [{{ not jax.grad(patched_length)(jnp.zeros(2)).any() }}] Yes: value and gradient are 0.
# - [{{ jnp.isnan(patched_length(jnp.zeros(2))) }}] No: value and gradient are `nan`.
# - [{{ patched_length(x * 0) == 0 and jnp.isnan(jax.grad(patched_length)(x * 0)).all() }}] No: the value is 0, the gradient
#   `nan`.

# %% tags=["predict"]
print("value:   ", patched_length(jnp.zeros(2)))
print("gradient:", jax.grad(patched_length)(jnp.zeros(2)))

# %% [markdown]
# The value is right, but the gradient is still `nan`. `jnp.where` computes *both* results and drops one, so on the way
# back the dropped square root receives a gradient of 0, and $0 \cdot \infty$ is `nan` too. So keep zero away from the
# square root, with a second `where` *inside*:


# %%
def safe_length(v):
    squares = jnp.sum(v**2)
    is_zero = squares == 0
    root = jnp.sqrt(jnp.where(is_zero, 1.0, squares))  # never the root of 0
    return jnp.where(is_zero, 0.0, root)


print(jax.grad(safe_length)(jnp.array([3.0, 4.0])))
print(jax.grad(safe_length)(jnp.zeros(2)))

# %% [markdown]
# Strictly, the length has a kink at zero, and 0 is a *subgradient*, the slope of a plane that touches it from below. A
# Python `if` would do here too, but not under `jax.jit` or `jax.vmap`.

# %% [markdown]
# ## Exercise: repair a search that does not move
#
# A drone measures its distances to a few beacons and wants to know where it is. Its loss compares the distances from a
# guessed position with the measured ones. The first guess is its take-off point, which is at a beacon. The code has
# three faults, of which the first shows at once:

# %%
beacons = jnp.array([[0.0, 0.0], [6.0, 0.0], [0.0, 8.0]])  # (n, d)
distances = jnp.array([5.0, 5.0, 5.0])  # (n,)
residual_log = []


def distance_loss(position, beacons, distances):
    offsets = position - beacons  # (n, d)
    residuals = jnp.sqrt(jnp.sum(offsets**2, axis=1)) - distances  # (n,)
    residual_log.append(residuals)
    return jnp.mean(residuals**2)


def broken_step(position, beacons, distances, learning_rate):
    loss, gradient = jax.value_and_grad(distance_loss)(position, beacons, distances)
    metrics = {"loss": loss, "residuals": residual_log[-1]}
    return position - learning_rate * gradient, metrics


# %% raises="TypeError" match="int32"
broken_step(jnp.array([0, 0]), beacons, distances, 0.5)

# %% [markdown]
# The other two show when the start is written as `[0.0, 0.0]`:

# %%
lost, metrics = broken_step(jnp.array([0.0, 0.0]), beacons, distances, 0.5)
print("position: ", lost)
print("residuals:", metrics["residuals"])

# %% [markdown]
# Define `locate_step(position, beacons, distances, learning_rate)`: one step of gradient descent on the mean
# squared residual, returned as `(new_position, metrics)`. The residuals are the distances from `position` to
# the beacons minus the measured ones, shape `(n,)`; `metrics` is a dictionary with the `"loss"` *before* the
# step, shape `()`, and these `"residuals"`, both as ordinary arrays. No tracer is stored anywhere. It must work for
# any number `n` of beacons in `d` dimensions, and for distances from centimetres to kilometres, in metres, also in
# two special cases:
#
# - `position`, shape `(d,)`, holds integers of 8, 16 or 32 bits, signed or not. The new position holds floats.
# - `position` is at a beacon, or at several. Those beacons add nothing to the gradient, and the others contribute as
#   usual.
#
# <details>
# <summary>Hint</summary>
#
# `grad` looks at the dtype before it calls your loss, so convert the position outside. In the loss, choose
# with `where` for each row, not for all at once.
#
# </details>


# %% exercise="lost-drone" kind="repair" minutes="12"
def locate_step(position, beacons, distances, learning_rate):
    """One step: (new position (d,), {"loss": (), "residuals": (n,)} before it)."""

    ### BEGIN SOLUTION
    def loss_fn(position):
        squares = jnp.sum((position - beacons) ** 2, axis=1)  # (n,)
        is_zero = squares == 0
        lengths = jnp.where(is_zero, 0.0, jnp.sqrt(jnp.where(is_zero, 1.0, squares)))
        residuals = lengths - distances
        return jnp.mean(residuals**2), residuals

    position = jnp.asarray(position, dtype=float)
    (loss, residuals), gradient = jax.value_and_grad(loss_fn, has_aux=True)(position)
    new_position = position - learning_rate * gradient
    return new_position, {"loss": loss, "residuals": residuals}
    ### END SOLUTION


# %% check="lost-drone"
from publishing.teaching.checking import Check

_nan = 'Read "A gradient that is `nan`: the length of a vector at zero" again.'
_aux = 'How do residuals leave the loss? Read "Return more than the loss: `has_aux`" again.'
_kind = 'grad needs floats: is each integer dtype converted? Read "When `grad` refuses" again.'
_check = Check(
    globals(),
    "locate_step",
    "Exercise: repair a search that does not move",
    {"Leaked": f"A tracer is stored. {_aux}", "int": _kind, "float0": _kind}
    | dict.fromkeys(("scalar-output", "aux output", "unpack"), _aux)
    | {"": f"Does it take any number of beacons, in any dimension? {_nan}"},
)


def _case(n, d, scale, dtype, at):
    draw, whole = np.random.default_rng(2), "int" in dtype
    # On a coarse grid, beacons share coordinates with the position and each other.
    places = draw.integers(0, 4, (n, d)) * scale
    places[7:] = places[0]
    places[1:] += 0.25 * whole
    near = draw.integers(1, 3, d) if whole else draw.uniform(0.2, 0.8, d)
    start = places[0] + near * scale * (not at)
    measured, rate = draw.uniform(0.5, 3, n) * scale, draw.choice([0.05, 0.3])

    def residuals(position, beacons=places):
        return np.sqrt(((position - beacons) ** 2).sum(axis=1)) - measured

    right = residuals(start)
    lengths = right + measured
    ones = np.where(lengths == 0, 1, lengths)
    step = rate * 2 / n * right @ ((start - places) / ones[:, None])
    after = residuals(start - step)
    when = f"{'At' if at else 'Away from'} a beacon, with n = {n}, d = {d} and a position of {dtype}, "
    arrays = jnp.array(places, float), jnp.array(measured, float)
    with jax.checking_leaks():  # an error if a tracer is left
        yours = _check.call(jnp.array(start, dtype), *arrays, float(rate), when=when)
    pair = yours if isinstance(yours, tuple | list) and len(yours) == 2 else (0, 0)
    told = "it should return the pair (new_position, metrics), with the loss and the residuals in metrics."
    metrics = pair[1] if isinstance(pair[1], dict) else {}
    _check.require({"loss", "residuals"} <= metrics.keys(), when + told)
    told = f"Is each a length minus the measured distance? {_nan}"
    if getattr(metrics["residuals"], "shape", (n,)) != (n,):
        told = "Each beacon has one residual: the shape is (n,)."
    others = {
        "those are the residuals after the step.": after,
        "their signs are wrong. What is subtracted from what?": -right,
        f"a distance of 0 has become 1. {_nan}": ones - measured,
        f"all distances are 0, and not all should be. {_nan}": -measured,
        "those come from squares of lengths.": lengths**2 - measured**2,
        "the position is rounded. Which floats hold all of its digits?": (
            residuals(np.float16(start))
        ),
        "the beacons are cut to whole metres. In which dtype do you subtract?": (
            residuals(start, np.trunc(places))
        ),
        "": told,
    }
    limits = {"when": when, "rtol": 1e-4}
    what = "the array of residuals"
    _check.agrees(metrics["residuals"], right, others, what=what, **limits)
    loss, away = np.mean(right**2), lengths > 0
    others = {
        "that is the sum of the squares.": np.sum(right**2),
        "that is the loss after the step.": np.mean(after**2),
        "it has an axis.": loss[None],
        "beacons at the position count in the mean, too.": np.sum(right[away] ** 2)
        / max(1, away.sum()),
        "": "Is it the mean of the squares of all residuals?",
    }
    _check.agrees(metrics["loss"], loss, others, what="the loss", **limits)
    uphill = 'it is uphill from the start. Read "The gradient points uphill" again.'
    others = {
        f"a square root met a zero. {_nan}": np.full(d, np.nan),
        uphill: start + step,
        "it is cut to integers.": np.trunc(start - step),
        "the rate is 0.5, whatever learning_rate is.": start - 0.5 / rate * step,
        f"it did not move, but beacons elsewhere still pull. {_nan}": start,
        "": f"What does a beacon at the position add to the gradient? {_nan}",
    }
    _check.agrees(pair[0], start - step, others, what="the new position", **limits)


for _parts in (
    (3, 2, 1.0, "float32", False),
    (3, 2, 1.0, "float32", True),
    (3, 2, 1.0, "int32", False),
    (5, 3, 1.0, "uint32", True),
    (2, 1, 20.0, "int8", True),
    (3, 2, 30.0, "uint8", False),
    (1, 4, 3003.0, "int16", True),
    (2, 3, 200.0, "uint16", False),
    (9, 2, 0.01, "float32", True),
    (5, 3, 0.01, "float32", False),
):
    _case(*_parts)
_many = int(np.random.default_rng().integers(10, 20))
_large = _many, _many - 5, 500.0, "float32", True
_check.over(_case, _large, (2, 1, *_large[2:]))
print("Agrees in all dimensions, at beacons and away, for floats and integers.")

# %% [markdown]
# Now the search can start at a beacon, in integers. The drone is at $(3, 4)$, five units from each beacon:

# %%
position = jnp.array([0, 0])
for _ in range(50):
    position, metrics = locate_step(position, beacons, distances, 0.5)
print("position:", position)

# %% tags=["hidden"]
assert np.allclose(position, np.array([3.0, 4.0]), atol=0.02)

# %% [markdown]
# ## What can go wrong
#
# - `TypeError: Gradient only defined for scalar-output functions.` Return one number, and extras with `has_aux=True`.
# - `TypeError: Expected a callable value` Give `jax.grad` the function itself, not its result or a network.
# - `TypeError: grad requires real- or complex-valued inputs ... but got int32.` Write `3.0`, not `3`, or convert the
#   array.
# - `TracerArrayConversionError: The numpy.ndarray conversion method __array__() was called on traced array` NumPy, or a
#   library that uses it, got a tracer: use `jnp`.
# - `ConcretizationTypeError: Abstract tracer value encountered where concrete value is expected` Usually Python's
#   `float` or a function of `math` got a tracer: use `jnp`.
# - `UnexpectedTracerError: Encountered an unexpected tracer.` Usually a tracer was stored during the run: return it. Or
#   a `custom_vjp` function uses one from outside: pass it as an argument.
# - No message, but `nan` or `inf`: look for an overflow, and for a square root, a logarithm or a division at zero.
# - No message, but zero, and nothing moves: look first for a step function such as `jnp.round`, or a `stop_gradient`.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).

# %% [markdown]
# ## What you learned
#
# - `jax.grad(f)` is a function. It runs `f` once with tracers and applies the chain rule backwards. That is exact up to
#   rounding if the operations are smooth and their numbers stay in range; at a kink, JAX picks a value.
# - The gradient has the structure, shapes and dtypes of the argument, which `argnums` picks. `jax.tree.map` computes
#   with such trees.
# - `value_and_grad` returns the value too, and with `has_aux=True` whatever else you return.
# - By default the output must be a real scalar, the input floating-point or complex. The function may read variables
#   from outside. To keep something that it computed, return it.
# - A gradient can be `nan` where the value is fine; for `jnp.sqrt` at zero, a `where` before and after it repairs that.
#
# Next: [`vmap`: write for one example, run on a batch](batching.py).
