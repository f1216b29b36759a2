"""What a cell gave, as a page shows it: the richest form that a page can hold, in one piece."""

import ast
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from markdown import Markdown
from nbformat import NotebookNode

from publishing.assemble.snippets import parse
from publishing.read.cells import Cell
from publishing.read.markup import OUTPUT, clean
from publishing.site.figures import Figure, figure, is_figure
from publishing.site.markdown import Mathematics

LIMIT = 100_000  # characters of HTML of the outputs of a cell; a picture is a file of its own
_LONGEST_ERROR = 12  # lines
_RICH = {"text/html": "HTML", "text/latex": "LaTeX", "text/markdown": "Markdown"}  # in this order
_MARKDOWN = Markdown(extensions=["sane_lists", "tables", "pymdownx.superfences", Mathematics()])
_FORMULA = re.compile(r"\A\s*(\$\$?)\s*([^$]*?)\s*\1\s*\Z")
# A text that says nothing of a value: Python's own for an object, or a chart's for itself.
_NO_TEXT = re.compile(r"\s*(<[\w.]+(?: object)?(?: at 0x[\da-f.]+)?>|[\w.]+\(\.\.\.\))?\s*")


@dataclass
class Output:
    """An output of a cell as page.md.j2 shows it."""

    kind: str  # stdout, stderr, value, error, html, figure, or frames
    html: str = ""
    note: str = ""  # why a page shows less than what the output is
    figure: Figure | None = None
    alt: str | None = None  # what a figure, or all of `frames`, shows
    caption: str = ""  # what to conclude from it, where its author says that
    label: str = ""  # of a frame, as HTML on one line
    frames: list[Self] = field(default_factory=list)
    number: int = 0  # of a figure on the page; frames share one
    src: str = ""  # the name of the file of a figure


def shown(outputs: Sequence[NotebookNode]) -> list[Output]:
    """The outputs of a cell; raises a ValueError if a page cannot show one, or so much."""
    converted = [_shown(output) for output in outputs]
    if (size := sum(len(output.html) for output in converted)) > LIMIT:
        raise ValueError(
            f"puts {size:,} characters on the page, and {LIMIT:,} is the limit; show less of it."
        )
    return converted


def _shown(output: NotebookNode) -> Output:
    if output.output_type == "stream":
        return Output(output.name, html.escape(output.text.rstrip("\n")))
    if output.output_type == "error":
        lines = f"{output.ename}: {output.evalue}".strip().split("\n")
        rest = ["..."] if len(lines) > _LONGEST_ERROR else []
        return Output("error", html.escape("\n".join(lines[:_LONGEST_ERROR] + rest)))
    if is_figure(output):
        return Output("figure", figure=figure(output))
    return _value(output.data)


def _value(data: NotebookNode) -> Output:
    """The richest form of a value that a page can hold, its text only if that says anything."""
    why, text = "", data.get("text/plain", "")
    for kind, form in _RICH.items():
        if kind in data:
            try:
                converted = _checked(_converted(data[kind], kind))
                return Output("html", converted, why and f"{why}: the page shows its {form}.")
            except ValueError as error:
                why = why or str(error).removesuffix(".")
    others = ", ".join(sorted(data.keys() - {"text/plain"}))
    if not others:
        return Output("value", html.escape(text))
    why = why or f"gives {others}, which a page cannot show"
    if _NO_TEXT.fullmatch(text):
        way = "" if "; " in why else "; print it, or give a picture, HTML, Markdown or LaTeX"
        raise ValueError(f"{why}{way}.")
    return Output("value", html.escape(text), f"{why}: the page shows its text.")


def _converted(text: str, kind: str) -> str:
    if kind == "text/html":
        return text
    text = _FORMULA.sub(r"\1\2\1", text) if kind == "text/latex" else text
    return _MARKDOWN.reset().convert(text)


def _checked(text: str) -> str:
    """HTML for a page, its tables as the site's: without a look of their own or empty headers."""
    cleaned, defects = clean(text, OUTPUT)
    if defects:
        raise ValueError(f"its output {defects[0].message}")
    if not cleaned.strip():
        raise ValueError("its output has nothing but a style sheet, which no page can have.")
    return cleaned.replace("<th></th>", "<td></td>")


