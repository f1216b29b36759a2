"""The names that `read` predicts are those that Haiku gives."""

import textwrap

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

from snippets.porting.read import read_code
from snippets.porting.read.naming import snake_case

X = jnp.ones((2, 6, 6, 3))
H = jnp.ones((4, 5))
IMPORTS = """\
import dataclasses
import functools
import haiku as hk
import jax
import jax.numpy as jnp
X, H = jnp.ones((2, 6, 6, 3)), jnp.ones((4, 5))
"""


def real_tree(code):
    """What `init` makes for the function `net` of a text, by kind, path and name."""
    names = {}
    exec(IMPORTS + textwrap.dedent(code), names)
    init = hk.transform_with_state(names["net"]).init
    trees = jax.eval_shape(init, jax.random.key(0))
    return {
        (kind, module, name)
        for kind, tree in zip(("parameter", "state"), trees, strict=True)
        for module, its in tree.items()
        for name in its
    }


def predicted(code, **options):
    (tree,) = read_code({"net.py": IMPORTS + textwrap.dedent(code)}, "net.py:net", **options)[
        "trees"
    ]
    return tree["entries"]


def known(code):
    return {(e["kind"], e["path"], e["name"]) for e in predicted(code) if e["known"]}


@pytest.mark.parametrize(
    "layer",
    [
        "hk.Linear(3)(H)",
        "hk.Linear(3, with_bias=False)(H)",
        "hk.Bias()(H)",
        "hk.Embed(5, 2)(jnp.arange(3))",
        "hk.Conv1D(2, 3)(H)",
        "hk.Conv2D(2, 3, with_bias=False)(X)",
        "hk.ConvND(2, 2, 3)(X)",
        "hk.Conv2DTranspose(2, 3, name='up')(X)",
        "hk.DepthwiseConv2D(1, 3)(X)",
        "hk.SeparableDepthwiseConv2D(1, 3)(X)",
        "hk.LayerNorm(-1, True, False)(H)",
        "hk.InstanceNorm(True, True)(X)",
        "hk.GroupNorm(3)(X)",
        "hk.RMSNorm(-1)(H)",
        "hk.BatchNorm(True, False, 0.9)(H, is_training=True)",
        "hk.ExponentialMovingAverage(0.9)(H)",
        "hk.SpectralNorm()(H)",
        "hk.nets.MLP([3, 4], with_bias=False)(H)",
        "hk.MultiHeadAttention(2, 4, w_init=jnp.ones)(X[0], X[0], X[0])",
        "hk.LSTM(3)(H, hk.LSTM(3).initial_state(4))",
        "hk.GRU(3)(H, jnp.zeros((4, 3)))",
        "hk.VanillaRNN(3, double_bias=False)(H, jnp.zeros((4, 3)))",
        "hk.Conv2DLSTM((6, 6), 2, 3)(X, hk.Conv2DLSTM((6, 6), 2, 3).initial_state(2))",
        "hk.DeepRNN([hk.GRU(3), jax.nn.relu])(H, (jnp.zeros((4, 3)),))",
        "hk.Sequential([hk.Flatten(), hk.Linear(2), lambda x: hk.Linear(1)(x)])(X)",
        "hk.nets.VectorQuantizer(5, 2, 0.1)(H, True)",
        "hk.nets.VectorQuantizerEMA(5, 2, 0.1, 0.9)(H, True)",
        pytest.param("hk.nets.ResNet18(2)(X, True)", marks=pytest.mark.slow),
        pytest.param("hk.nets.ResNet50(2, resnet_v2=True)(X, True)", marks=pytest.mark.slow),
    ],
)
def test_layers_of_haiku_are_known(layer):
    code = f"def net(): return {layer}"
    assert known(code) == real_tree(code)


