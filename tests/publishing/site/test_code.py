import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from publishing.apidocs import address
from publishing.codelinks import CodeLinks
from publishing.highlighting import code_html
from publishing.source import text
from publishing.tutorial import read_tutorial, read_tutorials
from publishing.variants import not_implemented, solved, stub

ROOT = Path(__file__).parents[2]
REFERENCE = "../../../reference/snippets/"
TITLE = "# %% [markdown]\n# # Title\n\n"
IMPORTS = """\
# %%
import chex
import haiku as hk
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from jax import numpy as jn, random
from jax.flatten_util import ravel_pytree

# %%
"""
SNIPPET = '''\
import jax


class State:
    """What training keeps."""


def _half(x):
    return x / 2


@jax.jit
def fit(x):
    """Fit."""
    return _half(x)
'''


@pytest.fixture
def links(tmp_path):
    """The links of a cell that follows the usual imports: what the code shows, and its address."""

    def find(code: str, cells: str = IMPORTS, reference: str = REFERENCE) -> list[tuple[str, str]]:
        (tmp_path / "snippets").mkdir(exist_ok=True)
        (tmp_path / "snippets/training.py").write_text(SNIPPET)
        path = tmp_path / "tiny.py"
        path.write_text(TITLE + cells + code + "\n", encoding="utf-8")
        variant = solved(read_tutorial(path, "part/tiny"), tmp_path / "snippets")
        lines = variant.cells[-1].lines
        found = CodeLinks(variant, address, tmp_path / "snippets", reference).find(lines)
        return [(text(lines)[link.start : link.end], link.url) for link in found]

    return find


def names(found: list[tuple[str, str]]) -> list[str]:
    return [shown for shown, _ in found]


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("jax.random.split", "jax.random.split"),
        ("jnp.where", "jax.numpy.where"),
        ("jn.where", "jax.numpy.where"),
        ("random.split", "jax.random.split"),
        ("jnp.linalg.norm", "jax.numpy.linalg.norm"),
        ("ravel_pytree", "jax.flatten_util.ravel_pytree"),
        ("hk.Linear", "haiku.Linear"),
        ("chex.assert_shape", "chex.assert_shape"),
        ("plt.subplots", "matplotlib.pyplot.subplots"),
        ("np.corrcoef", "numpy.corrcoef"),
    ],
)
def test_a_name_means_what_the_imports_say(links, shown, name):
    assert address(name)
    assert links(f"y = {shown}(x)") == [(shown, address(name))]


@pytest.mark.parametrize(
    "code",
    [
        "jax.jot(f)",
        "jnp.wherever(x)",
        "jax.debug_key_reuse(True)",
        "y.jax.jit(f)",
        "unknown.jit(f)",
        "np.float32",
        "jax",
        "f(jit=1)",
        "# jax.jit",
        "'jax.jit'",
        "import jax.numpy as jnp",
        "(jax\n .jit)(f)",
    ],
)
def test_what_is_no_documented_name_is_not_linked(links, code):
    assert links(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "def f(np):\n    return np.sum(x)",
        "def f(x, *np):\n    return np.sum(x)",
        "def f(x):\n    np = x\n    return np.sum()",
        "def f(x):\n    def g():\n        return np.sum()\n    np = x\n    return g",
        "def f(x):\n    import torch as np\n    return np.sum(x)",
        "def f(x):\n    with x as np:\n        return np.sum(x)",
        "def f(x):\n    try:\n        pass\n    except ValueError as np:\n        np.sum(x)",
        "def f(x):\n    match x:\n        case [np, *_]:\n            np.sum(x)",
        "def f(x):\n    def np():\n        pass\n    return np.sum(x)",
        "class A:\n    np = 1\n    y = np.sum",
        "f = lambda np: np.sum(x)",
        "y = [np.sum() for np in x]",
        "y = {1: np.sum() for np in x}",
        "y = f(np.sum() for np, _ in x)",
    ],
)
def test_a_name_that_a_scope_binds_is_not_linked(links, code):
    assert links(code) == []
    assert names(links(code + "\nnp.sum(x)")) == ["np.sum"]


def test_a_scope_hides_only_the_names_that_it_binds(links):
    assert names(links("def f(np):\n    return np.sum(jnp.ones(3))")) == ["jnp.ones"]


def test_names_are_linked_where_python_reads_them(links):
    code = '@jax.jit\ndef f(x: jax.Array, y=jnp.ones(3)):\n    return f"{jax.grad(g)(x):.2f}"'
    assert names(links(code)) == ["jax.jit", "jax.Array", "jnp.ones", "jax.grad"]


def test_an_attribute_of_a_documented_name_is_left_out_of_its_link(links):
    assert names(links("jax.jit.lower(f)\njnp.abs(x).max()")) == ["jax.jit", "jnp.abs"]


