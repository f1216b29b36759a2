"""What a cell holds and gives is on its page, whatever Markdown would make of it; read back from the finished HTML."""

import html
import random

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown
from nbformat.v4 import new_output

from publishing.read.problem import join
from publishing.site.markdown import Mathematics
from publishing.site.page import page
from publishing.site.structure import Structure
from publishing.site.verbatim import verbatim

# Each means something to Markdown, one of its extensions or HTML.
NASTY = [
    *("", "", "   ", "# a", "## b { #c }", "- d", "* e", "1. f", "7) g", "    h", "\ti\tj", "> k", "---", "===", "***"),
    *("```", "~~~~", "```python", "    ```", "!!! note", "    !!! tip", "??? x", ':::: "y"', "::: numpy.sum", "[a]: b"),
    *("[^1]: c", "*[HTML]: d", "| a | b |", "|---|---|", "{: .e }", "{'x': 1}", "{ #f }", "$a$", "$$", "$x", r"\(y\)"),
    *(
        "<p>",
        "</pre>",
        "</code></pre></div>",
        "<!-- terms: a.md -->",
        "<!-- z",
        "&lt;",
        "&#10;",
        "&amp;amp;",
        "<b>",
        "]]>",
    ),
    *(
        "<script>",
        "<?php",
        "a < b > c",
        "\u00a0",
        "\u2028",
        "\x0b",
        "\x02wzxhzdk:0\x03",
        "é ∑ 🐍",
        "  trailing  ",
        "[x](y.py)",
    ),
    *("leaf and step", "{{ x }}", "{% raw %}", "--8<-- 'a'", '=== "Tab"', "&copy;", "`a`", "**b**", "\\", "http://a.b"),
]
EXTENSIONS = [
    "admonition",
    "attr_list",
    "md_in_html",
    "tables",
    "footnotes",
    "pymdownx.details",
    "pymdownx.superfences",
]
EXERCISE = '# %% exercise="it"\n{0}\n### BEGIN SOLUTION\n{1}\n### END SOLUTION\n\n# %% check="it"\nprint(1)\n'


def read_back(text: str) -> BeautifulSoup:
    """The finished page, as a browser reads it."""
    extensions = [*EXTENSIONS, "toc", Mathematics(), Structure()]
    article = BeautifulSoup(Markdown(extensions=extensions).convert(text.split("---\n\n", 1)[1]), "html.parser")
    article.find(class_="run-it").decompose()
    assert not article.select("pre p, pre div, code p")
    return article


def codes(article: BeautifulSoup) -> list[str]:
    return [code.get_text() for code in article.select(".highlight > pre > code")]


def outputs(article: BeautifulSoup) -> list[str]:
    return [
        pre.get_text().removeprefix("\n") for pre in article.select(".output pre")
    ]  # HTML drops the first line break


def some(seed: int, least: int = 2) -> str:
    """Nasty text of some lines, the same for the same seed."""
    chance = random.Random(seed)
    return "\n".join(chance.choices(NASTY, k=chance.randint(least, 9)))


def as_code(text: str) -> str:
    """Code that holds a text in a string and in comments, without two blank lines in a row outside the string."""
    comments = "\n".join(f"#{line}" for line in text.replace("\x0b", "").replace("\u2028", "").split("\n"))
    return f'text = r"""\n{text}\n\n\n# x\n"""\n\n{comments}'.replace("\x0b", "").replace("\u2028", "")


@pytest.mark.parametrize("seed", range(40))
def test_code_is_on_the_page_as_it_is_in_the_cell_wherever_the_page_has_it(lesson, routes, seed):
    cells = [as_code(some(seed + 100 * place)) for place in range(5)]
    tags = ['tags=["recap"]', 'tags=["plot"]', 'tags=["predict"]', 'tags=["sample"]', ""]
    text = "".join(f"# %% [markdown]\n# What?\n\n# %% {tag}\n\n\n{code}\n\n\n" for tag, code in zip(tags, cells, strict=True))
    tutorial = lesson(f"{text}{EXERCISE.format('', cells[0])}")
    found = codes(read_back(page(tutorial, routes)[0]))
    stub = join(tutorial.student.code[-2].lines).strip("\n")
    assert [code.split("\n") for code in found] == [code.rstrip().split("\n") for code in [*cells, stub, cells[0]]]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kind", ["stdout", "value", "error", "html"])
def test_an_output_is_on_the_page_as_the_cell_gave_it(lesson, routes, kind, seed):
    given = [some(seed + 100 * place) for place in range(4)]
    made = {
        "stdout": lambda text: new_output("stream", text=text),
        "value": lambda text: new_output("execute_result", {"text/plain": text}),
        "error": lambda text: new_output("error", ename="ValueError", evalue=f"x\n{text}\n|", traceback=[]),
        "html": lambda text: new_output("execute_result", {"text/html": f"<pre>\n{html.escape(text)}</pre>"}),
    }[kind]
    cells = '# %%\n1\n\n# %% [markdown]\n# What?\n\n# %% tags=["predict"]\n2\n\n' + EXERCISE.format("", "a = 1")
    article = read_back(page(lesson(cells, {place: [made(text)] for place, text in enumerate(given)}), routes)[0])
    wanted = {"error": [f"ValueError: x\n{text}\n|" for text in given], "stdout": [text.rstrip("\n") for text in given]}
    assert outputs(article) == wanted.get(kind, given)
    assert "Every output on this page" in article.get_text()


@pytest.mark.parametrize("ends", ["", "\n", "\n\n\n", "   \n\n"])
def test_blank_lines_at_the_ends_of_a_cell_are_not_shown_and_of_those_within_one_but_in_strings_all(
    lesson, routes, ends
):
    code = 'a = """\n\n\n\n"""\n\n\n\nb = 1\n    \n\nc = 2'
    text, _ = page(lesson(f"# %%\n{ends}{code}\n{ends}\n{EXERCISE.format(ends, ends + 'd = 3' + ends)}"), routes)
    found = codes(read_back(text))
    assert found[0] == 'a = """\n\n\n\n"""\n\nb = 1\n\nc = 2'.replace("\n\nc", "\n    \nc") or found[0].count("\n") == 8
    assert all(block == block.strip("\n") and "\n\n\n" not in block for block in found[1:])


@pytest.mark.parametrize("seed", range(60))
def test_a_browser_reads_the_same_html_and_markdown_sees_one_line(seed):
    chance, text = random.Random(seed), html.escape(some(seed))
    source = chance.choice(
        [
            f'<div title="a\n\n{text}">\n\n{text}\n<pre>\n\n{text}</pre></div>',
            f"<!-- a\n\n -->\n<style>\n\np {{ a: b }}\n\n</style>\n<p\n\nclass='x'>{text}</p>\n\n",
            f"<svg>\n<text>\n\n{text}</text>\n<!-- < -->\n</svg>\n{text}",
        ]
    )
    line = verbatim(source)
    assert "\n" not in line
    one, other = (BeautifulSoup(text, "html.parser") for text in (source, line))
    assert other.get_text() == one.get_text() or source.startswith(("<!--", "\n"))
    assert [tag.name for tag in one.find_all()] == [tag.name for tag in other.find_all()]
    assert "".join(other.get_text().split()) == "".join(one.get_text().split())
