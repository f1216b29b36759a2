# %% [markdown]
# # Your own derivatives, and what gradients cost
#
# Sometimes the derivative of your code is not the one that you want, for example when the code rounds. This page shows
# how to replace a derivative, and what each kind costs.

# %% tags=["short"]
import jax
import jax.numpy as jnp


@jax.custom_vjp
def rint(x):
    return jnp.round(x)


rint.defvjp(lambda x: (jnp.round(x), 0), lambda _, u: (u,))
print(jax.grad(rint)(1.7))  # that of jnp.round is 0

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - choose between `jax.jvp` and `jax.vjp`, and say what a derivative costs;
# - read `stop_gradient` in a target, a straight-through estimator and a truncated loop;
# - differentiate a loop that stops by itself, and write and test a `custom_vjp`.
#
# You need: [`jax.grad`](gradients.py), and [jaxprs and the loops of `jax.lax`](compilation.py).
#
# </div>

# %% [markdown]
# ## Two directions: `jax.jvp` and `jax.vjp`
#
# Take a function $f$ from vectors of size $n$ to vectors of size $m$. At a point $x$ its derivative is a matrix, the
# Jacobian $J$ with $m$ rows and $n$ columns. JAX seldom builds this matrix, and instead has two functions that multiply
# by it.
#
# - `jax.jvp(f, (x,), (t,))` returns $f(x)$ and $J t$: how the output moves if the input moves along the **tangent** $t$.
#   This is *forward mode*, because tangents travel with the values, from the input to the output.
# - `jax.vjp(f, x)` returns $f(x)$ and a function, the *pullback*, that maps a **cotangent** $u$ to $u^\top J$, the
#   gradient of the sum of the outputs weighted by $u$. This is *reverse mode*: cotangents travel from the output back
#   to the input, so they often need what was computed on the way.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax.test_util import check_grads

# %%
weights = jax.random.normal(jax.random.key(0), (4, 3))  # (m, n)


def layer(x):  # (3,) -> (4,)
    return jnp.tanh(weights @ x)


x = jnp.array([0.1, -0.2, 0.3])
tangent = jnp.array([1.0, 0.0, 2.0])  # like x
cotangent = jnp.array([1.0, -1.0, 0.5, 0.0])  # like layer(x)
y, moved = jax.jvp(layer, (x,), (tangent,))
y, pullback = jax.vjp(layer, x)
(pulled,) = pullback(cotangent)  # one result for each argument
jacobian = jax.jacobian(layer)(x)
print(moved, jacobian @ tangent, sep="\n")
print(pulled, cotangent @ jacobian, sep="\n")

# %% tags=["hidden"]
np.testing.assert_allclose(moved, jacobian @ tangent, rtol=1e-3, atol=1e-4)
np.testing.assert_allclose(pulled, cotangent @ jacobian, rtol=1e-3, atol=1e-4)

# %% [markdown]
# The numbers agree in pairs. In a loss made from this layer, tangents and cotangents pass the same operations in
# opposite directions:

# %% tags=["plot", "cover"] alt="Values and tangents pass from x over layer to the loss; cotangents go back from 1 to the gradient."
# Caption: Forward mode carries tangents along with the values, reverse mode carries
# cotangents back.
from itertools import pairwise

from snippets.drawing import DATA, GRADIENT, array, arrow, canvas, note


def loss(x):
    return jnp.sum(layer(x) ** 2)


_kept = [leaf.shape for leaf in jax.tree.leaves(jax.vjp(loss, x)[1])]
_back = jax.grad(lambda y: jnp.sum(y**2))(y)
_moved = jax.jvp(loss, (x,), (tangent,))[1]
_x, _layer, _vjp = "x = jnp.array", "jnp.tanh(weights @ x)", "jax.vjp(layer, x)"
_jvp = f"jax.jvp(layer, (x,), (tangent,)) | {moved}"
_rows = (
    ("values", DATA, _layer, _x, x, y, loss(x)),
    ("tangents", GRADIENT, _jvp, "tangent = jnp.array", tangent, moved, _moved),
    ("cotangents", GRADIENT, _vjp, _vjp, jax.grad(loss)(x), _back, 1.0),
)
axes = canvas(18)
note(axes, 4.2, 1, "x", of=_x, family="monospace")
note(axes, 19, 1, "layer(x)", of=_layer, family="monospace")
note(axes, 33.7, 1, "loss(x)", family="monospace")
for _top, (_name, _color, _of, _first, *_vectors) in zip(
    (2.6, 7.8, 13), _rows, strict=True
):
    _parts = [
        array(axes, _left, _top, _vector, (), _color, 2.6, ".1f", _of_part)
        for _left, _vector, _of_part in zip(
            (0.3, 13.8, 32.4), _vectors, (_first, _of, _of), strict=True
        )
    ]
    for _start, _end in pairwise(_parts[:: -1 if _name == "cotangents" else 1]):
        arrow(axes, _start, _end, color=_color, of=_of)
    note(axes, 28.3, _top + 0.2, _name, of=_of, color=_color)
