"""The tables are compared with the packages that are installed; the finder with small files; ports with Haiku."""

import collections
import functools
import importlib
import inspect
import warnings

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from snippets.porting import (
    APPLY_RNG,
    GONE,
    GONE_ARGUMENTS,
    GONE_METHODS,
    OLD,
    arrays_by_path,
    find_changes,
    port_to_nnx,
)


def resolve(full: str) -> object:
    """What a full name means, its modules imported on the way; raises an AttributeError if it is gone."""
    top, *rest = full.split(".")
    value = importlib.import_module(top)
    path = top
    for name in rest:
        path += f".{name}"
        try:
            value = getattr(value, name)
        except AttributeError:
            try:
                value = importlib.import_module(path)
            except ModuleNotFoundError:
                raise AttributeError(path) from None
    return value


def names_of(replacement: str) -> list[str]:
    """The full names in the words of a replacement."""
    words = [word.strip(",;()").partition("(")[0] for word in replacement.split()]
    modules = ("jax.", "haiku.", "functools.", "collections.", "numpy.", "optax")
    return [word for word in words if word.startswith(modules)]


@pytest.mark.parametrize("name", GONE)
def test_what_is_said_to_be_gone_is_gone(name):
    with pytest.raises(AttributeError), warnings.catch_warnings(action="ignore"):
        resolve(name)


@pytest.mark.parametrize("name", OLD)
def test_what_is_said_to_be_old_still_works(name):
    with warnings.catch_warnings(action="ignore"):
        assert callable(resolve(name))


@pytest.mark.parametrize("name", [*GONE, *OLD])
def test_the_replacement_is_there(name):
    replacement, reason = (GONE | OLD)[name]
    assert len(reason.split()) >= 3
    for full in names_of(replacement):
        resolve(full)


def test_arguments_that_are_said_to_be_gone_are_refused():
    for (function, argument), _ in GONE_ARGUMENTS.items():
        assert argument not in inspect.signature(resolve(function)).parameters


@pytest.mark.parametrize("name", GONE_METHODS)
def test_methods_that_are_said_to_be_gone_are_gone(name):
    with pytest.raises(AttributeError):
        getattr(jnp.ones(2), name)


X = jnp.arange(6.0).reshape(2, 3)
ROWS = jnp.array([3, 1, 2])
TREE = {"w": X, "b": [ROWS, 2.0]}
KEY = jax.random.key(0)


def same(one, other) -> bool:
    jax.tree.map(np.testing.assert_array_equal, one, other)
    return jax.tree.structure(one) == jax.tree.structure(other)


def at(change) -> bool:
    """Whether a change of an entry is that of NumPy, of a JAX array and of a NumPy array in jnp.asarray."""
    method, ufunc = change
    expected = np.array(ROWS)
    ufunc(expected)
    before = np.array(ROWS)
    return all(same(getattr(x.at[1], method)(5), expected) for x in (ROWS, jnp.asarray(before))) and same(before, ROWS)


def optix_step() -> bool:
    """One step as the documentation of optix wrote it: chain, init, update, apply_updates."""
    optimizer = optax.chain(optax.clip(1.0), optax.scale(-0.5))
    updates, _ = optimizer.update({"w": 2 * X}, optimizer.init({"w": X}), {"w": X})
    return same(optax.apply_updates({"w": X}, updates), {"w": X - 0.5 * jnp.minimum(2 * X, 1)})


def under_64_bits(on: bool) -> bool:
    with jax.enable_x64(on):
        return jnp.ones(1).dtype == (jnp.float64 if on else jnp.float32)


def one_row_a_device() -> bool:
    """The leading axis that the removed functions made, one entry for each device."""
    devices = jax.device_count()
    sharding = jax.NamedSharding(jax.make_mesh((devices,), ("device",)), jax.P("device"))
    copies = jax.device_put(jnp.stack(devices * [X]), sharding)
    return copies.shape == (devices, 2, 3) and copies.addressable_shards[0].data.shape == (1, 2, 3)


