import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

from publishing.assemble.variants import solve, unsolve
from publishing.read.diagnostic import join
from publishing.read.percent import read_tutorial
from publishing.site.code import Link, Names, code_html, docs_url

ROOT = Path(__file__).parents[3]
REFERENCE = "../../../reference/snippets/"
TITLE = "# %% [markdown]\n# # Title\n\n"
NUMPY, JAX = "https://numpy.test/{}.html", "https://jax.test/api.html#{}"
DOCUMENTATION = {
    "numpy": NUMPY,
    "numpy.linalg": NUMPY,
    "numpy.abs": "https://numpy.test/absolute",
    "numpy.inf": "",
    "jax": JAX,
    "jax.numpy": JAX,
}
IMPORTS = """\
# %%
import jax
import jax.numpy as jnp
import numpy as np
import os.path
from jax import numpy as jn, jit

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
CODE = '''import jax.numpy as jnp


@decorated
def f(x):
    """What it does."""
    return f"{x:.2f} < " + str(x) if x is not None else 1.5 * x  # why
'''


@pytest.fixture
def links(tmp_path):
    """The links of a cell that follows these imports: what the code shows, and its address."""

    def find(code: str, cells: str = IMPORTS, reference: str = REFERENCE) -> list[tuple[str, str]]:
        (tmp_path / "snippets").mkdir(exist_ok=True)
        (tmp_path / "snippets/training.py").write_text(SNIPPET)
        path = tmp_path / "tiny.py"
        path.write_text(TITLE + cells + code + "\n", encoding="utf-8")
        variant = solve(read_tutorial(path, "part/tiny"), tmp_path / "snippets")
        lines = variant.cells[-1].lines
        names = Names(variant, DOCUMENTATION, tmp_path / "snippets", reference)
        return [(join(lines)[link.start : link.end], link.url) for link in names.links(lines)]

    return find


def names(links: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in links]


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("numpy.sum", "https://numpy.test/numpy.sum.html"),
        ("numpy.linalg.norm", "https://numpy.test/numpy.linalg.norm.html"),
        ("numpy.abs", "https://numpy.test/absolute"),
        ("jax.jit", "https://jax.test/api.html#jax.jit"),
        ("numpy.inf", ""),
        ("numpy.linalg", ""),
        ("numpy.fft.fft", ""),
        ("numpy._core", ""),
        ("numpy", ""),
        ("sum", ""),
    ],
)
def test_the_address_of_a_name_is_made_from_that_of_its_module_unless_it_has_one_of_its_own(
    name, url
):
    assert docs_url(name, DOCUMENTATION) == url


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("jax.random", "jax.random"),
        ("jnp.where", "jax.numpy.where"),
        ("jn.where", "jax.numpy.where"),
        ("jit", "jax.jit"),
        ("np.linalg.norm", "numpy.linalg.norm"),
    ],
)
def test_a_name_means_what_the_imports_say(links, code, name):
    assert links(f"y = {code}(x)") == [(code, docs_url(name, DOCUMENTATION))]


@pytest.mark.parametrize(
    "code",
    [
        "os.path.join(a)",
        "np.inf",
        "y.jax.jit(f)",
        "my.np.sum(x)",
        "unknown.jit(f)",
        "jax",
        "f(jit=1)",
        "f(jit = 1)",
        "# jax.jit",
        "'jax.jit'",
        "import jax.numpy as jnp",
        "jnp.set = 1",
        "npx.sum(x)",
        "(jax\n .jit)(f)",
    ],
)
def test_what_is_not_the_use_of_a_documented_name_is_not_linked(links, code):
    assert links(code) == []


@pytest.mark.parametrize("more", ["np = 3", "from random import random as np", "def np(): pass"])
def test_a_name_with_another_meaning_in_some_cell_is_not_linked(links, more):
    assert names(links(f"{more}\n\n# %%\nnp.sum(1)\njnp.ones(1)\n")) == ["jnp.ones"]


def test_names_are_linked_where_python_reads_them_in_decorators_and_f_strings_too(links):
    code = (
        '@jax.jit\ndef f(x: jax.Array, y=jnp.ones(3)):\n    return f"{jax.grad(g)(x):.2f}" '
        "== y@jnp.eye(3)"
    )
    assert names(links(code)) == ["jax.jit", "jax.Array", "jnp.ones", "jax.grad", "jnp.eye"]


def test_an_attribute_of_a_documented_name_is_left_out_of_its_link(links):
    assert names(links("jax.jit.lower(f)\njnp.abs(x).max()")) == ["jax.jit", "jnp.abs"]


def test_a_function_of_the_tutorial_with_the_name_of_a_documented_one_is_not_linked(links):
    assert links("def jit(f):\n    return jit", IMPORTS.replace(", jit", "")) == []


def test_the_first_occurrence_on_a_page_is_linked_and_what_is_folded_does_not_count(tmp_path):
    code = (
        "# %%\nimport jax.numpy as jnp\nimport jax.numpy as jn\n\njnp.ones(1)\njn.ones(2)\n"
        "jnp.zeros(jnp.ones(3))\n"
    )
    path = tmp_path / "tiny.py"
    path.write_text(TITLE + code)
    variant = solve(read_tutorial(path, "part/tiny"), tmp_path)
    page = Names(variant, DOCUMENTATION, tmp_path, "")
    lines = variant.code[0].lines
    ones, zeros = JAX.format("jax.numpy.ones"), JAX.format("jax.numpy.zeros")
    assert [link.url for link in page.links(lines[:-1], folded=True)] == [ones]
    assert [(link.start, link.url) for link in page.links(lines[:-1])] == [
        (join(lines).index("jnp.ones"), ones)
    ]
    assert [link.url for link in page.links(lines)] == [zeros]
    assert page.links(lines) == []


def test_characters_are_counted_where_letters_take_several_bytes(links):
    code = 'π = "λ→" + jnp.sin(1)\nδ, ε = jnp.cos(π), "😀"; jnp.tan(δ)'
    assert names(links(code)) == ["jnp.sin", "jnp.cos", "jnp.tan"]


def test_a_pasted_snippet_links_where_it_is_defined_or_where_it_is_used(links):
    cell = IMPORTS + "from snippets.training import State, fit\n"
    assert dict(links("state = fit(State())", cell)) == {
        "State": f"{REFERENCE}#snippets.training.State",
        "jax.jit": JAX.format("jax.jit"),
        "fit": f"{REFERENCE}#snippets.training.fit",
    }
    assert names(links("# %%\nfit.lower(State())", cell)) == ["fit", "State"]


def test_snippets_do_not_link_where_the_site_has_no_page_of_them(links):
    cell = IMPORTS + "from snippets.training import fit\n"
    assert names(links("fit(1)", cell, reference="")) == ["jax.jit"]


def test_the_stub_of_an_exercise_does_not_link_to_its_solution(project):
    project.snippet("training", SNIPPET)
    cells = (
        '# %% exercise="fit"\n### BEGIN SOLUTION\nfrom snippets.training import fit\n\n'
        "### END SOLUTION\n"
        'print(fit(1))\n\n# %% check="fit"\nassert fit(2) == 1\n'
    )
    tutorial, snippets = (
        read_tutorial(project.tutorial("tiny", cells), "tiny"),
        project.settings.snippets,
    )
    solved = solve(tutorial, snippets)
    page = Names(solved, DOCUMENTATION, snippets, REFERENCE)
    given = unsolve(tutorial, snippets).code[0].lines
    assert "def fit(x):" in join(given)
    assert page.links(given) == []
    assert f"{REFERENCE}#snippets.training.fit" in [
        link.url for link in page.links(solved.code[0].lines)
    ]


def spans(source: str) -> list[tuple[str, str]]:
    return [
        (kind, html.unescape(code))
        for kind, code in re.findall(r'<i class="([\w ]+)">(.*?)</i>', code_html(source))
    ]


def test_the_text_of_the_code_is_kept():
    assert html.unescape(re.sub(r"<[^>]+>", "", code_html(CODE))) == CODE.rstrip("\n")


def test_tokens_have_the_colours_of_their_kind_and_those_of_one_colour_are_one_span():
    for span in [
        ("s", 'f"{'),
        ("c", '"""What it does."""'),
        ("c short", "# why"),
        ("k", "def"),
        ("k", "not"),
        ("m", "1.5"),
        ("nf", "f"),
        ("nb", "str"),
        ("nd", "@decorated"),
    ]:
        assert span in spans(CODE)


@pytest.mark.parametrize(
    ("comment", "kind"),
    [("# (B, T, T, 4)", "c short"), ("# what it is for", "c short"), ("# what it is for.", "c")],
)
def test_a_short_comment_is_one_that_a_phone_does_not_break(comment, kind):
    assert code_html(f"x = 1  {comment}").endswith(f'<i class="{kind}">{comment}</i>')


def test_names_operators_and_spaces_have_no_markup():
    assert code_html("y = a + b[0:n]") == 'y = a + b[<i class="m">0</i>:n]'


def linked(source: str, *names: str) -> str:
    return code_html(
        source, [Link(source.index(n), source.index(n) + len(n), f"https://d/{n}") for n in names]
    )


@pytest.mark.parametrize(
    ("source", "names", "markup"),
    [
        ("y = jnp.abs(x)", ["jnp.abs"], 'y = <a href="https://d/jnp.abs">jnp.abs</a>(x)'),
        (
            "f.g[h.i",
            ["f.g", "h.i"],
            '<a href="https://d/f.g">f.g</a>[<a href="https://d/h.i">h.i</a>',
        ),
        ("f.g", ["f", ".g"], '<a href="https://d/f">f</a><a href="https://d/.g">.g</a>'),
        ("\n\ny = f(x)", ["f"], '\n\ny = <a href="https://d/f">f</a>(x)'),
        ("f\n", ["f"], '<a href="https://d/f">f</a>'),
        ("@f", ["f"], '<i class="nd">@</i><a href="https://d/f"><i class="nd">f</i></a>'),
        ("x@f.g", ["f.g"], 'x<i class="nd">@</i><a href="https://d/f.g"><i class="nd">f</i>.g</a>'),
    ],
)
def test_a_link_wraps_its_name_and_nothing_else(source, names, markup):
    assert linked(source, *names) == markup


def test_the_address_and_the_code_are_escaped():
    assert code_html('a<b&"c"', [Link(0, 1, 'x?a=1&b="2"')]) == (
        '<a href="x?a=1&amp;b=&quot;2&quot;">a</a>&lt;b&amp;<i class="s">"c"</i>'
    )


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


@pytest.mark.parametrize(
    ("indent", "level"), [(0, ""), (4, ""), (5, 2), (8, 2), (9, 3), (12, 3), (13, 4), (40, 9)]
)
@pytest.mark.parametrize("length", [30, 31, 80])
def test_a_long_deep_line_is_a_span_that_knows_its_indentation_and_ends_with_its_line_break(
    indent, level, length
):
    line = " " * indent + "x" * (length - indent) if indent < length else " " * indent + "x"
    markup = re.sub(
        r'<span class="first">(.*?)</span>', r"\1", code_html(f"if x:\n{line}\n\ny = 1")
    )
    long = re.findall(r'<span class="w(\d)">([^<]*)</span>', markup)
    assert long == ([(str(level), line)] if len(line) > 30 and level else [])


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("    " + "x" * 22, None),
        ("    " + "x" * 23, "x" * 23),
        ("    " + "x" * 23 + " = 1", "x" * 23),
        ("    x = " + "y" * 60, None),
        ("x" * 60, None),
        (
            "        np.testing.assert_allclose(loss(1,x[0:n])) # why",
            "np.testing.assert_allclose(loss(1,x[0:n]))",
        ),
        ("            " + '"a_string_without_a_space"', '"a_string_without_a_space"'),
        ("    @np.a_decorator_that_is_long.indeed", "@np.a_decorator_that_is_long.indeed"),
    ],
)
def test_the_first_piece_of_an_indented_line_is_a_span_if_a_phone_has_no_room_for_it(line, first):
    source = f"if x:\n{line}\n\ny = 1"
    links = (
        [Link(source.index("np."), source.index("np.") + 8, "https://d")] if "np." in line else []
    )
    markup = code_html(source, links)
    found = re.findall(r'<span class="first">(.*?)</span>', markup)
    assert [html.unescape(re.sub("<[^>]*>", "", piece)) for piece in found] == (
        [first] if first else []
    )
    assert html.unescape(re.sub("<[^>]*>", "", markup)) == source
    parser = Balanced()
    parser.feed(markup)
    assert parser.open == []


@pytest.mark.parametrize(
    "source",
    [
        CODE,
        'def f():\n    """One sentence, long enough for two lines.\n\n'
        '    Another, as long as the first was.\n    """',
        "if y:\n    if z:\n" + "        x = 1  # a comment of more than one line of a phone\n" * 3,
        'x = """\n' + "word " * 20 + "\n" + "\u2028word\x0c" * 20 + '\n"""',
        "y = 1  # " + "why " * 20,
        "@decorated.with_a_name_that_is_rather_long.indeed\nclass C: ...",
        "z" * 100,
        "",
    ],
)
def test_spans_of_long_lines_hold_whole_lines_and_every_tag_ends_in_the_one_where_it_began(source):
    markup = code_html(
        source,
        [
            Link(place, place + 1, "https://d")
            for place in [
                match.start()
                for match in re.finditer(r"(?<= )x(?= =)|^[yz](?= =)", source, re.MULTILINE)
            ]
        ],
    )
    assert html.unescape(re.sub(r"<[^>]+>", "", markup)) == source.rstrip("\n")
    for part in re.split(r'<span class="(?:w\d|first)">|</span>', markup):
        assert re.findall(r"<([ai])\b", part) == re.findall(r"</([ai])>", part)
    assert not any(
        "\n" in line for line in re.findall(r'<span class="\w+">(.*?)</span>', markup, re.DOTALL)
    )


def test_the_code_of_every_tutorial_links_and_stays_as_it_is(course):
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_constructor("!ENV", lambda *_: "")
    loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: "")
    plugins = yaml.load((ROOT / "mkdocs.yml").read_text(), loader)["plugins"]
    documentation = next(one["tutorials"] for one in plugins if "tutorials" in one)["documentation"]
    for lesson in course:
        page, count = Names(lesson.solved, documentation, ROOT / "snippets", REFERENCE), 0
        for cell in lesson.solved.code:
            links = page.links(cell.lines)
            markup = code_html(join(cell.lines), links)
            assert html.unescape(re.sub(r"<[^>]+>", "", markup)) == join(cell.lines).rstrip("\n")
            assert markup.count("<a ") == markup.count("</a>") == len(links)
            parser = Balanced()
            parser.feed(markup)
            assert parser.open == []
            assert [link.start for link in links] == sorted(link.start for link in links)
            for link in links:
                assert re.fullmatch(
                    rf"https://[^\s\"<>]+|{re.escape(REFERENCE)}#snippets(\.\w+){{2,3}}", link.url
                )
            count += len(links)
        assert count > 0
