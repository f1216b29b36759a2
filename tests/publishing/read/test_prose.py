import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import markdown as python_markdown
import pytest
from markdown_it import MarkdownIt

from publishing.options import read_course
from publishing.read.diagnostic import Line, PageError
from publishing.read.prose import (
    excess,
    expressions,
    headings,
    prose_diagnostics,
    rewrite_links,
    with_values,
    without_fences,
)
from publishing.site.structure import marked

NAMES = {
    "x": 3.14159,
    "n": 5,
    "name": "a",
    "nested": {"a": {"b": 2}},
    "text": "two }} words {{",
    "width": 8,
}


def found(markdown: str) -> list[tuple[int, str]]:
    """The expressions of a cell that begins at line 10."""
    lines = tuple(
        Line(text, Path("a.py"), number) for number, text in enumerate(markdown.split("\n"), 10)
    )
    return [(line.number, source) for line, source in expressions(lines)]


def filled(markdown: str) -> str:
    """The Markdown with the value of each expression in its place."""
    return with_values(markdown, iter([eval(source, dict(NAMES)) for _, source in found(markdown)]))


VALUES = {
    "{{ n }}": "5",
    "{{n}}": "5",
    "It is {{ x:.2f }}.": "It is 3.14.",
    "{{ x:.3e }}, {{ n:>3 }}|": "3.142e+00, 5|",
    "{{ n + 1 }} and {{ n - 1 }}": "6 and 4",
    "{{ x:.{n}f }}": "3.14159",
    "{{ x:{width}.{n - 3}f}}": "3.14",
    "{{ n:{'0'}{width}}}": "00000005",
    "{{ nested['a']['b'] }}": "2",
    '{{ nested["a"]["b"] }}': "2",
    "{{ {'a': {'b': 7}}['a']['b'] }}": "7",
    "{{ {1: 2}[1]}}": "2",
    "{{ len({'a': {}}) }}": "1",
    "{{ len('}}') }}": "2",
    "{{ len('}} and {{') }} and {{ n }}": "9 and 5",
    '{{ len("""a""") }}': "1",
    "{{ '\\n'.join(name) }}": "a",
    "{{ f'{n}{{}}'[0] }}": "5",
    "{{ n if n > 3 else -n }}": "5",
    "{{ (lambda a: a + 1)(n) }}": "6",
    "{{ [i for i in range(3)][-1] }}": "2",
    "{{ name!r:>5 }}": "&#39;a&#39;",
    "{{ name!s }}": "a",
    "**{{ n }}** <b>{{ n }}</b> [{{ n }}](a.md)": "**5** <b>5</b> [5](a.md)",
    "{ {{ n }} }": "{ 5 }",
    "a } b }} c": "a } b }} c",
    "a {single} b": "a {single} b",
    "costs $5, {{ n }} or $6": "costs $5, 5 or $6",
    r"a \$ {{ n }} \$": r"a \$ 5 \$",
}


@pytest.mark.parametrize("markdown", VALUES)
def test_a_value_stands_in_the_place_of_its_expression(markdown):
    assert filled(markdown) == VALUES[markdown]


NOT_EXPRESSIONS = [
    "`{{ n }}`",
    "``a ` {{ n }}``",
    "`one\n{{ n }} two`",
    "```\n{{ n }}\n```",
    "```python\n{{ n }}\n\n{{ n }}\n```",
    "~~~\n{{ n }}\n~~~",
    "- an item\n\n    ```\n    {{ n }}\n    ```",
    "> ```\n> {{ n }}\n> ```",
    "1. an item\n    - in it\n\n        ~~~~\n        ```\n        {{ n }}\n        ~~~~",
    "````\n```\n{{ n }}\n```\n````",
    '``` python title="a"\n{{ n }}\n```',
    "$a_{{n}}$",
    r"$\$ {{n}}$",
    "$$\n\\frac{{n}}{2}\n$$",
    "$\\frac{{n}}\n{2}$",
]


@pytest.mark.parametrize("markdown", NOT_EXPRESSIONS)
def test_code_and_mathematics_have_no_expressions(markdown):
    assert found(markdown) == []
    assert with_values(markdown, iter([])) == markdown


