# %% [markdown]
# # Precision: `float64`, `bfloat16` and `hk.mixed_precision`
#
# JAX computes in `float32` by default, which is too coarse for some computations and more than many networks need. Here
# is how to go up and down.

# %% tags=["short"]
import haiku as hk
import jax
import jmp

mixed = jmp.get_policy("params=float32,compute=bfloat16")
net = hk.transform(lambda x: hk.Linear(2)(x))
x, key = jax.numpy.ones((1, 3)), jax.random.key(0)
with hk.mixed_precision.push_policy(hk.Linear, mixed):
    params = net.init(key, x)
    y = net.apply(params, key, x)
print(params["linear"]["w"].dtype, "->", y.dtype)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - see when `float32` is too coarse, and compute in `float64` where it helps;
# - run a Haiku network in `bfloat16` or `float16`, and keep in `float32` what must stay there;
# - measure what a precision costs in time and memory, and record a profile.
#
# You need: [`hk.transform`](../haiku/transform.py), a [compiled step](../haiku/compiled_training.py), and
# [BatchNorm](../haiku/state.py).
#
# </div>
#
# ## Four formats: digits and range
#
# A floating-point number is a sign, an exponent and a fraction. The bits of the fraction decide how many digits a
# number has, and the bits of the exponent how large and how small it can be.

# %%
import collections
import contextlib
import gzip
import json
import pathlib
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor

import haiku as hk
import jax
import jax.numpy as jnp
import jmp
import matplotlib.pyplot as plt
import numpy as np
import optax
from jax.flatten_util import ravel_pytree

from snippets.data import spiral_data
from snippets.timing import benchmark

key = jax.random.key(0)

# %% tags=["plot", "cover"] alt="The bits of 0.1 in four formats: a sign, then 11, 8, 8 or 5 bits of exponent, then a fraction."
# Caption: Bits of the exponent buy range, bits of the fraction buy digits; the two
# 16-bit formats choose differently.
from snippets.drawing import canvas, note

axes = canvas(20)
PARTS = {"sign": "C5", "exponent": "C4", "fraction": "C0"}
for line, name in enumerate(["float64", "float32", "bfloat16", "float16"]):
    info, tenth = jnp.finfo(name), np.asarray(0.1, jnp.dtype(name))
    bits = np.unpackbits(tenth[None].view(np.uint8)[::-1])  # the highest first
    colors = np.repeat(list(PARTS.values()), (1, info.nexp, info.nmant))
    for place, (bit, color) in enumerate(zip(bits, colors, strict=True)):
        spot = 0.5 + 0.547 * place, 4 + 4.3 * line
        for alpha, edge in ((0.1 + 0.6 * bit, "none"), (1, color)):
            cell = plt.Rectangle(spot, 0.547, 1.6, fc=color, ec=edge, lw=0.5)
            cell.set(alpha=alpha, fill=edge == "none")
            axes.add_patch(cell)
    text = f"{name}: {tenth.astype(float):.17g}"
    note(axes, 0.5, 3.1 + 4.3 * line, text, "left", family="monospace")
for left, (part, color) in zip((0.5, 6, 15), PARTS.items(), strict=True):
    note(axes, left, 0.9, part, "left", color=color)
plt.show()

# %% [markdown]
# `jnp.finfo` lists both:

# %%
FORMATS = ["float64", "float32", "float16", "bfloat16"]
print("            exponent  fraction      eps  smallest   largest")
for name in FORMATS:
    info = jnp.finfo(name)
    print(
        f"{name:10} {info.nexp:4} bits {info.nmant:4} bits {float(info.eps):8.1e}"
        f" {float(info.tiny):9.1e} {float(info.max):9.1e}"
    )

# %% [markdown]
# `eps`, the *machine epsilon*, is the distance from 1 to the next number. It doubles at 2, at 4 and at 8, so that
# relative to the size it stays between `eps` and half of that. A sum or product of two numbers is rounded to the
# nearest one, so its error is at most half the distance. `smallest` is the smallest number with all its digits. Smaller
# ones *underflow*: they lose digits, or are flushed to zero. Numbers that round past `largest` *overflow* to `inf`.

# %% tags=["plot"] alt="Four lines, relative distance against size: bfloat16 is highest and wide, float16 narrow, float64 lowest."
# Caption: `bfloat16` has the range of `float32` and fewer digits; `float16` has more
# digits and underflows early.
fig, ax = plt.subplots()
for color, name in zip(["C2", "C0", "C1", "C3"], FORMATS, strict=True):
    info = jnp.finfo(name)
    ends = np.maximum(float(info.tiny), 1e-45), np.minimum(float(info.max), 1e45)
    eps = float(info.eps)
    ax.plot(ends, [eps, eps], color=color, lw=3)
    height = eps / 14 if name == "float16" else 2.5 * eps
    ax.text(np.prod(np.sqrt(ends)), height, name, color=color, ha="center")
ax.set(xscale="log", yscale="log", ylim=(1e-17, 1), xlabel="size of the number")
ax.set(ylabel="distance to the next,\nrelative to the size")
ax.set_title("Lower: more digits. Wider: more range.")
ax.set_xticks([1e-40, 1e-20, 1, 1e20, 1e40])
for axis in (ax.xaxis, ax.yaxis):
    axis.set_major_formatter("{x:g}")
plt.show()

# %% [markdown]
# `float16` has three digits but a narrow range, `bfloat16` has two digits but the range of `float32`. That is why
# training in `float16` often needs [loss scaling](#loss-scaling-for-float16), and training in `bfloat16` rarely does.
#
# ## Which dtype wins: promotion
#
# When two of these dtypes meet in a sum, JAX promotes both to one that covers both ranges. Each entry is the dtype of
# row plus column:

# %%
VALUES = {
    "bfloat16": jnp.ones((), "bfloat16"),
    "float16": jnp.ones((), "float16"),
    "float32": jnp.ones((), "float32"),
    "int32": jnp.ones((), "int32"),
    "1.0": 1.0,
    "np.float32(1)": np.float32(1),
}
columns = ["bfloat16", "float16", "float32"]
print(" " * 14 + "".join(f"{name:10}" for name in columns))
for name, value in VALUES.items():
    row = [(value + VALUES[column]).dtype.name for column in columns]
    print(f"{name:14}" + "".join(f"{dtype:10}" for dtype in row))

# %% [markdown]
# In sums and products, Python's integers and floats leave 16 bits alone, and so do arrays of integers, even if a
# `float16` cannot hold them: 70,000 plus a `float16` is `inf`. One `float32` array, or one NumPy number such as
# `np.sqrt(2)`, turns them into `float32` without an error (convolutions and `jax.lax.add` refuse), and the gain from 16
# bits is lost. Strict promotion finds the place, and it refuses an integer array plus a float as well:

