"""What the pages of `docs` say of JAX and Haiku: the table for readers of PyTorch, the glossary."""

import re

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from answers import ROOT

KEY = jax.random.key(0)
X = jnp.ones((2, 3))
EAGER_OR_COMPILED = pytest.mark.parametrize("run", [lambda f: f, jax.jit], ids=["eager", "jit"])


def rows() -> list[list[str]]:
    """The rows of the table on the page `start`."""
    _, _, after = (ROOT / "docs/start.md").read_text("utf-8").partition("## From PyTorch")
    _, *lines = re.findall(r"^\| (.+) \|$", after.partition("\n## ")[0], re.MULTILINE)
    return [line.split(" | ") for line in lines]


def test_each_row_leads_to_a_section():
    table = rows()
    assert len(table) > 25
    for row in table:
        assert len(row) == 3, row
        assert re.search(r"\(tutorials/[\w/]+\.ipynb#[\w-]+\)", row[2]), row


@EAGER_OR_COMPILED
def test_parameters_are_outside_found_by_name_and_in_out(run):
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(5)(x)))
    params = run(net.init)(KEY, X)
    assert {name: leaf.shape for name, leaf in params["linear"].items()} == {
        "w": (3, 5),
        "b": (5,),
    }
    first, second = run(net.apply)(params, X), run(net.apply)(params, X)
    assert (first == second).all()
    assert first.shape == (2, 5)


@EAGER_OR_COMPILED
def test_gradients_are_returned_and_do_not_add_up(run):
    params = {"w": jnp.ones(3), "b": jnp.zeros(())}
    gradient = run(jax.grad(lambda p: (X @ p["w"] + p["b"]).sum()))
    for _ in range(2):
        grads = gradient(params)
        assert jax.tree.structure(grads) == jax.tree.structure(params)
        assert grads["w"].tolist() == [2, 2, 2]
    cut = run(jax.grad(lambda x: x * jax.lax.stop_gradient(x)))
    assert cut(3.0) == 3


def test_a_step_returns_new_parameters_and_leaves_the_old():
    params = {"w": jnp.ones(3)}
    optimizer = optax.sgd(0.1)
    updates, _ = optimizer.update(params, optimizer.init(params), params)
    assert np.allclose(optax.apply_updates(params, updates)["w"], 0.9)
    assert params["w"].tolist() == [1, 1, 1]


def test_an_augmented_assignment_makes_a_new_array():
    old = new = jnp.ones(3)
    new += 1
    assert (old[0], new[0]) == (1, 2)
    with pytest.raises(TypeError, match="immutable"):
        old[0] = 1
    assert jnp.asarray(np.ones(2)).dtype == jnp.float32


@EAGER_OR_COMPILED
def test_out_of_range_reads_the_last_entry(run):
    assert run(lambda x: x[7])(jnp.arange(3)) == 2