def shuffled() -> bool:
    """Each column has its own entries in an order of its own, and `x` is as before."""
    wide = jnp.arange(900).reshape(9, 100)
    drawn = jax.random.permutation(KEY, wide, 0, independent=True)
    return same(jnp.sort(drawn, axis=0), wide) and len({tuple(column) for column in (drawn.T // 100).tolist()}) > 1


def mapped_over_devices() -> bool:
    devices = jax.device_count()
    mesh = jax.make_mesh((devices,), ("i",))
    inputs = jax.device_put(jnp.arange(4.0 * devices), jax.NamedSharding(mesh, jax.P("i")))
    total = jax.shard_map(lambda x: jax.lax.psum(x.sum(), "i"), mesh=mesh, in_specs=jax.P("i"), out_specs=jax.P())
    named = jax.vmap(lambda x: jax.lax.psum(x, "i"), axis_name="i")
    return total(inputs) == named(jnp.arange(4.0 * devices))[0] == inputs.sum()


def called_back() -> bool:
    seen = []
    jax.jit(lambda x: jax.debug.callback(seen.append, x))(3.0)
    jax.effects_barrier()
    shape = jax.ShapeDtypeStruct((), jnp.float32)
    return seen == [3.0] and jax.jit(lambda x: jax.pure_callback(np.sin, shape, x))(0.0) == 0


def derivative_of_ones_own() -> bool:
    @jax.custom_jvp
    def square(x):
        return x * x

    square.defjvp(lambda x, dx: (x[0] * x[0], 7.0 * dx[0]))

    @jax.custom_vjp
    def cube(x):
        return x**3

    cube.defvjp(lambda x: (x**3, x), lambda x, g: (7.0 * g,))
    return jax.grad(square)(1.0) == jax.grad(cube)(1.0) == 7.0


def dropped_out() -> bool:
    kept = hk.dropout(KEY, 0.5, jnp.ones(100))
    return set(kept.tolist()) == {0.0, 2.0}


def frozen_parameters() -> bool:
    frozen = hk.data_structures.to_immutable_dict({"linear": {"w": X}})
    return isinstance(frozen, collections.abc.Mapping) and not isinstance(frozen, dict)


def is_array() -> bool:
    return isinstance(X, jax.Array) and jax.jit(lambda x: isinstance(x, jax.Array))(X) and isinstance(KEY, jax.Array)


def compiled_haiku() -> bool:
    net = hk.without_apply_rng(hk.transform(lambda x: hk.Linear(2)(x)))
    return jax.jit(net.apply)(jax.jit(net.init)(KEY, X), X).shape == (2, 2)


# What to write instead of each name does what the name did, as its documentation said.
DOES_THE_SAME = {
    "jax.tree_map": lambda: same(jax.tree.map(jnp.negative, TREE), {"w": -X, "b": [-ROWS, -2.0]}),
    "jax.tree_multimap": lambda: same(
        jax.tree.map(lambda a, b, c: a + b * c, TREE, TREE, TREE), {"w": X + X * X, "b": [ROWS + ROWS * ROWS, 6.0]}
    ),
    "jax.tree_leaves": lambda: same(jax.tree.leaves(TREE), [ROWS, 2.0, X]),
    "jax.tree_structure": lambda: jax.tree.structure(TREE) == jax.tree.flatten(TREE)[1],
    "jax.tree_flatten": lambda: same(jax.tree.unflatten(*jax.tree.flatten(TREE)[::-1]), TREE),
    "jax.tree_transpose": lambda: (
        jax.tree.transpose(jax.tree.structure([0, 0]), jax.tree.structure({"a": 0}), [{"a": 1}, {"a": 2}])
        == {"a": [1, 2]}
    ),
    "jax.tree_reduce": lambda: jax.tree.reduce(lambda a, b: a + b, {"a": 1, "b": 2}, 5) == 8,
    "jax.ops.index_update": lambda: at(("set", lambda x: x.__setitem__(1, 5))),
    "jax.ops.index_add": lambda: at(("add", lambda x: x.__setitem__(1, x[1] + 5))),
    "jax.ops.index_mul": lambda: at(("multiply", lambda x: x.__setitem__(1, x[1] * 5))),
    "jax.ops.index_min": lambda: at(("min", lambda x: x.__setitem__(1, min(x[1], 5)))),
    "jax.ops.index_max": lambda: at(("max", lambda x: x.__setitem__(1, max(x[1], 5)))),
    "jax.ops.index": lambda: same(X.at[0, 1:].set(9.0), jnp.array([[0.0, 9, 9], [3, 4, 5]])),
    "jax.numpy.DeviceArray": is_array,
    "jax.experimental.optix": optix_step,
    "jax.experimental.optix.InitUpdate": lambda: isinstance(optax.sgd(1.0), optax.GradientTransformation),
    "jax.experimental.host_callback": called_back,
    "jax.experimental.maps": mapped_over_devices,
    "jax.experimental.maps.mesh": lambda: jax.sharding.Mesh(np.array(jax.devices()), "i").size == jax.device_count(),
    "jax.experimental.disable_x64": lambda: under_64_bits(False),
    "jax.experimental.enable_x64": lambda: under_64_bits(True),
    "jax.config.config": lambda: jax.config.jax_enable_x64 is False,
    "jax.core.get_aval": lambda: all(jax.typeof(x).shape == np.shape(x) for x in (1.0, np.ones(3), X)),
    "jax.random.shuffle": shuffled,
    "jax.partial": lambda: functools.partial(jnp.add, 1)(2) == 3,
    "jax.mask": lambda: same(jnp.where(X > 2, X, 0).sum(), X.sum(where=X > 2)),
    "jax.xla_computation": lambda: "HloModule" in jax.jit(jnp.sin).lower(1.0).compile().as_text(),
    "jax.custom_transforms": derivative_of_ones_own,
    "jax.device_put_replicated": one_row_a_device,
    "jax.nn.normalize": lambda: np.allclose(jax.nn.standardize(X).std(axis=-1), 1, atol=1e-3),
    "jax.numpy.row_stack": lambda: same(jnp.vstack([ROWS, X]), jnp.concatenate([ROWS[None], X])),
    "jax.numpy.msort": lambda: same(jnp.sort(X[::-1], axis=0), X),
    "jax.numpy.alltrue": lambda: bool(jnp.all(X >= 0)) and not jnp.all(X > 0),
    "jax.numpy.sometrue": lambda: bool(jnp.any(X > 4)) and not jnp.any(X > 5),
    "jax.numpy.product": lambda: jnp.prod(ROWS) == 6,
    "jax.numpy.cumproduct": lambda: same(jnp.cumprod(ROWS), jnp.array([3, 3, 6])),
    "jax.numpy.in1d": lambda: jnp.isin(X, ROWS).ravel().tolist() == [value in (1, 2, 3) for value in range(6)],
    "jax.numpy.trapz": lambda: jnp.trapezoid(X, dx=2.0, axis=1).tolist() == [4.0, 16.0],
    "jax.numpy.round_": lambda: jnp.round(1.25, 1) == np.round(np.float32(1.25), 1),
    "jax.numpy.NINF": lambda: -jnp.inf < np.finfo(np.float32).min,
    "jax.numpy.fix": lambda: jnp.trunc(jnp.array([-1.5, 1.5])).tolist() == [-1.0, 1.0],
    "haiku.jit": compiled_haiku,
    "haiku.Dropout": dropped_out,
    "haiku.FlatMap": frozen_parameters,
}
SAME_AS = {
    "jax.tree_util.tree_multimap": "jax.tree_multimap",
    "jax.tree_unflatten": "jax.tree_flatten",
    "jax.interpreters.xla.DeviceArray": "jax.numpy.DeviceArray",
    "jax.interpreters.pxla.ShardedDeviceArray": "jax.numpy.DeviceArray",
    "jax.random.KeyArray": "jax.numpy.DeviceArray",
    "jax.random.PRNGKeyArray": "jax.numpy.DeviceArray",
    "jax.experimental.global_device_array": "jax.numpy.DeviceArray",
    "jax.defjvp": "jax.custom_transforms",
    "jax.defvjp": "jax.custom_transforms",
    "jax.device_put_sharded": "jax.device_put_replicated",
    "haiku.data_structures.FlatMap": "haiku.FlatMap",
}
# Modules and classes that moved, and names without a successor: that the replacement is there is all one can try.
ONLY_MOVED = {
    *(name for name in GONE if name.startswith(("jax.core.", "jax.lib.")) and name != "jax.core.get_aval"),
    *(f"jax.experimental.{name}" for name in ("optimizers", "stax", "loops", "sharding", "PartitionSpec", "maps.Mesh")),
    "jax.experimental.sharding.MeshPspecSharding",
    "jax.config.enable_omnistaging",
    *(f"jax.{name}" for name in ("abstract_arrays", "ShapedArray", "linear_util", "util", "api", "soft_pmap")),
    "jax.lax.tie_in",
    "jax.numpy.PZERO",
}


def test_each_replacement_is_tried_or_known_to_be_a_move_only():
    tried = [*DOES_THE_SAME, *SAME_AS, *ONLY_MOVED]
    assert sorted(tried) == sorted(GONE)
    assert set(SAME_AS.values()) <= DOES_THE_SAME.keys()


@pytest.mark.parametrize("name", DOES_THE_SAME)
def test_the_replacement_does_what_the_name_did(name):
    assert DOES_THE_SAME[name]()


def test_only_jax_arrays_have_at_as_the_reason_says():
    assert not hasattr(np.zeros(3), "at")
    for name in (name for name in GONE if name.startswith("jax.ops.index")):
        assert "jnp.asarray" in GONE[name][1]


def test_the_newer_ways_give_what_the_older_ones_give():
    assert same(jax.tree.map(jnp.sin, TREE), jax.tree_util.tree_map(jnp.sin, TREE))
    assert same(jax.tree.leaves(TREE), jax.tree_util.tree_leaves(TREE))
    old, new = jax.random.PRNGKey(3), jax.random.key(3)
    assert same(jax.random.normal(old, (5,)), jax.random.normal(new, (5,)))
    with pytest.raises(TypeError):
        new + 1
    with warnings.catch_warnings(action="ignore"):
        assert (jax.host_count(), jax.host_id()) == (jax.process_count(), jax.process_index())
    assert same(jax.pmap(jnp.sin)(X[: jax.device_count()]), jax.jit(jnp.sin)(X[: jax.device_count()]))


def test_renamed_arguments_mean_what_they_meant():
    for low, high in ((1.0, 4.0), (None, 4.0), (1.0, None)):
        assert same(jnp.clip(X, min=low, max=high), np.clip(np.asarray(X), low, high))
    assert jnp.reshape(X, shape=(3, 2)).shape == (3, 2)
    assert jnp.quantile(ROWS, 0.5, method="lower") == np.quantile(ROWS, 0.5, method="lower")
    assert jax.grad(jax.checkpoint(jnp.sin))(0.0) == 1


def test_methods_that_replace_others_give_their_values():
    assert X.block_until_ready() is X
    assert same(X.addressable_data(0), X)
    assert same(next(shard.data for shard in X.addressable_shards), X)
    assert isinstance(np.asarray(X), np.ndarray)


@pytest.mark.parametrize(
    ("call", "fails", "new"),
    [
        ("hk.transform(f, apply_rng=True)", False, APPLY_RNG[True][0]),
        ("hk.transform(f, apply_rng=False)", True, APPLY_RNG[False][0]),
        ("hk.transform(f, apply_rng=None)", True, APPLY_RNG[False][0]),
        ("hk.transform(f, apply_rng=flag)", True, APPLY_RNG[None][0]),
        ("hk.transform(f, apply_rng=not True)", True, APPLY_RNG[None][0]),
        ("hk.transform(f, True)", True, APPLY_RNG[True][0]),
        ("hk.transform(f, False)", True, APPLY_RNG[False][0]),
        ("hk.transform(f, flag)", True, APPLY_RNG[None][0]),
        ("transform(f, apply_rng=True)", False, APPLY_RNG[True][0]),
        ("transform(f, apply_rng=False)", True, APPLY_RNG[False][0]),
        ("renamed(f, apply_rng=False)", True, APPLY_RNG[False][0]),
        ("partial(hk.transform, apply_rng=True)(f)", False, APPLY_RNG[True][0]),
        ("functools.partial(renamed, apply_rng=False)(f)", True, APPLY_RNG[False][0]),
        ("partial(hk.transform)(f)", None, None),
        ("hk.transform(f)", None, None),
        ("hk.without_apply_rng(hk.transform(f))", None, None),
    ],
)
def test_the_advice_on_apply_rng_depends_on_its_value_and_is_right_where_the_call_runs(call, fails, new):
    source = f"""import functools
from functools import partial
import haiku as hk
from haiku import transform
renamed = hk.transform
net = {call}"""
    changes = find_changes(source)
    assert [(change.line, change.fails, change.new) for change in changes] == ([(6, fails, new)] if new else [])
    scope = {"f": lambda x: x, "flag": False}
    if fails:
        with pytest.raises((TypeError, ValueError)):
            exec(source, scope)
    else:
        exec(source, scope)
        assert next(iter(inspect.signature(scope["net"].apply).parameters)) == "params"


def test_arguments_in_partial_and_under_another_name_are_found():
    source = """from functools import partial
import jax
import jax.numpy as jnp
clip = jnp.clip
clip(x, a_min=0)
partial(jnp.clip, a_max=1)
@partial(jax.checkpoint, concrete=True)
def f(x):
    pass
"""
    assert found(source) == [
        (5, "a_min= of jax.numpy.clip"),
        (6, "a_max= of jax.numpy.clip"),
        (7, "concrete= of jax.checkpoint"),
    ]


def test_the_calls_that_old_scripts_have_are_in_the_tables_under_their_true_names():
    trees = {
        f"jax.tree_{name}" for name in ("map", "multimap", "leaves", "structure", "flatten", "unflatten", "transpose")
    }
    changes = {f"jax.ops.index_{name}" for name in ("update", "add", "mul", "min", "max")}
    numpy = {
        f"jax.numpy.{name}" for name in ("DeviceArray", "alltrue", "sometrue", "product", "in1d", "msort", "trapz")
    }
    modules = {f"jax.experimental.{name}" for name in ("optimizers", "stax", "host_callback", "maps", "loops")}
    haiku = {"haiku.jit", "haiku.Dropout"}
    assert trees | changes | numpy | modules | haiku | {"jax.random.shuffle", "jax.config.config"} <= GONE.keys()
    assert {"jax.random.PRNGKey", "jax.pmap", "jax.tree_util.tree_map"} <= OLD.keys()


def found(source: str) -> list[tuple[int, str]]:
    return [(change.line, change.old) for change in find_changes(source)]


@pytest.mark.parametrize("name", [*GONE, *OLD])
def test_each_name_is_found_with_its_line_in_a_file_that_uses_it(name):
    module, _, last = name.rpartition(".")
    for source, line in ((f"import {module}\n\n{name}(1)", 3), (f"\nfrom {module} import {last} as it\nit(1)", 2)):
        (change,) = (change for change in find_changes(source) if change.old == name)
        assert (change.line, change.fails) == (line, name in GONE)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import jax.numpy as jnp\nx = (jnp\n  .alltrue(y))", [(3, "jax.numpy.alltrue")]),
        ("import jax.numpy as np\nnp.clip(x,\n a_min=0, max=1)", [(3, "a_min= of jax.numpy.clip")]),
        ("from jax import numpy\nnumpy.clip(x, a_max=1)", [(2, "a_max= of jax.numpy.clip")]),
        ("import haiku as hk\nhk.transform(f, apply_rng=True)", [(2, "apply_rng= of haiku.transform")]),
        ("f(x).block_host_until_ready()", [(1, "block_host_until_ready")]),
        ("from data import x\nx.to_py()", [(2, "to_py")]),
        ("\ufeffimport jax\njax.tree_map(f, x)", [(2, "jax.tree_map")]),
        (
            "from jax.experimental import optimizers as o\n\nupdate = o.sgd(1)",
            [(1, "jax.experimental.optimizers"), (3, "jax.experimental.optimizers")],
        ),
        (
            "import jax\nif jax.tree_map: import jax.experimental.stax",
            [(2, "jax.experimental.stax"), (2, "jax.tree_map")],
        ),
    ],
)
def test_names_are_followed_through_imports_and_lines_are_those_of_the_name(source, expected):
    assert found(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import numpy as jnp\njnp.clip(x, a_min=0)\njnp.trapz(x)",
        "import jax\njax.tree.map(f, x)\njax.random.key(0)\njax.config.update('jax_enable_x64', True)",
        "import mine\nmine.tree_map(f, x)\ntree_map(f, x)",
        "from . import tree_map\ntree_map(f, x)",
        "import jax.numpy as jnp\njnp.clip(x, min=0)\nx.block_until_ready()",
        "'jax.tree_map'  # jax.tree_map",
    ],
)
def test_a_file_without_old_calls_has_no_changes(source):
    assert find_changes(source) == []