IDIOMS = {
    "numbers count by method": """
        class Block(hk.Module):
            def __init__(self):
                super().__init__()
                self.first = hk.Linear(2)
            def __call__(self, x):
                x = hk.Linear(2)(hk.Linear(2)(self.first(x)))
                return self.more(x) + self.more(x)
            def more(self, x):
                return hk.Linear(2)(x)
        def net():
            return Block()(Block()(H))
        """,
    "a name with a number counts": """
        def net():
            return [hk.Linear(2, name=n)(H) for n in ("linear_3", None, "linear_1", None)]
        """,
    "a dataclass": """
        @dataclasses.dataclass
        class Head(hk.Module):
            size: int
            kind: str = "mlp"
            name: str | None = None
            def __post_init__(self):
                super().__post_init__()
                self.layer = hk.Linear(self.size)
            def __call__(self, x):
                return hk.nets.MLP([2], name=self.kind)(self.layer(x))
        def net():
            return Head(3)(H) + Head(2, name="other")(H)
        """,
    "a subclass of a layer": """
        class Scaled(hk.Linear):
            def __call__(self, x):
                return super().__call__(x) * self.gain() + hk.Linear(self.output_size)(x)
            @hk.transparent
            def gain(self):
                return hk.get_parameter("gain", [], init=jnp.ones)
        class Owner(hk.Module):
            def __call__(self, x):
                layer = Scaled(2, with_bias=False)
                return layer(x) + layer.gain()
        def net():
            return Owner(name="top")(H)
        """,
    "scopes, likeness and force": """
        class Two(hk.Module):
            @hk.name_like("__call__")
            def encode(self, x):
                return hk.Linear(2, name="enc")(x)
            @property
            def scale(self):
                return hk.get_parameter("scale", [], init=jnp.ones)
            @staticmethod
            def free():
                return hk.get_parameter("free", [], init=jnp.ones)
            def __call__(self, x):
                with hk.name_scope("block"):
                    x = hk.Linear(2)(x) + hk.get_parameter("p", [], init=jnp.ones)
                return self.encode(x) * self.scale * self.free()
        def net():
            with hk.name_scope("outer/inner"):
                x = Two()(H)
            return hk.Linear(2, name=hk.force_name("outer/again"))(x)
        """,
    "stacks and lifts": """
        def layer(h):
            return h + hk.Linear(h.shape[-1])(h)
        def net():
            h = hk.layer_stack(3, name="stack")(layer)(H)
            h = hk.layer_stack(2)(lambda h: jax.nn.relu(layer(h)))(h)
            inner = hk.transform(layer)
            params = hk.lift(inner.init, name="inside")(hk.next_rng_key(), h)
            return inner.apply(params, None, h)
        """,
    "transformations and modules of functions": """
        def block(x, size):
            return hk.Linear(size)(x)
        def net():
            x = hk.remat(functools.partial(block, size=5))(H)
            x = hk.vmap(hk.Linear(5), split_rng=False)(x)
            layer = hk.Linear(5)
            x = layer(x)
            x, _ = hk.scan(lambda c, _: (layer(c), None), x, jnp.arange(2))
            return hk.to_module(lambda x: hk.Linear(1)(x))(name="made")(x)
        """,
    "tables of classes, loops and conditions": """
        KINDS = {"plain": hk.Linear, "norm": None}
        class Tower(hk.Module):
            def __init__(self, sizes, kind="plain", norm=False, name=None):
                super().__init__(name=name)
                self.layers = []
                for i, size in enumerate(sizes):
                    self.layers.append(KINDS[kind](size, name=f"{kind}_{i}"))
                self.norm = hk.LayerNorm(-1, True, True) if norm else None
            def __call__(self, x):
                for layer in self.layers:
                    x = jax.nn.relu(layer(x))
                if self.norm is not None:
                    x = self.norm(x)
                return x
        def net():
            return Tower([2, 3], norm=True)(H) if H.ndim == 2 else Tower([4])(H)
        """,
}


