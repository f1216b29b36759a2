"""A draft is a file that runs: a port with Haiku's outputs, training step and state."""

import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from snippets.porting.command import main
from snippets.porting.draft.checks import Comparison
from snippets.porting.draft.differ import compared_first_difference
from snippets.porting.draft.drafting import draft
from snippets.transformer import Config, Transformer

LIBRARIES = ["nnx", "equinox"]
X = jnp.linspace(-1, 1, 2 * 5 * 4).reshape(2, 5, 4)
IMAGES = jnp.linspace(-1, 1, 2 * 6 * 6 * 3).reshape(2, 6, 6, 3)
VARIANCE = hk.initializers.VarianceScaling()


class Block(hk.Module):
    """Layers made in the constructor, in a loop, and where they are called."""

    def __init__(self, width, name=None):
        super().__init__(name=name)
        self.width = width
        self.norm = hk.LayerNorm(-1, True, True)

    def __call__(self, x):
        y = self.norm(x)
        for _ in range(2):
            y = jnp.tanh(hk.Linear(self.width)(y))
        return x + hk.Linear(x.shape[-1], with_bias=False)(y)


def scaled(x):
    return hk.Linear(4)(x) * hk.get_parameter("scale", (), init=jnp.ones)


def blocks(x, is_training):
    x = scaled(scaled(x))
    x = hk.BatchNorm(True, True, 0.9)(x, is_training)

    def layer(h):
        return Block(7)(h)

    x = hk.layer_stack(3, name="stack")(layer)(x)
    return hk.nets.MLP([5, 3])(x)


def words(ids, is_training):
    table = hk.Embed(11, 4)
    x = table(ids)
    mask = jnp.tril(jnp.ones((5, 5)))[None, None]
    x = x + hk.MultiHeadAttention(2, 3, w_init=VARIANCE, model_size=4)(x, x, x, mask)
    if is_training:
        x = hk.dropout(hk.next_rng_key(), 0.5, x)
    return x @ table.embeddings.T


def images(x):
    x = hk.Conv2D(4, 3, stride=2, padding="VALID")(jax.nn.relu(hk.Conv2D(6, 3)(x)))
    return hk.GroupNorm(2)(hk.Conv2DTranspose(4, 3, 2)(x))


def recurrent(x):
    inner = hk.DeepRNN([hk.LSTM(4), jax.nn.relu, hk.Linear(3), hk.VanillaRNN(5), hk.GRU(2)])
    core = hk.ResetCore(inner)
    resets = jnp.arange(10).reshape(2, 5) % 3 == 0
    start = core.initial_state(2)
    return hk.dynamic_unroll(core, (x, resets), start, time_major=False)[0]


def averaged(x):
    count = hk.get_state("count", (), init=jnp.zeros)
    hk.set_state("count", count + 1)
    average = hk.ExponentialMovingAverage(0.9, name="average")
    return hk.RMSNorm(-1)(x) * average(x.mean()) + count


def mapped(x):
    rows = hk.vmap(lambda row: hk.Linear(3)(row), split_rng=not hk.running_init())
    return hk.remat(hk.nets.MLP([5, 3]))(rows(x))


def sequence(x):
    return hk.Sequential([hk.Linear(5), jax.nn.relu, lambda h: h * 2, hk.Linear(2)])(x)


def pair(x):
    return scaled(scaled(x))


class Attends(hk.Module):
    """A module that returns a dict."""

    def __call__(self, x):
        return {"out": hk.Linear(4)(x)}


class Changing(hk.Module):
    """It changes the dict that a part of it returns."""

    def __call__(self, x):
        outputs = Attends()(x)
        hidden = hk.Linear(4)(outputs["out"])
        outputs["out"] = hk.Linear(4)(hidden)
        return outputs


def changed(x):
    return Changing()(x)["out"]


class Repeated(hk.Module):
    """Methods and functions that run once for each layer."""

    def __call__(self, x):
        for layer in [self.layer(i) for i in range(2)]:
            x = layer(x)
        for _ in range(2):
            x = self.part(x)
        return x

    def layer(self, i):
        return hk.Linear(4, name=f"layer_{i}")

    def part(self, x):
        return scaled(jnp.tanh(hk.Linear(4)(x)))


def repeated(x):
    return Repeated()(x)


class Counted(hk.Module):
    """State, a draw and a parameter, for what runs within loops."""

    def __call__(self, x):
        count = hk.get_state("count", (), init=jnp.zeros)
        hk.set_state("count", count + 1)
        noise = jax.random.normal(hk.next_rng_key(), x.shape)
        return jnp.tanh(hk.Linear(x.shape[-1])(x) + count + noise)


def scanned(x):
    part = Counted()
    return hk.scan(lambda h, row: (h + part(row), h), x[0], x)[0] + sum(hk.next_rng_keys(2).shape)


