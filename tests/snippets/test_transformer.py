"""The transformer: by a cache, with policies, in 16 bits, and on meshes of devices."""

import functools
import itertools
import subprocess
import sys

import chex
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import P
from jax.sharding import AxisType

from snippets.transformer import Config, Transformer

CONFIG = Config(vocabulary=6, length=8, width=8, heads=2, blocks=2, hidden=16)
TOKENS = np.random.default_rng(0).integers(0, 6, (8, 8))


@pytest.fixture(autouse=True)
def strict():
    with jax.numpy_rank_promotion("allow"), jax.default_matmul_precision("highest"):
        yield


def network(config=CONFIG, **options):
    def logits(tokens, offset=None):
        return Transformer(config)(tokens, offset=offset, **options)[0]

    return hk.without_apply_rng(hk.transform_with_state(logits))


@functools.cache
def params():
    return jax.jit(network().init)(jax.random.key(0), TOKENS)[0]


def loss(params, tokens, config=CONFIG):
    logits, _ = network(config).apply(params, {}, tokens)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), tokens[:, ::-1, None], axis=2)
    return -chosen.mean()


@functools.cache
def slopes(config=CONFIG):
    return jax.jit(jax.value_and_grad(functools.partial(loss, config=config)))(params(), TOKENS)


def test_attention_by_hand_is_that_of_haiku_and_of_jax():
    config = Config(vocabulary=6, length=8, width=8, heads=2, blocks=1, hidden=16)
    seen = {}

    def note(method, args, kwargs, context):
        out = method(*args, **kwargs)
        seen[context.module.name, context.method_name] = args, out
        return out

    def forward(tokens):
        with hk.intercept_methods(note):
            return Transformer(config)(tokens, causal=True)

    net = hk.without_apply_rng(hk.transform(forward))
    own = net.init(jax.random.key(0), TOKENS)
    net.apply(own, TOKENS)
    (x, mask, _), (found, weights) = seen["attention", "__call__"]
    query, key, value = (
        seen[name, "__call__"][1].reshape(8, 8, 2, 4) for name in ("query", "key", "value")
    )
    fused = jax.nn.dot_product_attention(query, key, value, is_causal=True).reshape(8, 8, 8)
    last = own["transformer/block_0/attention/linear"]
    np.testing.assert_allclose(fused @ last["w"] + last["b"], found, atol=1e-5)

    def haiku_attention(x):
        init = hk.initializers.VarianceScaling()
        return hk.MultiHeadAttention(2, 4, w_init=init)(x, x, x, mask[None, None])

    theirs = hk.without_apply_rng(hk.transform(haiku_attention))
    names = {
        f"multi_head_attention/{name}": own[f"transformer/block_0/attention/{name}"]
        for name in ("query", "key", "value", "linear")
    }
    np.testing.assert_allclose(theirs.apply(names, x), found, atol=1e-5)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-5)


@pytest.mark.parametrize("ends", [(1, 2, 3, 4, 5, 6, 7), (5,), (3, 4), ()])
def test_with_a_cache_the_logits_are_those_of_the_full_pass(ends):
    full, _ = network(causal=True).apply(params(), {}, TOKENS)
    cached, parts = network(), []
    _, cache = cached.init(jax.random.key(1), TOKENS[:, :1], 0)
    for start, end in zip((0, *ends), (*ends, 8), strict=True):
        logits, cache = jax.jit(cached.apply)(params(), cache, TOKENS[:, start:end], start)
        parts.append(logits)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), full, atol=1e-5)
    assert {leaf.shape for leaf in jax.tree.leaves(cache)} == {(2, 8, 8, 2, 4)}


def test_without_an_offset_there_is_no_state():
    assert network().init(jax.random.key(0), TOKENS)[1] == {}


@pytest.mark.parametrize("keep", [(), ("hidden",), ("query", "key", "value")])
def test_a_policy_changes_what_is_kept_and_no_gradient(keep):
    config = Config(6, 8, 8, 2, 2, 16, remat=True, keep=keep)
    chex.assert_trees_all_close(slopes(config), slopes(), atol=1e-5)
    shape = (8, 8, 16 if "hidden" in keep else 8)
    kept = [
        [
            leaf.shape
            for leaf in jax.tree.leaves(jax.vjp(lambda p, c=c: loss(p, TOKENS, c), params())[1])
        ]
        for c in (config, Config(6, 8, 8, 2, 2, 16, remat=True), CONFIG)
    ]
    own, least, most = (shapes.count(shape) for shapes in kept)
    assert own - least == CONFIG.blocks * len(keep)
    assert own < most


def test_in_16_bits_all_is_in_16_bits():
    half = jax.tree.map(jnp.bfloat16, params())
    logits, maps = hk.without_apply_rng(hk.transform(lambda t: Transformer(CONFIG)(t, True))).apply(
        half, TOKENS
    )
    assert logits.dtype == maps.dtype == jnp.bfloat16
    full, _ = network(causal=True).apply(params(), {}, TOKENS)
    assert 1e-4 < np.abs(np.float32(logits) - full).max() < 0.2


def by_head(module, name, value):
    if module.endswith(("query", "key", "value", "mlp/linear")):
        return P(None, "model") if name == "w" else P("model")
    after = module.endswith(("attention/linear", "mlp/linear_1")) and name == "w"
    return P("model") if after else P()


def step_on_a_mesh(kind, layout):
    """Are loss and gradient the same, placed as asked, and refused if no layout is named?"""
    mesh = jax.make_mesh((4, 2), ("data", "model"), axis_types=(AxisType[kind],) * 2)
    specs = {
        "whole": jax.tree.map(lambda leaf: P(), params()),
        "by head": hk.data_structures.map(by_head, params()),
        "cut": jax.tree.map(lambda leaf: P("data") if len(leaf) % 4 == 0 else P(), params()),
    }[layout]
    step, told = jax.value_and_grad(loss), ""
    with jax.set_mesh(mesh), jax.default_matmul_precision("highest"):
        given = jax.device_put((params(), TOKENS), (specs, P("data")))
        if kind == "Explicit":
            try:
                step(*given)
            except Exception as problem:  # ShardingTypeError has no public name
                told = str(problem)
            step = jax.sharding.auto_axes(step, out_sharding=(P(), specs))
        found = jax.jit(step, out_shardings=(P(), specs))(*given)
    placed = [
        leaf.sharding.is_equivalent_to(jax.NamedSharding(mesh, spec), leaf.ndim)
        for leaf, spec in zip(jax.tree.leaves(found[1]), jax.tree.leaves(specs), strict=True)
    ]
    pairs = zip(jax.tree.leaves(found), jax.tree.leaves(slopes()), strict=True)
    same = all(np.allclose(np.asarray(a), np.asarray(b), atol=1e-5) for a, b in pairs)
    return same, all(placed), "out_sharding" in told


@pytest.fixture(scope="module")
def on_meshes():
    """What a process prints that has eight devices; this one has looked for its own before."""
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("kind", ["Auto", "Explicit"])
@pytest.mark.parametrize("layout", ["whole", "by head", "cut"])
def test_on_meshes_loss_and_gradient_are_those_of_one_device(kind, layout, on_meshes):
    assert f"{layout} {kind}: same True, placed True, refused {kind == 'Explicit'}" in on_meshes


if __name__ == "__main__":
    jax.config.update("jax_num_cpu_devices", 8)
    for kind, layout in itertools.product(("Auto", "Explicit"), ("whole", "by head", "cut")):
        same, placed, refused = step_on_a_mesh(kind, layout)
        print(f"{layout} {kind}: same {same}, placed {placed}, refused {refused}")