# %% raises="TypePromotionError" match="no available implicit dtype promotion path"
with jax.numpy_dtype_promotion("strict"):
    VALUES["bfloat16"] + VALUES["float32"]

# %% [markdown]
# ## Exercise: what do 16 bits keep?
#
# Three sets of expressions. In the first, a small number is added to a large one; in the second, two numbers are
# multiplied; in the third, dtypes meet:

# %%
sums = {
    "a": ("float32", 1e9, 30.0),
    "b": ("bfloat16", 100.0, 0.3),
    "c": ("bfloat16", 300.0, 0.9),
    "d": ("float16", 300.0, 0.9),
}
products = {
    "e": ("float16", 300.0, 300.0),
    "f": ("bfloat16", 300.0, 300.0),
    "g": ("float16", 1e-4, 1e-4),
    "h": ("bfloat16", 1e-4, 1e-4),
}
w = jnp.ones(3, "bfloat16")
mixtures = {
    "i": lambda: 0.5 * w,
    "j": lambda: np.sqrt(0.5) * w,
    "k": lambda: jnp.arange(3) * w,
    "l": lambda: w + jnp.ones(3, "float16"),
    "m": lambda: w - jnp.mean(w, dtype="float32"),
    "n": lambda: jnp.where(w > 0.5, w, 0.0),
}

# %% [markdown]
# Without running them, predict in one dictionary
#
# - `"differs"`: whether the sum is another number than the large one of the two, `True` or `False`;
# - `"in_range"`: whether the product is neither 0 nor infinite;
# - `"dtype"`: the name of the dtype, such as `"float32"`, with 64 bits not enabled.
#
# <details>
# <summary>Hint</summary>
#
# For a sum you need the distance between neighbours at the size of the large number: `eps` times the largest power of 2
# that is not larger. Both `eps` and the ends of the range are in the first table of this page. The distance between the
# numbers below `smallest` is `eps` times `smallest`.
#
# </details>

# %% exercise="what-16-bits-keep" kind="predict" minutes="10"
# kept = {
#     "differs": {
#         "a": ...,
#         "b": ...,
#         "c": ...,
#         "d": ...,
#     },
#     "in_range": {
#         "e": ...,
#         "f": ...,
#         "g": ...,
#         "h": ...,
#     },
#     "dtype": {
#         "i": ...,
#         "j": ...,
#         "k": ...,
#         "l": ...,
#         "m": ...,
#         "n": ...,
#     },
# }
### BEGIN SOLUTION
kept = {
    "differs": {"a": False, "b": True, "c": False, "d": True},
    "in_range": {"e": False, "f": True, "g": False, "h": True},
    "dtype": {
        "i": "bfloat16",
        "j": "float32",
        "k": "bfloat16",
        "l": "float32",
        "m": "float32",
        "n": "bfloat16",
    },
}
### END SOLUTION

# %% check="what-16-bits-keep"
from publishing.teaching.checking import predicted


def _pair(dtype, *numbers):
    return [jnp.asarray(number, dtype) for number in numbers]


_truth = {"differs": {}, "in_range": {}}
for _name, _given in sums.items():
    _large, _small = _pair(*_given)
    _truth["differs"][_name] = bool(_large + _small != _large)
for _name, _given in products.items():
    _left, _right = _pair(*_given)
    _truth["in_range"][_name] = bool(0 < _left * _right < jnp.inf)
_truth["dtype"] = {name: f().dtype.name for name, f in mixtures.items()}
_reasons = {
    "a": "Between 2**29 and 2**30 the neighbours of a float32 are 64 apart, and 30 is less than half of that.",
    "b": "Between 64 and 128 the neighbours of a bfloat16 are 0.5 apart, and 0.3 is more than half of that.",
    "c": "Between 256 and 512 the neighbours of a bfloat16 are 2 apart, and 0.9 is less than half of that.",
    "d": "float16 has three more bits of fraction than bfloat16: at 300 its neighbours are 0.25 apart.",
    "e": "The largest float16 is 65504, and 300 * 300 is more.",
    "f": "bfloat16 has the range of float32. It rounds 90,000, and keeps its size.",
    "g": "The smallest float16 with all digits is 6e-5, the smallest of all 6e-8, and the product is 1e-8.",
    "h": "bfloat16 has the range of float32, which goes down to 1e-38.",
    "i": "0.5 is a Python number, so it gives way to an array of its kind.",
    "j": "np.sqrt(0.5) is a NumPy number. Of its 64 bits 32 are left where 64 are not enabled, and it does not give way.",
    "k": "Beside a float array, an integer array gives way.",
    "l": "Neither of the two holds the range and the digits of the other, so both are promoted.",
    "m": "The mean is an array of float32, and an array without axes does not give way either.",
    "n": "The 0.0 is a Python number: jnp.where promotes as + does.",
}
_reasons = {(kind, name): _reasons[name] for kind in _truth for name in _truth[kind]}
predicted(globals(), "kept", _truth, _reasons)
print("Right: all fourteen agree with what JAX computes.")

# %% [markdown]
# ## `float64` becomes `float32` unless you enable it
#
# [NumPy computes in `float64`, JAX does not](../jax/gradients.py#float32-by-default-float64-on-request): a `float64` array
# that reaches JAX is converted silently. If you ask for the dtype by name, as in `jnp.ones(2, dtype="float64")`, a
# `UserWarning` says that it "will be truncated to dtype float32", and it is.

# %%
print(np.ones(2).dtype, jnp.asarray(np.ones(2)).dtype)

# %% [markdown]
# `jax.config.update("jax_enable_x64", True)` at the top of a program, or the environment variable `JAX_ENABLE_X64=1`,
# allows 64 bits everywhere. `with jax.enable_x64(True):` allows them in a block. Both change more than arrays of floats:

# %%
x = jnp.ones((2, 3))  # made outside: float32
linear = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
EXPRESSIONS = {
    "jnp.ones(2)": lambda: jnp.ones(2),
    "jnp.arange(2)": lambda: jnp.arange(2),
    "jax.random.normal(key)": lambda: jax.random.normal(key),
    "x + 1.0": lambda: x + 1.0,
    "x * np.sqrt(2.0)": lambda: x * np.sqrt(2.0),
    "x + np.ones((1, 3))": lambda: x + np.ones((1, 3)),
    "jnp.arange(2) * 1.5": lambda: jnp.arange(2) * 1.5,
    "linear.init(key, x)": lambda: linear.init(key, x)["linear"]["w"],
}


def dtypes():  # without computing anything
    return {text: jax.eval_shape(f).dtype.name for text, f in EXPRESSIONS.items()}


off = dtypes()
with jax.enable_x64(True):
    on = dtypes()
for text in EXPRESSIONS:
    print(
        f"{text:24} {off[text]:9} {on[text]:9} {'' if off[text] == on[text] else '<'}"
    )