def looped(x):
    part = Counted()
    x = hk.fori_loop(0, 3, lambda i, h: part(h) + i, hk.map(part, x))
    return x + jax.random.normal(hk.next_rng_keys(2)[1], x.shape)


def endless(x):
    part = Counted()
    if hk.running_init():
        return part(x)
    return hk.while_loop(lambda h: h[0] < 3, lambda h: (h[0] + 1, part(h[1])), (0, x))[1]


def branched(x):
    first, second = Counted(), Counted()
    if hk.running_init():
        return first(second(x))
    x = hk.switch(1, [first, second], x)
    return hk.cond(x.mean() < 9, first, second, x)


def transformed(x):
    part = Counted()
    value, slope = hk.value_and_grad(lambda x: part(x).sum())(hk.remat(part)(x))
    rows = hk.vmap(part, split_rng=not hk.running_init())(x)
    return rows * hk.grad(lambda x: part(x).sum())(slope) + value + hk.eval_shape(part, x).ndim


class Twice(hk.Module):
    """Modules that the constructor makes, and that only layers call."""

    def __init__(self):
        super().__init__()
        self.norm = hk.BatchNorm(True, True, 0.9)
        self.parts = [hk.Linear(6), hk.Linear(4)]

    def __call__(self, x, is_training):
        outside = Counted()

        def layer(h):
            for part in self.parts:
                h = jnp.tanh(part(h))
            return self.norm(h, is_training)

        def outer(h):
            return hk.layer_stack(2)(outside)(h)

        return hk.layer_stack(2)(layer)(hk.layer_stack(3, name="outer")(outer)(x))


def stacked(x, is_training):
    return Twice()(x, is_training)


def unrolled(x):
    core = hk.DeepRNN([hk.LSTM(4), Counted(), hk.GRU(3)])
    return hk.dynamic_unroll(core, x, core.initial_state(2), time_major=False)[0]


class Modal(hk.Module):
    """A constructor that is told the mode."""

    def __init__(self, is_training):
        super().__init__()
        self.is_training = is_training
        self.rate = 0.5 if is_training else 0.0
        self.table = np.arange(4.0, dtype=np.float32)

    def __call__(self, x):
        x = hk.BatchNorm(True, True, 0.9)(x * self.table, self.is_training)
        with hk.name_scope("inner"):
            return hk.dropout(hk.next_rng_key(), self.rate, hk.Linear(3)(x))


def modal(x, is_training):
    return Modal(is_training)(x)


def lifted(x):
    inner = hk.transform(lambda x: hk.Linear(3)(x))
    return inner.apply(hk.lift(inner.init, name="lifted")(hk.next_rng_key(), x), None, x)


def reading(tokens):
    return Transformer(Config(hidden=8))(tokens, causal=True)


def writing(token, offset):
    return Transformer(Config(hidden=8))(token, offset=offset)[0]


def called_in_layers_and_outside(x):
    part = hk.Linear(4)
    return part(hk.layer_stack(2)(lambda h: part(h))(x))


IDS = jnp.arange(10).reshape(2, 5)
NETWORKS = {
    "pair": (pair, (X,)),
    "changed": (changed, (X,)),
    "blocks": (blocks, (X,), {"is_training": True}),
    "recurrent": (recurrent, (X,)),
    "words": (words, (IDS,), {"is_training": True}),
    "images": (images, (IMAGES,)),
    "averaged": (averaged, (X,)),
    "mapped": (mapped, (X,)),
    "sequence": (sequence, (X,)),
    "repeated": (repeated, (X,)),
    "scanned": (scanned, (X,)),
    "looped": (looped, (X,)),
    "endless": (endless, (X,)),
    "branched": (branched, (X,)),
    "transformed": (transformed, (X,)),
    "stacked": (stacked, (X,), {"is_training": True}),
    "unrolled": (unrolled, (X,)),
    "modal": (modal, (X,), {"is_training": True}),
    "reading": (reading, (IDS,)),
    "writing": (writing, (IDS[:, :1], jnp.array(0))),
}
FIRST = {"pair"}


def made(example, to):
    """The names that a drafted file gives, and the draft."""
    network, inputs, *named = example
    drafted = draft(network, inputs, *named, to=to, example="nowhere:example")
    names = {"__name__": "drafted"}
    exec(compile(drafted.text, "drafted.py", "exec"), names)
    return names, drafted


def comparison(example, names, to):
    given = names["build"], names["SOURCES"], names["UNUSED"]
    return Comparison(example, *given, to=to, paths=names["PATHS"])


