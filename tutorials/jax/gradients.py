# %% [markdown]
# # Gradients of anything
#
# Training a network means changing many numbers so that one number, the loss, becomes smaller. For each of
# them you need to know which way to change it: by how much does the loss move if this number moves a little?
# All these slopes together are the **gradient**, and `jax.grad` computes it for a function you wrote in plain
# Python, whatever its argument is: a number, an array, a dictionary of arrays. This page shows what it does,
# what it asks of your function, and when it refuses.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - differentiate a Python function with respect to any of its arguments, and get its value in the same call;
# - take gradients of arrays, dictionaries and trees of them, and say in advance what shape they have;
# - read the four errors that `jax.grad` gives most often, and repair the function that caused each.
#
# You need: Python, NumPy, and what a derivative is. No JAX.
#
# </div>

# %% [markdown]
# ## A JAX array is a NumPy array that stays as it is
#
# `jax.numpy`, always imported as `jnp`, is NumPy's vocabulary rewritten for JAX: `jnp.sum`, `jnp.exp`,
# `jnp.array` take the arguments you know. What they return is a JAX array, which lives on a CPU, a GPU or a
# TPU, whichever JAX finds.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

x = jnp.array([1.0, 2.0, 3.0, 4.0])
print(repr(x))
print("NumPy's default:", np.array([1.0, 2.0]).dtype)
print(
    "JAX's default:  ",
    jnp.array([1.0, 2.0]).dtype,
    "and for whole numbers",
    jnp.array([1, 2]).dtype,
)

# %% [markdown]
# JAX computes in `float32` unless you ask for something else: accelerators are built for it, and it holds
# about seven decimal digits. Keep the digits and the `int32` in mind: both come back below. The other
# difference shows when you assign to an entry.

# %% raises="TypeError" match="immutable"
x[0] = 9.0

# %% [markdown]
# A JAX array never changes. `.at[...]` describes the change you want and hands you a new array; the old one
# keeps its values.

# %%
print(x.at[0].set(9.0))
print(x.at[0].add(0.5))
print(x)

# %% [markdown]
# ## Nudge and measure, and why that is not enough
#
# Take the sum of squares, whose gradient you know from school:
#
# $$f(x) = \sum_i x_i^2, \qquad \frac{\partial f}{\partial x_i} = 2 x_i$$
#
# Without calculus you could nudge one entry by a small step $h$, see how far $f$ moves, and do so for each
# entry in turn:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x)}{h}$$
#
# where $e_i$ is one at entry $i$ and zero elsewhere. The true gradient at our `x` is `[2, 4, 6, 8]`.


# %%
def square_sum(x):
    return jnp.sum(x**2)


def nudged_gradient(f, x, h):
    start = f(x)
    return jnp.array([(f(x.at[i].add(h)) - start) / h for i in range(x.size)])


for h in (1e-1, 1e-3, 1e-5, 1e-7):
    estimate = nudged_gradient(square_sum, x, h)
    error = jnp.max(jnp.abs(estimate - 2 * x))
    print(f"h = {h:.0e}: {estimate}, off by up to {error:.4f}")

# %% [markdown]
# No step is right. A large one misses the curve of $f$. A small one drowns in rounding: near $f(x) = 30$,
# neighbouring `float32` numbers are about $2 \times 10^{-6}$ apart, and with the smallest step every entry
# comes out as zero. It is slow as well: four entries cost five calls of `f`, a million parameters a million
# and one.

# %% [markdown]
# ## `jax.grad` turns a function into its gradient
#
# `jax.grad` takes a *function* and returns another *function*. Call that one where you want the gradient.

# %%
square_sum_gradient = jax.grad(square_sum)
print(square_sum_gradient(x))
print(jax.grad(square_sum)(jnp.array([10.0, 0.0])))

# %% [markdown]
# The result is exact up to rounding, there is no step to choose, and the shape of `x` is free. How is it
# done? Let the function print what it is given.