note(axes, 18, 17, f"kept for the way back: {_kept}", of=_vjp)
plt.show()

# %% [markdown]
# `jax.grad` is the pullback of a function with one number as output, called with the cotangent 1. Print its program
# beside that of the function itself:

# %%
print(jax.make_jaxpr(loss)(x))
print(jax.make_jaxpr(jax.grad(loss))(x))

# %% tags=["hidden"]
_program = str(jax.make_jaxpr(jax.grad(loss))(x))
assert _program.count("dot_general[") == 2
assert _program.index("tanh") < _program.rindex("dot_general[")
assert np.allclose(jax.vjp(loss, x)[1](1.0)[0], jax.grad(loss)(x))
assert sorted(_kept) == [(4,), (4,), (4, 3)]

# %% [markdown]
# The gradient begins like the function and then goes back. It multiplies by the derivative of the square, by that of
# `tanh`, which it computes from the stored value of `tanh`, and by the matrix from the other side. That makes two
# matrix products instead of one, so this backward pass costs about as much as the function itself. With respect to the
# weights, a dense layer has a third product, so for wide layers it costs up to twice as much.
#
# ## `stop_gradient`: count this value as a constant
#
# `jax.lax.stop_gradient(x)` returns `x`, and its derivative is zero. Three uses are common in research code.

# %% [markdown]
# **A target.** In reinforcement learning a value $v(s)$ should approach $r + \gamma v(s')$, the reward plus the value
# of the next state. One network computes both values, but only the first should move:


# %%
def values(params, states):  # (B, D) -> (B,)
    return states @ params


def td_loss(params, batch, hold):
    target = batch["reward"] + 0.9 * hold(values(params, batch["next"]))
    return jnp.mean((values(params, batch["state"]) - target) ** 2)


key_state, key_next = jax.random.split(jax.random.key(2))
batch = {
    "state": jax.random.normal(key_state, (64, 3)),
    "next": jax.random.normal(key_next, (64, 3)),
    "reward": jnp.ones(64),
}
params = jnp.array([0.5, -0.3, 0.2])
held = jax.grad(td_loss)(params, batch, jax.lax.stop_gradient)
free = jax.grad(td_loss)(params, batch, lambda value: value)
print(held, free, sep="\n")

# %% tags=["hidden"]
_losses = [td_loss(params, batch, f) for f in (jax.lax.stop_gradient, lambda v: v)]
assert np.isclose(*_losses)
assert not np.allclose(held, free, rtol=0.05)

# %% [markdown]
# The losses are equal, but the gradients are not. Without `stop_gradient` the network also lowers the loss by moving
# the target. That is not what the algorithm says, and the value of the loss does not show it.
#
# **A straight-through estimator.** The derivative of rounding is zero almost everywhere, so a gradient through it
# teaches nothing. Add the rounding as a constant:


# %%
def round_through(x):
    return x + jax.lax.stop_gradient(jnp.round(x) - x)


# %% [markdown]
# Which gradients will the two lines print?
#
# - [{{ jax.grad(round_through)(0.7) == jax.grad(jnp.round)(0.7) == 0 }}] 0 in both lines: the two values are the same.
# - [{{ jax.grad(round_through)(0.7) == jax.grad(jnp.round)(0.7) == 1 }}] 1 in both lines: rounding follows `x`.
# - [{{ jax.grad(round_through)(0.7) == 1 > jax.grad(jnp.round)(0.7) }}] 1 in the first line and 0 in the second.

# %% tags=["predict"]
points = jnp.array([0.2, 0.7, 1.6])
print(round_through(points), jax.grad(lambda x: round_through(x).sum())(points))
print(jnp.round(points), jax.grad(lambda x: jnp.round(x).sum())(points))

# %% [markdown]
# In the forward pass this gives the rounded value of a finite number, and in the backward pass it acts as the
# identity. Haiku's `hk.nets.VectorQuantizer` contains such a line.
#
# **Truncation.** In a recurrent network `stop_gradient` on the state cuts the gradient through time; [Recurrent
# networks](../networks/sequences.py#gradients-through-time-and-truncation) trains with it.
#
# ## Exercise: what does `stop_gradient` block?
#
# Here are eight functions of one number. Write down the derivative of each at `x = 3.0` before you run anything.

# %%
hold = jax.lax.stop_gradient
functions = {
    "A": lambda x: x * hold(x),
    "B": lambda x: hold(x * x),
    "C": lambda x: hold(x) ** 2 * x,
    "D": lambda x: (x - hold(x)) ** 2,
    "E": lambda x: jnp.exp(x - hold(x)),
    "F": lambda x: jnp.where(x > 2, hold(2 * x), x),
    "G": lambda x: x + hold(jnp.round(x / 2) - x),
    "H": lambda x: jax.grad(lambda z: z * z * hold(x))(x),
}