def test_the_first_occurrence_on_a_page_is_linked_and_what_is_folded_does_not_count(tmp_path):
    code = "# %%\nimport jax.numpy as jnp\nimport jax.numpy as jn\n\njnp.ones(1)\njn.ones(2)\njnp.zeros(jnp.ones(3))\n"
    path = tmp_path / "tiny.py"
    path.write_text(TITLE + code)
    variant = solved(read_tutorial(path, "part/tiny"), tmp_path)
    found = CodeLinks(variant, address, tmp_path)
    lines = variant.code[0].lines
    ones, zeros = address("jax.numpy.ones"), address("jax.numpy.zeros")
    assert [link.url for link in found.find(lines[:-1], folded=True)] == [ones]
    assert [(link.start, link.url) for link in found.find(lines[:-1])] == [(text(lines).index("jnp.ones"), ones)]
    assert [link.url for link in found.find(lines)] == [zeros]
    assert found.find(lines) == []


def test_characters_are_counted_where_letters_take_several_bytes(links):
    assert names(links('π = "λ→" + jnp.sin(1)\nδ, ε = jnp.cos(π), "😀"; jnp.tan(δ)')) == [
        "jnp.sin",
        "jnp.cos",
        "jnp.tan",
    ]


def test_a_pasted_snippet_links_where_it_is_defined_or_where_it_is_used(links):
    cell = IMPORTS + "from snippets.training import State, fit\n"
    found = links("state = fit(State())", cell)
    assert dict(found) == {
        "State": f"{REFERENCE}#snippets.training.State",
        "jax.jit": address("jax.jit"),
        "fit": f"{REFERENCE}#snippets.training.fit",
    }
    assert names(links("# %%\nfit.lower(State())", cell)) == ["fit", "State"]


def test_snippets_do_not_link_where_the_site_has_no_page_of_them(links):
    cell = IMPORTS + "from snippets.training import fit\n"
    assert names(links("fit(1)", cell, reference="")) == ["jax.jit"]


def test_the_stub_of_an_exercise_does_not_link_to_its_solution(tmp_path):
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets/training.py").write_text(SNIPPET)
    path = tmp_path / "tiny.py"
    cells = (
        '# %% exercise="fit"\n### BEGIN SOLUTION\nfrom snippets.training import fit\n\n### END SOLUTION\n'
        'print(fit(1))\n\n# %% check="fit"\nassert fit(2) == 1\n'
    )
    path.write_text(TITLE + cells)
    variant = solved(read_tutorial(path, "part/tiny"), tmp_path / "snippets")
    found = CodeLinks(variant, address, tmp_path / "snippets", REFERENCE)
    cell = variant.code[0].cell
    given = stub(cell, not_implemented(cell), tmp_path / "snippets")
    assert "def fit(x):" in text(given)
    assert found.find(given) == []
    assert f"{REFERENCE}#snippets.training.fit" in [link.url for link in found.find(variant.code[0].lines)]


class Balanced(HTMLParser):
    """Fails on a tag that is closed where it was not opened, or on a link within a link."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert not (tag == "a" and "a" in self.open)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


VARIANTS = [solved(tutorial, ROOT / "snippets") for tutorial in read_tutorials(ROOT / "tutorials")]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.tutorial.name)
def test_the_code_of_every_tutorial_links_and_stays_as_it_is(variant):
    code_links = CodeLinks(variant, address, ROOT / "snippets", REFERENCE)
    count = 0
    for cell in variant.code:
        links = code_links.find(cell.lines)
        shown = code_html(text(cell.lines), links)
        assert html.unescape(re.sub(r"<[^>]+>", "", shown)) == text(cell.lines).rstrip("\n")
        assert shown.count("<a ") == shown.count("</a>") == len(links)
        parser = Balanced()
        parser.feed(shown)
        assert parser.open == []
        assert [link.start for link in links] == sorted(link.start for link in links)
        for link in links:
            assert re.fullmatch(rf"https://[^\s\"<>]+|{re.escape(REFERENCE)}#snippets(\.\w+){{2}}", link.url)
        count += len(links)
    assert count > 0


def test_the_page_on_transform_links_what_it_teaches():
    variant = next(variant for variant in VARIANTS if variant.tutorial.name == "haiku/transform")
    code_links = CodeLinks(variant, address, ROOT / "snippets", REFERENCE)
    found = {link.url for cell in variant.code for link in code_links.find(cell.lines)}
    taught = {"haiku.transform", "haiku.without_apply_rng", "haiku.Linear", "jax.random.key", "jax.tree.map"}
    assert {address(name) for name in taught} <= found