def test_a_file_of_python_2_is_an_error_with_its_line():
    with pytest.raises(ValueError, match="line 2 is not Python 3: "):
        find_changes("x = 1\nprint 'hello'\n")


def test_what_one_would_write_instead_runs():
    x = jnp.arange(3.0)
    tree = jax.tree.map(jnp.add, {"a": x}, {"a": x})
    assert tree["a"].at[0].set(9.0).tolist() == [9.0, 2.0, 4.0]
    net = hk.without_apply_rng(hk.transform(lambda v: hk.Linear(2)(v)))
    assert net.apply(net.init(jax.random.key(0), x), x).shape == (2,)


# A tagger with a recurrent layer: Haiku has one matrix for all gates, and adds 1 to the forget gate's input.
WORDS, FEATURES, HIDDEN, TAGS = 11, 3, 4, 2


def tagger(words):  # (B, T)
    x = hk.Embed(WORDS, FEATURES)(words).swapaxes(0, 1)  # (T, B, FEATURES)
    core = hk.LSTM(HIDDEN)
    hidden, _ = hk.dynamic_unroll(core, x, core.initial_state(words.shape[0]))
    return hk.Linear(TAGS)(hidden.swapaxes(0, 1))  # (B, T, TAGS)


class Tagger(nnx.Module):
    def __init__(self, rngs):
        self.embed = nnx.Embed(WORDS, FEATURES, rngs=rngs)
        self.rnn = nnx.RNN(nnx.LSTMCell(FEATURES, HIDDEN, rngs=rngs))
        self.linear = nnx.Linear(HIDDEN, TAGS, rngs=rngs)

    def __call__(self, words):
        zeros = jnp.zeros((words.shape[0], HIDDEN))
        return self.linear(self.rnn(self.embed(words), initial_carry=(zeros, zeros)))