def notes(outputs: Sequence[NotebookNode]) -> list[str]:
    """Of which outputs of a cell a page shows less than a notebook would, and why."""
    values = [output for output in outputs if "data" in output and not is_figure(output)]
    return [value.note for value in shown(values) if value.note]


def may_show(cell: Cell) -> bool:
    """Whether code may give outputs: it has an expression as a statement, or must fail."""
    if cell.raises or not cell.is_python:
        return True
    nodes = ast.walk(parse(cell.lines))
    calls = (node.value for node in nodes if isinstance(node, ast.Expr))
    return any(not isinstance(value, ast.Constant) for value in calls)  # a docstring is one


def outputs_of(cell: Cell, outputs: Sequence[NotebookNode]) -> list[Output]:
    """The outputs of a cell, each figure with its `alt`; those of one tagged `frames` in one.

    Raises a ValueError for a figure that nothing describes, or a page cannot show.
    """
    visible = shown(outputs)
    if "frames" in cell.tags:
        visible = [_frames(visible)]
    drawn = [output for output in visible if output.kind in ("figure", "frames")]
    texts = [cell.alt] if isinstance(cell.alt, str) else cell.alt or []
    if len(drawn) == 1 != len(texts):
        raise ValueError(
            'draws a figure but does not say what it shows; add alt="..." to the `# %%` line.'
        )
    if drawn and len(drawn) != len(texts):
        raise ValueError(
            f"draws {len(drawn)} figures but does not say what each shows;"
            ' add alt=["...", "..."] to the `# %%` line.'
        )
    for output, alt in zip(drawn, texts, strict=False):
        output.alt, output.caption = alt, cell.caption
    return visible


def _frames(outputs: Sequence[Output]) -> Output:
    """Several figures in one place, each with the value that the cell printed before it."""
    labels, figures = outputs[::2], outputs[1::2]
    alternating = ["stdout", "figure"] * len(figures)
    if len(figures) < 2 or [output.kind for output in outputs] != alternating:
        raise ValueError(
            "is tagged `frames`: print a value, then draw its figure, for two values or more."
        )
    for label, frame in zip(labels, figures, strict=True):
        frame.label = verbatim(label.html.strip())
    return Output("frames", frames=figures)


def number_figures(outputs: Sequence[Output], first: int) -> list[Output]:
    """The figures among outputs, which get numbers from `first` on, and names of files."""
    figures = []
    drawn = (output for output in outputs if output.kind in ("figure", "frames"))
    for number, output in enumerate(drawn, first):
        output.number = number
        for place, frame in enumerate(output.frames or [output], 1):
            name = f"figure-{number}-{place}" if output.frames else f"figure-{number}"
            frame.number, frame.src = number, f"{name}.{frame.figure.suffix}"
            figures.append(frame)
    return figures


# Of HTML: a comment, a style sheet, a tag.
_MARKUP = re.compile(
    r"(?P<comment><!--.*?-->)|(?P<style><style\b.*?</style)"
    r"""|<[a-z/!?](?:"[^"]*"|'[^']*'|[^>"'])*>""",
    re.DOTALL | re.IGNORECASE,
)
# Line breaks, of which Markdown makes paragraphs, lists, headings and fences; tabs, which it
# expands; other control characters, which it uses; dollars, in which it looks for mathematics;
# quotation marks, which it may curl.
_ACTIVE = re.compile("[\x01-\x1f$\"']")


def verbatim(html: str) -> str:
    """HTML on one line, for a place in Markdown: a browser reads in it what it would read before.

    An empty line at the beginning stays, too; after `<pre>` HTML drops the first line break.
    """
    html, parts, end = "\n" * html.startswith("\n") + html, [], 0
    for markup in _MARKUP.finditer(html):
        parts.append(_inactive(html[end : markup.start()]))
        if not markup["comment"]:
            parts.append(re.sub(r"[\n\r\t]+", " ", markup[0]))
        end = markup.end()
    return "".join([*parts, _inactive(html[end:])])


def _inactive(text: str) -> str:
    return _ACTIVE.sub(lambda character: f"&#{ord(character[0])};", text)