@pytest.mark.parametrize("idiom", IDIOMS)
def test_idioms_are_known(idiom):
    real = real_tree(IDIOMS[idiom])
    entries = predicted(IDIOMS[idiom])
    assert {(e["kind"], e["path"], e["name"]) for e in entries if e["known"]} <= real
    assert {(e["kind"], e["path"], e["name"]) for e in entries} >= real
    if idiom != "tables of classes, loops and conditions":  # whose size is that of an array
        assert all(e["known"] for e in entries)


def depends(code, path):
    found = [e["depends"] for e in predicted(code) if e["path"] == path]
    return found[0] if found else None


UNKNOWN = """
def net(cfg, x):
    for _ in range(cfg.depth):
        x = hk.Linear(2)(x)
    if cfg.norm:
        x = hk.LayerNorm(-1, True, True)(x)
    x = hk.Linear(2, name=cfg.name)(x)
    x = hk.Linear(2, name="last")(x)
    return hk.Linear(3)(x)
"""


def test_what_a_run_alone_knows_is_said_with_what_it_depends_on():
    assert depends(UNKNOWN, "linear") == []  # a loop runs at least once
    assert depends(UNKNOWN, "linear_1") == ["for each of range(cfg.depth)"]
    assert depends(UNKNOWN, "layer_norm") == ["if cfg.norm"]
    assert depends(UNKNOWN, "{cfg.name}") == ["cfg.name"]
    assert depends(UNKNOWN, "last") == []


def test_a_number_after_a_branch_depends_on_the_branch():
    code = (
        "def net(flag, x):\n    if flag:\n        x = hk.Linear(2)(x)\n    return hk.Linear(2)(x)"
    )
    assert depends(code, "linear_1") == ["if flag"]


def test_what_a_file_that_is_absent_makes_leaves_numbers_open():
    code = "from other import head\ndef net(x):\n    x = head(x)\n    return hk.Linear(2)(x)"
    assert "other.head" in depends(code, "linear")[0]
    assert known("from other import head\ndef net(x):\n    return hk.Linear(2, name='a')(x)")


def test_imports_between_files_are_followed():
    files = {
        "pack/layers.py": IMPORTS + "class Mine(hk.Module):\n  def __call__(self, x):\n"
        "    return hk.Linear(2)(x)",
        "pack/net.py": "import haiku as hk\nfrom .layers import Mine\nfrom pack import layers\n"
        "f = hk.transform(lambda x: Mine()(layers.Mine()(x)))",
    }
    (tree,) = read_code(files)["trees"]
    assert [e["path"] for e in tree["entries"]] == ["mine_1/linear"] * 2 + ["mine/linear"] * 2
    assert tree["init"] == "init(rng, x) -> params"


@pytest.mark.parametrize(
    ("made", "signature"),
    [
        ("hk.transform(f)", "apply(params, rng, x, train=False) -> out"),
        ("hk.without_apply_rng(hk.transform(f))", "apply(params, x, train=False) -> out"),
        ("hk.transform_with_state(f)", "apply(params, state, rng, x, train=False) -> (out, state)"),
    ],
)
def test_signatures_of_apply(made, signature):
    code = f"import haiku as hk\ndef f(x, train=False):\n  return hk.Linear(2)(x)\nnet = {made}"
    (tree,) = read_code({"net.py": code})["trees"]
    assert tree["apply"] == signature


@pytest.mark.parametrize(
    "name", ["WSConv2D", "LSTM", "TransformerLM", "MyGPT2LM", "A1B", "HTTPServer", "a_B", "_X"]
)
def test_classes_are_named_as_haiku_names_them(name):
    made = []
    hk.transform(lambda: made.append(type(name, (hk.Module,), {})().name)).init(None)
    assert snake_case(name) == made[0]


def test_code_that_goes_on_for_ever_ends():
    code = "def f(n):\n  return f(n + 1) + f(n)\ndef net(x):\n  while x:\n    f(x)\n"
    code += "  return hk.Linear(2)(x)"
    (tree,) = read_code({"net.py": IMPORTS + code}, "net.py:net")["trees"]
    assert tree["note"] or tree["entries"]