# %% [markdown]
# Define `derivatives`, a dictionary from each letter to a number.

# %% exercise="stopped-gradients" kind="predict" minutes="8"
# derivatives = {
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
derivatives = {
    "A": 3.0,
    "B": 0.0,
    "C": 9.0,
    "D": 0.0,
    "E": 1.0,
    "F": 0.0,
    "G": 1.0,
    "H": 6.0,
}
### END SOLUTION

# %% check="stopped-gradients"
from publishing.teaching.checking import predicted

_truth = {name: float(jax.grad(f)(3.0)) for name, f in functions.items()}
_reasons = {
    "A": "One of the two factors counts as the constant 3.",
    "B": "Everything that depends on x is inside hold.",
    "C": "The constant 9 multiplies x.",
    "D": "The difference is 0 here; what is the derivative of a square at 0?",
    "E": "The value is 1. What is the derivative of exp at 0, and that of x - hold(x)?",
    "F": "Which branch is taken at 3, and does it depend on x?",
    "G": "What is left of the sum if the part in hold is a constant?",
    "H": "The inner gradient is 2 x hold(x): which of the two factors does the outer one see?",
}
predicted(globals(), "derivatives", _truth, _reasons)
print("All eight agree with jax.grad.")

# %% [markdown]
# ## Count the operations
#
# You need not believe estimates: `cost_analysis` of a compiled function counts additions, multiplications and the like
# (on a CPU without `tanh`, and those in a loop once). Here the loss takes $n$ numbers and multiplies them by an
# $n \times n$ matrix:


# %%
def operations(f, *arguments):
    return jax.jit(f).lower(*arguments).compile().cost_analysis()["flops"]


def costs(n):
    """Operations of derivatives of a loss of n numbers, as multiples of the loss."""
    matrix = jax.random.normal(jax.random.key(1), (n, n))

    def f(x):
        return jnp.sum(jnp.tanh(matrix @ x) ** 2)

    x = t = jnp.ones(n)
    ways = {
        "jvp": lambda x: jax.jvp(f, (x,), (t,)),
        "grad": jax.grad(f),
        "jacfwd": jax.jacfwd(f),
        "Hessian times a vector": lambda x: hessian_times(f, x, t),
        "hessian": jax.hessian(f),
    }
    return {name: operations(way, x) / operations(f, x) for name, way in ways.items()}


def hessian_times(f, x, v):
    return jax.jvp(jax.grad(f), (x,), (v,))[1]


sizes = [8, 32, 128]
table = [costs(n) for n in sizes]
for name in table[0]:
    print(f"{name:24}", *(f"{row[name]:8.1f}" for row in table))

# %% [markdown]
# Each row is a way to differentiate, and each column stands for a size: {{ sizes[0] }}, {{ sizes[1] }} and
# {{ sizes[2] }} numbers. The gradient costs about {{ table[2]["grad"]:.1f}} times the loss at each size, and for the
# weights of many wide dense layers not quite three times, which is why a network with a million parameters can be
# trained. (Beware of `x[i]` in a Python loop: the gradient of each entry is an array like `x`, so with $n$ of them the
# factor grows like $n$.)
#
# `jax.jacfwd` gives the same {{ sizes[2] }} numbers by forward mode, one tangent for each input, and costs
# {{ table[2]["jacfwd"]:.0f}} times the loss. Forward mode is for the opposite case, few inputs and many outputs, and
# does not have to store intermediate values for a way back.
#
# The last two rows are second derivatives. `jax.hessian` computes all $n^2$ of them, but many methods only need the
# product of the Hessian with a vector. That is a `jvp` of the gradient, *forward over reverse*, and costs
# {{ table[2]["Hessian times a vector"]:.1f}} times the loss. Of all these costs, only those of `jacfwd` and `hessian`
# grow with the size:

# %% tags=["plot"] alt="The costs of grad, jvp and a Hessian times a vector stay flat; those of jacfwd and hessian rise with the size."
# Caption: The cost of `jacfwd` and `hessian` grows with the number of inputs, that of a
# product with a vector does not.
figure, axes = plt.subplots(figsize=(5.6, 4.2), layout="constrained")
for name in table[0]:
    axes.loglog(sizes, [row[name] for row in table], "o-", label=name)
axes.set(xlabel="numbers in x", ylabel="operations / those of the loss")
axes.minorticks_off()
axes.set_xticks(sizes, sizes)
axes.yaxis.set_major_formatter("{x:g}")
figure.legend(loc="outside lower center", ncols=3)
plt.show()

# %% tags=["hidden"]
assert table[2]["grad"] < 3
assert all(table[2][name] > 16 * table[2]["grad"] for name in ("jacfwd", "hessian"))

# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# A simulator maps 3 parameters to 10,000 measurements, and you want the whole Jacobian. `jax.jacfwd` or `jax.jacrev`?
#
# - [{{ operations(jax.jacfwd(measure), x) < operations(jax.jacrev(measure), x) }}] `jax.jacfwd`: 3 tangents are enough.
# - [{{ operations(jax.jacfwd(measure), x) > operations(jax.jacrev(measure), x) }}] `jax.jacrev`: 1 cotangent is enough.
# - [{{ operations(jax.jacfwd(measure), x) == operations(jax.jacrev(measure), x) }}] Either: it is one matrix, at one cost.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# `jax.jacfwd`. It needs one tangent for each of the 3 inputs; `jax.jacrev` would need one cotangent for each of the 10,000
# outputs. (`jax.jacobian` does the same as `jax.jacrev`.)
#
# </details>

# %% tags=["hidden"]
_tall = jax.random.normal(jax.random.key(1), (500, 3))


def measure(x):  # (3,) -> (500,)
    return jnp.tanh(_tall @ x)


# %% [markdown]
# ## Loops: which have a reverse mode
#
# Reverse mode usually stores values of each step for the way back, so for a loop of `jax.lax` it must know the number
# of steps beforehand.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Which of `cond`, `scan`, `fori_loop` and `while_loop` can `jax.grad` differentiate?
#
# - [{{ jax.grad(lambda x: jax.lax.fori_loop(0, 3, lambda i, x: 2 * x, x))(1.0) == 0 }}] `cond` and `scan`, but not
#   `fori_loop`.
# - [{{ jax.grad(lambda x: jax.lax.fori_loop(0, 3, lambda i, x: 2 * x, x))(1.0) == 8 }}] `cond`, `scan`, and `fori_loop`
#   with fixed bounds.
# - [{{ "while" not in str(jax.make_jaxpr(lambda n: jax.lax.fori_loop(0, n, lambda i, x: x, 1))(3)) }}] `cond`, `scan`, and
#   `fori_loop` with any bounds.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# `jax.grad` differentiates `cond`, `scan`, and a `fori_loop` whose bounds are Python integers. A `while_loop`, and a
# `fori_loop` with a traced bound, have forward mode only, as [the page on
# compilation](compilation.py#loops-laxscan-laxfori_loop-laxwhile_loop) found out.
#
# </details>
#
# A loop that stops by itself is often a solver, such as Newton's method for the square root of $a$:


# %%
def newton_sqrt(a):
    def far(root):
        return jnp.abs(root * root - a) > 1e-5 * a

    return jax.lax.while_loop(far, lambda root: (root + a / root) / 2, a)


print(newton_sqrt(9.0))

# %% raises="ValueError" match="Reverse-mode differentiation does not work for lax.while_loop"
jax.grad(newton_sqrt)(9.0)

# %% [markdown]
# There are three ways out. Forward mode, `jax.jvp` or `jax.jacfwd`, works if there are few inputs. A `scan` over the
# most steps that you allow has a reverse mode, but stores what the derivative of each step needs (with
# `jax.checkpoint` of its body, little but the carries). For a solver that converges the third way is better: do not
# differentiate the loop at all.

# %% [markdown]
# ### The derivative of a solution, not of the solver
#
# The result of a solver satisfies an equation, here $r^2 - a = 0$. If $a$ changes a little, $r$ has to change so that
# the equation still holds: $2 r \, \mathrm{d}r - \mathrm{d}a = 0$, hence $\mathrm{d}r/\mathrm{d}a = 1 / (2 r)$,
# however $r$ was found. This is the *implicit function theorem*, and Newton's method can teach it to JAX: hold the
# root as a constant, and let the derivative come from more steps, which hardly change the value. Is one step enough?


# %%
def sqrt_with_gradient(a, steps):
    root = newton_sqrt(jax.lax.stop_gradient(a))
    root = jax.lax.stop_gradient(root)
    for _ in range(steps):
        root = root - (root * root - a) / (2 * root)
    return root


slope = jax.grad(sqrt_with_gradient)
curvature = jax.grad(slope)
for steps in (1, 2):
    print(f"steps {steps}: {slope(9.0, steps):.5f} {curvature(9.0, steps):.5f}")
print(f"exact:  {1 / (2 * 3):.5f} {-1 / (4 * 3**3):.5f}")

# %% [markdown]
# One step gives the right gradient, but 0 for the second derivative, without a message: because `root` is a constant in
# this step, the step is right to first order only. A second step starts from the result of the first and, as Newton's
# steps do, doubles the number of terms that are right in the Taylor series, so with two steps the derivatives up to the
# third are exact.
#
# `jax.lax.custom_root` has no such limit. It takes the equation, a first guess, the solver, and a function that solves
# the linear equation for the change, which here is a division:


