"""Each piece carries its layer from Haiku to Flax NNX: outputs and a step of SGD agree."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from snippets.porting import pieces
from snippets.porting.nnx import nnx_shapes, port_to_nnx
from snippets.porting.recurrent import HaikuGRUCell
from snippets.porting.sources import stacked


def unrolled(core):
    """A recurrent core of Haiku over (B, T, D), as `nnx.RNN` has it."""

    def run(x):
        cell = core()
        start = jax.tree.map(lambda h: h.astype(x.dtype), cell.initial_state(x.shape[0]))
        return hk.dynamic_unroll(cell, x.swapaxes(0, 1), start)[0].swapaxes(0, 1)

    return run


def rnn(cell, state):
    """A module that runs a cell of NNX from zeros of the inputs' dtype."""

    def call(net, x):
        zeros = jnp.zeros((x.shape[0], state), x.dtype)
        pair = isinstance(net.cell, nnx.OptimizedLSTMCell)
        return net(x, initial_carry=(zeros, zeros) if pair else zeros)

    return (lambda rngs: nnx.RNN(cell(rngs))), call


def run(net, x):
    return net(x)


def attention(key_size, heads, model, bias):
    def attend(x):
        w_init = hk.initializers.VarianceScaling()
        layer = hk.MultiHeadAttention(
            heads, key_size, w_init=w_init, model_size=model, with_bias=bias
        )
        return layer(x, x, x)

    return attend


def mha(inputs, key_size, heads, model, bias):
    rest = {"out_features": model, "use_bias": bias, "decode": False}
    return lambda rngs: nnx.MultiHeadAttention(heads, inputs, heads * key_size, rngs=rngs, **rest)


FAST = {"epsilon": 1e-5, "use_fast_variance": False}
CASES = {}
for bias in (True, False):
    for sizes in ((1, 1), (3, 5)):
        CASES[f"linear-{sizes}-{bias}"] = (
            lambda x, s=sizes, b=bias: hk.Linear(s[1], with_bias=b)(x),
            lambda rngs, s=sizes, b=bias: nnx.Linear(*s, use_bias=b, rngs=rngs),
            pieces.linear("", "linear", bias=bias),
            (4, sizes[0]),
        )
    for dims, size, stride, padding in ((1, 3, 2, "SAME"), (2, 2, 1, "VALID"), (2, 3, 2, "SAME")):
        kernel = (size, *[size + 1] * (dims - 1))
        layers = {"conv": (getattr(hk, f"Conv{dims}D"), nnx.Conv, f"conv{dims}_d")}
        layers["conv_transpose"] = (
            getattr(hk, f"Conv{dims}DTranspose"),
            nnx.ConvTranspose,
            f"conv{dims}_d_transpose",
        )
        for piece, (theirs, ours, name) in layers.items():
            CASES[f"{piece}-{dims}-{kernel}-{stride}-{padding}-{bias}"] = (
                lambda x, t=theirs, k=kernel, s=stride, p=padding, b=bias: t(
                    5, k, s, padding=p, with_bias=b
                )(x),
                lambda rngs, o=ours, k=kernel, s=stride, p=padding, b=bias: o(
                    3,
                    5,
                    k,
                    strides=s if o is nnx.Conv else (s,) * len(k),
                    padding=p,
                    use_bias=b,
                    rngs=rngs,
                ),
                getattr(pieces, piece)("", name, bias=bias),
                (2, *[6] * dims, 3),
            )
    CASES[f"depthwise-{bias}"] = (
        lambda x, b=bias: hk.DepthwiseConv2D(2, 3, with_bias=b)(x),
        lambda rngs, b=bias: nnx.Conv(3, 6, (3, 3), feature_group_count=3, use_bias=b, rngs=rngs),
        pieces.conv("", "depthwise_conv2_d", bias=bias),
        (2, 5, 4, 3),
    )
    for inputs, key_size, heads, model in ((5, 3, 2, 4), (4, 4, 1, 4), (1, 2, 3, 5)):
        CASES[f"multi_head_attention-{inputs}-{key_size}-{heads}-{model}-{bias}"] = (
            attention(key_size, heads, model, bias),
            mha(inputs, key_size, heads, model, bias),
            pieces.multi_head_attention("", "multi_head_attention", heads, bias=bias),
            (2, 3, inputs),
        )
