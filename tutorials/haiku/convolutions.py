# %% [markdown]
# # Convolutions: shapes, padding, strides
#
# Read the shape of each layer of a convolutional network off its code, and find the mistakes that change its numbers
# without an error.

# %% tags=["short"]
import haiku as hk
import jax
import jax.numpy as jnp

x = jnp.ones((1, 32, 24, 3))  # (N, H, W, C)
layer = hk.transform(lambda x: hk.Conv2D(8, 3, 2)(x))
params = layer.init(jax.random.key(0), x)
print(jax.tree.map(jnp.shape, params))
print(layer.apply(params, None, x).shape)

# %% [markdown]
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - compute the shapes of kernels and outputs of `hk.Conv2D`, `hk.Conv1D`, `hk.Conv2DTranspose` and `hk.max_pool`;
# - load a convolution from PyTorch, with the right axes and the right padding;
# - notice axes in the wrong place, which often run without an error.
#
# You need: [`init` and `apply`](transform.py), [names of parameters](modules.py) and
# [`hk.Linear`](modules.py#exercise-own-linear).
#
# </div>

# %% [markdown]
# ## One small kernel, used at every position
#
# A convolution is a small linear layer that moves over an image. At each position it takes a **window** of the image,
# multiplies all its numbers by weights, and adds them up; the weights are the same everywhere. The array of weights is
# called the **kernel**.
#
# Haiku expects a batch of images of the shape (N, H, W, C): example, row, column, channel. This order is called *NHWC*.
# The images below have a different size along each axis, so that you can see where each number comes from.

# %%
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

key = jax.random.key(0)
images = jax.random.normal(jax.random.key(1), (2, 8, 10, 4))  # (N, H, W, C)


def network(f):
    return hk.without_apply_rng(hk.transform(f))


def show(f, x):
    """Print the shapes of the parameters of a network, and of its output."""
    params = jax.eval_shape(network(f).init, key, x)  # shapes, no numbers
    for module, its in params.items():
        print(f"{module:17}", {name: value.shape for name, value in its.items()})
    print(f"{'output':17}", jax.eval_shape(network(f).apply, params, x).shape)


def convolve(x):
    return hk.Conv2D(output_channels=7, kernel_shape=(3, 5))(x)


show(convolve, images)

# %% [markdown]
# The kernel is called `w` and has the axes (H, W, in, out): the rows and columns of the window, the channels of the
# image, and the channels of the output. `b` has a number for each output channel. The size of the image does not occur
# in either, so the same parameters work for images of any height and width.
#
# With $x$ for the padded image, a stride of 1 and a kernel of $K$ by $L$, the output is
#
# $$y_{n,i,j,o} = b_o + \sum_{k=0}^{K-1} \sum_{l=0}^{L-1} \sum_{c} x_{n,\,i+k,\,j+l,\,c} \; w_{k,l,c,o}$$
#
# The kernel is not flipped, so in mathematics this is a cross-correlation. Here is one position by hand:

# %%
params = network(convolve).init(key, images)
w, b = params["conv2_d"]["w"], params["conv2_d"]["b"]
out = network(convolve).apply(params, images)
window = images[0, 2:5, 3:8]  # (3, 5, C), rows 2 to 4 and columns 3 to 7
by_hand = jnp.einsum("klc,klco->o", window, w) + b
print(jnp.allclose(by_hand, out[0, 3, 5], atol=1e-2))

# %% [markdown]
# The window of {{ window.size }} numbers gives the {{ by_hand.size }} channels of the output in row 3 and column 5. So
# the layer has {{ w.size }} weights. A linear layer between all numbers of such an image and all of the output would
# have {{ images[0].size * out[0].size:,}}. As in `hk.Linear`, the first weights come from `TruncatedNormal(stddev)` with
# `stddev` $= 1 / \sqrt{\text{fan-in}}$. The fan-in is the size of the window, so this is
# {{ 1 / np.sqrt(window.size):.3f }}.