# %%
def sqrt_by_root(a):
    return jax.lax.custom_root(
        lambda root: root * root - a,  # 0 at the solution
        a,
        lambda equation, guess: newton_sqrt(a),
        lambda linear, y: y / linear(jnp.ones_like(y)),  # the x with linear(x) = y
    )


root_slope = jax.grad(sqrt_by_root)
print(f"{sqrt_by_root(9.0)} {root_slope(9.0):.5f} {jax.grad(root_slope)(9.0):.5f}")

# %% [markdown]
# Deep equilibrium models use the same idea, with a matrix in place of $2 r$.
#
# ## Exercise: an orbit that can be fitted
#
# Kepler's equation $E - e \sin E = M$ gives the position $E$ of a planet on its orbit of eccentricity $e$, from the time $M$
# in radians since it was closest to the sun. `kepler` solves it by Newton's method, and you want to fit $e$ and $M$
# to observations:


# %%
def kepler(mean, eccentricity):
    def far(carry):
        return jnp.abs(carry[1]) > 1e-5

    def newton(carry):
        angle, _ = carry
        error = angle - eccentricity * jnp.sin(angle) - mean
        step = error / (1 - eccentricity * jnp.cos(angle))
        return angle - step, step

    return jax.lax.while_loop(far, newton, (mean, jnp.ones_like(mean)))[0]


print(kepler(jnp.float32(1.0), 0.3))

# %% [markdown]
# `jax.grad(kepler)` fails with the error above. Define `orbit(mean, eccentricity)`: the same value, and by reverse mode
# the right first and second derivatives with respect to both arguments, so that `check_grads` with `order=2` and
# `modes=["rev"]` agrees. It works with `jax.jit` and without it, for every `mean` in $[-3, 3]$ and every `eccentricity`
# in $[0, 0.9]$, all of them single numbers. On a small example, with the differences that the gradient should agree
# with:

# %%
for mean, eccentricity in ((1.0, 0.3), (-2.0, 0.8)):
    up, down = (kepler(jnp.float32(mean), eccentricity + d) for d in (0.01, -0.01))
    print(f"by eccentricity: {float(up - down) / 0.02:.3f}")
    up, down = (kepler(jnp.float32(mean + d), eccentricity) for d in (0.01, -0.01))
    print(f"by mean:         {float(up - down) / 0.02:.3f}")


# %% exercise="fit-an-orbit" kind="repair" minutes="20"
def orbit(mean, eccentricity):
    ### BEGIN SOLUTION
    angle = kepler(*jax.lax.stop_gradient((mean, eccentricity)))
    angle = jax.lax.stop_gradient(angle)
    for _ in range(2):
        error = angle - eccentricity * jnp.sin(angle) - mean
        angle = angle - error / (1 - eccentricity * jnp.cos(angle))
    return angle
    ### END SOLUTION


# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Where to look: what equation does the result satisfy, whichever way it was found? Then: what is the derivative of each of
# its terms with respect to $E$, $e$ and $M$? `sqrt_with_gradient` and `sqrt_by_root` show two forms.
#
# </details>

# %% check="fit-an-orbit"
from publishing.teaching.checking import Check

_advice = {
    "Reverse-mode": "A while loop has no reverse mode; it may see constants only.",
    "racer": "Under jax.jit no number has a value: no float(), NumPy, `if` or `while`.",
    "": "It gets two numbers and returns one.",
}
_check = Check(
    globals(), "orbit", "The derivative of a solution, not of the solver", _advice
)


def with_derivatives(f):
    slopes = jax.grad(f, (0, 1))
    return lambda *at: (f(*at), slopes(*at), jax.jacrev(slopes, (0, 1))(*at))


def compiled_with_derivatives(f):
    return jax.jit(with_derivatives(f))


def at_each_place(f):
    def of_a_row(means, eccentricities):
        return jax.lax.map(lambda at: f(*at), (means, eccentricities))

    return jax.jit(lambda *places: jax.lax.map(lambda row: of_a_row(*row), places))


def _solution(mean, e):
    angle = np.pi * np.sign(mean)  # from here Newton's method converges
    for _ in range(100):
        angle -= (angle - e * np.sin(angle) - mean) / (1 - e * np.cos(angle))
    return angle, 1 - e * np.cos(angle)