# %%
def talking_square_sum(x):
    print("called with", x)
    return jnp.sum(x**2)


print(jax.grad(talking_square_sum)(x))

# %% [markdown]
# One line: your function ran **once**, for all four entries. It was not given the array but a **tracer**, a
# stand-in that carries the values and records every operation done with it. JAX knows the derivative of each
# operation, so it walks the record backwards from the result and applies the chain rule. That is why `jnp`
# exists: NumPy's own functions cannot record anything.

# %% raises="TracerArrayConversionError" match="__array__"
jax.grad(lambda x: jnp.sum(np.sin(x)))(x)

# %% [markdown]
# Read the message as "NumPy wanted the numbers of something that is being recorded". The repair is one
# letter, and the result is the cosine, as it should be.

# %%
print(jax.grad(lambda x: jnp.sum(jnp.sin(x)))(x))
print(jnp.cos(x))

# %% [markdown]
# Since `jax.grad` returns an ordinary function, you can differentiate that too. For $f(x) = x^3$ the first
# derivative is $3x^2$ and the second is $6x$; at $x = 3$ these are 27 and 18.


# %%
def cube(x):
    return x**3


print(jax.grad(cube)(3.0), jax.grad(jax.grad(cube))(3.0))

# %% [markdown]
# ## The gradient points uphill
#
# Two numbers can be drawn. Here is a landscape over points $p = (p_0, p_1)$ with one hill and one hollow:
#
# $$h(p) = p_0 \, e^{-p_0^2 - p_1^2}$$
#
# Stand at one point and take a step of length 0.05 in three directions: along the gradient, at a right angle
# to it, and against it.


# %%
def height(p):  # p: (2,)
    return p[0] * jnp.exp(-(p[0] ** 2) - p[1] ** 2)


p = jnp.array([0.2, 0.6])
uphill = jax.grad(height)(p)
uphill = uphill / jnp.linalg.norm(uphill)
sideways = jnp.array([-uphill[1], uphill[0]])
for name, direction in {
    "along": uphill,
    "across": sideways,
    "against": -uphill,
}.items():
    print(
        f"{name:>8}: height changes by {height(p + 0.05 * direction) - height(p):+.4f}"
    )

# %% [markdown]
# Along the gradient the ground rises, against it the ground falls by about as much, and across it hardly
# moves: the gradient is at a right angle to the line of equal height. Now the same at every point of a grid,
# in a plain Python loop, one call of the gradient function per point. (JAX has a way to turn such a loop into
# one call; [the next page](batching.py) is about it.)

# %% alt="Arrows cross the contours of a hill and a hollow at right angles: away from the bottom, towards the top."
side = np.linspace(-1.6, 1.6, 13)
points = [jnp.array([p0, p1]) for p0 in side for p1 in side]
arrows = np.array([jax.grad(height)(point) for point in points])  # (169, 2)

fine = np.linspace(-1.8, 1.8, 121)
heights = height(np.meshgrid(fine, fine))  # (121, 121), from two whole grids
fig, ax = plt.subplots(figsize=(6.4, 5.6))
lines = ax.contour(
    fine, fine, heights, levels=np.arange(-0.35, 0.36, 0.1), colors="C0", linewidths=1.2
)
ax.clabel(lines, lines.levels[::2], fontsize=9)
ax.quiver(
    *np.array(points).T, *arrows.T, color="C1", angles="xy", pivot="mid", width=0.0045
)
for name, p0 in {"bottom": -(0.5**0.5), "top": 0.5**0.5}.items():
    ax.plot(p0, 0, "o", color="C2")
    ax.annotate(name, (p0, 0), xytext=(0, 8), textcoords="offset points", ha="center")
ax.set(
    xlabel="$p_0$",
    ylabel="$p_1$",
    title="Gradients of h cross its contour lines at right angles",
    aspect="equal",
)
plt.show()

# %% [markdown]
# Solid lines lie above zero, dashed ones below. Every arrow points up the slope, away from the bottom or
# towards the top. It is long where the contour lines are dense, and shrinks to nothing at the bottom and at
# the top: there the gradient is zero. Gradient descent walks *against* the arrows.

