"""Each piece carries its layer from Haiku to Equinox: outputs and a step of SGD agree."""

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.porting import equinox_pieces as pieces
from snippets.porting.equinox import equinox_arrays, port_to_equinox
from snippets.porting.recurrent import EquinoxHaikuGRUCell
from snippets.porting.sources import arrays_by_path, stacked


def each(layer, x):
    return jax.vmap(layer)(x)


def on_last_axis(layer, x):
    return jax.vmap(jax.vmap(layer))(x)


def channels_first(layer, x):  # (B, ..., C)
    return jnp.moveaxis(jax.vmap(layer)(jnp.moveaxis(x, -1, 1)), 1, -1)


def attend(layer, x):
    return jax.vmap(lambda row: layer(row, row, row))(x)


def unrolled(core):
    def run(x):  # (B, T, D)
        cell = core()
        start = jax.tree.map(lambda h: h.astype(x.dtype), cell.initial_state(x.shape[0]))
        return hk.dynamic_unroll(cell, x.swapaxes(0, 1), start)[0].swapaxes(0, 1)

    return run


def scanned(cell, x):
    is_lstm = isinstance(cell, eqx.nn.LSTMCell)
    zeros = jnp.zeros((cell.weight_hh.shape[1] if is_lstm else cell.w_h.shape[0],), x.dtype)

    def step(carry, row):
        carry = cell(row, carry)
        return carry, carry[0] if is_lstm else carry

    return jax.vmap(lambda rows: jax.lax.scan(step, (zeros, zeros) if is_lstm else zeros, rows)[1])(
        x
    )


KEY = jax.random.key(0)


def transposed(kernel, stride, padding, bias):
    dims, rest = (
        len(kernel),
        pieces.same_padding(kernel, stride) if padding == "SAME" else {"padding": 0},
    )
    layer, name = getattr(hk, f"Conv{dims}DTranspose"), f"conv{dims}_d_transpose"
    return (
        lambda x: layer(5, kernel, stride, padding=padding, with_bias=bias)(x),
        lambda: eqx.nn.ConvTranspose(dims, 2, 5, kernel, stride, **rest, use_bias=bias, key=KEY),
        channels_first,
        pieces.equinox_conv_transpose("", name, bias=bias),
        (2, *[4] * dims, 2),
    )


CASES = {}
for bias in (True, False):
    for sizes in ((1, 1), (3, 5)):
        CASES[f"linear-{sizes}-{bias}"] = (
            lambda x, s=sizes, b=bias: hk.Linear(s[1], with_bias=b)(x),
            lambda s=sizes, b=bias: eqx.nn.Linear(*s, use_bias=b, key=KEY),
            each,
            pieces.equinox_linear("", "linear", bias=bias),
            (4, sizes[0]),
        )
    for dims, stride, padding in ((1, 2, "SAME"), (2, 1, "VALID"), (2, 2, "SAME"), (2, 2, "VALID")):
        kernel = (3, 4)[:dims]
        CASES[f"conv-{dims}-{stride}-{padding}-{bias}"] = (
            lambda x, d=dims, k=kernel, s=stride, p=padding, b=bias: getattr(hk, f"Conv{d}D")(
                5, k, s, padding=p, with_bias=b
            )(x),
            lambda d=dims, k=kernel, s=stride, p=padding, b=bias: eqx.nn.Conv(
                d, 2, 5, k, s, padding=p, use_bias=b, key=KEY
            ),
            channels_first,
            pieces.equinox_conv("", f"conv{dims}_d", bias=bias),
            (2, *[6] * dims, 2),
        )
        CASES[f"conv_transpose-{dims}-{stride}-{padding}-{bias}"] = transposed(
            kernel, stride, padding, bias
        )
    CASES[f"depthwise-{bias}"] = (
        lambda x, b=bias: hk.DepthwiseConv2D(2, 3, with_bias=b)(x),
        lambda b=bias: eqx.nn.Conv2d(3, 6, 3, padding="SAME", groups=3, use_bias=b, key=KEY),
        channels_first,
        pieces.equinox_conv("", "depthwise_conv2_d", bias=bias),
        (2, 5, 4, 3),
    )
    for inputs, key_size, value_size, heads, model in (
        (5, 3, 3, 2, 4),
        (4, 4, 2, 1, 4),
        (1, 2, 5, 3, 5),
    ):
        CASES[f"attention-{inputs}-{key_size}-{value_size}-{heads}-{model}-{bias}"] = (
            lambda x, k=key_size, v=value_size, h=heads, m=model, b=bias: hk.MultiHeadAttention(
                h, k, w_init=jnp.zeros, value_size=v, model_size=m, with_bias=b
            )(x, x, x),
            lambda i=inputs, k=key_size, v=value_size, h=heads, m=model, b=bias: (
                eqx.nn.MultiheadAttention(
                    h,
                    i,
                    output_size=m,
                    qk_size=k,
                    vo_size=v,
                    key=KEY,
                    **{f"use_{part}_bias": b for part in ("query", "key", "value", "output")},
                )
            ),
            attend,
            pieces.equinox_multi_head_attention("", "multi_head_attention", bias=bias),
            (2, 3, inputs),
        )