def tagger_sources():
    sources = {
        "embed.embedding": "embed/embeddings",
        "linear.kernel": "linear/w",
        "linear.bias": "linear/b",
    }
    for gate, name in enumerate(("i", "g", "f", "o")):
        columns = slice(gate * HIDDEN, (gate + 1) * HIDDEN)
        inputs = {"f": "if_"}.get(name, f"i{name}")
        sources[f"rnn.cell.{inputs}.kernel"] = ("lstm/linear/w", lambda w, c=columns: w[:FEATURES, c])
        sources[f"rnn.cell.h{name}.kernel"] = ("lstm/linear/w", lambda w, c=columns: w[FEATURES:, c])
        forget = 1.0 if name == "f" else 0.0
        sources[f"rnn.cell.h{name}.bias"] = ("lstm/linear/b", lambda b, c=columns, f=forget: b[c] + f)
    return sources


@pytest.fixture
def words():
    return jax.random.randint(jax.random.key(1), (5, 7), 0, WORDS)


def test_a_recurrent_network_whose_matrix_is_split_gives_the_same_outputs_and_the_same_step(words):
    net = hk.without_apply_rng(hk.transform(tagger))
    params = jax.jit(net.init)(jax.random.key(0), words)
    fresh = Tagger(nnx.Rngs(0))
    ported = port_to_nnx(fresh, tagger_sources(), params)
    np.testing.assert_allclose(ported(words), net.apply(params, words), atol=1e-5)

    grads = jax.grad(lambda params: (net.apply(params, words) ** 2).mean())(params)
    stepped = port_to_nnx(fresh, tagger_sources(), jax.tree.map(lambda p, g: p - g, params, grads))
    nnx_grads = nnx.grad(lambda net: (net(words) ** 2).mean())(ported)
    expected = jax.tree.map(lambda p, g: p - g, nnx.state(ported, nnx.Param), nnx_grads)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5), nnx.state(stepped, nnx.Param), expected)
    moved = jax.tree.map(lambda a, b: float(abs(a - b).max()), expected, nnx.state(ported, nnx.Param))
    assert max(jax.tree.leaves(moved)) > 1e-3


