"""The constructs of Haiku in Equinox, as the page on leaving Haiku names them."""

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import jmp
import numpy as np
import pytest

from snippets.porting.equinox import equinox_arrays, port_to_equinox
from snippets.porting.equinox_pieces import equinox_linear

KEY = jax.random.key(0)
DROP = jax.random.key(3)
X = jax.random.normal(jax.random.key(2), (4, 8))
TWO = equinox_linear("first", "linear") | equinox_linear("second", "linear_1")


def two_layers(sizes=(8, 16, 2)):
    a, b, c = sizes
    return {"first": eqx.nn.Linear(a, b, key=KEY), "second": eqx.nn.Linear(b, c, key=KEY)}


def run(net, x):
    return jax.vmap(lambda row: net["second"](jax.nn.relu(net["first"](row))))(x)


def mapped(change, tree):
    return jax.tree.map(lambda leaf: change(leaf) if eqx.is_array(leaf) else leaf, tree)


def noisy(x):
    x = jax.nn.relu(hk.Linear(16)(x))
    return hk.Linear(2)(hk.dropout(hk.next_rng_key(), 0.5, x))


def noisy_in_equinox(net):
    h = jax.nn.relu(jax.vmap(net["first"])(X))
    h = eqx.nn.Dropout(0.5)(h, key=next(hk.PRNGSequence(DROP)))
    return jax.vmap(net["second"])(h)


def looped(x):
    layer = hk.Linear(8)
    return hk.scan(lambda h, _: (jnp.tanh(layer(h)), None), x, None, 3)[0]


def looped_in_equinox(layer):
    return jax.lax.scan(lambda h, _: (jnp.tanh(jax.vmap(layer)(h)), None), X, None, 3)[0]


def stack(x):
    return hk.layer_stack(3, name="stack")(lambda h: h + jnp.tanh(hk.Linear(8)(h)))(x)


def stack_in_equinox(layers):
    arrays, rest = eqx.partition(layers, eqx.is_array)

    def step(h, part):
        return h + jnp.tanh(jax.vmap(eqx.combine(part, rest))(h)), None

    return jax.lax.scan(step, X, arrays)[0]


def saving(x):
    with hk.custom_getter(lambda getter, p, context: getter(p) / 2):
        return hk.remat(hk.nets.MLP([16, 2]))(x)


def saving_in_equinox(net):
    return eqx.filter_checkpoint(run)(mapped(lambda leaf: leaf / 2, net), X)


class Half(hk.Module):
    def __call__(self, x):
        return hk.Linear(2)(jax.nn.relu(hk.Linear(16, name="wide")(x)))


def half(x):
    policy = jmp.get_policy("params=float32,compute=bfloat16,output=float32")
    with hk.mixed_precision.push_policy(Half, policy):
        return Half()(x)


def half_in_equinox(net):
    low = mapped(lambda leaf: leaf.astype(jnp.bfloat16), net)
    return run(low, X.astype(jnp.bfloat16)).astype(jnp.float32)


STACKED = {
    "weight": ("stack/linear/w", lambda w: w.swapaxes(-1, -2)),
    "bias": "stack/linear/b",
}
CASES = {
    "dropout": (noisy, two_layers, TWO, noisy_in_equinox),
    "scan": (
        looped,
        lambda: eqx.nn.Linear(8, 8, key=KEY),
        equinox_linear("", "linear"),
        looped_in_equinox,
    ),
    "layer_stack": (
        stack,
        lambda: eqx.filter_vmap(lambda k: eqx.nn.Linear(8, 8, key=k))(jax.random.split(KEY, 3)),
        STACKED,
        stack_in_equinox,
    ),
    "remat and a getter": (
        saving,
        two_layers,
        equinox_linear("first", "mlp/~/linear_0") | equinox_linear("second", "mlp/~/linear_1"),
        saving_in_equinox,
    ),
    "mixed precision": (
        half,
        two_layers,
        equinox_linear("first", "half/wide") | equinox_linear("second", "half/linear"),
        half_in_equinox,
    ),
}


def moved(net, grads):
    return eqx.apply_updates(net, jax.tree.map(lambda g: -0.1 * g, grads))


@pytest.mark.parametrize("construct", CASES)
def test_a_construct_gives_the_same_outputs_and_the_same_step(construct):
    function, make, sources, call = CASES[construct]
    haiku = hk.transform(function)
    params = haiku.init(KEY, X)
    net = port_to_equinox(make(), sources, params)
    np.testing.assert_allclose(call(net), haiku.apply(params, DROP, X), atol=1e-5)

    grads = jax.grad(lambda params: (haiku.apply(params, DROP, X) ** 2).mean())(params)
    after = moved(net, eqx.filter_grad(lambda net: (call(net) ** 2).mean())(net))
    want = port_to_equinox(make(), sources, jax.tree.map(lambda p, g: p - 0.1 * g, params, grads))
    for path, array in equinox_arrays(want).items():
        np.testing.assert_allclose(equinox_arrays(after)[path], array, atol=1e-5)
    assert any(
        abs(a - b).max() > 1e-4
        for a, b in zip(jax.tree.leaves(want), jax.tree.leaves(net), strict=True)
    )


def test_methods_are_methods():
    def autoencoder():
        encoder, decoder = hk.Linear(3), hk.Linear(8)
        return lambda x: decoder(encoder(x)), (encoder, decoder)

    methods = hk.without_apply_rng(hk.multi_transform(autoencoder))
    params = methods.init(KEY, X)
    net = port_to_equinox(two_layers((8, 3, 8)), TWO, params)
    encode, decode = methods.apply
    np.testing.assert_allclose(jax.vmap(net["first"])(X), encode(params, X), atol=1e-6)
    codes = encode(params, X)
    np.testing.assert_allclose(jax.vmap(net["second"])(codes), decode(params, codes), atol=1e-6)


def test_freezing_moves_the_same_parameters():
    haiku = hk.transform(noisy)
    params = haiku.init(KEY, X)
    second, first = hk.data_structures.partition(lambda m, n, v: m == "linear_1", params)

    def loss(second):
        return (haiku.apply(hk.data_structures.merge(first, second), DROP, X) ** 2).mean()

    stepped = jax.tree.map(lambda p, g: p - 0.1 * g, second, jax.grad(loss)(second))
    want = equinox_arrays(
        port_to_equinox(two_layers(), TWO, hk.data_structures.merge(first, stepped))
    )
    net = port_to_equinox(two_layers(), TWO, params)
    trained = {
        name: jax.tree.map(lambda _, n=name: n == "second", layer) for name, layer in net.items()
    }
    own, rest = eqx.partition(net, trained)
    grads = eqx.filter_grad(lambda own: (noisy_in_equinox(eqx.combine(own, rest)) ** 2).mean())(own)
    got = equinox_arrays(eqx.combine(moved(own, grads), rest))
    for path, array in want.items():
        np.testing.assert_allclose(got[path], array, atol=1e-5)


@pytest.mark.parametrize(("rate", "shape"), [(0.1, (9, 3)), (0.5, (99,)), (0.9, (7, 2))])
@pytest.mark.parametrize("dtype", [jnp.float32, jnp.bfloat16])
def test_one_key_gives_one_mask_in_haiku_and_equinox(rate, shape, dtype):
    ones = jnp.ones(shape, dtype)
    mask = eqx.nn.Dropout(rate)(ones, key=DROP)
    np.testing.assert_array_equal(mask != 0, hk.dropout(DROP, rate, ones) != 0)