for scale in (True, False):
    for offset in (True, False):
        flags = {"scale": scale, "offset": offset}
        if not (scale or offset):
            continue  # nothing to carry
        made, has = (
            {"create_scale": scale, "create_offset": offset},
            {"use_scale": scale, "use_bias": offset},
        )
        CASES[f"layer_norm-{scale}-{offset}"] = (
            lambda x, m=made: hk.LayerNorm(-1, **m)(x),
            lambda rngs, h=has: nnx.LayerNorm(6, **h, **FAST, rngs=rngs),
            pieces.layer_norm("", "layer_norm", **flags),
            (4, 3, 6),
        )
        CASES[f"group_norm-{scale}-{offset}"] = (
            lambda x, m=made: hk.GroupNorm(2, **m)(x),
            lambda rngs, h=has: nnx.GroupNorm(6, 2, **h, **FAST, rngs=rngs),
            pieces.layer_norm("", "group_norm", **flags),
            (4, 3, 6),
        )
CASES["rms_norm"] = (
    lambda x: hk.RMSNorm(-1)(x),
    lambda rngs: nnx.RMSNorm(6, epsilon=1e-5, rngs=rngs),
    pieces.rms_norm("", "rms_norm"),
    (4, 3, 6),
)
for inputs, hidden in ((1, 1), (3, 5), (5, 2)):
    CASES[f"lstm-{inputs}-{hidden}"] = (
        unrolled(lambda h=hidden: hk.LSTM(h)),
        rnn(lambda rngs, i=inputs, h=hidden: nnx.OptimizedLSTMCell(i, h, rngs=rngs), hidden),
        pieces.lstm("cell", "lstm"),
        (2, 4, inputs),
    )
    CASES[f"gru-{inputs}-{hidden}"] = (
        unrolled(lambda h=hidden: hk.GRU(h)),
        rnn(lambda rngs, i=inputs, h=hidden: HaikuGRUCell(i, h, rngs=rngs), hidden),
        pieces.gru("cell", "gru"),
        (2, 4, inputs),
    )


def variables(net):
    return {
        ".".join(map(str, path)): v[...] for path, v in nnx.to_flat_state(nnx.state(net, nnx.Param))
    }


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
    function, make, sources, shape = CASES[case]
    make, call = make if isinstance(make, tuple) else (make, run)
    x = jax.random.normal(jax.random.key(1), shape, dtype)
    haiku = carried(function, x)
    blank = make(nnx.Rngs(0))  # nnx.RNN holds keys, which nnx.eval_shape would make abstract
    ported = port_to_nnx(blank, sources, haiku.params)
    far = 1e-6 if "attention" in case else 0.0  # NNX takes the root of the key's size in 32 bits
    agree(nnx.jit(call)(ported, x), haiku.outputs(), far)
    grads = nnx.jit(nnx.grad(lambda net: (call(net, x) ** 2).mean()))(ported)
    after = jax.tree.map(lambda p, g: p - g, variables(ported), variables(grads))
    agree(after, variables(port_to_nnx(blank, sources, haiku.after_a_step())), far)


@pytest.mark.parametrize("case", ONE_OF_EACH)
def test_a_stack_of_layers_is_carried_as_each_of_them_is(case, carried, layers_apart):
    function, make, sources, shape = CASES[case]
    make = make[0] if isinstance(make, tuple) else make
    each, together = layers_apart(
        carried(function, jnp.ones(shape)), nnx_shapes(make(nnx.Rngs(0))), sources
    )
    jax.tree.map(np.testing.assert_array_equal, together, each)


def test_a_stack_of_batch_norms_is_carried_with_its_averages(carried, layers_apart):
    haiku = carried(lambda x: hk.BatchNorm(True, True, 0.9)(x, True), jnp.ones((5, 4)))
    for part in ("mean", "var"):
        haiku.params[f"batch_norm/~/{part}_ema"] = {"average": jnp.arange(4.0).reshape(1, 4)}
    shapes = nnx_shapes(nnx.BatchNorm(4, rngs=nnx.Rngs(0)))
    each, together = layers_apart(haiku, shapes, pieces.batch_norm("", "batch_norm"))
    jax.tree.map(np.testing.assert_array_equal, together, each)