# %% [markdown]
# ## The output shape: padding, stride, rate
#
# Height and width are computed alike, each on its own. With $n$ for the size of the input, $k$ for the kernel, $s$ for
# the `stride`, $r$ for the `rate`, and a `padding` of $l$ zeros before and $h$ after:
#
# $$e = (k - 1) \, r + 1, \qquad n' = \left\lfloor \frac{n + l + h - e}{s} \right\rfloor + 1$$
#
# The **stride** is the step from a window to the next. The **rate**, elsewhere called dilation, is the step from a
# number to the next within a window, and $e$ is how far the window reaches. `padding` is one of four things:
#
# - `"VALID"`: no zeros, so windows stay within the image;
# - `"SAME"`, the default: as many zeros as it takes for $n' = \lceil n / s \rceil$, whatever the kernel;
# - a pair `(l, h)` for all axes, or a list with a pair for each. A number alone, as in PyTorch, is refused;
# - a function of `hk.pad`, which is given $e$ and returns the pair.
#
# How large is the output of the four layers below, if the input has 32 rows?
#
# - [{{ sizes == [16, 15, 16, 14] }}] 16, 15, 16, 14
# - [{{ sizes == [32, 30, 32, 28] }}] 32, 30, 32, 28
# - [{{ sizes == [16, 15, 17, 15] }}] 16, 15, 17, 15

# %% tags=["predict"]
x = jnp.ones((1, 32, 32, 3))
sizes = []
for settings in (
    {"padding": "SAME"},
    {"padding": "VALID"},
    {"padding": (1, 1)},
    {"padding": "VALID", "rate": 2},
):
    layer = network(lambda x, its=settings: hk.Conv2D(8, 3, stride=2, **its)(x))
    out = jax.eval_shape(lambda x, f=layer: f.apply(f.init(key, x), x), x)
    sizes.append(out.shape[1])
    print(f"{out.shape}  {settings}")

# %% [markdown]
# With a rate of 2 the kernel reaches over 5 rows, so $\lfloor (32 - 5) / 2 \rfloor + 1$ is {{ sizes[3] }}. If the
# kernel reaches further than the padded input, the output is empty, without a message.
#
# The first and the third layer have the same output shape. Do they compute the same?

# %%
by_name = network(lambda x: hk.Conv2D(8, 3, stride=2)(x))
by_pair = network(lambda x: hk.Conv2D(8, 3, stride=2, padding=(1, 1))(x))
x = jax.random.normal(jax.random.key(2), (1, 32, 32, 3))
params = by_name.init(key, x)
gap = jnp.abs(by_name.apply(params, x) - by_pair.apply(params, x))
print("largest difference:", gap.max())

# %% [markdown]
# They do not: the difference is as large as the outputs themselves. `"SAME"` needs
# {{ (16 - 1) * 2 + 3 - 32 }} row of zeros here, and puts the odd one *after* the image; `(1, 1)` begins one row
# earlier. Both see the same image, but every window lies elsewhere. PyTorch's `padding=1` is `(1, 1)`.
#
# A derivative shows what a layer looks at. For a convolution in one dimension, entry $(i, j)$ of the
# [Jacobian](../jax/derivatives.py) is zero unless output $i$ sees input $j$:


# %%
def reach(**settings):
    """What each output of a convolution sees of 8 inputs, (outputs, 8) of 0 and 1."""
    settings = {"w_init": jnp.ones, "with_bias": False} | settings
    layer = network(lambda x: hk.Conv1D(1, kernel_shape=3, **settings)(x))
    x = jnp.ones((8, 1))  # (W, C), one series
    return jax.jacobian(layer.apply, 1)(layer.init(key, x), x)[:, 0, :, 0]


layers = {
    "stride 2, SAME": reach(stride=2),
    "stride 2, (1, 1)": reach(stride=2, padding=(1, 1)),
    "hk.pad.causal": reach(padding=hk.pad.causal),
    "causal, rate 2": reach(padding=hk.pad.causal, rate=2),
}