# %% [markdown]
# ## Choose the argument with `argnums`
#
# Most functions take more than one argument. Here is the loss of a straight line $w x + b$ against targets
# $y$, with its slopes in $w$ and $b$ worked out by hand:
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
# Without `argnums` you get the slope in the first argument, with `argnums=1` in the second, with a tuple of
# positions a tuple of gradients. Both agree with the formulas.
#
# You will read that a loss *must* have its parameters first. It need not: position 0 is only the default of
# `argnums`. The convention is still worth keeping, since it saves everybody who reads or calls your loss from
# asking.

# %% [markdown]
# ## A dictionary has a gradient too
#
# A network has dozens of arrays, and nobody wants dozens of positions. Put them into a dictionary and
# differentiate with respect to the dictionary. For
#
# $$
# g(x, y) = \sum_i x_i y_i^2, \qquad
# \frac{\partial g}{\partial x_i} = y_i^2, \qquad
# \frac{\partial g}{\partial y_i} = 2 x_i y_i
# $$


# %%
def product_sum(params):
    return jnp.sum(params["x"] * params["y"] ** 2)


params = {"x": jnp.array([1.0, 2.0, 3.0]), "y": jnp.array([4.0, 5.0, 6.0])}
jax.grad(product_sum)(params)

# %% [markdown]
# The gradient is a dictionary with the same names: under `"x"` the squares of `y`, under `"y"` the doubled
# products. You can read it without a legend. This goes as deep as you like.


# %%
def deep(params):
    hidden = jnp.tanh(params["layers"][0] @ jnp.ones(2))  # (3,)
    return params["scale"] * jnp.sum(params["layers"][1] * hidden)


params = {"layers": [jnp.full((3, 2), 0.1), jnp.arange(3.0)], "scale": jnp.float32(2.0)}
gradient = jax.grad(deep)(params)

print("params:  ", jax.tree.structure(params))
print("gradient:", jax.tree.structure(gradient))
print("shapes:  ", [leaf.shape for leaf in jax.tree.leaves(gradient)])

# %% [markdown]
# JAX calls such a value a **pytree**: dictionaries, lists and tuples, nested at will, are its branches, and
# whatever hangs at their ends (here three arrays, printed as `*`) are its **leaves**. `jax.tree.leaves` lists
# the leaves, `jax.tree.structure` shows what is left without them. The rule to remember: *the gradient has
# the structure of the argument, and each leaf has the shape of its leaf*. Haiku's parameters are a pytree of
# this kind, which is why this one rule will carry you through every network in the course.

# %% [markdown]
# ## When `grad` refuses
#
# Take the sum out of the sum of squares, and the function returns an array.

# %% raises="TypeError" match="Gradient only defined for scalar-output functions"
jax.grad(lambda x: x**2)(x)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Why must the output be a scalar? Think of the arrows in the figure: what would one arrow mean if the
# landscape had two heights?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The gradient answers "which way is up, and how steep?". "Up" needs one number that can be larger or smaller.
# With two outputs there are two answers at each point, one that raises the first output and one that raises
# the second, and in general no way to raise both fastest. Likewise for the shape: a gradient has the shape of
# its argument, and has no room for "slope of which output?". All slopes of $m$ outputs in $n$ inputs form an
# $m \times n$ matrix, the Jacobian.
#
# </details>
#
# So decide what you meant. Did you want one number (a loss)? Reduce the output with a sum or a mean: you, not
# JAX, choose how the outputs are weighed against each other. Did you want every slope of every output? Ask
# for the Jacobian.

# %%
print(jax.grad(lambda x: jnp.mean(x**2))(x))
print(jax.jacobian(lambda x: x**2)(x))

# %% [markdown]
# The mean of four squares has a quarter of the slopes of their sum. The Jacobian is diagonal, since each
# square depends on its own entry only.
#
# The second refusal comes from a missing decimal point.

