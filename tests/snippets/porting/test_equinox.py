"""Ports to Equinox, with state and without; what does not fit is refused with a sentence."""

import equinox as eqx
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.porting.equinox import equinox_arrays, port_to_equinox
from snippets.porting.equinox_pieces import (
    EQUINOX_AVERAGES_UNUSED,
    equinox_batch_norm,
    equinox_linear,
)


def net_fn(x, is_training):
    x = hk.Linear(5)(x)
    x = hk.BatchNorm(True, True, 0.8)(x, is_training)
    return hk.Linear(2, with_bias=False)(jax.nn.relu(x))


class Net(eqx.Module):
    layers: list
    norm: eqx.nn.BatchNorm
    activation: callable
    name: str = eqx.field(static=True)

    def __init__(self, key, name="net"):
        keys = jax.random.split(key)
        self.layers = [
            eqx.nn.Linear(3, 5, key=keys[0]),
            eqx.nn.Linear(5, 2, use_bias=False, key=keys[1]),
        ]
        self.norm = eqx.nn.BatchNorm(5, "batch", momentum=0.8, mode="batch")
        self.activation, self.name = jax.nn.relu, name

    def __call__(self, x, state):
        x, state = self.norm(self.layers[0](x), state)
        return self.layers[1](self.activation(x)), state


SOURCES = (
    equinox_linear("layers.0", "linear")
    | equinox_batch_norm("norm", "batch_norm")
    | equinox_linear("layers.1", "linear_1", bias=False)
)


def over_batch(net, state, x):
    return jax.vmap(net, in_axes=(0, None), out_axes=(0, None), axis_name="batch")(x, state)


@pytest.fixture
def haiku():
    """The network, inputs, and its trees after three steps of training mode."""
    net = hk.without_apply_rng(hk.transform_with_state(net_fn))
    x = 2 + jax.random.normal(jax.random.key(1), (6, 3))
    params, state = net.init(jax.random.key(0), x, True)
    for scale in (1.0, 2.0, 0.5):
        _, state = net.apply(params, state, scale * x, True)
    return net, x, params, state


@pytest.mark.parametrize(
    "make", [eqx.filter_eval_shape, lambda f, key: f(key)], ids=["abstract", "concrete"]
)
def test_a_network_with_state_agrees_in_both_modes_and_after_a_step(haiku, make):
    net, x, params, state = haiku
    blank = make(eqx.nn.make_with_state(Net), jax.random.key(3))
    before = jax.tree.leaves(blank)
    ported, ported_state = port_to_equinox(
        blank, SOURCES, params, state, unused=EQUINOX_AVERAGES_UNUSED
    )
    assert all(a is b for a, b in zip(before, jax.tree.leaves(blank), strict=True))
    assert (ported.activation, ported.name) == (jax.nn.relu, "net")

    got, _ = over_batch(eqx.nn.inference_mode(ported), ported_state, x)
    np.testing.assert_allclose(got, net.apply(params, state, x, False)[0], atol=1e-5)

    def haiku_loss(params):
        y, new = net.apply(params, state, x, True)
        return (y**2).mean(), new

    def loss(model):
        y, new = over_batch(model, ported_state, x)
        return (y**2).mean(), new

    grads, new_state = jax.grad(haiku_loss, has_aux=True)(params)
    want = port_to_equinox(
        blank,
        SOURCES,
        jax.tree.map(lambda p, g: p - g, params, grads),
        new_state,
        unused=EQUINOX_AVERAGES_UNUSED,
    )
    grads, after = eqx.filter_grad(loss, has_aux=True)(ported)
    moved = eqx.apply_updates(ported, jax.tree.map(lambda g: -g, grads))
    got, want = equinox_arrays((moved, after)), equinox_arrays(want)
    assert list(got) == list(want)
    assert int(got["norm.batch_counter"]) == 4
    for path, array in want.items():
        np.testing.assert_allclose(got[path], array, atol=1e-5, err_msg=path)


def test_a_module_without_state_comes_back_alone_and_dtypes_are_those_of_the_trees():
    params = {"linear": {"w": np.ones((2, 3), np.float16), "b": np.zeros(3, np.float32)}}
    ported = port_to_equinox(
        eqx.nn.Linear(2, 3, key=jax.random.key(0)), equinox_linear("", "linear"), params
    )
    assert isinstance(ported, eqx.nn.Linear)
    assert isinstance(ported.weight, jax.Array)
    assert (ported.weight.dtype, ported.bias.dtype) == (jnp.float16, jnp.float32)


class Holder(eqx.Module):
    key: jax.Array
    w: jax.Array
    rate: float
    nothing: None = None


def test_keys_numbers_and_nothing_stay_as_they_are():
    holder = Holder(jax.random.key(3), jnp.ones(2), 0.5)
    ported = port_to_equinox(holder, {"w": "m/w"}, {"m": {"w": jnp.arange(2.0)}})
    assert ported.key is holder.key
    assert (ported.rate, ported.nothing) == (0.5, None)
    np.testing.assert_array_equal(ported.w, [0, 1])


@pytest.mark.parametrize(
    ("change", "unused", "message"),
    [
        (
            lambda s: {k: v for k, v in s.items() if k != "norm.batch_counter"},
            EQUINOX_AVERAGES_UNUSED,
            "No source is",
        ),
        (
            lambda s: s,
            (),
            r"Nothing takes \['batch_norm/~/mean_ema/average', 'batch_norm/~/var_ema",
        ),
        (
            lambda s: s | {"norm.mean": "linear/b"},
            EQUINOX_AVERAGES_UNUSED,
            r"The module has no \['norm.mean'\]",
        ),
        (
            lambda s: s | {"layers.0.weight": "linear/w"},
            EQUINOX_AVERAGES_UNUSED,
            r"wants \(5, 3\) and gets \(3, 5\)",
        ),
        (
            lambda s: s | {"layers.0.bias": "linear/c"},
            EQUINOX_AVERAGES_UNUSED,
            r"have no \['linear/c'\]",
        ),
        (lambda s: s, "*/average", "unused wants a list of paths, not the string"),
        (
            lambda s: s,
            ["*/average", "*/counter"],
            r"\['batch_norm/~/mean_ema/counter'\] are listed as unused, and are",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(haiku, change, unused, message):
    blank = eqx.nn.make_with_state(Net)(jax.random.key(0))
    with pytest.raises(ValueError, match=message):
        port_to_equinox(blank, change(SOURCES), *haiku[2:], unused=unused)


def test_a_module_whose_state_is_left_out_is_refused(haiku):
    net, _ = eqx.nn.make_with_state(Net)(jax.random.key(0))
    with pytest.raises(
        ValueError, match=r"norm\.batch_\w+ is in the module's state; give the pair"
    ):
        port_to_equinox(net, SOURCES, *haiku[2:])
