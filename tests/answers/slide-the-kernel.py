# %% right: by lax
def slide(x, w, stride, rate, padding):
    padding = padding if isinstance(padding, str) else [padding]
    return jax.lax.conv_general_dilated(
        x[None], w, (stride,), padding, rhs_dilation=(rate,), dimension_numbers=("NWC", "WIO", "NWC")
    )[0]

# %% right: a sum over the kernel
def slide(x, w, stride, rate, padding):
    e = 1 + rate * (w.shape[0] - 1)
    n = x.shape[0]
    if padding == "SAME":
        both = max((n + stride - 1) // stride * stride - stride + e - n, 0)
        before, after = both // 2, (both + 1) // 2
    elif padding == "VALID":
        before = after = 0
    else:
        before, after = padding
    x = jnp.concatenate([jnp.zeros((before, x.shape[1])), x, jnp.zeros((after, x.shape[1]))])
    outputs = (len(x) - e) // stride + 1
    rows = jnp.arange(outputs) * stride
    return sum(x[rows + k * rate] @ w[k] for k in range(w.shape[0]))

# %% wrong: flipped -> the kernel is flipped
"tkc,kco->to", windows, w
# becomes
"tkc,kco->to", windows, w[::-1]

# %% wrong: a mean -> it is the mean over a window
windows, w)
# becomes
windows, w) / windows[0].size

# %% wrong: the channels apart -> has the shape
"tkc,kco->to"
# becomes
"tkc,kco->tco"

# %% wrong: the last is missing -> the last output is missing
len(x) - reach + 1
# becomes
len(x) - reach

# %% wrong: stride of 1 -> outputs with a stride of 1
reach + 1, stride)
# becomes
reach + 1, 1)

# %% wrong: rate of 1 -> that is a rate of 1
reach = (len(w) - 1) * rate + 1
# becomes
rate = 1
reach = (len(w) - 1) * rate + 1

# %% wrong: odd zero before -> the first window begins too early
(zeros // 2, zeros - zeros // 2)
# becomes
(zeros - zeros // 2, zeros // 2)

# %% wrong: without the stride -> the first window begins too early
padding = (zeros // 2, zeros - zeros // 2)
# becomes
padding = ((reach - 1) // 2, reach // 2)

# %% wrong: never padded -> the series is not padded
x = jnp.pad(x, (padding, (0, 0)))
# becomes
x = x

# %% wrong: a negative number of zeros -> stops with
max(0, (outputs - 1) * stride + reach - len(x))
# becomes
(outputs - 1) * stride + reach - len(x)

# %% wrong: zeros on both sides -> the pair is the wrong way round
def slide(x, w, stride, rate, padding):
    padding = padding if isinstance(padding, str) else [padding[::-1]]
    return jax.lax.conv_general_dilated(
        x[None], w, (stride,), padding, rhs_dilation=(rate,), dimension_numbers=("NWC", "WIO", "NWC")
    )[0]

# %% wrong: a flipped kernel -> the kernel is flipped
def slide(x, w, stride, rate, padding):
    padding = padding if isinstance(padding, str) else [padding]
    return jax.lax.conv_general_dilated(
        x[None], w[::-1], (stride,), padding, rhs_dilation=(rate,), dimension_numbers=("NWC", "WIO", "NWC")
    )[0]

# %% wrong: SAME at the start -> the first window begins too early
def slide(x, w, stride, rate, padding):
    padding = "SAME_LOWER" if padding == "SAME" else padding if isinstance(padding, str) else [padding]
    return jax.lax.conv_general_dilated(
        x[None], w, (stride,), padding, rhs_dilation=(rate,), dimension_numbers=("NWC", "WIO", "NWC")
    )[0]