# %% [markdown]
# New arrays of the default dtype have 64 bits, integers too, and `normal`, `uniform` and `randint` draw other numbers
# from a key, because they use more of its random bits.
#
# <details>
# <summary>Why some stay, and one constant changes much</summary>
#
# A Python number is [weakly typed](../jax/compilation.py#when-jit-traces-again) and gives way to an array of its kind,
# so `x + 1.0` stays `float32`. With an array of integers, a Python float makes a float. `np.sqrt(2.0)` is a NumPy
# number of type `float64` and does not give way: one such constant turns sums and products with it into `float64`. The
# parameters of `hk.Linear`, of convolutions and of norms take the dtype of the example at `init`, here `float32`;
# `hk.Embed` and `hk.get_parameter` make `float32` unless you name a dtype.
#
# </details>

# %%
print("normal(key), float32:", jax.random.normal(key))
with jax.enable_x64(True):
    print("normal(key), float64:", jax.random.normal(key))

# %% [markdown]
# ### Where it does not help
#
# Enabling 64 bits does not bring back digits that were rounded away before, and its effect ends with the block:

# %%
early = jnp.asarray(0.1)  # float32
with jax.enable_x64(True):
    print("0.1 from before:", early.astype("float64"))
    print("0.1 from inside:", jnp.asarray(0.1))
    late = jnp.ones(2)
print("late:", late.dtype, "  late * late:", (late * late).dtype)

# %% [markdown]
# Outside of the block, `late * late` stays `float64`, and `late + 1` warns and is `float32`, so convert before you
# leave. A compiled function is traced separately inside and outside.
#
# The arithmetic of 32-bit integers wraps around silently. (Beside such an array, Python's `2**31` raises
# `OverflowError`.)

# %%
print(jnp.int32(2**31 - 1) + 1)
with jax.enable_x64(True):
    print(jnp.asarray(2**31 - 1) + 1)

# %% [markdown]
# ## Where `float32` runs out of digits
#
# **Large plus small.** From $2^{24}$ on, neighbours are at least 2 apart. What is $2^{24} + 1$?
#
# - [{{ float(jnp.float32(2**24) + 1) == 2**24 }}] 16777216, the same number
# - [{{ float(jnp.float32(2**24) + 1) == 2**24 + 1 }}] 16777217, the exact sum
# - [{{ float(jnp.float32(2**24) + 1) == 2**24 + 2 }}] 16777218, the next number

# %% tags=["predict"]
print(f"{jnp.float32(2**24) + 1:.0f}", f"{jnp.float32(2**24) + 2:.0f}")

# %% [markdown]
# **Sums of many.** A running total grows while the terms stay small, and each addition rounds to the digits of the
# total. `jnp.sum` adds in partial sums instead, and in `float32` even for floats of 16 bits (`.at[...].add` and
# `segment_sum` do not):


# %%
def running_total(value, times):
    return jax.lax.fori_loop(0, times, lambda _, total: total + value, 0 * value)


print("0.1, 100,000 times:", running_total(jnp.float32(0.1), 100_000))
print("jnp.sum of these:  ", jnp.sum(jnp.full(100_000, 0.1)))
for name in ["float32", "float16", "bfloat16"]:
    one = jnp.ones((), name)
    print(
        f"1, 3,000 times, {name}: {float(running_total(one, 3000)):.0f}",
        f" jnp.sum: {float(jnp.sum(jnp.full(3000, one))):.0f}",
    )

# %% [markdown]
# A total of ones stops at 256 in `bfloat16` and at 2048 in `float16`, so keep totals, such as the loss of an epoch or a
# moving average, in `float32`.
#
# <details>
# <summary>Why 3008?</summary>
#
# 3000 is not a `bfloat16`, so the sum is rounded at its end. `jnp.sum(..., dtype="float32")` keeps the digits.
#
# </details>
#
# **Differences of large numbers.** On paper the variance is the mean of the squares minus the square of the mean. If the
# mean is far from zero, both are large, and their digits cancel:

# %%
noise = jax.random.normal(key, (10_000,))
for mean in [0, 100, 10_000]:
    v = mean + noise
    print(f"mean {mean:6}: {jnp.mean(v**2) - jnp.mean(v) ** 2:8.3f} {jnp.var(v):6.3f}")

# %% [markdown]
# `jnp.var`, in the second column, subtracts the mean first.
#
# **Finite differences** subtract two numbers that are nearly equal. A smaller step makes the error of the formula
# smaller, but the rounding error larger. Here is the error of $(\sin(1 + h) - \sin(1 - h)) / 2h$ as a derivative:


# %%
def difference_error(h):
    one = jnp.ones_like(h)
    slope = (jnp.sin(one + h) - jnp.sin(one - h)) / (2 * h)
    return float(abs(slope - jnp.cos(one)))


steps = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]
coarse = [difference_error(jnp.float32(h)) for h in steps]
with jax.enable_x64(True):
    fine = [difference_error(jnp.float64(h)) for h in steps]
for h, error, finer in zip(steps, coarse, fine, strict=True):
    print(f"h = {h:.0e}   float32 {error:.0e}   float64 {finer:.0e}")

# %% [markdown]
# The best that `float32` reaches is {{ min(coarse):.0e }}, with $h$ near the cube root of `eps`; `float64` reaches
# {{ min(fine):.0e }}. So enable 64 bits to [check a gradient](testing.py), or to solve an ill-conditioned system.
#
# ## Matrix products: `jax.default_matmul_precision` and TF32
#
# Even if everything is `float32`, the hardware may round the factors of a matrix product, because its fast units take
# fewer digits. `jax.default_matmul_precision` says how much of that you allow. Compare with a product in `float64`:

# %%
a, b = jax.random.normal(key, (2, 256, 256))
exact = np.float64(a) @ np.float64(b)
print("on a", jax.default_backend())
for name in ["default", "bfloat16", "tensorfloat32", "highest"]:
    with jax.default_matmul_precision(name):
        print(f"{name:14} largest error {np.abs(a @ b - exact).max():.1e}")


# %% [markdown]
# A CPU ignores these four names. (Those in `jax.lax.DotAlgorithmPreset` it obeys, ignores or refuses.) An NVIDIA
# GPU since the Ampere generation may read `default` as TF32: it rounds the factors to 10 bits of fraction, multiplies, and
# adds up in `float32`. A TPU rounds them to `bfloat16`. On both, `highest` asks for `float32`. The same holds for
# convolutions. You can imitate the effect of this rounding on any machine:


# %%
def rounded(x, fraction):
    return jax.lax.reduce_precision(x, exponent_bits=8, mantissa_bits=fraction)


errors = {}
with jax.default_matmul_precision("highest"):
    for name, fraction in {"float32": 23, "TF32": 10, "bfloat16": 7}.items():
        product = rounded(a, fraction) @ rounded(b, fraction)
        errors[name] = np.abs(product - exact).max()
        print(f"factors in {name:9} largest error {errors[name]:.1e}")