def test_a_layer_stack_of_attention_runs_where_all_sizes_are_one(carried):
    """Also without `stacked` nothing is turned that has the right shape by chance."""
    size = 4
    x = jax.random.normal(jax.random.key(1), (size, size, size))

    def stack(x):
        def layer(h):
            h = h + attention(1, size, size, True)(hk.LayerNorm(-1, True, True)(h))
            return h + hk.Linear(size)(h)

        return hk.layer_stack(size, name="stack")(layer)(x)

    class Layer(nnx.Module):
        def __init__(self, rngs):
            self.norm = nnx.LayerNorm(size, **FAST, rngs=rngs)
            self.attend = mha(size, 1, size, size, True)(rngs)
            self.linear = nnx.Linear(size, size, rngs=rngs)

        def __call__(self, h):
            h = h + self.attend(self.norm(h))
            return h + self.linear(h)

    @nnx.split_rngs(splits=size)
    @nnx.vmap(in_axes=0, out_axes=0)
    def layers(rngs):
        return Layer(rngs)

    @nnx.scan(in_axes=(0, nnx.Carry), out_axes=nnx.Carry)
    def run_all(layer, h):
        return layer(h)

    haiku = carried(stack, x)
    one = (
        pieces.layer_norm("norm", "stack/layer_norm")
        | pieces.multi_head_attention("attend", "stack/multi_head_attention", size)
        | pieces.linear("linear", "stack/linear")
    )
    for sources in (one, stacked(one)):
        net = port_to_nnx(layers(nnx.Rngs(0)), sources, haiku.params)
        np.testing.assert_allclose(run_all(net, x), haiku.outputs(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("groups", [None, 2])
def test_a_large_mean_needs_the_variance_that_is_not_fast(groups, carried):
    x = 100 + jax.random.normal(jax.random.key(1), (4, 3, 6))
    theirs = (
        (lambda x: hk.GroupNorm(groups)(x))
        if groups
        else (lambda x: hk.LayerNorm(-1, True, True)(x))
    )
    haiku, name = carried(theirs, x), "group_norm" if groups else "layer_norm"
    off = {}
    for fast in (True, False):
        rest = {"epsilon": 1e-5, "use_fast_variance": fast, "rngs": nnx.Rngs(0)}
        blank = nnx.GroupNorm(6, groups, **rest) if groups else nnx.LayerNorm(6, **rest)
        net = port_to_nnx(blank, pieces.layer_norm("", name), haiku.params)
        off[fast] = float(abs(net(x) - haiku.outputs()).max())
    assert off[False] < 1e-4
    assert off[True] > 10 * off[False]


@pytest.mark.parametrize(
    "piece", ["multi_head_attention", "lstm", "gru", "conv_transpose", "linear"]
)
def test_a_layer_below_others_has_their_path(piece):
    heads = [2] * (piece == "multi_head_attention")
    alone, below = (getattr(pieces, piece)(path, "m", *heads) for path in ("", "blocks.0.layer"))
    assert [f"blocks.0.layer.{path}" for path in alone] == list(below)


@pytest.mark.parametrize(("words", "size"), [(1, 1), (7, 3)])
def test_an_embedding_is_carried(words, size, dtype, agree, carried):
    ids = jnp.arange(words)[::-1]
    haiku = carried(lambda i: hk.Embed(words, size, w_init=lambda s, _: jnp.ones(s, dtype))(i), ids)
    ported = port_to_nnx(
        nnx.Embed(words, size, dtype=dtype, rngs=nnx.Rngs(0)),
        pieces.embed("", "embed"),
        haiku.params,
    )
    agree(ported(ids), haiku.outputs())


@pytest.mark.parametrize("shape", [(6, 3), (4, 5, 5, 3), (2, 4, 1)])
@pytest.mark.parametrize(
    ("scale", "offset"), [(True, True), (False, True), (True, False), (False, False)]
)
def test_batch_norm_agrees_in_both_modes_and_so_do_its_averages_after_many_steps(
    shape, scale, offset, carried
):
    x = 3 + 2 * jax.random.normal(jax.random.key(1), shape)
    haiku = carried(lambda x, train=True: hk.BatchNorm(scale, offset, 0.9)(x, train), x)
    means = jax.random.normal(
        jax.random.key(2), haiku.state["batch_norm/~/mean_ema"]["average"].shape
    )
    state = {
        f"batch_norm/~/{part}_ema": {"average": value, "hidden": value, "counter": jnp.array(5000)}
        for part, value in (("mean", means), ("var", means**2 + 0.5))
    }
    blank = nnx.BatchNorm(
        shape[-1], momentum=0.9, use_scale=scale, use_bias=offset, rngs=nnx.Rngs(0)
    )
    sources = pieces.batch_norm("", "batch_norm", scale=scale, offset=offset)
    net = port_to_nnx(blank, sources, haiku.params, state, unused=pieces.AVERAGES_UNUSED)
    net.eval()
    np.testing.assert_allclose(
        net(x),
        jax.jit(haiku.net.apply, static_argnums=3)(haiku.params, state, x, False)[0],
        atol=2e-5,
        rtol=1e-5,
    )
    net.train()

    def loss(params):
        y, new = haiku.net.apply(params, state, x)
        return (y**3).mean(), (y, new)

    grads, (y, after) = jax.jit(jax.grad(loss, has_aux=True))(haiku.params)
    nnx_grads = nnx.jit(nnx.grad(lambda net: (net(x) ** 3).mean()))(net)  # and moves the averages
    stepped = jax.tree.map(lambda p, g: p - g, haiku.params, grads)
    want = port_to_nnx(blank, sources, stepped, after, unused=pieces.AVERAGES_UNUSED)
    for name, grad in nnx_grads.items():
        np.testing.assert_allclose(
            getattr(net, name)[...] - grad[...], getattr(want, name)[...], atol=2e-5, rtol=1e-4
        )
    for name in ("mean", "var"):
        np.testing.assert_allclose(
            getattr(net, name)[...], getattr(want, name)[...], atol=2e-5, rtol=1e-5
        )
    np.testing.assert_allclose(net(x), y, atol=2e-5, rtol=1e-5)


def test_heads_are_counted_from_one():
    with pytest.raises(ValueError, match="heads wants a number from 1 up, not 0"):
        pieces.multi_head_attention("", "mha", 0)


def test_values_of_another_size_than_keys_are_refused_by_their_shape(carried):
    def attend(x):
        return hk.MultiHeadAttention(2, 3, w_init=jnp.zeros, value_size=5, model_size=4)(x, x, x)

    haiku = carried(attend, jnp.ones((2, 3, 4)))
    sources = pieces.multi_head_attention("", "multi_head_attention", 2)
    with pytest.raises(ValueError, match=r"out.kernel wants \(2, 3, 4\) and gets \(2, 5, 4\)"):
        port_to_nnx(
            nnx.MultiHeadAttention(2, 4, 6, decode=False, rngs=nnx.Rngs(0)), sources, haiku.params
        )


def test_the_shapes_of_the_gru_of_haiku_fit_that_of_nnx_and_the_outputs_differ(carried):
    x = jax.random.normal(jax.random.key(1), (2, 4, 3))
    haiku = carried(unrolled(lambda: hk.GRU(5)), x)
    sources = {
        "cell.dense_i.kernel": "gru/w_i",
        "cell.dense_i.bias": "gru/b",
        "cell.dense_h.kernel": "gru/w_h",
    }
    ported = port_to_nnx(nnx.RNN(nnx.GRUCell(3, 5, rngs=nnx.Rngs(0))), sources, haiku.params)
    assert abs(ported(x, initial_carry=jnp.zeros((2, 5))) - haiku.outputs()).max() > 0.1


def test_shapes_are_listed_by_path():
    module = nnx.eval_shape(lambda: nnx.RNN(HaikuGRUCell(2, 3, rngs=nnx.Rngs(0))))
    assert nnx_shapes(module) == {"cell.b": (9,), "cell.w_h": (3, 9), "cell.w_i": (2, 9)}
