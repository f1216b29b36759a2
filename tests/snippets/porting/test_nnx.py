"""Ports of recurrent and other networks to Flax NNX, compared with Haiku."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from snippets.porting.nnx import nnx_shapes, port_to_nnx
from snippets.porting.sources import arrays_by_path

# A tagger with a recurrent layer: Haiku has one matrix for all gates, and adds 1 to the input
# of the forget gate.
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
        sources[f"rnn.cell.{inputs}.kernel"] = (
            "lstm/linear/w",
            lambda w, c=columns: w[:FEATURES, c],
        )
        sources[f"rnn.cell.h{name}.kernel"] = (
            "lstm/linear/w",
            lambda w, c=columns: w[FEATURES:, c],
        )
        forget = 1.0 if name == "f" else 0.0
        sources[f"rnn.cell.h{name}.bias"] = (
            "lstm/linear/b",
            lambda b, c=columns, f=forget: b[c] + f,
        )
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
    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5),
        nnx.state(stepped, nnx.Param),
        expected,
    )
    moved = jax.tree.map(
        lambda a, b: float(abs(a - b).max()), expected, nnx.state(ported, nnx.Param)
    )
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


@pytest.mark.parametrize(
    ("sources", "unused", "message"),
    [
        ({"kernel": "linear/w"}, ["linear/b"], r"No source is named for \['bias'\] of the module"),
        (
            SOURCES | {"scale": "linear/b"},
            [],
            r"The module has no \['scale'\]; it has \['kernel', 'bias'\]",
        ),
        (
            SOURCES | {"bias": "linear/bias"},
            ["linear/b"],
            r"Haiku's trees have no \['linear/bias'\]; they have",
        ),
        (
            SOURCES,
            ["linear/c"],
            r"Haiku's trees have no \['linear/c'\]; they have \['linear/b', 'linear/w'\]",
        ),
        (
            SOURCES | {"bias": ("linear/w", lambda w: w[0])},
            [],
            r"Nothing takes \['linear/b'\]; name a place",
        ),
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
        (
            SOURCES | {"kernel": ("linear/w", lambda w: None)},
            [],
            "The function for kernel fails on linear/w",
        ),
        (
            SOURCES | {"kernel": ("linear/w", lambda w: w[:, None, 0, 0, 0])},
            [],
            "The function for kernel fails on",
        ),
        (
            SOURCES | {"kernel": ("linear/w", lambda w: w.flat_map())},
            [],
            "The function for kernel fails on linear/w",
        ),
        (SOURCES, "linear/c", "unused wants a list of paths, not the string 'linear/c'"),
        (
            SOURCES | {"kernel": ("linear/w",)},
            [],
            "The source of kernel ends with 'linear/w', not with a function",
        ),
        (SOURCES | {"kernel": None}, [], "The source of kernel is None"),
        (SOURCES | {"kernel": ...}, [], "The source of kernel is still to be filled in"),
        (SOURCES, ["*/c", "*w"], r"Haiku's trees have no \['\*/c'\]; they have"),
        (SOURCES, ["*/w"], r"\['linear/w'\] are listed as unused, and are used"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(sources, unused, message):
    with pytest.raises(ValueError, match=message):
        arrays_by_path(SHAPES, sources, PARAMS, unused=unused)
    module = nnx.Linear(2, 3, rngs=nnx.Rngs(0))
    with pytest.raises(
        ValueError, match=message.replace(r"\['kernel', 'bias'\]", r"\['bias', 'kernel'\]")
    ):
        port_to_nnx(module, sources, PARAMS, unused=unused)


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
            lambda: nnx.Dict(
                {"a.b": nnx.Param(jnp.ones(2)), "a": nnx.Dict({"b": nnx.Param(jnp.ones(2))})}
            ),
            "Two variables have one path: a.b",
        ),
        (
            lambda: nnx.eval_shape(lambda: Holder(table=lambda: jnp.arange(4.0))),
            "or arrays that are not variables",
        ),
    ],
)
def test_a_module_that_cannot_be_filled_by_path_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        port_to_nnx(make(), {"tree": "linear/b", "a.b": "linear/b"}, PARAMS, unused=["linear/w"])


def test_the_skeleton_of_a_module_lists_what_it_has(trees):
    assert nnx_shapes(Tied(nnx.Rngs(3))) == {
        "calls": (),
        "layers.0.bias": (3,),
        "layers.0.kernel": (3, 3),
        "layers.1.bias": (3,),
        "layers.1.kernel": (3, 3),
        "output": (5, 3),
    }