# A network with layers in a list, one matrix that is used twice, dropout, and a state of its own.
def tied(x):
    calls = hk.get_state("calls", (), jnp.int32, jnp.zeros)
    hk.set_state("calls", calls + 1)
    for _ in range(2):
        x = jax.nn.tanh(hk.Linear(3)(x))
    table = hk.Embed(5, 3)
    return x @ table.embeddings.T + table(jnp.arange(2)).sum()


class Tied(nnx.Module):
    def __init__(self, rngs):
        self.calls = nnx.Variable(jnp.zeros((), jnp.int32))
        self.layers = nnx.List([nnx.Linear(3, 3, rngs=rngs) for _ in range(2)])
        self.dropout = nnx.Dropout(0.5, rngs=rngs)
        self.table = nnx.Embed(5, 3, rngs=rngs)
        self.output = self.table.embedding

    def __call__(self, x):
        self.calls[...] += 1
        for layer in self.layers:
            x = jax.nn.tanh(layer(x))
        return self.dropout(x) @ self.output[...].T + self.table(jnp.arange(2)).sum()


TIED = {
    "calls": "~/calls",
    "layers.0.kernel": "linear/w",
    "layers.0.bias": "linear/b",
    "layers.1.kernel": "linear_1/w",
    "layers.1.bias": "linear_1/b",
    "output": "embed/embeddings",
}