# %% raises="TypeError" match="grad requires real- or complex-valued inputs.*int32"
jax.grad(square_sum)(jnp.array([1, 2, 3, 4]))

# %% [markdown]
# A slope is about a *little* nudge, and there is none between 1 and 2 in whole numbers. Write the numbers
# with a point, or convert the array.

# %%
print(jax.grad(square_sum)(jnp.array([1, 2, 3, 4]).astype(jnp.float32)))
print(jax.grad(cube)(3.0))  # cube(3) works, jax.grad(cube)(3) does not

# %% [markdown]
# ## Get the value in the same call
#
# In training you want the gradient to take a step and the loss to see whether it helps. Calling `f` and then
# `jax.grad(f)` does the work of `f` twice, because the gradient cannot be had without running `f`.
# `jax.value_and_grad` gives both from one run.


# %%
def params_loss(params, x, y):
    residuals = params["w"] * x + params["b"] - y
    return jnp.mean(residuals**2)


params = {"w": jnp.float32(1.0), "b": jnp.float32(0.0)}
loss, gradient = jax.value_and_grad(params_loss)(params, hours, level)
print("loss    ", loss)
print("gradient", gradient)

# %% [markdown]
# The same line as before, now with its parameters in a dictionary: the loss is 7.5, and the gradient holds
# the $-10$ and $-5$ that you saw with `argnums`. The order is in the name: value first, gradient second.

# %% [markdown]
# ## Reading from outside is fine, writing is not
#
# A **pure** function depends on nothing but its arguments and changes nothing but its result. JAX is often
# said to accept pure functions only, ones that are handed everything they use. Look at this function, which
# uses a variable from outside (a **closure** does the same with a variable of an enclosing function):


# %%
scale = 2.0


def scaled_square(x):
    return scale * x**2


# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# What does purity have to do with gradients? Will `jax.grad(scaled_square)(3.0)` work, and if so, what is it?
# And what if you then set `scale = 10.0` and ask again?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# It works, and gives $2 \cdot 2 \cdot 3 = 12$. What `grad` needs is that the thing you differentiate with
# respect to is an *argument*. Everything else the function reads, from wherever, enters as a constant. After
# `scale = 10.0` the answer is 60, because `grad` runs your function again at each call. (A compiled function
# does not run again, and so does not see such a change: the page on compilation comes back to this.)
#
# Purity matters for the other half of the definition. During the run the values are tracers, and a tracer has
# no business outside. A function that stores one in a list or an attribute leaves something behind that
# nobody can use: the next cells show it.
#
# </details>

# %%
print(jax.grad(scaled_square)(3.0))
scale = 10.0
print(jax.grad(scaled_square)(3.0))

# %% [markdown]
# A closure is fine. The price is that `scale` has no gradient; if you want one, make it an argument. Now the
# other direction: suppose that you want to look at the residuals, and store them on the way.

# %%
kept = []


def storing_loss(params, x, y):
    residuals = params["w"] * x + params["b"] - y
    kept.append(residuals)
    return jnp.mean(residuals**2)


print(jax.grad(storing_loss)(params, hours, level))
print(kept[0])

# %% [markdown]
# The gradient is right, but what was stored is a tracer, and it still shows its values. Use it, and it turns
# out to belong to a recording that is over.

# %% raises="UnexpectedTracerError" match="side effect"
jnp.max(jnp.abs(kept[0]))

# %% [markdown]
# ## Carry more than the loss: `has_aux`
#
# The message says what to do: return what you want to keep. But then the output is a pair, which is no scalar
# either.


# %%
def loss_and_residuals(params, x, y):
    residuals = params["w"] * x + params["b"] - y
    return jnp.mean(residuals**2), residuals


# %% raises="TypeError" match="Gradient only defined for scalar-output functions"
jax.value_and_grad(loss_and_residuals)(params, hours, level)