@pytest.mark.parametrize("to", LIBRARIES)
@pytest.mark.parametrize(
    "name",
    [name if name in FIRST else pytest.param(name, marks=pytest.mark.slow) for name in NETWORKS],
)
def test_a_draft_has_the_outputs_the_training_step_and_the_state_of_haiku(name, to):
    names, drafted = made(NETWORKS[name], to)
    assert drafted.todo == []
    assert drafted.placed == drafted.total > 0
    compared = comparison(NETWORKS[name], names, to)
    assert compared.outputs() < 1e-5
    assert compared.state() < 1e-5
    assert ("trains=False" in drafted.text) == (name == "endless")
    assert name == "endless" or compared.step() < 1e-5


def test_a_comparison_sees_other_outputs_and_another_step():
    names, _ = made(NETWORKS["pair"], "nnx")
    compared = comparison((lambda x: 1.01 * pair(x), (X,)), names, "nnx")
    assert compared.outputs() > 1e-4
    assert compared.step() > 1e-4


@pytest.mark.slow
def test_a_comparison_sees_another_state():
    names, _ = made(NETWORKS["averaged"], "nnx")
    compared = comparison((lambda x: averaged(x + 1), (X,)), names, "nnx")
    assert compared.state() > 1e-3


@pytest.mark.parametrize("to", LIBRARIES)
def test_two_exchanged_sources_are_found(to):
    names, _ = made(NETWORKS["pair"], to)
    compared = comparison(NETWORKS["pair"], names, to)
    assert compared_first_difference(compared) is None
    weight = {"nnx": "kernel", "equinox": "weight"}[to]
    sources = dict(names["SOURCES"])
    first = next(p for p in sources if p.endswith(f"scaled.linear.{weight}"))
    second = next(p for p in sources if p.endswith(f"scaled_1.linear.{weight}"))
    compared.sources = {**sources, first: sources[second], second: sources[first]}
    found = compared_first_difference(compared)
    assert found.haiku == "linear"  # the one that runs first
    assert second.startswith(found.port)


@pytest.mark.parametrize("to", LIBRARIES)
def test_an_output_is_compared_as_it_was_when_the_call_ended(to):
    names, _ = made(NETWORKS["changed"], to)
    compared = comparison(NETWORKS["changed"], names, to)
    weight = {"nnx": "kernel", "equinox": "weight"}[to]
    first, second = (
        next(p for p, s in names["SOURCES"].items() if f"{part}/w" in str(s) and p.endswith(weight))
        for part in ("changing/linear", "changing/linear_1")
    )
    sources = names["SOURCES"]
    compared.sources = {**sources, first: sources[second], second: sources[first]}
    assert compared_first_difference(compared).haiku == "changing/linear"


def test_what_has_no_code_is_marked_beside_its_file_and_line():
    class Odd:
        def __call__(self, x):
            return x

    odd = Odd()

    class Held(hk.Module):
        def __init__(self):
            super().__init__()
            self.odd = odd

        def __call__(self, x):
            return self.odd(hk.Linear(2)(x))

    drafted = draft(lambda x: Held()(x), (X,))
    (todo,) = drafted.todo
    assert "test_draft.py:" in todo
    assert "odd is" in todo
    assert f"# TODO {todo}" in drafted.text


@pytest.mark.parametrize(
    ("network", "told"),
    [(lifted, "hk.lift"), (called_in_layers_and_outside, "called in layers and outside")],
)
def test_what_no_port_does_is_marked_and_its_test_fails(network, told):
    names, drafted = made((network, (X,)), "nnx")
    assert any(told in todo for todo in drafted.todo)
    with pytest.raises((ValueError, KeyError, AssertionError)):
        assert comparison((network, (X,)), names, "nnx").outputs() < 1e-4


def example():
    return NETWORKS["sequence"]


def test_the_command_writes_a_file_whose_tests_pass(tmp_path, capsys):
    path = tmp_path / "port.py"
    with pytest.raises(SystemExit) as end:
        main(["draft", f"{__name__}:example", "-o", str(path)])
    assert end.value.code == 0
    assert "4 of 4 arrays" in capsys.readouterr().err
    names = {"__name__": "port"}
    exec(compile(path.read_text(), str(path), "exec"), names)
    for name in ("test_outputs", "test_one_training_step", "test_state"):
        names[name]()


def test_the_command_says_what_it_cannot_read(capsys):
    for given in ("nowhere", "nowhere:example", f"{__name__}:nothing"):
        with pytest.raises(SystemExit) as end:
            main(["draft", given])
        assert end.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_keys_are_those_of_haiku():
    from snippets.porting.draft.loops import scan
    from snippets.porting.draft.running import drawing, next_key

    def drawn():
        first = hk.next_rng_key()
        return first, hk.scan(lambda n, _: (n, hk.next_rng_key()), 0, None, 3)[1]

    want = hk.transform(drawn).apply({}, jax.random.key(1))
    with drawing(jax.random.key(1)):
        got = next_key(), scan(lambda n, _: (n, next_key()), 0, None, 3)[1]
    for a, b in zip(got, want, strict=True):
        assert np.array_equal(jax.random.key_data(a), jax.random.key_data(b))