@pytest.fixture
def trees():
    net = hk.without_apply_rng(hk.transform_with_state(tied))
    params, state = net.init(jax.random.key(0), jnp.ones((1, 3)))
    biases = {m: {"b": jnp.arange(3.0)} for m in ("linear", "linear_1")}
    return hk.data_structures.merge(params, biases), {"~": {"calls": state["~"]["calls"] + 7}}


def test_lists_ties_and_state_are_carried_and_random_keys_stay(trees):
    x = jax.random.normal(jax.random.key(2), (4, 3))
    net = hk.without_apply_rng(hk.transform_with_state(tied))
    expected, state = net.apply(*trees, x)
    module = Tied(nnx.Rngs(3))
    ported = port_to_nnx(module, TIED, *trees)
    assert ported.output is ported.table.embedding
    np.testing.assert_array_equal(ported.dropout(x), module.dropout(x))
    ported.eval()
    np.testing.assert_allclose(ported(x), expected, atol=1e-5)
    assert ported.calls[...] == state["~"]["calls"]


def test_the_module_that_is_given_stays_as_it_was(trees):
    module = Tied(nnx.Rngs(3))
    before = nnx.to_pure_dict(nnx.state(module, nnx.Param))
    ported = port_to_nnx(module, TIED, *trees)
    ported(jnp.ones((1, 3)))
    after = nnx.to_pure_dict(nnx.state(module, nnx.Param))
    jax.tree.map(np.testing.assert_array_equal, before, after)
    assert module.calls[...] == module.dropout.rngs.count[...] == 0
    assert ported.dropout.rngs.count[...] == 1