# %% [markdown]
# The entries are around 16, so TF32 keeps about three digits. That is enough to train most networks, but too little for
# a comparison with a tight tolerance. If a test passes on a CPU and fails on a GPU, first try it under
# `with jax.default_matmul_precision("highest"):`.
#
# ## Mixed precision: `hk.mixed_precision` and jmp
#
# *Mixed precision* keeps the parameters in `float32`, and computes with copies of 16 bits. A *policy* of
# [jmp](https://github.com/google-deepmind/jmp) names three dtypes, and `hk.mixed_precision` applies it to all modules
# of a class, though not of its subclasses: inputs and parameters are cast to `compute`, outputs to `output`, and new
# parameters, even integers, are made as `params`. Of inputs and outputs only floats are cast:

# %%
mixed = jmp.get_policy("params=float32,compute=bfloat16,output=float32")
batch = {"image": jnp.ones(2), "token": jnp.arange(2)}
print(mixed)
print(jax.tree.map(lambda leaf: leaf.dtype.name, mixed.cast_to_compute(batch)))

# %% [markdown]
# `trace_dtypes` notes which dtype comes into each module of this network and which one leaves it:


# %%
class Net(hk.Module):
    def __call__(self, x):
        x = hk.LayerNorm(-1, create_scale=True, create_offset=True)(hk.Linear(16)(x))
        x = hk.BatchNorm(True, True, 0.9)(hk.Linear(16)(x), is_training=True)
        return hk.Linear(1)(x)


x = jax.random.normal(key, (8, 4))  # (B, D)
SHORT = {"float64": "f64", "float32": "f32", "float16": "f16", "bfloat16": "bf16"}
SHORT["int32"] = ""  # a counter


def name_of(tree):
    return "".join(sorted({SHORT[leaf.dtype.name] for leaf in jax.tree.leaves(tree)}))


def trace_dtypes(policies):
    net = hk.transform_with_state(lambda x: Net()(x))  # new, or JAX takes an old trace
    found = {}

    def note(method, args, kwargs, context):
        out = method(*args, **kwargs)
        if context.method_name == "__call__" and "~" not in context.module.module_name:
            found[context.module.name] = f"{name_of(args[0])} → {name_of(out)}"
        return out

    def loss_fn(params, state, x):
        return net.apply(params, state, None, x)[0].sum()

    with contextlib.ExitStack() as stack:
        for module, policy in policies.items():
            stack.enter_context(hk.mixed_precision.push_policy(module, policy))
        params, state = jax.eval_shape(net.init, key, x)
        with hk.intercept_methods(note):
            out, _ = jax.eval_shape(net.apply, params, state, None, x)
        grads = jax.eval_shape(jax.grad(loss_fn), params, state, x)
    trees = {"params": params, "state": state, "gradients": grads, "output": out}
    return found | {title: name_of(tree) for title, tree in trees.items()}


# %%
full = jmp.get_policy("float32")
norms = jmp.get_policy("params=float32,compute=float32,output=bfloat16")
runs = {
    "no policy": trace_dtypes({}),
    "Net": trace_dtypes({Net: mixed}),
    "norms full": trace_dtypes({Net: mixed, hk.LayerNorm: full, hk.BatchNorm: full}),
    "norms": trace_dtypes({Net: mixed, hk.LayerNorm: norms, hk.BatchNorm: norms}),
}
print(" " * 12 + "".join(f"{title:16}" for title in runs))
for row in runs["no policy"]:
    print(f"{row:12}" + "".join(f"{run[row]:16}" for run in runs.values()))

# %% [markdown]
# - **Net.** The parameters of all modules inside `Net` follow its policy; inputs and outputs are cast at `Net` itself.
#   (In other methods of `Net`, too: a helper that it calls returns `float32`.) Parameters and gradients are `float32`,
#   since the cast belongs to what is differentiated.
# - The state of BatchNorm, its averages, became `bfloat16`, and BatchNorm computed in that dtype, too. The next section
#   shows the harm.
# - **norms full.** A class with a policy of its own follows that one. But now the norms return `float32`, and each
#   `hk.Linear` after a norm silently computes in `float32`, by the promotion rules.
# - **norms.** This is what you want: norms compute in `float32`, and return `bfloat16`.
#
# Code outside all modules has no policy, so make the network one module.
#
# What the gradient of one block of [the transformer](../networks/transformer.py) keeps:

# %%
from snippets.transformer import Config, Transformer

one_block = Config(blocks=1)
reader = hk.without_apply_rng(hk.transform(lambda t: Transformer(one_block)(t)[0]))
tokens = jax.random.randint(key, (64, 8), 0, 10)
weights = jax.jit(reader.init)(key, tokens)
policies = {"no policy": [], "Transformer": [(Transformer, mixed)]}
policies["norms full"] = [(Transformer, mixed), (hk.LayerNorm, full)]
policies["norms"] = [(Transformer, mixed), (hk.LayerNorm, norms)]
logits_by, kept_by = {}, {}
for name, pairs in policies.items():
    with contextlib.ExitStack() as stack:
        for pair in pairs:
            stack.enter_context(hk.mixed_precision.push_policy(*pair))
        read = jax.jit(lambda w: jax.vjp(lambda w: reader.apply(w, tokens), w))
        logits_by[name], pullback = read(weights)
    kept_by[name] = sum(leaf.nbytes for leaf in jax.tree.leaves(pullback)) / 2**20
    gap = jnp.abs(logits_by[name] - logits_by["no policy"]).max()
    print(f"{name:11} {kept_by[name]:.1f} MiB, logits differ by {gap:.3f}")

# %% tags=["hidden"]
assert kept_by["Transformer"] < kept_by["norms"] < 0.7 * kept_by["no policy"]
assert kept_by["norms full"] > 0.9 * kept_by["no policy"]

# %% [markdown]
# Norms that return `float32` cost what the policy had saved.
#
# ### Norms stay in `float32`
#
# `hk.BatchNorm` computes the variance as the mean of the squares minus the square of the mean, which you
# [met above](#where-float32-runs-out-of-digits). In `bfloat16` the digits are already lost for a mean of 10. After a
# norm, the outputs should have a standard deviation of 1:

