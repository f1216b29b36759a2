"""What a cell holds and gives is on its page, whatever Markdown would make of it."""

import html
import random
import re
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown
from nbformat.v4 import new_output

from publishing.site.markdown import Mathematics
from publishing.site.outputs import verbatim
from publishing.site.page import page
from publishing.site.structure import Structure

# Each means something to Markdown, one of its extensions or HTML.
NASTY = [
    *(
        "",
        "",
        "   ",
        "# a",
        "## b { #c }",
        "- d",
        "* e",
        "1. f",
        "7) g",
        "    h",
        "\ti\tj",
        "> k",
        "---",
        "===",
        "***",
    ),
    *(
        "```",
        "~~~~",
        "```python",
        "    ```",
        "!!! note",
        "    !!! tip",
        "??? x",
        ':::: "y"',
        "::: numpy.sum",
        "[a]: b",
    ),
    *(
        "[^1]: c",
        "*[HTML]: d",
        "| a | b |",
        "|---|---|",
        "{: .e }",
        "{'x': 1}",
        "{ #f }",
        "$a$",
        "$$",
        "$x",
        r"\(y\)",
    ),
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
    *(
        "leaf and step",
        "{{ x }}",
        "{% raw %}",
        "--8<-- 'a'",
        '=== "Tab"',
        "&copy;",
        "`a`",
        "**b**",
        "\\",
        "http://a.b",
    ),
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
EXERCISE = (
    '# %% exercise="it"\n{0}\n### BEGIN SOLUTION\n{1}\n### END SOLUTION\n\n'
    '# %% check="it"\nprint(1)\n'
)


def read_back(text: str) -> BeautifulSoup:
    """The finished page, as a browser reads it."""
    extensions = [*EXTENSIONS, "toc", Mathematics(), Structure()]
    article = BeautifulSoup(
        Markdown(extensions=extensions).convert(text.split("---\n\n", 1)[1]), "html.parser"
    )
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
    """Code with a text in a string and in comments, without two blank lines in a row outside it."""
    text = re.sub("[\x02\x03\x0b\u2028]", "", text)  # which no file may hold
    comments = "\n".join(f"#{line}" for line in text.split("\n"))
    return f'text = r"""\n{text}\n\n\n# x\n"""\n\n{comments}'


def test_code_is_on_the_page_as_it_is_in_the_cell_wherever_the_page_has_it(lesson, routes):
    for seed in range(40):
        code_is_as_it_was(lesson, routes, seed)


def code_is_as_it_was(lesson, routes, seed):
    cells = [as_code(some(seed + 100 * place)) for place in range(5)]
    tags = ['tags=["recap"]', 'tags=["plot"]', 'tags=["predict"]', 'tags=["sample"]', ""]
    asked = "# %% [markdown]\n# What?\n\n"
    text = "".join(
        f"{asked}# %% {tag}\n\n\n{code}\n\n\n" for tag, code in zip(tags, cells, strict=True)
    )
    tutorial = lesson(f"{text}{EXERCISE.format('', cells[0])}")
    stub, solution = tutorial.student.code[-2], tutorial.solved.code[-2]
    held = [
        "\n".join(line.text for line in cell.lines)
        for cell in (*tutorial.solved.code[:5], stub, solution)
    ]
    assert [code.split() for code in held[:5]] == [code.split() for code in cells]
    found = codes(read_back(page(tutorial, routes)[0]))
    assert [code.split("\n") for code in found] == [
        re.sub(r"\A(?:[ \t]*\n)+|(?:\n[ \t]*)+\Z", "", code).split("\n") for code in held
    ]


def test_an_output_is_on_the_page_as_the_cell_gave_it(lesson, routes):
    for seed in range(40):
        for kind in ("stdout", "value", "error", "html"):
            output_is_as_it_was(lesson, routes, kind, seed)


def output_is_as_it_was(lesson, routes, kind, seed):
    given = [some(seed + 100 * place) for place in range(4)]
    made = {
        "stdout": lambda text: new_output("stream", text=text),
        "value": lambda text: new_output("execute_result", {"text/plain": text}),
        "error": lambda text: new_output(
            "error", ename="ValueError", evalue=f"x\n{text}\n|", traceback=[]
        ),
        "html": lambda text: new_output(
            "execute_result", {"text/html": f"<pre>\n{html.escape(text)}</pre>"}
        ),
    }[kind]
    cells = '# %%\n1\n\n# %% [markdown]\n# What?\n\n# %% tags=["predict"]\n2\n\n' + EXERCISE.format(
        "", "a = 1"
    )
    article = read_back(
        page(lesson(cells, {place: [made(text)] for place, text in enumerate(given)}), routes)[0]
    )
    wanted = {
        "error": [f"ValueError: x\n{text}\n|" for text in given],
        "stdout": [text.rstrip("\n") for text in given],
    }
    assert outputs(article) == wanted.get(kind, given)
    assert "Every output on this page" in article.get_text()


@pytest.mark.parametrize("ends", ["", "\n", "\n\n\n", "   \n\n"])
def test_blank_lines_at_the_ends_are_not_shown_and_of_those_between_statements_one(
    lesson, routes, ends
):
    code = 'a = """\n\n\n\n"""\n\n\n\nb = 1\n\nc = 2'
    text, _ = page(
        lesson(f"# %%\n{ends}{code}\n{ends}\n{EXERCISE.format(ends, ends + 'd = 3' + ends)}"),
        routes,
    )
    shown, *exercise = codes(read_back(text))
    assert shown == 'a = """\n\n\n\n"""\n\nb = 1\n\nc = 2'
    assert len(exercise) == 2
    assert all(
        block == block.strip("\n") and block.rpartition("\n")[2].strip() for block in exercise
    )


def test_a_browser_reads_the_same_html_and_markdown_sees_one_line():
    for seed in range(60):
        same_on_one_line(seed)


def same_on_one_line(seed):
    chance, text = random.Random(seed), html.escape(some(seed))
    source = chance.choice(
        [
            f'<div title="a\n\n{text}">\n\n{text}\n<pre>\n\n{text}</pre></div>',
            f"<!-- a\n\n --><style>\n\np {{ a: b }}\n\n</style>\n<p\n\nclass='x'>{text}</p>\n\n",
            f"<svg>\n<text>\n\n{text}</text>\n<!-- < -->\n</svg>\n{text}",
        ]
    )
    line = verbatim(source)
    assert "\n" not in line
    assert Events(line).seen == Events(source).seen


class Events(HTMLParser):
    """The elements and the text of HTML, without comments, and without the text of style sheets."""

    def __init__(self, source: str) -> None:
        super().__init__(
            convert_charrefs=False
        )  # which would drop control characters; browsers keep them
        self.seen: list[str] = [""]
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen += [f"<{tag} {[(name, ' '.join(value.split())) for name, value in attrs]}>", ""]

    def handle_charref(self, name: str) -> None:
        self.handle_data(chr(int(name.removeprefix("x"), 16 if name.startswith("x") else 10)))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(html.unescape(f"&{name};"))

    def handle_data(self, data: str) -> None:
        self.seen[-1] += "" if self.cdata_elem else data