for scale, offset in ((True, True), (True, False), (False, True)):
    CASES[f"layer_norm-{scale}-{offset}"] = (
        lambda x, s=scale, o=offset: hk.LayerNorm(-1, s, o)(x),
        lambda s=scale, o=offset: eqx.nn.LayerNorm(6, use_weight=s, use_bias=o),
        on_last_axis,
        pieces.equinox_layer_norm("", "layer_norm", scale=scale, offset=offset),
        (4, 3, 6),
    )
CASES["rms_norm"] = (
    lambda x: hk.RMSNorm(-1)(x),
    lambda: eqx.nn.RMSNorm(6, use_bias=False),
    on_last_axis,
    pieces.equinox_layer_norm("", "rms_norm", offset=False),
    (4, 3, 6),
)
for inputs, hidden in ((1, 1), (3, 5), (5, 2)):
    CASES[f"lstm-{inputs}-{hidden}"] = (
        unrolled(lambda h=hidden: hk.LSTM(h)),
        lambda i=inputs, h=hidden: eqx.nn.LSTMCell(i, h, key=KEY),
        scanned,
        pieces.equinox_lstm("", "lstm"),
        (2, 4, inputs),
    )
    CASES[f"gru-{inputs}-{hidden}"] = (
        unrolled(lambda h=hidden: hk.GRU(h)),
        lambda i=inputs, h=hidden: EquinoxHaikuGRUCell(i, h, key=KEY),
        scanned,
        pieces.equinox_gru("", "gru"),
        (2, 4, inputs),
    )


# Without a bias, or without a scale or offset, in the second tier.
EACH = [
    pytest.param(case, marks=pytest.mark.slow) if case.endswith("-False") else case
    for case in CASES
]


ONE_OF_EACH = [  # the first case of a piece in the first tier
    case
    if case in {case.partition("-")[0]: case for case in reversed(CASES)}.values()
    else pytest.param(case, marks=pytest.mark.slow)
    for case in CASES
]


@pytest.mark.parametrize("case", EACH)
def test_a_layer_gives_the_same_outputs_and_the_same_step(case, dtype, agree, carried):
    function, make, call, sources, shape = CASES[case]
    x = jax.random.normal(jax.random.key(1), shape, dtype)
    haiku = carried(function, x)
    blank = eqx.filter_eval_shape(make)
    ported = port_to_equinox(blank, sources, haiku.params)
    agree(eqx.filter_jit(call)(ported, x), haiku.outputs())
    grads = eqx.filter_jit(eqx.filter_grad(lambda net: (call(net, x) ** 2).mean()))(ported)
    after = eqx.apply_updates(ported, jax.tree.map(lambda g: -g, grads))
    agree(
        equinox_arrays(after), equinox_arrays(port_to_equinox(blank, sources, haiku.after_a_step()))
    )