# %%
batch_norm = hk.transform_with_state(lambda x: hk.BatchNorm(False, False, 0.9)(x, True))
norm_layer = hk.transform_with_state(lambda x: hk.LayerNorm(-1, False, False)(x))
deviations = {}
for mean in [0, 10, 100]:
    features = mean + jax.random.normal(key, (256, 64))  # (B, D)
    for policy in [full, mixed]:
        with contextlib.ExitStack() as stack:
            for module in [hk.BatchNorm, hk.LayerNorm]:
                stack.enter_context(hk.mixed_precision.push_policy(module, policy))
            outs = [
                norm.apply(*norm.init(key, inputs), None, inputs)[0]
                for norm, inputs in [(batch_norm, features), (norm_layer, features.T)]
            ]
        deviations[mean, policy] = [float(out.std()) for out in outs]
        batch_std, layer_std = deviations[mean, policy]
        kind = policy.compute_dtype.__name__
        print(
            f"mean {mean:3} {kind:9} BatchNorm {batch_std:7.3f} LayerNorm {layer_std:.3f}"
        )

# %% [markdown]
# `hk.LayerNorm` subtracts the mean first, and survives these means. It is usually kept in `float32` too, since
# it costs little beside the matrix products. Moving averages have a problem of their own: the largest `bfloat16` below
# 1 is $1 - 1/256$, so a decay of 0.999 is rounded to 1:

# %%
print(jnp.asarray(0.999, "bfloat16"), jnp.asarray(0.99, "bfloat16"))

# %% tags=["hidden"]
for _mean in [0, 10, 100]:
    assert all(0.98 < std < 1.02 for std in deviations[_mean, full])
    assert 0.9 < deviations[_mean, mixed][1] < 1.1
for _mean in [10, 100]:  # or nan, where the variance comes out negative
    assert not deviations[_mean, mixed][0] < 2

# %% [markdown]
# ### `set_policy` holds until you clear it
#
# `hk.mixed_precision.set_policy(hk.Linear, policy)` holds for each `hk.Linear` that runs from then on, until
# `clear_policy`. Scripts call it once, before the first `init`. In tests and notebooks use `push_policy`, which
# restores the policy from before. The policy is read when a function is *traced*, so a compiled function keeps the one
# that it was traced with. A policy also holds in one thread only:


# %%
half = jmp.get_policy("params=float32,compute=bfloat16,output=bfloat16")
params = linear.init(key, x)
apply = jax.jit(lambda params, x: linear.apply(params, x))
apply(params, x)  # traced without a policy


def output_dtype():
    return linear.apply(params, x).dtype


hk.mixed_precision.set_policy(hk.Linear, half)
with ThreadPoolExecutor() as pool:
    print("another thread: ", pool.submit(output_dtype).result())
print("compiled before:", apply(params, x).dtype)
print("this thread:    ", output_dtype())
hk.mixed_precision.clear_policy(hk.Linear)
print("policy of class:", hk.mixed_precision.get_policy(hk.Linear))

# %% [markdown]
# ## Train in `bfloat16`
#
# Here are four runs of the same network from the same start: everything in `float32`; the mixed policy;
# parameters *stored* in `bfloat16`, with computation in `bfloat16`; and the same, with computation in `float32`.


# %%
class Classifier(hk.Module):
    def __call__(self, x):
        return hk.nets.MLP([32, 32, 1])(x)


classifier = hk.without_apply_rng(hk.transform(lambda x: Classifier()(x)))
train_data = spiral_data(jax.random.key(1), 256)
test_inputs, test_labels = spiral_data(jax.random.key(2), 2000)
start = jax.jit(classifier.init)(key, test_inputs)
POLICIES = {
    "float32": full,
    "mixed": mixed,
    "bfloat16": jmp.get_policy("params=bfloat16,compute=bfloat16,output=float32"),
    "stored in bfloat16": jmp.get_policy("params=bfloat16,compute=float32"),
}


def loss_fn(params, batch):
    inputs, labels = batch
    logits = classifier.apply(params, inputs)
    return optax.sigmoid_binary_cross_entropy(logits, labels).mean()


def train(policy, rate=0.1, steps=1000):
    def step(params, _):  # a new function, so that it is traced with the policy
        loss, grads = jax.value_and_grad(loss_fn)(params, train_data)
        return jax.tree.map(lambda p, g: p - rate * g, params, grads), loss

    with hk.mixed_precision.push_policy(Classifier, policy):
        params = policy.cast_to_param(start)
        params, losses = jax.lax.scan(step, params, length=steps)
        predicted_labels = classifier.apply(params, test_inputs) > 0
    return params, losses, jnp.mean(predicted_labels == test_labels)


trained = {name: train(policy) for name, policy in POLICIES.items()}
for name, (_, losses, share) in trained.items():
    print(f"{name:19} last loss {losses[-1]:.3f}   held-out accuracy {share:.3f}")

# %% tags=["plot"] alt="Training loss: float32 and mixed fall together; both stored in bfloat16 become flat."
# Caption: In these runs it does no harm to compute in 16 bits, but parameters stored in
# 16 bits stop learning.
fig, ax = plt.subplots()
styles = [("C0", 7, 0.3), ("C0", 1.5, 1), ("C3", 1.5, 1), ("C3", 7, 0.3)]
for (name, run), (color, width, alpha) in zip(trained.items(), styles, strict=True):
    ax.plot(run[1], color=color, lw=width, alpha=alpha, label=name)
ax.set(
    yscale="log",
    xlabel="step",
    ylabel="training loss",
    title="One network, four precisions",
)
ax.set_yticks([0.05, 0.1, 0.2, 0.5])
ax.yaxis.set_major_formatter("{x:g}")
ax.yaxis.set_minor_formatter("")
ax.legend()
plt.show()

# %% tags=["hidden"]
_ends = {name: float(losses[-1]) for name, (_, losses, _) in trained.items()}
assert abs(_ends["mixed"] / _ends["float32"] - 1) < 0.2
assert min(_ends["bfloat16"], _ends["stored in bfloat16"]) > 2 * _ends["float32"]

# %% [markdown]
# Computing in `bfloat16` does no harm here. *Storing* the parameters in `bfloat16` stops the training, whichever of the two
# dtypes the network computes in.
#
# ### Small updates are lost
#
# Just below 1 the distance between `bfloat16` numbers is 1/256, so an update smaller than 1/512 is rounded away:

# %%
for name in ["float32", "bfloat16"]:
    value = jnp.ones((), name)
    print(f"{name:9} 1 - 0.003 = {value - 0.003:.4f}  1 - 0.001 = {value - 0.001:.4f}")
    value = jax.lax.fori_loop(0, 1000, lambda _, v: v - 0.001, value)
    print(f"{name:9} 1 minus 1,000 times 0.001 = {abs(value):.4f}")


# %% [markdown]
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# Of the parameters whose gradient is not zero, how many does one more step move?
#
# - [{{ share_moved(trained["bfloat16"][0]) > 0.8 }}] Most in `float32`, most in `bfloat16`
# - [{{ share_moved(trained["bfloat16"][0]) == 0 }}] Most in `float32`, none in `bfloat16`
# - [{{ 0 < share_moved(trained["bfloat16"][0]) < 0.5 < share_moved(trained["float32"][0]) }}] Most in `float32`, fewer
#   than half in `bfloat16`
# - [{{ share_moved(trained["float32"][0]) < 0.5 }}] Fewer than half in `float32` and `bfloat16`
#
# </div>