_draw = np.random.default_rng(0)
_cases = [(1.0, 0.3), (-2.0, 0.8), (0.0, 0.9), (2.5, 0.0), (3.0, 0.9), (0.1, 0.9)]
_cases += [(_draw.uniform(-3, 3), _draw.uniform(0, 0.9)) for _ in range(8)]
for _case in _cases:
    _angle, _slope = _solution(*_case)
    _sin, _cos = np.sin(_angle), np.cos(_angle)
    _by_mean, _by_e = 1 / _slope, _sin / _slope
    _of_slope = _case[1] * _sin * _by_mean, _case[1] * _sin * _by_e - _cos
    _mixed = -_of_slope[1] / _slope**2
    _second = (
        (-_of_slope[0] / _slope**2, _mixed),
        (_mixed, _cos * _by_e / _slope - _sin * _of_slope[1] / _slope**2),
    )
    _given = jnp.float32(_case[0]), _case[1]
    _when = f"For mean {_case[0]:.3g} and eccentricity {_case[1]:.3g}, "
    _one_step = _cos / _slope**2
    _values = {
        "an angle below 0 stays below 0: nothing takes it into one turn.": _angle
        % (2 * np.pi),
        "is something divided by what may be 0?": np.nan,
        "": "Does it solve the equation of Kepler, for any sign of mean?",
    }
    _mistakes = {
        "nothing comes through to the arguments.": (0.0, 0.0),
        "only mean has a gradient.": (_by_mean, 0.0),
        "only eccentricity has a gradient.": (0.0, _by_e),
        "the equation is not solved for the change of the angle: what does it multiply?": (
            1.0,
            np.sin(_angle),
        ),
        "the gradient points the other way.": (-_by_mean, -_by_e),
        "": "What does the equation say of small changes of its three letters?",
    }
    _slips = {
        "they are all 0: to which order is your formula right?": ((0.0,) * 2,) * 2,
        "that is what one step of Newton's method gives, which is right to first order only.": (
            (0.0, _one_step),
            (_one_step, 2 * _sin * _one_step),
        ),
        "the angle is held as a constant, but changes with both arguments.": (
            (0.0, _one_step),
            (0.0, _sin * _one_step),
        ),
        "": "The gradient is right. Is your formula right to second order?",
    }
    _parts = (
        ("the value", _angle, _values),
        ("the gradient by both", (_by_mean, _by_e), _mistakes),
        ("the matrix of second derivatives", _second, _slips),
    )
    for _by in (with_derivatives, compiled_with_derivatives):
        _out = _check.call(*_given, by=_by, when=_when)
        for _yours, (_what, _right, _known) in zip(_out, _parts, strict=True):
            _check.agrees(_yours, _right, _known, _when, _what, rtol=3e-3, atol=3e-5)
_means, _eccentricities = np.meshgrid(np.linspace(-3, 3, 151), (0.3, 0.6, 0.8, 0.9))
_angles, _ = _solution(_means, _eccentricities)
_places = jnp.float32(_means), jnp.float32(_eccentricities)
_found = _check.call(*_places, by=at_each_place, when="On a grid of orbits, ")
_told = {"": "Does the solver arrive, from everywhere in the two ranges?"}
_check.agrees(_found, _angles, _told, "On a grid of orbits, ", rtol=1e-5, atol=3e-5)
print(
    f"Value, gradient and second derivatives agree at {len(_cases)} places of orbits."
)

# %% [markdown]
# ## Your own rule: `jax.custom_vjp` and `jax.custom_jvp`
#
# `stop_gradient` removes a derivative. To replace one, give a function its own rule. `jax.custom_vjp` takes two
# functions: the first computes the value and what the second will need, and the second maps the cotangent to one result
# for each argument. The rule need not be the true derivative. This one passes the cotangent on and prints it, so that
# you can see what arrives in the middle of a backward pass:


# %%
@jax.custom_vjp
def show_cotangent(x):
    return x


def show_forward(x):
    return x, None  # the value, and nothing to keep


def show_backward(kept, cotangent):
    jax.debug.print("cotangent {}", cotangent)
    return (cotangent,)  # a tuple, with one entry for each argument


show_cotangent.defvjp(show_forward, show_backward)
place = jnp.array([1.0, -2.0])
passed_on = jax.grad(lambda x: jnp.sum(show_cotangent(x) ** 2))(place)
print(passed_on)

# %% [markdown]
# For an integer argument the backward function may return `None`, and an argument that is not an array, such as a
# function, is named in `nondiff_argnums`.
#
# `jax.custom_jvp` takes the forward rule. If that is a formula linear in the tangent, such as a product with it, JAX
# derives the reverse mode. Use it where differentiating the formula as you wrote it would be unstable. For example,
# $\log(1 + e^x)$ has the derivative $1 / (1 + e^{-x})$, but at large $x$ the chain rule divides infinity by infinity:


# %%
def softplus(x):
    return jnp.log(1 + jnp.exp(x))


@jax.custom_jvp
def stable_softplus(x):
    return jnp.logaddexp(x, 0.0)


@stable_softplus.defjvp
def softplus_rule(primals, tangents):
    (x,), (t,) = primals, tangents
    return stable_softplus(x), t * jax.nn.sigmoid(x)


print(jax.grad(softplus)(100.0), jax.grad(stable_softplus)(100.0))

# %% tags=["hidden"]
assert np.isnan(jax.grad(softplus)(100.0))
assert jax.grad(stable_softplus)(100.0) == 1