def test_expressions_have_the_line_on_which_they_stand():
    lines = [
        number
        for number, _ in found(
            "# T\n\n{{ n }}\n\n`{{ n }}`\n\n```\n{{ n }}\n```\n\nIt is {{ x }}, {{ n }}"
        )
    ]
    assert lines == [12, 20, 20]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{{ n",
            "{{ n }",
            "{{ n\n}}",
            "{{ }}",
            "{{",
            "{{ n m }}",
            "{{ n = 1 }}",
            "{{ n= }}",
            "{{ n! }}",
            "{{ n!q }}",
        ),
        *(
            "{{ a}{b }}",
            "{{ n # }}",
            "{{ (n := 1) }}",
            "{{ n is 1 }}",
            "{{ return n }}",
            "{{ 'n }}",
            "{{ '\\d' }}",
        ),
    ],
)
def test_braces_that_begin_no_expression_are_told_apart_by_an_empty_text(text):
    assert [source for _, source in found(f"It is {text}")] == [""]


def test_an_expression_after_one_that_is_wrong_on_another_line_is_found():
    assert [(number, bool(source)) for number, source in found("{{ n\n{{ n }}")] == [
        (10, False),
        (11, True),
    ]


def on_the_page(text: str) -> str:
    return python_markdown.markdown(
        text, extensions=["attr_list", "md_in_html", "tables", "pymdownx.arithmatex"]
    )