# %% [markdown]
# `has_aux=True` says: differentiate the first part, and pass the second, the *auxiliary* one, through
# untouched. It may be any pytree, and it comes out as ordinary arrays.

# %%
(loss, residuals), gradient = jax.value_and_grad(loss_and_residuals, has_aux=True)(
    params, hours, level
)
print("loss     ", loss)
print("residuals", residuals)
print("gradient ", gradient)

# %% [markdown]
# Mind the parentheses: the pair stands where the value stood. With `jax.grad` and `has_aux=True` you get
# `(gradient, residuals)`. Networks that keep running averages hand them out through this door.

# %% tags=["hidden"]
first, second = (nudged_gradient(square_sum, x, step) for step in (1e-1, 1e-7))
assert jnp.max(jnp.abs(first - 2 * x)) > 0.05
assert not second.any()
assert 1.5e-6 < np.spacing(np.float32(30.0)) < 2.5e-6
assert square_sum(x) == 30.0

runs = []
jax.grad(lambda v: runs.append(1) or jnp.sum(v**2))(jnp.ones(1000))
assert len(runs) == 1
jax.value_and_grad(lambda v: runs.append(1) or jnp.sum(v**2))(x)
assert len(runs) == 2
factor = 2.0
compiled = jax.jit(lambda v: factor * v)
before, factor = compiled(3.0), 10.0
assert compiled(3.0) == before == 6.0
assert jnp.allclose(jax.grad(height)(jnp.array([2**-0.5, 0.0])), 0.0, atol=1e-6)

assert float(loss) == 7.5
assert (float(gradient["w"]), float(gradient["b"])) == (-10.0, -5.0)
passed_on, extras = jax.grad(loss_and_residuals, has_aux=True)(params, hours, level)
assert passed_on.keys() == params.keys()
assert extras.shape == (4,)
assert not jax.grad(lambda v: jnp.sum(jnp.round(v)))(x).any()
assert jnp.isnan(jax.grad(lambda v: jnp.sqrt(jnp.sum(v**2)))(jnp.zeros(2))).all()

# %% [markdown]
# ## Exercise: the gradient of a quadratic form
#
# Close to a minimum, a smooth loss looks, up to a constant, like a **quadratic form**: a matrix $A$ between
# two copies of a vector.
#
# $$q(x) = x^\top A \, x = \sum_{i} \sum_{j} x_i A_{ij} x_j$$
#
# Define `gradient_of_quadratic(a, x)`: the gradient of $x^\top A \, x$ with respect to $x$. Here `a` is any
# square matrix of shape `(n, n)`, symmetric or not, `x` has shape `(n,)`, and so has the result. Note which
# argument comes first.
#
# <details>
# <summary>Hint</summary>
#
# Write $q$ as a function of its own; in NumPy's notation it is `x @ a @ x`. Then ask `jax.grad` for the right
# argument, and remember that it returns a function, which you still have to call.
#
# </details>


# %% exercise="matrix-gradient" kind="build" minutes="5"
def gradient_of_quadratic(a, x):
    """Gradient of x^T A x with respect to x; a is (n, n), x is (n,), and so is the result."""

    ### BEGIN SOLUTION
    def quadratic(a, x):
        return x @ a @ x

    return jax.grad(quadratic, argnums=1)(a, x)
    ### END SOLUTION


# %% [markdown]
# The check compares yours with a formula, $(A + A^\top) \, x$, on matrices of small whole numbers, which
# `float32` holds exactly.