@pytest.mark.parametrize("case", ONE_OF_EACH)
def test_a_stack_of_layers_is_carried_as_each_of_them_is(case, carried, layers_apart):
    function, make, _, sources, shape = CASES[case]
    arrays = equinox_arrays(eqx.filter_eval_shape(make))
    shapes = {path: array.shape for path, array in arrays.items()}
    each, together = layers_apart(carried(function, jnp.ones(shape)), shapes, sources)
    jax.tree.map(np.testing.assert_array_equal, together, each)


def test_a_stack_of_batch_norms_is_carried_with_its_averages(carried, layers_apart):
    haiku = carried(lambda x: hk.BatchNorm(True, True, 0.9)(x, True), jnp.ones((5, 4)))
    for part in ("mean", "var"):
        haiku.params[f"batch_norm/~/{part}_ema"] = {"hidden": jnp.arange(4.0).reshape(1, 4)}
    haiku.params["batch_norm/~/mean_ema"]["counter"] = jnp.array(3.0)
    make = eqx.nn.make_with_state(eqx.nn.BatchNorm)
    arrays = equinox_arrays(make(4, "batch", momentum=0.9, mode="batch"))
    shapes = {path: array.shape for path, array in arrays.items()}
    each, together = layers_apart(haiku, shapes, pieces.equinox_batch_norm("", "batch_norm"))
    jax.tree.map(np.testing.assert_array_equal, together, each)


def test_a_stack_whose_sizes_are_all_equal_is_not_turned_around():
    draw = np.random.default_rng(0)
    w, recurrent = draw.normal(size=(4, 4, 4)), draw.normal(size=(4, 4, 4))  # of 4, D = 3, H = 1
    linear, lstm = pieces.equinox_linear("", "m", bias=False), pieces.equinox_lstm("", "m")
    for change in (lambda sources: sources, stacked):
        got = arrays_by_path({"weight": (4, 4, 4)}, change(linear), {"m": {"w": w}})["weight"]
        np.testing.assert_array_equal(got, np.stack([layer.T for layer in w]).astype("f4"))
        shapes = {"weight_ih": (4, 4, 3), "weight_hh": (4, 4, 1), "bias": (4, 4)}
        params = {"m/linear": {"w": recurrent, "b": np.zeros((4, 4))}}
        got = arrays_by_path(shapes, change(lstm), params)["weight_ih"]
        order = [0, 2, 1, 3]
        want = np.stack([layer[:3, order].T for layer in recurrent]).astype("f4")
        np.testing.assert_array_equal(got, want)