def test_arrays_of_numpy_are_taken_and_dtypes_are_those_of_the_trees():
    module = nnx.eval_shape(lambda: nnx.Linear(2, 3, rngs=nnx.Rngs(0)))
    params = {"linear": {"w": np.ones((2, 3), np.float16), "b": np.zeros(3, np.float32)}}
    ported = port_to_nnx(module, {"kernel": "linear/w", "bias": "linear/b"}, params)
    assert isinstance(ported.kernel[...], jax.Array)
    assert (ported.kernel.dtype, ported.bias.dtype) == (jnp.float16, jnp.float32)


PARAMS = {"linear": {"w": jnp.ones((2, 3)), "b": jnp.zeros(3)}}
SHAPES = {"kernel": (2, 3), "bias": (3,)}
SOURCES = {"kernel": "linear/w", "bias": "linear/b"}


def test_several_entries_may_be_joined_and_the_order_is_that_of_the_module():
    rows = ("linear/b", "linear/w", lambda b, w: jnp.vstack([b, w]))
    arrays = arrays_by_path({"bias": (3,), "all": (3, 3)}, {"all": rows, "bias": "linear/b"}, PARAMS)
    assert list(arrays) == ["bias", "all"]
    np.testing.assert_array_equal(arrays["all"], [[0, 0, 0], [1, 1, 1], [1, 1, 1]])