# %% tags=["predict"]
grad_fn = jax.jit(jax.grad(loss_fn))


def share_moved(params, rate=0.1):
    p, _ = ravel_pytree(params)  # all leaves as one vector
    g, _ = ravel_pytree(grad_fn(params, train_data))
    return (p - rate * g != p).sum() / (g != 0).sum()


for name in ["float32", "bfloat16"]:
    print(f"{name:9} {share_moved(trained[name][0]):.1%}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The gradient is still right, but in `bfloat16` the steps are too small for most parameters to move.
#
# </details>
#
# So keep *master weights* in `float32`, which add up the updates that are too small for 16 bits, and compute with a
# copy of 16 bits, as the mixed policy does.
#
# <details>
# <summary>And the averages of Adam?</summary>
#
# Optax makes the averages of `optax.adam` in the dtype of the parameters (`mu_dtype` changes one of the two), one more
# reason to keep these in `float32`. Where there is no memory for master weights, *stochastic rounding* is an
# alternative: it rounds up or down at random, right on average.
#
# </details>
#
# ### Losses and norms in `float32`
#
# Cross-entropy subtracts large numbers, and takes the logarithm of numbers near 1. Logits of 8 and 0, with the first
# label right, should have a small loss and a small gradient:


# %%
def cross_entropy(logits, labels):  # (B, K), (B,)
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


logits, labels = jnp.array([[8.0, 0.0]]), jnp.array([0])
for name in ["float32", "bfloat16"]:
    loss, grad = jax.value_and_grad(cross_entropy)(logits.astype(name), labels)
    print(f"{name:9} loss {float(abs(loss)):.1e}  gradient", np.float32(grad))

# %% [markdown]
# In `bfloat16` the probability of the label is rounded to 1, so both the loss and the gradient of the label's own logit
# are 0. This is the reason for `output=float32` in the policy of a whole network: the loss gets `float32` logits.
#
# The norm of a gradient, for logging or clipping, squares the entries first:

# %%
for name in ["float32", "bfloat16", "float16"]:
    norms_found = []
    for size in [1e-4, 1.0, 300.0]:
        grad = jnp.full(1000, size, name)
        norms_found.append(f"{float(jnp.sqrt(jnp.sum(grad**2))):10.4g}")
    print(f"{name:9}", *norms_found)

# %% [markdown]
# In `float16` the square of 0.0001 is 0, and that of 300 infinite. Clipping then divides by infinity, and the whole
# update is 0. If the parameters are `float32`, so are their gradients, and such sizes do no harm.
#
# ## Exercise: a mean loss that loses nothing
#
# `mean_loss` goes through batches of logits and adds up the cross-entropy of all examples. The formula is right, and yet
# in 16 bits each of three small sets of logits gives a wrong number:


# %%
def mean_loss(logits, labels):  # (N, B, K), (N, B)
    def add(total, batch):
        logits, labels = batch  # (B, K), (B,)
        probabilities = jax.nn.softmax(logits)
        chosen = jnp.take_along_axis(probabilities, labels[:, None], axis=1)  # (B, 1)
        return total - jnp.sum(jnp.log(chosen)), None

    total, _ = jax.lax.scan(add, jnp.zeros((), logits.dtype), (logits, labels))
    return total / labels.size


examples = {  # one label, 0, for all
    "sure and right": jnp.full((1, 1, 2), 8.0).at[..., 1].set(0),
    "sure and wrong": jnp.zeros((1, 1, 2)).at[..., 1].set(200.0),
    "5,000 batches": jnp.zeros((5000, 1, 2)),
}
print(" " * 16 + "".join(f"{name:>11}" for name in ["float32", "bfloat16", "float16"]))
for title, example in examples.items():
    found = [
        float(mean_loss(example.astype(name), jnp.zeros(example.shape[:2], int)))
        for name in ["float32", "bfloat16", "float16"]
    ]
    print(f"{title:16}" + "".join(f"{abs(value):11.3g}" for value in found))

# %% [markdown]
# Each row should have one number in all columns: {{ np.log1p(np.exp(-8)):.3g }}, 200 and {{ np.log(2):.3g }}. In the second
# row even `float32` fails. Define `loss_and_norm(logits, labels)`, for logits of shape $(N, B, K)$ and any of the three
# dtypes, each length 1 or more, of size up to 300, and integer labels of shape $(N, B)$ from 0 to $K - 1$:
#
# - it returns two `float32` of shape `()`, the mean cross-entropy of these logits, and the norm of its gradient with
#   respect to all of them;
# - both agree with what `float64` gives for these logits, up to one part in a thousand or $10^{-6}$;
# - it works under `jax.jit`, and `jax.grad(loss_and_norm, has_aux=True)` gives a gradient that has the dtype of the logits.
#
# <details>
# <summary>Where to look</summary>
#
# Go through the function line by line: which dtype has each result, how large can it become, and how close to 1? Each row of
# the table has a cause of its own.
#
# </details>
#
# <details>
# <summary>One step further</summary>
#
# Two of the causes are dtypes. The third is a function of numbers between 0 and 1 that are made from logits and turned
# back into logarithms: what has the logarithm as its result at once? For the norm, ask in which dtype the entries of the
# gradient come, and in which they are squared.
#
# </details>


# %% exercise="mean-loss-in-16-bits" kind="repair" minutes="12"
def loss_and_norm(logits, labels):
    """Compute the mean cross-entropy and the norm of its gradient, in float32."""
    ### BEGIN SOLUTION

    def loss_of(logits):
        def add(total, batch):
            logits, labels = batch
            log_probabilities = jax.nn.log_softmax(logits)  # (B, K)
            chosen = jnp.take_along_axis(log_probabilities, labels[:, None], axis=1)
            return total - jnp.sum(chosen), None

        total, _ = jax.lax.scan(add, jnp.zeros((), "float32"), (logits, labels))
        return total / labels.size

    loss, gradient = jax.value_and_grad(loss_of)(logits.astype("float32"))
    return loss, optax.tree.norm(gradient)
    ### END SOLUTION


# %% check="mean-loss-in-16-bits"
from publishing.teaching.checking import Check, differing

_advice = {
    "carry": "Which dtype has the total before a batch, and which after it?",
    "racer": "Under jax.jit, no `if` and no NumPy function may depend on the logits.",
    "": "It gets logits (N, B, K) and labels (N, B), each length from 1 up.",
}
_check = Check(globals(), "loss_and_norm", "Losses and norms in `float32`", _advice)


def compiled_with_gradient(loss):
    return jax.jit(jax.value_and_grad(loss, has_aux=True))


def _formula(logits, labels, dtype="float64", axis=-1):  # the loss and its gradient
    powers = np.exp((logits - logits.max(axis=axis, keepdims=True)).astype(dtype))
    chances = powers / powers.sum(axis=axis, keepdims=True)
    chosen = np.take_along_axis(chances, labels[..., None], axis=-1)
    slopes = (chances - np.eye(logits.shape[-1])[labels]) / labels.size
    return float(-np.log(chosen).mean()), slopes


_draw = np.random.default_rng(0)
_cases = [(each, np.zeros(each.shape[:2], int)) for each in examples.values()][::-1]
_many = int(_draw.integers(33, 60))
for *_shape, _size in ((3, 4, _many, 3), (4, 1, 3, 300), (1, 1, 1, 1), (1, 300, 2, 8)):
    _labels = _draw.integers(_shape[2], size=_shape[:2])
    _cases.append((_size * _draw.uniform(-1, 1, _shape), _labels))
_cases.append((np.array([[[3.0, 0.3]]]), np.zeros((1, 1), int)))
for _dtype in ("bfloat16", "float16", "float32"):
    for _example, _classes in _cases if _dtype == "bfloat16" else _cases[:4]:
        _logits, _labels = jnp.asarray(_example, _dtype), jnp.asarray(_classes)
        with np.errstate(divide="ignore", over="ignore"):
            _exact = np.asarray(_logits, float), _classes
            _loss, _slopes = _formula(*_exact)
            _rounded, _ = _formula(*_exact, "float32")
            _across, _ = _formula(*_exact, axis=1)
            _below = np.asarray(_logits - _logits.max(axis=-1, keepdims=True), float)
            _shifted, _ = _formula(_below, _classes)
            _each = np.full(len(_labels), _loss * _labels[0].size).astype(_dtype)
            _total = float(np.cumsum(_each)[-1]) / _labels.size
        _when = f"For {_dtype} logits of shape {_logits.shape}, "
        _pair = _check.call(_logits, _labels, when=_when)
        _two = isinstance(_pair, tuple | list) and len(_pair) == 2
        _check.require(_two, f"{_when}it returns no pair of a loss and a norm.")
        _found = [str(getattr(each, "dtype", "float32")) for each in _pair]
        _told = f"{_when}the loss and the norm are {' and '.join(_found)}, not both float32."
        _check.require(_found == ["float32"] * 2, _told)
        _value, _norm = _pair
        _half = None  # what a cast before anything else gives, if there is a mistake
        if differing(_value, _loss):
            _flat = _logits.reshape(-1, _logits.shape[2]), _labels.ravel()
            _half = cross_entropy(*_flat)
        _capped = np.clip(_value, 10, 100) if _loss > 100 else None
        _others = {
            "are the losses added up, or averaged?": _loss * _labels.size,
            "are the logits cast before anything else?": _half,
            "which exponential overflows, or is rounded to 0 or 1?": _rounded,
            "in which dtype is the largest logit subtracted?": _shifted,
            "in which dtype does the total grow?": _total,
            "is a small number added, or a probability clipped?": _capped,
            "the softmax is taken over the examples, not the classes.": _across,
            "which sign has the logarithm of a probability?": -_loss,
            "": "Where does it round, and where does it overflow?",
        }
        _check.agrees(_value, _loss, _others, _when, "the loss")
        _rounded = _slopes.astype(_logits.dtype)
        _right = np.linalg.norm(_slopes.ravel())
        _squared = jnp.sqrt(jnp.sum(_rounded**2))
        _squared = _squared if differing(_squared, _right) else None
        _others = {
            "in which dtype are the entries squared?": _squared,
            "the root of the sum is missing.": _right**2,
            "that is the norm for the last batch alone.": np.linalg.norm(_slopes[-1]),
            "by which dtype is the gradient rounded?": np.linalg.norm(
                np.float32(_rounded).ravel()
            ),
            "": "Is it the root of the sum of the squares, of the gradient of the mean?",
        }
        _check.agrees(_norm, _right, _others, _when, "the norm")
        if 1 < _labels.size < 1000:
            _mine = _check.call(_logits, _labels, by=compiled_with_gradient, when=_when)
            _both = (np.float32(_loss), np.float32(_right)), _slopes.astype(_dtype)
            _others = {
                "the gradient is 0: is it stopped?": (_both[0], 0 * _both[1]),
                "": "Does the loss depend on all logits, as the formula does?",
            }
            _what = "all with the gradient under jax.jit"
            _limits = {"rtol": 0.02, "dtypes": True}
            _check.agrees(_mine, _both, _others, _when, _what, **_limits)
print("Loss, norm and gradient agree with float64 for logits of three dtypes.")

# %% [markdown]
# ## Loss scaling for `float16`
#
# On hardware without fast `bfloat16`, 16 bits means `float16`, and its range is the problem. A mean over many examples has
# tiny gradients for each of them. Here are those of the trained classifier's logits, for 65,536 points:

# %%
many_inputs, many_labels = spiral_data(jax.random.key(3), 2**16)
many_logits = classifier.apply(trained["float32"][0], many_inputs)


def share_of_zeros(dtype, scale):
    def scaled_loss(logits):
        logits = logits.astype("float32")
        losses = optax.sigmoid_binary_cross_entropy(logits, many_labels)
        return scale * losses.mean()

    grads = jax.jit(jax.grad(scaled_loss))(many_logits.astype(dtype))
    return float((grads == 0).mean())


zeros = {scale: share_of_zeros("float16", scale) for scale in [1.0, 1024.0]}
print(f"float32: {share_of_zeros('float32', 1.0):.1%} of the gradients are 0")
for scale, share in zeros.items():
    print(f"float16, loss times {scale:4.0f}: {share:.1%}")

# %% [markdown]
# Without a scale, {{ zeros[1.0]:.0%}} underflow. *Loss scaling* multiplies the loss, so that the gradients on the way
# back grow by that factor, and divides those of the parameters, which are `float32`, by it. If it is too large, they
# overflow. `jmp.DynamicLossScale` halves the factor when a gradient is not finite (though not below 1), and doubles it
# after `period` finite steps. Skipping the step is up to you, with `select_tree`:

# %%
half16 = jmp.get_policy("params=float32,compute=float16,output=float32")


@jax.jit
def scaled_step(carry, _):
    params, loss_scale = carry

    def scaled_loss(params):
        return loss_scale.scale(loss_fn(params, train_data))

    grads = loss_scale.unscale(jax.grad(scaled_loss)(params))
    finite = jmp.all_finite(grads)
    new_params = jax.tree.map(lambda p, g: p - 0.3 * g, params, grads)
    params = jmp.select_tree(finite, new_params, params)
    return (params, loss_scale.adjust(finite)), (loss_scale.loss_scale, finite)


loss_scale = jmp.DynamicLossScale(jnp.float32(2**24), period=50)
with hk.mixed_precision.push_policy(Classifier, half16):
    carry, (scales, finite) = jax.lax.scan(scaled_step, (start, loss_scale), length=500)
    last_loss = loss_fn(carry[0], train_data)
skipped = int((~finite).sum())
print(f"loss {last_loss:.3f}, {skipped} of 500 steps skipped")

# %% tags=["plot"] alt="The loss scale falls at once, climbs in doublings, and is halved again and again at its upper limit."
# Caption: A dynamic scale finds its own upper limit, and pays for each attempt with a
# lost step.
fig, ax = plt.subplots()
ax.step(range(500), scales, where="post", lw=2)
ax.plot(np.flatnonzero(~finite), scales[~finite], "x", color="C3", label="step skipped")
ax.set_yscale("log", base=2)
ax.yaxis.set_major_formatter(lambda scale, _: f"2**{np.log2(scale):.0f}")
ax.set(
    xlabel="step",
    ylabel="loss scale",
    title="Halved at overflow, doubled after 50 finite steps",
)
ax.legend()
plt.show()

# %% [markdown]
# The first {{ int(np.asarray(finite).argmax()) }} steps are lost while the scale comes down, and later ones when
# doubling makes it too large, which is rare with the default period of 2000.

# %% tags=["hidden"]
assert zeros[1024.0] < zeros[1.0] / 10
assert not finite[0]
assert finite.sum() > 400

# %% [markdown]
# ## What it costs on this machine
#
# The gain from fewer bits depends on the hardware: a processor without 16-bit units converts to `float32` and back.
# Measure it on yours, as the best of several rounds, with the memory that [the compiled program](memory.py) needs:


# %% tags=["varies"]
wide = hk.without_apply_rng(hk.transform(lambda x: hk.nets.MLP([256] * 4)(x)))


def compile_gradient(policy):
    with hk.mixed_precision.push_policy(hk.nets.MLP, policy):
        inputs = jnp.ones((512, 256), policy.param_dtype)
        params = wide.init(key, inputs)

        @jax.grad
        def gradient(params, x):
            return jnp.mean(wide.apply(params, x) ** 2)

        return jax.jit(gradient).lower(params, inputs).compile(), params, inputs


costs = {}
for name in ["float32", "float64", "mixed", "bfloat16", "float16"]:
    policy = POLICIES[name] if name in POLICIES else jmp.get_policy(name)
    with jax.enable_x64(name == "float64"):
        gradient, params, inputs = compile_gradient(policy)
        rounds = [benchmark(gradient, params, inputs, repeats=2) for _ in range(5)]
        seconds = min(rounds)
    memory = gradient.memory_analysis()
    costs[name] = seconds, memory.argument_size_in_bytes, memory.temp_size_in_bytes
print("           time, float32 = 1   arguments     temporary")
for name, (seconds, arguments, temporary) in costs.items():
    ratio = seconds / costs["float32"][0]
    print(
        f"{name:9} {ratio:14.2f} {arguments / 2**20:14.2f} MiB {temporary / 2**20:8.2f} MiB"
    )

# %% tags=["hidden"]
_sizes = {name: cost[1] / costs["float32"][1] for name, cost in costs.items()}
for _name, _size in {"float64": 2, "mixed": 1, "bfloat16": 0.5, "float16": 0.5}.items():
    assert abs(_sizes[_name] / _size - 1) < 0.05

# %% [markdown]
# With the mixed policy the parameters keep their size.
#
# ## A first profile
#
# Before you change a precision, look where the time goes. `jax.profiler.trace(folder)` records when each operation ran.
# To look at a trace, drop the file that ends in `.trace.json.gz` onto [ui.perfetto.dev](https://ui.perfetto.dev), or
# open the folder with XProf, as [JAX's documentation](https://docs.jax.dev/en/latest/profiling.html) describes. Or read
# it with a few lines of Python:

# %% tags=["varies"]
gradient, params, inputs = compile_gradient(full)
with tempfile.TemporaryDirectory() as folder:
    with jax.profiler.trace(folder):
        for _ in range(5):
            jax.block_until_ready(gradient(params, inputs))
    (file,) = pathlib.Path(folder).rglob("*.trace.json.gz")
    print(file.suffixes, f"{file.stat().st_size / 1024:.0f} KiB")
    events = json.loads(gzip.decompress(file.read_bytes()))["traceEvents"]

origin = dict(re.findall(r"%(\S+) = .*op_name=\"([^\"]*)\"", gradient.as_text()))
spent = collections.Counter()
for event in events:
    operation = event.get("args", {}).get("hlo_op")
    if operation:
        spent[operation] += event["dur"] / 5
for operation, microseconds in spent.most_common(5):
    place = origin.get(operation, "").removeprefix("jit(gradient)/")
    print(f"{microseconds:6.0f} us  {operation:16} {place}")

# %% [markdown]
# The names of your modules are there, the forward pass under `jvp`, the backward pass under `transpose`.
#
# <details>
# <summary>In your own program</summary>
#
# Compile the function before the trace, as here, or you will see the compiler at work, and wait for the result inside
# the block, or the trace ends too early.
#
# </details>

# %% tags=["hidden"]
_places = " ".join(origin.values())
assert "jvp(mlp)" in _places, _places[:500]
assert "transpose(jvp(mlp))" in _places, _places[:500]

# %% [markdown]
# ## What can go wrong
#
# - `UserWarning: Explicitly requested dtype float64 ... will be truncated to dtype float32` 64 bits are not enabled where
#   this line runs.
# - `TypeError: scan body function carry input and carry output must have equal types` Perhaps a `bfloat16` carry met a
#   `float32` array. Cast the result back, or make the other one a Python number.
# - `ValueError: Unknown dtype 'fp16'` jmp knows `float16` or `f16`, `bfloat16` or `bf16`, and `float32` or `full`,
#   among others. `half` means `float16` except on a TPU.
# - `ValueError: Pushing a policy inside a method on the same class is not supported.` Push it around `init` and
#   `apply`.
# - No message: a compiled function or another thread does not see a policy, or an earlier cell has left one set.
# - The loss is `nan`: [`debug_nans`](testing.py) helps to find the operation. In `float16`, suspect overflow first.
#
# These and more: [Error messages of JAX and Haiku, explained](../look_up/errors.py).
#
# ## What you learned
#
# - `float32` loses what is small beside something large. `jax.enable_x64` helps if it is on before the digits are lost.
# - A policy of jmp lets a network compute in `bfloat16` with parameters in `float32`. Norms get a policy of their own,
#   and the loss gets `float32` logits. One array or NumPy number of `float32` in between can undo it silently.
# - `float16` often needs a loss scale. Measure on your own machine what each format costs or saves.
#
# Next: [Mutable state: refs and registered classes](refs.py).