# %% [markdown]
# If a rule that should be the true derivative returns wrong numbers, you get no error, so test each such rule with
# `check_grads`, which compares it with finite differences in both modes (for a `custom_vjp`, pass `modes=["rev"]`):

# %%
check_grads(stable_softplus, (0.7,), order=2)


# %% [markdown]
# ### One object for all rules: a hijax primitive
#
# Instead of the two decorators, JAX's documentation now recommends a *hijax primitive*: a class with a method for each
# rule. It is experimental, so names may change. `expand` is the function, `jvp` its forward rule, from which the last
# line of the class derives a reverse rule, and `batch` its rule for `vmap`:

# %%
from jax.experimental import hijax


class Softplus(hijax.HiPrim):
    def __init__(self, x):  # the type of the argument
        self.in_avals, self.out_aval, self.params = (x,), x, {}
        super().__init__()

    def expand(self, x):
        return jnp.logaddexp(x, 0.0)

    def jvp(self, primals, tangents):
        (x,), (t,) = primals, tangents
        return self(x), t * jax.nn.sigmoid(x)

    def batch(self, axis_data, args, dims):
        return softplus_primitive(*args), dims[0]

    vjp_fwd, vjp_bwd_retval = hijax.vjp_from_jvp


def softplus_primitive(x):
    return Softplus(jax.typeof(x))(x)


print(jax.make_jaxpr(softplus_primitive)(100.0))
print(jax.grad(softplus_primitive)(100.0), jax.jacfwd(softplus_primitive)(100.0))

# %% [markdown]
# In the jaxpr the primitive is one operation. `jit` and loops need no rule, but here a derivative or a `vmap` without
# its rule is refused. So without `batch` even `jax.jacfwd` and `jax.hessian` fail, because they contain a `vmap`.
#
# | function | rule | forward mode | reverse mode | use it for |
# |---|---|---|---|---|
# | `stop_gradient` | zero | yes | yes | targets, straight-through, truncation |
# | `custom_jvp` | $J t$ | yes | derived from the rule | stable formulas |
# | `custom_vjp` | $u^\top J$ | an error | yes | changed gradients, solvers, prints |
# | `custom_root` | an equation | yes | yes | solvers, to any order |
# | `hijax.HiPrim` | one for each | if it has `jvp` | derived, or its own | all of these, experimental |
#
# `jax.hessian` goes forward over reverse, so it accepts a `custom_vjp` whose two functions have a forward mode.
#
# ## Exercise: clip the gradient inside a network
#
# Clipping in the optimiser bounds the gradient of the whole loss. To bound the gradient that flows through one place,
# such as the state of a recurrent network at each step, the rule must be in the network. Define
# `clip_gradient(x, limit)`:
#
# - in the forward pass it returns `x`, an array of any shape, as it is;
# - in the backward pass it scales the cotangent of `x` so that its L2 norm over all entries is at most `limit`, a
#   positive number that may be traced. A cotangent within the limit passes unchanged, even if it is zero;
# - the gradient with respect to `limit` is zero.


# %%
def clipped_cotangent(cotangent, limit):
    """The specification, in NumPy."""
    norm = np.sqrt(np.sum(np.square(cotangent)))
    return cotangent * limit / norm if norm > limit else cotangent


print(clipped_cotangent(np.array([3.0, 4.0]), 1.0))


# %% exercise="clip-gradient" kind="build" minutes="15"
### BEGIN SOLUTION
@jax.custom_vjp
def clip_gradient(x, limit):
    return x


def clip_forward(x, limit):
    return x, limit


def clip_backward(limit, cotangent):
    norm = jnp.sqrt(jnp.sum(cotangent**2))
    scale = jnp.where(norm > limit, limit / jnp.where(norm > limit, norm, 1.0), 1.0)
    return cotangent * scale, jnp.zeros_like(limit)


clip_gradient.defvjp(clip_forward, clip_backward)
### END SOLUTION

# %% [markdown]
# <details>
# <summary>Hint</summary>
#
# Start from `show_cotangent`. The backward function needs `limit`, so the forward function keeps it; and it returns one
# result for each of the two arguments.
#
# </details>

# %% check="clip-gradient"
from publishing.teaching.checking import Check

_advice = {
    "container": "The backward function returns a tuple: one result for each argument.",
    "racer": "The rule runs while JAX traces: no `if` on an array, no float().",
    "unexpected JAX type": "The forward function should return x in its own shape.",
    "": "Which arguments does each of the two functions get, and what do they return?",
}
_check = Check(
    globals(),
    "clip_gradient",
    "Your own rule: `jax.custom_vjp` and `jax.custom_jvp`",
    _advice,
)


def pulled_back(clip):
    def of(x, limit, cotangent):
        value, pullback = jax.vjp(clip, x, limit)
        return value, *pullback(cotangent)

    return jax.jit(of)