@pytest.mark.parametrize(
    ("sources", "unused", "message"),
    [
        ({"kernel": "linear/w"}, ["linear/b"], r"No source is named for \['bias'\] of the module"),
        (SOURCES | {"scale": "linear/b"}, [], r"The module has no \['scale'\]; it has \['kernel', 'bias'\]"),
        (SOURCES | {"bias": "linear/bias"}, ["linear/b"], r"Haiku's trees have no \['linear/bias'\]; they have"),
        (SOURCES, ["linear/c"], r"Haiku's trees have no \['linear/c'\]; they have \['linear/b', 'linear/w'\]"),
        (SOURCES | {"bias": ("linear/w", lambda w: w[0])}, [], r"Nothing takes \['linear/b'\]; name a place"),
        (SOURCES, ["linear/b"], r"\['linear/b'\] are listed as unused, and are used"),
        (
            SOURCES | {"kernel": ("linear/w", jnp.transpose)},
            [],
            r"kernel wants \(2, 3\) and gets \(3, 2\) of linear/w \(2, 3\)",
        ),
        (
            SOURCES | {"kernel": ("linear/w", lambda w: w.reshape(7, 1))},
            [],
            r"The function for kernel fails on linear/w \(2, 3\): cannot reshape",
        ),
        (SOURCES | {"kernel": ("linear/w", lambda w: None)}, [], "The function for kernel fails on linear/w"),
        (SOURCES | {"kernel": ("linear/w", lambda w: w[:, None, 0, 0, 0])}, [], "The function for kernel fails on"),
        (SOURCES | {"kernel": ("linear/w", lambda w: w.flat_map())}, [], "The function for kernel fails on linear/w"),
        (SOURCES, "linear/c", "unused wants a list of paths, not the string 'linear/c'"),
        (SOURCES | {"kernel": ("linear/w",)}, [], "The source of kernel ends with 'linear/w', not with a function"),
        (SOURCES | {"kernel": None}, [], "The source of kernel is None"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(sources, unused, message):
    with pytest.raises(ValueError, match=message):
        arrays_by_path(SHAPES, sources, PARAMS, unused=unused)
    module = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match=message.replace(r"\['kernel', 'bias'\]", r"\['bias', 'kernel'\]")):
        port_to_nnx(module, sources, PARAMS, unused=unused)


def test_an_entry_that_is_a_parameter_and_a_state_is_refused():
    with pytest.raises(ValueError, match=r"linear/[bw] is in params and in state"):
        arrays_by_path(SHAPES, SOURCES, PARAMS, PARAMS)


def test_a_module_whose_random_keys_are_abstract_is_refused(trees):
    with pytest.raises(ValueError, match="random keys are abstract"):
        port_to_nnx(nnx.eval_shape(lambda: Tied(nnx.Rngs(0))), TIED, *trees)


class Holder(nnx.Module):
    def __init__(self, **attributes):
        for name, make in attributes.items():
            setattr(self, name, nnx.data(make()))


def test_numbers_are_filled_and_arrays_outside_of_variables_are_kept():
    module = Holder(table=lambda: jnp.arange(4.0), count=lambda: nnx.Variable(0))
    ported = port_to_nnx(module, {"count": "~/calls"}, {}, {"~": {"calls": jnp.array(7)}})
    assert ported.count[...] == 7
    np.testing.assert_array_equal(ported.table, module.table)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Holder(tree=lambda: nnx.Param({"a": jnp.ones(2)})), "tree is dict, not one array"),
        (
            lambda: nnx.Dict({"a.b": nnx.Param(jnp.ones(2)), "a": nnx.Dict({"b": nnx.Param(jnp.ones(2))})}),
            r"Two variables have one path: \['a.b', 'a.b'\]",
        ),
        (lambda: nnx.eval_shape(lambda: Holder(table=lambda: jnp.arange(4.0))), "or arrays that are not variables"),
    ],
)
def test_a_module_that_cannot_be_filled_by_path_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        port_to_nnx(make(), {"tree": "linear/b", "a.b": "linear/b"}, PARAMS, unused=["linear/w"])