# %% tags=["plot"] alt="Four grids of outputs by inputs. SAME starts at input 0, (1, 1) half outside; the causal ones end at the diagonal."
# Caption: Layers of the same output shape see other inputs: padding says where the
# windows lie.
fig, grid = plt.subplots(2, 2, figsize=(5.6, 5.2), layout="constrained")
for ax, (title, seen) in zip(grid.flat, layers.items(), strict=True):
    ax.pcolormesh(seen, cmap="Blues", vmax=1.5, edgecolors="gray", linewidth=0.5)
    ax.invert_yaxis()
    ax.set_aspect("equal")
    ax.set(title=title, xlabel="input", ylabel="output", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# Each row of a grid is an output, and its coloured cells are the inputs that it sees. The upper grids have
# {{ layers["stride 2, SAME"].shape[0] }} outputs, moved by one input.
#
# The lower grids belong to `hk.pad.causal`, which puts all zeros before the series: $e - 1$ of them. No output sees an
# input that comes later, which a model needs if it predicts the next value of a series. `hk.Conv1D` takes series of
# shape (N, W, C), and such convolutions with rates of 1, 2, 4 and so on are the heart of WaveNet. With a rate of 2,
# output 7 sees the inputs {{ ", ".join(str(i) for i in np.flatnonzero(layers["causal, rate 2"][7])) }}.
#
# <div class="admonition question">
# <p class="admonition-title">Question</p>
#
# There is also `hk.pad.same`, which returns $(e - 1) / 2$ rounded down, and $e / 2$ rounded down. Somebody replaces
# `"SAME"` by `hk.pad.same` in a network with strides of 2, and inputs of even size. What happens?
#
# - [{{ not np.array_equal(reach(stride=2), reach(stride=2, padding=hk.pad.same)) }}] The shapes stay, the numbers
#   change.
# - [{{ reach(stride=2).shape != reach(stride=2, padding=hk.pad.same).shape }}] The shapes change.
# - [{{ np.array_equal(reach(stride=2), reach(stride=2, padding=hk.pad.same)) }}] Nothing.
#
# </div>
#
# <details>
# <summary>Answer</summary>
#
# For a kernel of 3, `hk.pad.same` returns the pair `(1, 1)`, without a look at input or stride. `"SAME"` looks at both,
# and pads `(0, 1)`. So the trained weights load, all shapes stay, and every window lies one row elsewhere. With a
# stride of 1 and an odd kernel the two agree.
#
# </details>

# %% [markdown]
# ## Exercise: slide the kernel yourself
#
# Write what `hk.Conv1D` computes for one series, without its bias. Define `slide(x, w, stride, rate, padding)`:
#
# - `x` has the shape `(W, C)` and `w` the shape `(k, C, out)`, both floats. The result has the shape `(outputs, out)`,
#   and at least one window fits.
# - `stride` and `rate` are integers, 1 or more, with the meaning above.
# - `padding` is `"VALID"`, a pair `(before, after)`, or `"SAME"`, which adds as few zeros as it can.
#
# <details>
# <summary>Hint</summary>
#
# First turn `padding` into a pair, whatever it is, and pad `x` with `jnp.pad`. A window that begins at row `i` is a slice
# with a step. For the sums, look at the line with `jnp.einsum` above.
#
# </details>


# %% exercise="slide-the-kernel" kind="build" minutes="15"
def slide(x, w, stride, rate, padding):
    """What hk.Conv1D computes without a bias: from (W, C) to (outputs, out)."""
    ### BEGIN SOLUTION
    reach = (len(w) - 1) * rate + 1
    if padding == "VALID":
        padding = (0, 0)
    if padding == "SAME":
        outputs = -(-len(x) // stride)
        zeros = max(0, (outputs - 1) * stride + reach - len(x))
        padding = (zeros // 2, zeros - zeros // 2)
    x = jnp.pad(x, (padding, (0, 0)))
    starts = range(0, len(x) - reach + 1, stride)
    windows = jnp.stack([x[i : i + reach : rate] for i in starts])  # (outputs, k, C)
    return jnp.einsum("tkc,kco->to", windows, w)
    ### END SOLUTION


# %% check="slide-the-kernel"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "slide",
    "The output shape: padding, stride, rate",
    {
        "einsum": "Which axes has a window, and which the kernel?",
        "": "Which type has `padding`, and which rows does the last window need?",
    },
)


def _slid(x, w, stride, rate, pair):
    e = (len(w) - 1) * rate + 1
    x = np.pad(np.float64(x), (pair, (0, 0)))
    rows = [x[i : i + e : rate] for i in range(0, len(x) - e + 1, stride)]
    return np.array([np.tensordot(row, w, 2) for row in rows])


def _case(n, k, stride, rate, padding):
    draw = np.random.default_rng(n + k)
    x, w = draw.normal(size=(n, 3)), draw.normal(size=(k, 3, 2))
    e = (k - 1) * rate + 1
    zeros = max(0, (-(-n // stride) - 1) * stride + e - n)
    named = {"SAME": (zeros // 2, zeros - zeros // 2), "VALID": (0, 0)}
    pair = named.get(padding, padding)
    right = _slid(x, w, stride, rate, pair)
    early = "the pair is the wrong way round: which side gets more zeros?"
    if padding == "SAME":
        early = "the first window begins too early: how many zeros does this stride need, and where is the odd one?"
    slips = {
        "the kernel is flipped.": _slid(x, w[::-1], stride, rate, pair),
        "these are the outputs with a stride of 1.": _slid(x, w, 1, rate, pair),
        "that is a rate of 1.": _slid(x, w, stride, 1, pair),
        early: _slid(x, w, stride, rate, pair[::-1]),
        "the series is not padded.": _slid(x, w, stride, rate, (0, 0)),
        "the last output is missing.": right[:-1],
        "it is the mean over a window, not the sum.": right / (3 * k),
        "": "Write down by hand which rows the first and the last window take.",
    }
    when = f"With {n} rows, k = {k}, stride {stride}, rate {rate} and {padding!r}, "
    given = jnp.array(x, "float32"), jnp.array(w, "float32"), stride, rate, padding
    _check.agrees(_check.call(*given, when=when), right, slips, when)


_check.over(
    _case,
    (6, 1, 1, 1, "VALID"),
    (7, 3, 1, 1, "VALID"),
    (8, 3, 2, 1, "VALID"),
    (9, 3, 1, 2, "VALID"),
    (9, 3, 1, 1, (2, 0)),
    (9, 3, 2, 2, (1, 4)),
    (9, 3, 1, 1, "SAME"),
    (8, 3, 2, 1, "SAME"),
    (9, 4, 1, 1, "SAME"),
    (10, 3, 3, 2, "SAME"),
    (8, 1, 3, 1, "SAME"),
)
print("Right: slide agrees with hk.Conv1D for all strides, rates and paddings.")

# %% [markdown]
# ## Axes in another order run, too
#
# PyTorch keeps images as (N, C, H, W), *NCHW*. What happens to such a batch in a layer that was trained on NHWC?

# %% raises="ValueError" match="does not match shape"
params = network(convolve).init(key, images)
channels_first = images.transpose(0, 3, 1, 2)  # (N, C, H, W)
network(convolve).apply(params, channels_first)

# %% [markdown]
# The last axis has {{ channels_first.shape[-1] }} entries, so the layer asks for a kernel with so many channels, and
# finds another. This is the lucky case. There are three others, and here are two:

# %%
show(convolve, channels_first)  # a new network, from the start
square = jax.random.normal(key, (2, 4, 4, 4))
right = network(convolve).apply(params, square)
wrong = network(convolve).apply(params, square.transpose(0, 3, 1, 2))
print(right.shape, wrong.shape, "equal:", jnp.array_equal(right, wrong))

# %% [markdown]
# `init` has nothing to compare with. A network that is *trained* on the wrong order gets a kernel for
# {{ channels_first.shape[-1] }} channels, slides over channels and rows, and learns something, only badly. And if the
# image is as wide as it has channels, which happens deep in a network, then even trained parameters fit.
#
# The third is a batch of grey images without an axis for the channel. `hk.Conv2D` also takes a single image of shape
# (H, W, C), so it reads the batch as one:

# %%
grey = jnp.ones((64, 28, 28))  # (N, H, W)
show(lambda x: hk.Conv2D(8, 3)(x), grey)
show(lambda x: hk.Conv2D(8, 3)(x), grey[..., None])

# %% [markdown]
# The first kernel has {{ grey.shape[-1] }} input channels, the second has one. So look at `w` after `init`: its third
# axis should be the number of channels that you know. If the data are NCHW, transpose them, or say
# `data_format="NCHW"`. Then the kernel keeps its axes, and only the bias gets another shape.

# %% [markdown]
# ## Exercise: a layer from PyTorch
#
# This is the kernel of a `torch.nn.Conv2d(6, 6, 3, stride=2, padding=1)`, and what PyTorch does with it. Its kernels
# have the axes (out, in, H, W).


# %%
draw = np.random.default_rng(0)
weight = np.float32(draw.normal(size=(6, 6, 3, 3)))  # (out, in, H, W)
bias = np.float32(draw.normal(size=6))
photos = np.float32(draw.normal(size=(2, 6, 8, 8)))  # (N, C, H, W)


def old_layer(weight, bias, x, stride, padding):
    out = jax.lax.conv(
        jnp.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))),
        weight,
        (stride, stride),
        "VALID",
    )
    return out + bias[:, None, None]


def broken_port(weight, bias, x, stride, padding):
    def f(x):
        return hk.Conv2D(len(bias), weight.shape[2:], stride, name="conv")(x)

    params = {"conv": {"w": weight.transpose(2, 3, 0, 1), "b": bias}}
    return network(f).apply(params, x.transpose(0, 2, 3, 1))


new = broken_port(weight, bias, photos, 2, 1)
old = old_layer(weight, bias, photos, 2, 1)
print(new.shape, old.shape)
print(new[0, 1, 1, :3], old[0, :3, 1, 1])

# %% [markdown]
# The port runs, and its shapes are right up to the order of axes, but none of its numbers are. Define
# `ported(weight, bias, x, stride, padding)`:
#
# - It takes `weight`, `bias` and `x` with the axes of PyTorch, for any sizes, and computes with `hk.Conv2D`.
# - `stride` and `padding` are integers, for both axes; `padding` may be 0.
# - It returns the output with the axes of PyTorch, (N, out, H, W).

# %% tags=["hidden"]
assert new.shape == (2, 4, 4, 6)
assert old.shape == (2, 6, 4, 4)
assert not np.isclose(new.transpose(0, 3, 1, 2), old, atol=1e-3).any()


# %% exercise="torch-conv" kind="repair" minutes="10"
def ported(weight, bias, x, stride, padding):
    """What torch.nn.Conv2d computes, with hk.Conv2D: from (N, in, H, W) to (N, out, H, W)."""
    ### BEGIN SOLUTION

    def f(x):
        sides = [(padding, padding), (padding, padding)]
        size = weight.shape[2:]
        return hk.Conv2D(len(bias), size, stride, padding=sides, name="conv")(x)

    params = {"conv": {"w": weight.transpose(2, 3, 1, 0), "b": bias}}
    out = network(f).apply(params, x.transpose(0, 2, 3, 1))
    return out.transpose(0, 3, 1, 2)
    ### END SOLUTION


# %% check="torch-conv"
from publishing.teaching.checking import Check

_check = Check(
    globals(),
    "ported",
    "Axes in another order run, too",
    {
        "does not match shape": "Which axes has a kernel of Haiku, and which has one of PyTorch?",
        "subscriptable": "A padding is a pair, or a pair for each axis.",
        "Padding must not be empty": "A padding is a pair, or a pair for each axis.",
        "": "Do weight, bias and x reach hk.Conv2D with the axes that it expects?",
    },
)


def _old(weight, bias, x, stride, padding):  # in 64 bits
    sides = [(padding, padding)] * 2
    if padding == "SAME":
        both = [
            max(0, (-(-n // stride) - 1) * stride + k - n)
            for n, k in zip(x.shape[2:], weight.shape[2:], strict=True)
        ]
        sides = [(zeros // 2, zeros - zeros // 2) for zeros in both]
    x = np.pad(np.float64(x), ((0, 0), (0, 0), *sides))
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], (2, 3))
    windows = windows[:, :, ::stride, ::stride]  # (N, C, H, W, K, L)
    out = np.einsum("ncijkl,ockl->noij", windows, weight)
    return out + bias[:, None, None]


def _case(size, stride, padding, inputs=4, outputs=4, kernel=(3, 3)):
    draw = np.random.default_rng()
    weight = np.float32(draw.normal(size=(outputs, inputs, *kernel)))
    bias = np.float32(draw.normal(size=outputs))
    x = np.float32(draw.normal(size=(2, inputs, size, size + 2)))
    given = weight, bias, x, stride, padding
    right = _old(*given)
    slips = {
        "the axes of PyTorch are (N, out, H, W).": right.transpose(0, 2, 3, 1),
        "the bias is missing.": _old(weight, 0 * bias, x, stride, padding),
        "that is padding `SAME`: on which side does it put an odd zero?": _old(
            weight, bias, x, stride, "SAME"
        ),
        "that is padding `VALID`.": _old(weight, bias, x, stride, 0),
        "these are the outputs with a stride of 1.": _old(weight, bias, x, 1, padding),
        "the kernel is flipped.": _old(weight[..., ::-1, ::-1], *given[1:]),
        "": "Compare with old_layer for one pixel: which weights meet which inputs?",
    }
    if inputs == outputs:
        turned = weight.transpose(1, 0, 2, 3)
        told = "the channels in and out of the kernel are exchanged."
        slips[told] = _old(turned, *given[1:])
    if kernel[0] == kernel[1]:
        told = "rows and columns of the kernel are exchanged."
        slips[told] = _old(weight.swapaxes(2, 3), *given[1:])
    when = f"For a kernel {weight.shape}, x {x.shape}, stride {stride} and padding {padding}, "
    _check.agrees(_check.call(*given, when=when), right, slips, when)


for _parts in (
    (7, 1, 0),
    (7, 1, 1),
    (8, 2, 1),
    (8, 1, 2),
    (9, 3, 2),
    (8, 2, 1, 3, 5),
    (8, 2, 1, 2, 3, (5, 2)),
):
    _case(*_parts)
print("Right: axes and padding agree with PyTorch, whatever the sizes are.")

# %% [markdown]
# ## Fewer weights: groups and masks
#
# `feature_group_count=g` cuts the channels into `g` groups, and an output channel sees the channels of one group only.
# The third axis of the kernel shrinks to $C / g$. With as many groups as channels, each channel has kernels of its own;
# this is a *depthwise* convolution, which Haiku also has as `hk.DepthwiseConv2D`. `mask` multiplies the kernel.

# %%
mask = np.ones((3, 3, 4, 8))
mask[1:, 1:] = 0.0
for settings in ({}, {"feature_group_count": 4}, {"mask": mask}):
    print(*settings)
    show(lambda x, its=settings: hk.Conv2D(8, 3, **its)(x), images)

# %% [markdown]
# A mask must have the shape of `w`, and does not make it smaller: masked weights exist, are saved, and have a gradient
# of zero. The output channels must be a multiple of the number of groups, and so must those of the input.
#
# ## Pooling has no parameters, and counts axes from the end
#
# `hk.max_pool` and `hk.avg_pool` take the maximum or the mean of each window. Their `window_shape` and `strides` name
# axes from the *end*, with the channels:

# %%
for window in ((2, 2, 1), (2, 2)):
    print(window, hk.max_pool(images, window, window, "VALID").shape)

# %% [markdown]
# The second line has pooled columns and *channels*, and no message says so. A single number, as in
# `hk.max_pool(x, 2, 2, "SAME")`, spares the batch and the channels, but warns: under `vmap` there is no axis for the
# batch. With `"SAME"`, `hk.avg_pool` divides by how many numbers of the window lie in the image; PyTorch counts the
# zeros, too.

# %% [markdown]
# ## Transposed convolutions make images larger
#
# Decoders and segmentation networks need the way back, from few rows to many. `hk.Conv2DTranspose` puts $s - 1$ zeros
# between neighbouring rows and then convolves, so $n$ rows become $n s$ with `"SAME"`, and $n s + \max(k - s, 0)$ with
# `"VALID"`:

# %%
for padding in ("SAME", "VALID"):
    show(lambda x, p=padding: hk.Conv2DTranspose(7, 5, 2, padding=p)(x), images)

# %% [markdown]
# The last two axes of its kernel are exchanged: (H, W, out, in). With `"SAME"`, a layer with stride 2 turns
# {{ images.shape[1] }} rows into {{ 2 * images.shape[1] }}. But a strided convolution makes 4 rows of 7 as well as of
# 8, and its transpose always makes 8. Crop what comes back, if the sizes are not multiples of the strides.

# %% [markdown]
# ## `hk.Flatten` fixes the size of the image
#
# A convolution takes any height and width. A linear layer behind `hk.Flatten` does not:


# %%
def classifier(x):
    x = jax.nn.relu(hk.Conv2D(8, 3, stride=2)(x))
    return hk.Linear(10)(hk.Flatten()(x))


small = jnp.ones((1, 28, 28, 1))
params = network(classifier).init(key, small)
show(classifier, small)

# %% raises="ValueError" match="does not match shape"
network(classifier).apply(params, jnp.ones((1, 32, 32, 1)))

# %% [markdown]
# The `linear/w` of images with 28 rows has {{ params["linear"]["w"].shape[0] }} inputs, which are 14 times 14
# positions of 8 channels. Networks for images of any size take the mean over all positions instead, `x.mean((1, 2))`,
# and the linear layer then gets a number for each channel.

# %% [markdown]
# ## Exercise: predict the shapes
#
# Here is an encoder, and a step back. Do not run it yet: follow a batch of shape `(4, 32, 24, 3)` through it.


# %%
def encoder(x):
    shapes = {}
    for name, layer in {
        "a": hk.Conv2D(16, (5, 3), stride=2, name="a"),
        "b": hk.Conv2D(16, 3, rate=2, padding="VALID", name="b"),
        "c": hk.Conv2D(
            32, 3, stride=2, padding=(0, 1), feature_group_count=16, name="c"
        ),
        "pool": lambda x: hk.max_pool(x, (3, 3, 1), (2, 2, 1), "VALID"),
        "up": hk.Conv2DTranspose(8, 4, stride=2, padding="VALID", name="up"),
        "head": hk.Sequential([hk.Flatten(), hk.Linear(10, name="head")]),
    }.items():
        x = layer(x)
        shapes[name] = x.shape
    return shapes


# %% [markdown]
# Define `predicted_shapes`, a dictionary with the shapes of the outputs of five layers, and with the shapes of three
# parameters, each a tuple.

# %% exercise="conv-shapes" kind="predict" minutes="8"
# predicted_shapes = {
#     "a": ...,  # such as (4, 32, 24, 3)
#     "b": ...,
#     "c": ...,
#     "pool": ...,
#     "up": ...,
#     "c/w": ...,
#     "up/w": ...,
#     "head/w": ...,
# }
### BEGIN SOLUTION
predicted_shapes = {
    "a": (4, 16, 12, 16),
    "b": (4, 12, 8, 16),
    "c": (4, 6, 4, 32),
    "pool": (4, 2, 1, 32),
    "up": (4, 6, 4, 8),
    "c/w": (3, 3, 1, 32),
    "up/w": (4, 4, 8, 32),
    "head/w": (192, 10),
}
### END SOLUTION

# %% check="conv-shapes"
from publishing.teaching.checking import predicted

_seen = {}


def _watched(x):
    _seen.update(encoder(x))
    return x


_made = jax.eval_shape(network(_watched).init, key, jnp.ones((4, 32, 24, 3)))
predicted(
    globals(),
    "predicted_shapes",
    {name: _seen[name] for name in ("a", "b", "c", "pool", "up")}
    | {f"{name}/w": _made[name]["w"].shape for name in ("c", "up", "head")},
    {
        "a": "SAME divides each size by the stride and rounds up, whatever the kernel.",
        "b": "With a rate of 2, a kernel of 3 reaches over 5 rows, and VALID adds none.",
        "c": "There is one zero after the image: put l = 0 and h = 1 into the formula.",
        "pool": "Windows of 3 move by 2 without padding, and the channels stay.",
        "up": "VALID makes n s + max(k - s, 0) rows of n.",
        "c/w": "With 16 groups, an output channel sees the channels of one group.",
        "up/w": "The kernel of a transposed convolution has the axes (H, W, out, in).",
        "head/w": "hk.Flatten joins rows, columns and channels of one image.",
    },
)
print("Right: all shapes agree with those of the network.")

# %% [markdown]
# ## What can go wrong
#
# [The list of errors](../look_up/errors.py) produces messages like these and explains more of them.
#
# - `ValueError: 'conv2_d/w' with retrieved shape (3, 5, 4, 7) does not match shape=(3, 5, 10, 7)` The last axis of the
#   images is not the channels that the layer was made for.
# - `ValueError: 'linear/w' with retrieved shape (1568, 10) does not match shape=[2048, 10]` Images of another size in
#   front of `hk.Flatten`.
# - `ValueError: Input to ConvND needs to have rank in [3, 4]` An axis is missing: add it with `x[..., None]`.
# - `TypeError: 'int' object is not subscriptable` Write `padding=(1, 1)` for `padding=1`.
# - `ValueError: data type dtype('uint8') not compatible with finfo` Convert pixels to floats first.
# - No message: images in NCHW in a new network; grey images without an axis for channels; a window of two numbers in a
#   pool; `"SAME"` for PyTorch's `padding=1`.

# %% [markdown]
# ## What you learned
#
# - Images are (N, H, W, C), kernels (H, W, in, out), and those of a transposed convolution (H, W, out, in).
# - $\lfloor (n + l + h - e) / s \rfloor + 1$ is the size of the output, with $e = (k - 1) r + 1$. `"SAME"` makes
#   $\lceil n / s \rceil$ of $n$.
# - Two paddings with the same output shape can compute different numbers: compare numbers with the old program.
# - After `init`, the third axis of each `w` says what the layer took for its channels.
#
# Next: [JAX transformations inside a network](../networks/transforms_inside.py).