# %% check="matrix-gradient"
draw = np.random.default_rng(1)
for n, kind in [
    (n, kind) for n in (2, 3, 5, 1) for kind in ("symmetric", "non-symmetric")
]:
    matrix = draw.integers(1, 9, (n, n)).astype(np.float32)
    matrix = matrix + matrix.T if kind == "symmetric" else matrix
    vector = draw.integers(1, 9, n).astype(np.float32)
    right = (matrix + matrix.T) @ vector
    try:
        yours = gradient_of_quadratic(jnp.array(matrix), jnp.array(vector))
    except NotImplementedError:
        raise
    except Exception as error:
        reason = f'Your function stopped (see "What can go wrong" below) with {type(error).__name__}: {error}'
        raise AssertionError(reason) from error
    assert yours is not None, (
        "It returns None: you may have computed the gradient, but `return` is missing before it."
    )
    assert not callable(yours), (
        'It returns a function, still to be called: read "`jax.grad` turns a function into its gradient" again.'
    )
    assert isinstance(yours, (jax.Array, np.ndarray, np.number, float)), (
        f"It returns a {type(yours).__name__}, not one array: of (value, gradient), return only the gradient in x. "
        'Read "Get the value in the same call" again.'
    )
    assert np.shape(yours) == (n,), (
        f"It has shape {np.shape(yours)}, but a gradient has the shape of its argument, here ({n},). Shape () is the "
        f'value of the form, ({n}, {n}) the gradient in A: read "Choose the argument with `argnums`" again.'
    )
    case = f"A = {matrix.tolist()}, x = {vector.tolist()}: it is {np.array(yours).tolist()}, not {right.tolist()}."
    agrees = np.allclose(yours, right, rtol=1e-6, atol=1e-4)
    assert not np.allclose(yours, right / 2), (
        f"{case} That is half of it: x stands twice in the form, and both count. Read the double sum above again."
    )
    assert agrees or kind != "symmetric", (
        f"{case} Is the form `x @ a @ x` for every n (`*` is no matrix product), and its slope taken by `jax.grad`, "
        'not by nudging? Read "Nudge and measure, and why that is not enough" again.'
    )
    assert agrees, (
        f"{case} For symmetric A yours is right: 2 A x takes A for its own transpose. Read the double sum above again."
    )

print(
    "Right for symmetric and non-symmetric matrices with 1, 2, 3 and 5 rows: yours equals (A + Aᵀ) x."
)

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# For one number, the derivative of $a x^2$ is $2 a x$. Why is the gradient of $x^\top A \, x$ not $2 A x$?
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# The entry $x_k$ occurs in the double sum twice: as the left factor, next to row $k$ of $A$, and as the right
# factor, next to column $k$. The first gives $\sum_j A_{kj} x_j$, which is $A x$; the second gives
# $\sum_i A_{ik} x_i$, which is $A^\top x$. Together they are $(A + A^\top) x$, and only for a symmetric
# matrix are the two the same. You did not need to know: `jax.grad` counted both.
#
# </details>

# %% [markdown]
# ## What you learned
#
# - `jax.grad(f)` is a function. It runs `f` once with tracers and applies the chain rule backwards, exact up
#   to rounding.
# - The gradient has the structure and the shapes of the argument: number, array, or pytree. `argnums` picks
#   the argument; the first is only the default.
# - `value_and_grad` gives the value as well; with `has_aux=True` anything else you return comes along.
# - The output must be one number, the input must be floating-point, the function may read what it likes but
#   must not store.
#
# <div class="admonition warning">
# <p class="admonition-title">What can go wrong</p>
#
# - `TypeError: Gradient only defined for scalar-output functions.` Reduce the output to one number, pass
#   extras with `has_aux=True`, or ask for `jax.jacobian`.
# - `TypeError: grad requires real- or complex-valued inputs ... but got int32.` Write `3.0`, not `3`.
# - `TracerArrayConversionError: The numpy.ndarray conversion method __array__() was called on traced array` A
#   NumPy function got a tracer: use `jnp`.
# - `UnexpectedTracerError: Encountered an unexpected tracer.` Something was stored during the run: return it
#   instead.
# - No message at all: where a function is flat, its gradient is zero, and nothing moves. `jnp.round` has
#   gradient 0 everywhere. Where a slope is infinite you get `inf` or `nan`: the length of a vector, written
#   as the square root of a sum of squares, has gradient `nan` at the zero vector.
#
# </div>

# %% [markdown]
# Next: [One example in mind, a batch in hand](batching.py), which turns the loop over points above into one call.