@EAGER_OR_COMPILED
def test_evaluation_is_an_argument_and_averages_are_state(run):
    def norm(x, is_training):
        return hk.BatchNorm(False, False, decay_rate=0.9)(x, is_training)

    net = hk.without_apply_rng(hk.transform_with_state(norm))
    _, state = net.init(KEY, X, True)
    before = jax.tree.map(np.array, state)
    train, evaluate = (
        run(lambda s, x, mode=mode: net.apply({}, s, x, mode)) for mode in (True, False)
    )
    shifted = jnp.arange(6.0).reshape(2, 3)
    for step in range(200):
        _, state = train(state, shifted + step // 100)
    average = state["batch_norm/~/mean_ema"]["average"]
    _, after = train(state, shifted + 101)
    share = (after["batch_norm/~/mean_ema"]["average"] - average) / (
        shifted.mean(0) + 101 - average
    )
    assert np.allclose(share, 0.1, atol=1e-3)
    _, kept = evaluate(state, shifted)
    jax.tree.map(np.testing.assert_array_equal, kept, state)
    jax.tree.map(np.testing.assert_array_equal, before, net.init(KEY, X, True)[1])


def test_dropout_is_a_function_that_needs_a_key():
    net = hk.transform(lambda x: hk.dropout(hk.next_rng_key(), 0.5, x))
    assert (net.apply({}, KEY, jnp.ones(99)) == 0).any()
    with pytest.raises(ValueError, match="non-None PRNGKey"):
        net.apply({}, None, X)


def test_a_core_takes_one_step_and_an_unroll_all():
    def one(x):
        core = hk.LSTM(4)
        return core(x[0], core.initial_state(None))[0]

    def whole(x):
        core = hk.LSTM(4)
        return hk.dynamic_unroll(core, x, core.initial_state(None))[0]

    shapes = [
        jax.eval_shape(lambda net=net: net.apply(net.init(KEY, X), KEY, X)).shape
        for net in map(hk.transform, (one, whole))
    ]
    assert shapes == [(4,), (2, 4)]


def test_images_have_their_channels_last():
    net = hk.transform(lambda x: hk.Conv2D(5, 3)(x))
    made = jax.eval_shape(net.init, KEY, jnp.ones((1, 8, 9, 2)))
    assert made["conv2_d"]["w"].shape == (3, 3, 2, 5)


def test_arrays_begin_on_the_default_device_and_a_tree_moves():
    device = jax.devices()[-1]
    assert X.devices() == {jax.devices()[0]}
    moved = jax.device_put({"w": X}, device)
    assert moved["w"].devices() == {device}


# The glossary:


@EAGER_OR_COMPILED
def test_a_gradient_points_uphill_where_the_argument_is_real(run):
    slope = run(jax.grad(lambda z: jnp.real(z * jnp.conj(z))))
    assert slope(3.0) == 6
    assert slope(1 + 2j) == np.conj(2 * (1 + 2j))


def test_what_a_closure_captures_holds_but_a_ref_is_read():
    ref, captured = jax.new_ref(jnp.float32(1.0)), [jnp.float32(1.0)]
    compiled = jax.jit(lambda x: (captured[0] * x, ref[...] * x))
    assert compiled(1.0) == (1, 1)
    captured[0], ref[...] = jnp.float32(5.0), 5.0
    assert compiled(1.0) == (1, 5)


def test_functions_for_jit_and_vmap_return_trees_and_those_for_grad_do_not():
    tree = {"w": jnp.ones(2)}
    for run in (jax.jit, jax.vmap):
        assert run(lambda t: {"out": t["w"]})(tree)["out"].shape == (2,)
    with pytest.raises(TypeError, match="scalar"):
        jax.grad(lambda t: {"out": t["w"].sum()})(tree)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (1.0, "float32"),
        (1, "int32"),
        (True, "bool"),
        (1j, "complex64"),
        (np.float16(1), "float16"),
        (np.float64(1), "float32"),
    ],
)
def test_the_default_dtypes(array, expected):
    assert jnp.asarray(array).dtype == expected


def test_a_donated_array_is_gone_where_its_memory_fits():
    for function, fits in ((lambda x: 2 * x, True), (jnp.sum, False)):
        given = jnp.ones(3) + 0
        compiled = jax.jit(lambda x, f=function: f(x), donate_argnums=0)
        if fits:
            compiled(given)
        else:
            with pytest.warns(UserWarning, match="not usable"):
                compiled(given)
        assert given.is_deleted() == fits


def test_two_linear_layers_compute_no_more_than_one():
    first, second = (jax.random.normal(jax.random.key(n), (3, 3)) for n in (1, 2))
    with jax.default_matmul_precision("highest"):
        assert np.allclose((X @ first) @ second, X @ (first @ second), atol=1e-5)


@EAGER_OR_COMPILED
def test_a_weak_type_gives_way_to_an_array_of_its_kind(run):
    for dtype, expected in (("bfloat16", "bfloat16"), ("float16", "float16"), ("int8", "float32")):
        assert run(lambda x: x + 1.0)(jnp.ones(2, dtype)).dtype == expected