def in_jupyter(text: str) -> str:
    """Jupyter and Colab read CommonMark with the additions of GitHub."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)


MEANINGFUL = [
    "*a* **b** _c_ __d__",
    "`code`",
    "<b>bold</b> <script>",
    "a & b &amp; &lt;",
    "$a$ and $$b$$",
    "[a](b.md) ![c](d.png) [e]",
    "~~a~~ ^b^ {: .c } {.d}",
    "\\*a\\* \\",
    "a | b",
    "http://a.b 'c' \"d\"",
    ']( href="x"',
]


@pytest.mark.parametrize("value", MEANINGFUL)
@pytest.mark.parametrize("render", [on_the_page, in_jupyter])
def test_a_value_means_nothing_in_markdown(value, render):
    text = with_values("It is {{ n }} here.", iter([value]))
    html = render(text)
    document = ElementTree.fromstring(f"<r>{html}</r>")
    assert "".join(document.itertext()).strip() == f"It is {value} here."
    assert {element.tag for element in document.iter()} <= {"r", "p", "span"}
    assert not set("*_`<$[|") & set(text.replace("<span>&#36;</span>", ""))
    assert rewrite_links(text, str.upper) == text


@pytest.mark.parametrize(
    ("markdown", "value"),
    [
        ("{{ n }}. Then", "1"),
        ("{{ n }}) Then", "12"),
        ("{{ n }} a", "-"),
        ("A\n{{ n }}", "---"),
        ("A\n{{ n }}", "==="),
        ("{{ n }} a", "+"),
        ("{{ n }}", "# a"),
        ("{{ n }}", "> a"),
        ("- {{ n }}. a", "1"),
        ("{{ n }}", "        a"),
        ("{{ n }}", "a\n\n    b"),
    ],
)
@pytest.mark.parametrize("render", [on_the_page, in_jupyter])
def test_a_value_begins_no_list_heading_quotation_or_block_of_code(markdown, value, render):
    def tags(text: str) -> list[str]:
        document = ElementTree.fromstring(f"<r>{render(text)}</r>")
        return [element.tag for element in document.iter()]

    assert tags(with_values(markdown, iter([value]))) == tags(markdown.replace("{{ n }}", "word"))


@pytest.mark.parametrize(
    "value", ["0.123", "-1.5", "1e-05", "3", "(3, 4)", "float32", "12 %", "1,000", "a: b", ""]
)
def test_a_plain_value_is_left_as_it_is(value):
    assert with_values("{{ n }} of it", iter([value])) == f"{value} of it"
    assert with_values("it is {{ n }}.", iter([value])) == f"it is {value}."


def test_each_expression_needs_a_value():
    with pytest.raises(StopIteration):
        with_values("{{ n }}", iter([]))


LINKS = {
    "- [{{ f[0](x) > g['a'](x) }}] [a](b.md)": "- [{{ f[0](x) > g['a'](x) }}] [a](B.MD)",
    "[a](b.py) ![c](d.png)": "[a](B.PY) ![c](D.PNG)",
    "[a](b.py#c 'title')": "[a](B.PY#C 'title')",
    "<a href=\"b.py\">a</a> <img src='c.png'>": "<a href=\"B.PY\">a</a> <img src='C.PNG'>",
    "[a][b]\n\n[b]: c.py": "[a][b]\n\n[b]: C.PY",
    "a[^b]\n\n[^b]: c.py, [d](e.py)": "a[^b]\n\n[^b]: c.py, [d](E.PY)",  # a footnote
    "`[a](b.py)` and ``[a](b.py)``": "`[a](b.py)` and ``[a](b.py)``",
    "```\n[a](b.py)\n```\n[a](b.py)": "```\n[a](b.py)\n```\n[a](B.PY)",
    "~~~\n[a](b.py)\n~~~": "~~~\n[a](b.py)\n~~~",
    "````\n```\n[a](b.py)\n```\n````\n[a](b.py)": "````\n```\n[a](b.py)\n```\n````\n[a](B.PY)",
    "[`a`](b.py) and `c`": "[`a`](B.PY) and `c`",
    "f(x)[0](y)": "f(x)[0](Y)",
    "nothing": "nothing",
}


@pytest.mark.parametrize("markdown", LINKS)
def test_the_targets_of_links_are_passed_through_and_code_is_not(markdown):
    assert rewrite_links(markdown, str.upper) == LINKS[markdown]


@pytest.mark.parametrize(
    ("markdown", "texts"),
    [
        ("# One\n\nText\n\n## `two` and [three](a.md#b) { #c }", ["One", "`two` and three"]),
        ("```\n# no heading\n```\n\n### A heading ###", ["A heading"]),
        ("A heading\n---------\n\nText", ["A heading"]),
        ("#no heading\n\n    # nor this\n\n- # in a list", ["in a list"]),
        ("<details>\n\n## Within\n\n</details>", ["Within"]),
    ],
)
def test_headings_are_what_a_notebook_shows_as_such(markdown, texts):
    assert headings(markdown) == texts


@pytest.mark.parametrize("fence", ["```", "~~~", "````", "```python"])
def test_what_stands_in_a_fence_is_no_prose(fence):
    end = fence.removesuffix("python")
    assert (
        without_fences(f"One\n\n{fence}\n## two\n\n<details>\n{end}\n\nthree") == "One\n\n\nthree"
    )


SLOW = [
    *("[", "]", "![", "[]", "](", "[a](", "[a][", "<", "<a ", "<a href='", "<b>", "</b>", "<b><p>"),
    *("<i id=1>", "<!--", "<!", "<?", "&", "&#", "*", "_", "**", "* *a", "***a", "`", "``a", "$"),
    *(
        "$a",
        "\\",
        "\\(",
        "\\[",
        "$$",
        "{",
        "{{",
        "{: ",
        "{ .a ",
        "<http:",
        "<a@",
        "(",
        "a",
        "> ",
        "- ",
    ),
    *("#", "|", "a|b\n", "~", "^", "'", '"', "\n", "- a\n", "!!! note\n", "??? a\n", "```\n"),
    *(
        "[a]: b\n",
        "<td>",
        "<details>\n",
        "</div>",
        "www.",
        "http://a",
        "`a",
        "<span ",
        "<a\n",
        "[\n",
    ),
]


@cache
def rendering() -> tuple[Callable[[str], str], float]:
    """What makes a page of Markdown, and the seconds that it takes here for 100,000 characters."""
    convert = read_course(Path(__file__).parents[3] / "mkdocs.yml")[1]
    words = marked("\n\n".join(["words and `code` " * 20] * 300))
    start = time.process_time()
    convert(words)
    return convert, time.process_time() - start


@pytest.mark.parametrize(
    "piece", [*SLOW[::20], *(pytest.param(piece, marks=pytest.mark.slow) for piece in SLOW)]
)
def test_prose_is_refused_or_is_rendered_within_seconds(piece):
    """In paragraphs as long as may be: the most takes seven times as long as plain words."""
    convert, of_words = rendering()
    paragraph = "x " + piece * (9_900 // len(piece))
    for text in (paragraph, "\n\n".join([paragraph] * 3), "\n\n".join([f"x {piece * 30}"] * 300)):
        lines = tuple(Line(row, Path("a.py"), 1) for row in text.split("\n"))
        start = time.process_time()
        if not excess(text) and not [*prose_diagnostics(lines)]:
            with suppress(PageError):
                convert(marked(text))
        assert time.process_time() - start < 20 * of_words