def test_a_layer_stack_of_attention_runs_where_all_sizes_are_one(carried):
    size = 4
    x = jax.random.normal(jax.random.key(1), (size, size, size))

    def stack(x):
        def layer(h):
            normed = hk.LayerNorm(-1, True, True)(h)
            h = h + hk.MultiHeadAttention(size, 1, w_init=jnp.zeros)(normed, normed, normed)
            return h + hk.Linear(size)(h)

        return hk.layer_stack(size, name="stack")(layer)(x)

    class Layer(eqx.Module):
        norm: eqx.nn.LayerNorm
        attend: eqx.nn.MultiheadAttention
        linear: eqx.nn.Linear

        def __init__(self, key):
            biases = {f"use_{part}_bias": True for part in ("query", "key", "value", "output")}
            self.norm = eqx.nn.LayerNorm(size)
            self.attend = eqx.nn.MultiheadAttention(size, size, key=key, **biases)
            self.linear = eqx.nn.Linear(size, size, key=key)

        def __call__(self, h):
            normed = jax.vmap(self.norm)(h)
            h = h + self.attend(normed, normed, normed)
            return h + jax.vmap(self.linear)(h)

    def run(layers, h):
        arrays, rest = eqx.partition(layers, eqx.is_array)
        step = lambda h, part: (jax.vmap(eqx.combine(part, rest))(h), None)  # noqa: E731
        return jax.lax.scan(step, h, arrays)[0]

    haiku = carried(stack, x)
    one = (
        pieces.equinox_layer_norm("norm", "stack/layer_norm")
        | pieces.equinox_multi_head_attention("attend", "stack/multi_head_attention")
        | pieces.equinox_linear("linear", "stack/linear")
    )
    blank = eqx.filter_vmap(Layer)(jax.random.split(KEY, size))
    for sources in (one, stacked(one)):
        layers = port_to_equinox(blank, sources, haiku.params)
        np.testing.assert_allclose(run(layers, x), haiku.outputs(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
def test_padding_that_is_the_same_gives_the_same_sizes_and_outputs(size, stride, carried):
    function, make, call, sources, shape = transposed((size,), stride, "SAME", True)
    haiku = carried(function, jax.random.normal(jax.random.key(1), shape))
    ported = port_to_equinox(eqx.filter_eval_shape(make), sources, haiku.params)
    np.testing.assert_allclose(call(ported, *haiku.inputs), haiku.outputs(), atol=1e-5)


@pytest.mark.parametrize(("words", "size"), [(1, 1), (7, 3)])
def test_an_embedding_is_carried(words, size, dtype, agree, carried):
    ids = jnp.arange(words)[::-1]
    haiku = carried(lambda i: hk.Embed(words, size, w_init=lambda s, _: jnp.ones(s, dtype))(i), ids)
    blank = eqx.nn.Embedding(words, size, key=KEY)
    ported = port_to_equinox(blank, pieces.equinox_embed("", "embed"), haiku.params)
    agree(jax.vmap(ported)(ids), haiku.outputs())


@pytest.mark.parametrize("shape", [(6, 3), (4, 5, 5, 3), (2, 4, 1)])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("steps", [1, 3])
def test_batch_norm_agrees_in_both_modes_whatever_the_step(shape, affine, steps, carried):
    x = 3 + 2 * jax.random.normal(jax.random.key(1), shape)
    haiku = carried(lambda x, train=True: hk.BatchNorm(affine, affine, 0.9)(x, train), x)
    apply = jax.jit(haiku.net.apply, static_argnums=3)
    state = jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), haiku.state)
    for step in range(steps):
        _, state = apply(haiku.params, state, x + step, True)
    make = eqx.nn.make_with_state(eqx.nn.BatchNorm)
    blank = make(shape[-1], "batch", momentum=0.9, mode="batch", channelwise_affine=affine)
    sources = pieces.equinox_batch_norm("", "batch_norm", affine=affine)
    net, held = port_to_equinox(
        blank, sources, haiku.params, state, unused=pieces.EQUINOX_AVERAGES_UNUSED
    )
    axes = {"in_axes": (0, None), "out_axes": (0, None), "axis_name": "batch"}
    first = jnp.moveaxis(x, -1, 1)
    for is_training in (False, True):
        layer = eqx.nn.inference_mode(net, not is_training)
        y, after = jax.vmap(layer, **axes)(first, held)
        want, new = apply(haiku.params, state, x, is_training)
        np.testing.assert_allclose(jnp.moveaxis(y, 1, -1), want, atol=2e-5, rtol=1e-5)
        want = port_to_equinox(
            blank, sources, haiku.params, new, unused=pieces.EQUINOX_AVERAGES_UNUSED
        )
        for got, array in zip(
            *(jax.tree.leaves(equinox_arrays(m)) for m in ((net, after), want)), strict=True
        ):
            np.testing.assert_allclose(got, array, atol=2e-5, rtol=1e-5)


def test_the_shapes_of_the_gru_of_haiku_fit_that_of_equinox_and_the_outputs_differ(carried):
    x = jax.random.normal(jax.random.key(1), (2, 4, 3))
    haiku = carried(unrolled(lambda: hk.GRU(5)), x)
    sources = {
        "weight_ih": ("gru/w_i", jnp.transpose),
        "weight_hh": ("gru/w_h", jnp.transpose),
        "bias": "gru/b",
        "bias_n": ("gru/b", lambda b: 0 * b[:5]),
    }
    cell = port_to_equinox(eqx.nn.GRUCell(3, 5, key=KEY), sources, haiku.params)
    got = jax.vmap(
        lambda rows: jax.lax.scan(lambda h, r: 2 * (cell(r, h),), jnp.zeros(5), rows)[1]
    )(x)
    assert abs(got - haiku.outputs()).max() > 0.1