def eagerly_pulled_back(clip):
    return lambda *given: pulled_back(clip).__wrapped__(*given)


def in_two_places(clip):
    def both(x):
        return clip(3 * clip(x, 2.0), 1.0)

    return lambda u: jax.vjp(both, u)[1](u)[0]


_draw = np.random.default_rng(0)
for _shape, _size, _limit in (
    ((2,), 5.0, 1.0),
    ((2,), 0.1, 1.0),
    ((3, 4), 100.0, 2.5),
    ((3, 4), 0.0, 0.5),
    ((), 7.0, 0.1),
    ((5,), 1e-7, 1e-8),
    ((2, 1, 3, 1, 2), 1e4, 30.0),
):
    _x, _raw = (_draw.normal(size=_shape) + 0.5 for _ in range(2))
    _x, _u = np.float32(99 * _x), np.float32(_size * _raw / np.linalg.norm(_raw))
    _given = jnp.asarray(_x), jnp.float32(_limit), jnp.asarray(_u)
    _told = {
        "": "Forwards it should return x as it is.",
        "that is limit, not x.": _limit,
    }
    _check.agrees(_check.call(*_given[:2]), _x, _told, rtol=0)
    _told = "is made larger" if _size else "becomes nan"
    _norms = {
        "the gradient is not clipped.": _limit,
        f"a gradient within the limit {_told}.": _size or np.nan,
        "a norm takes the sum of the squares, not their mean.": max(
            _limit, _size / np.sqrt(_u.size)
        ),
        "that is limited by the largest entry, not by the norm.": max(
            _limit, np.abs(_u).max()
        ),
        "its norm becomes 1, not limit.": max(_limit, _limit * _size),
    }
    _slips = {told: _u * np.float32(_limit / norm) for told, norm in _norms.items()}
    _told = "each entry is clipped by itself: what is limited is the norm."
    _slips[_told] = np.clip(_u, -_limit, _limit)
    _parts = (
        ("the value", _x, {"": "The forward function should return x as it is."}),
        ("the gradient by x", clipped_cotangent(_u, _limit), _slips),
        ("the gradient by limit", np.float32(0), {"": "It should be zero."}),
    )
    _when = f"For a cotangent of norm {_size:g} and the limit {_limit:g}, "
    for _by in (pulled_back, eagerly_pulled_back):
        _out = _check.call(*_given, by=_by, when=_when)
        for _yours, (_what, _right, _known) in zip(_out, _parts, strict=True):
            _check.agrees(_yours, _right, _known, _when, _what, rtol=1e-4, atol=0)
_u = jnp.array([3.0, 4.0])
_told = {"": "Where two calls are in one function, each should keep its own limit."}
_check.agrees(_check.call(_u, by=in_two_places), 0.4 * _u, _told, "Called twice, ")
print("Value and both cotangents agree with the specification, compiled and not.")

# %% [markdown]
# ## What can go wrong
#
# - `ValueError: Reverse-mode differentiation does not work for lax.while_loop or lax.fori_loop with dynamic start/stop
#   values.` Use forward mode, a `scan`, or the derivative of the solution.
# - `TypeError: can't apply forward-mode autodiff (jvp) to a custom_vjp function.` `jax.jvp` and `jax.jacfwd` need a
#   forward rule: write a `custom_jvp`, or use `jax.jacrev`.
# - `TypeError: Custom VJP bwd rule must produce an output with the same container (pytree) structure as the args tuple
#   of the primal function` The backward function must return a tuple, with one entry for each argument outside
#   `nondiff_argnums`, of its structure.
# - No message, and a second derivative is wrong, or 0: look for a rule or a step of Newton's method that is right to
#   first order only, and test it with `check_grads` and `order=2`.
# - No message, and a part of the network does not learn: look first for a `stop_gradient`, a rounding or an `argmax` on
#   the way, and print the cotangent.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).


# %% [markdown]
# ## What you learned
#
# - `jax.jvp` multiplies by the Jacobian from the input's side and `jax.vjp` from the output's. For wide dense layers, a
#   gradient costs a small multiple of the loss by reverse mode, and one that grows with the inputs by forward mode.
# - A Hessian times a vector is a `jvp` of a gradient, so you need not build the Hessian.
# - `stop_gradient` makes a value a constant: in targets, in straight-through estimators, in truncated loops.
# - `while_loop` has no reverse mode. The derivative of a solution follows from the equation that it solves: by two steps
#   of Newton's method for second derivatives, by `custom_root` for all.
# - `custom_vjp` changes a gradient, `custom_jvp` stabilises one, a hijax primitive is one class for all rules, and
#   `check_grads` tests a rule that should be true.
#
# Next: [`hk.transform`: from module to pure function](../haiku/transform.py), where Haiku does the bookkeeping.
