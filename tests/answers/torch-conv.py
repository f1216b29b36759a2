# %% right: padded by jnp.pad
def ported(weight, bias, x, stride, padding):
    x = jnp.pad(jnp.moveaxis(x, 1, -1), ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    layer = hk.transform(lambda x: hk.Conv2D(weight.shape[0], weight.shape[2:], stride, padding="VALID")(x))
    params = {"conv2_d": {"w": jnp.einsum("oikl->klio", weight), "b": bias}}
    return jnp.moveaxis(layer.apply(params, None, x), -1, 1)

# %% right: by data_format
def ported(weight, bias, x, stride, padding):
    def f(x):
        return hk.Conv2D(
            len(bias), weight.shape[2:], stride, padding=(padding, padding), data_format="NCHW"
        )(x)

    params = {"conv2_d": {"w": weight.transpose(2, 3, 1, 0), "b": bias[:, None, None]}}
    return network(f).apply(params, x)

# %% wrong: out and in exchanged -> channels in and out of the kernel are exchanged
transpose(2, 3, 1, 0)
# becomes
transpose(2, 3, 0, 1)

# %% wrong: rows and columns exchanged -> rows and columns of the kernel are exchanged
transpose(2, 3, 1, 0)
# becomes
transpose(3, 2, 1, 0)

# %% wrong: no bias -> the bias is missing
"b": bias}
# becomes
"b": 0 * bias}

# %% wrong: kernels of 3 alone -> Which axes has a kernel of Haiku
size = weight.shape[2:]
# becomes
size = (3, 3)

# %% wrong: always 1 -> outputs with a stride of 1
size, stride, padding
# becomes
size, 1, padding

# %% wrong: SAME -> that is padding `SAME`
padding=sides
# becomes
padding="SAME" if padding else "VALID"

# %% wrong: VALID -> that is padding `VALID`
padding=sides
# becomes
padding="VALID"

# %% wrong: the number itself -> A padding is a pair
padding=sides
# becomes
padding=padding

# %% wrong: breaks: It returns the output with the axes of PyTorch -> the axes of PyTorch are
return out.transpose(0, 3, 1, 2)
# becomes
return out

# %% wrong: the broken one
def ported(weight, bias, x, stride, padding):
    return broken_port(weight, bias, x, stride, padding)

# %% wrong: flipped -> the kernel is flipped
def ported(weight, bias, x, stride, padding):
    return old_layer(weight[:, :, ::-1, ::-1], bias, x, stride, padding)

# %% wrong: hk.pad.same -> that is padding
def ported(weight, bias, x, stride, padding):
    def f(x):
        return hk.Conv2D(len(bias), weight.shape[2:], stride, padding=hk.pad.same)(x)

    params = {"conv2_d": {"w": weight.transpose(2, 3, 1, 0), "b": bias}}
    return network(f).apply(params, x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
