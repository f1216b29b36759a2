"""The tables are compared with the packages that are installed; the finder with small files."""

import importlib
import inspect
import warnings

import haiku as hk
import jax
import jax.numpy as jnp
import pytest

from snippets.porting import GONE, GONE_ARGUMENTS, GONE_METHODS, OLD, find_changes


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
    return [word for word in words if word.startswith(("jax.", "haiku.", "functools.", "optax"))]


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
        f = resolve(function)
        if function == "haiku.transform":
            with pytest.raises(ValueError, match="apply_rng argument has been removed"):
                f(lambda x: x, apply_rng=False)
        else:
            assert argument not in inspect.signature(f).parameters


@pytest.mark.parametrize("name", GONE_METHODS)
def test_methods_that_are_said_to_be_gone_are_gone(name):
    with pytest.raises(AttributeError):
        getattr(jnp.ones(2), name)


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
