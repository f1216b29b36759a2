"""What a cell gave, as a page shows it: the richest form that a page can hold, in one piece, its figures numbered."""

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown import Markdown
from nbformat import NotebookNode

from publishing.read.cells import Cell
from publishing.read.markup import OUTPUT, clean
from publishing.site.figures import figure, is_figure, picture
from publishing.site.markdown import Mathematics

LIMIT = 100_000  # characters of HTML that the outputs of a cell may have together; a picture is a file of its own
_AROUND = 60  # characters that the template puts around each
_LONGEST_ERROR = 12  # lines
_MARKDOWN = Markdown(extensions=["sane_lists", "tables", "pymdownx.superfences", Mathematics()])
_FORMULA = re.compile(r"\A\s*(\$\$?)\s*([^$]*?)\s*\1\s*\Z")
# A text that says nothing of a value: Python's own for an object, or a chart's for itself.
_NO_TEXT = re.compile(r"\s*(<[\w.]+(?: object)?(?: at 0x[\da-f.]+)?>|[\w.]+\(\.\.\.\))?\s*")


def shown_all(outputs: Sequence[NotebookNode]) -> list[dict[str, Any]]:
    """The outputs of a cell as the template shows them; raises a ValueError if a page cannot show one, or all."""
    entries = list(map(shown, outputs))
    if (size := sum(len(entry.get("html", "")) + _AROUND for entry in entries)) > LIMIT:
        raise ValueError(
            f"puts {size:,} characters on the page, and {LIMIT:,} is the limit; show less of it."
        )
    return entries


def shown(output: NotebookNode) -> dict[str, Any]:
    """An output as the template shows it; raises a ValueError if a page cannot show it."""
    if output.output_type == "stream":
        return {"kind": output.name, "html": html.escape(output.text.rstrip("\n"))}
    if output.output_type == "error":
        lines = f"{output.ename}: {output.evalue}".strip().split("\n")
        message = "\n".join(lines[:_LONGEST_ERROR] + ["..."] * (len(lines) > _LONGEST_ERROR))
        return {"kind": "error", "html": html.escape(message)}
    data = output.data
    if is_figure(output):
        return {"kind": "figure", "figure": figure(output), "picture": picture(output)}
    if rich := [kind for kind in ("text/html", "text/latex", "text/markdown") if kind in data][:2]:
        return _rich(data, *rich)
    if others := ", ".join(sorted(data.keys() - {"text/plain"})):
        way = "; give a picture, HTML, Markdown, LaTeX or text."
        return _text(data, f"gives {others}, which a page cannot show", way)
    return {"kind": "value", "html": html.escape(data.get("text/plain", ""))}


def notes(outputs: Sequence[NotebookNode]) -> list[str]:
    """Which outputs of a cell a page shows as text because it cannot show what else they are, and why."""
    values = [each for each in outputs if "data" in each and not is_figure(each)]
    return [entry["note"] for entry in map(shown, values) if "note" in entry]


def _text(data: NotebookNode, why: str, way: str) -> dict[str, Any]:
    """The text of a value in the place of what a page cannot show; a ValueError, with a way out, if it says nothing."""
    if _NO_TEXT.fullmatch(text := data.get("text/plain", "")):
        raise ValueError(f"{why}{way}")
    return {
        "kind": "value",
        "html": html.escape(text),
        "note": f"{why}: the page shows the text that came with it.",
    }


def _rich(data: NotebookNode, kind: str, other: str = "") -> dict[str, Any]:
    """HTML, LaTeX or Markdown; of HTML that a page cannot hold, the next form or the text, if it says anything."""
    try:
        return {
            "kind": "html",
            "html": _checked(data[kind] if kind == "text/html" else _converted(data[kind], kind)),
        }
    except ValueError as error:
        if kind == "text/html" and other:
            return _rich(data, other)
        if kind != "text/html":
            raise
        way = "; no text came with it that could be shown instead, so print the value."
        unfit = str(error).endswith("which no page can have.")
        return _text(data, str(error).removesuffix("."), way if unfit else ".")


def _converted(text: str, kind: str) -> str:
    return _MARKDOWN.reset().convert(
        _FORMULA.sub(r"\1\2\1", text) if kind == "text/latex" else text
    )


def _checked(text: str) -> str:
    """HTML for a page, its tables as the site's: without a look of their own, or a header without words."""
    cleaned, defects = clean(text, OUTPUT)
    if defects:
        raise ValueError(f"its output {defects[0].message}")
    if not cleaned.strip():
        raise ValueError("its output has nothing but a style sheet, which no page can have.")
    return cleaned.replace("<th></th>", "<td></td>")


def outputs_of(cell: Cell, outputs: list[NotebookNode]) -> list[dict[str, Any]]:
    """The outputs, each figure with its `alt`; of a cell tagged `frames`, one of kind "frames" that holds all figures.

    Raises a ValueError for a figure that nothing describes, or a page cannot show.
    """
    its = shown_all(outputs)
    figures = [one for one in its if one["kind"] == "figure"]
    texts = [cell.alt] if isinstance(cell.alt, str) else cell.alt or []
    if len(figures) == 1 != len(texts):
        raise ValueError(
            'draws a figure but does not say what it shows; add alt="..." to the `# %%` line.'
        )
    if "frames" in cell.tags:
        if len(figures) < 2 or [one["kind"] for one in its] != ["stdout", "figure"] * len(figures):
            raise ValueError(
                "is tagged `frames`: let it print a value, then draw its figure, for two values or more."
            )
        for label, one in zip(its[::2], figures, strict=True):
            one["frame"] = verbatim(label["html"].strip())
        its, texts = [{"kind": "frames", "frames": figures, "alt": cell.alt}], texts * len(figures)
    if figures and len(figures) != len(texts):
        form = 'add alt=["...", "..."] to the `# %%` line'
        raise ValueError(f"draws {len(figures)} figures but does not say what each shows; {form}.")
    for one, alt in zip(figures, texts, strict=False):
        one["alt"] = alt
    return its


def numbered(outputs: list[dict[str, Any]], first: int) -> list[dict[str, Any]]:
    """The figures among outputs, which get numbers from `first` on, and files; frames share a number."""
    figures = []
    for number, one in enumerate(
        (one for one in outputs if one["kind"] in ("figure", "frames")), first
    ):
        one["number"] = number
        frames = one.get("frames", [one])
        for place, drawn in enumerate(frames, 1):
            file = f"figure-{number}-{place}" if "frames" in one else f"figure-{number}"
            drawn |= {"number": number, "src": f"{file}.{drawn['figure'].suffix}"}
        figures += frames
    return figures


# Of HTML: a comment, a style sheet, a tag.
_MARKUP = re.compile(
    r"""(?P<comment><!--.*?-->)|(?P<style><style\b.*?</style)|<[a-z/!?](?:"[^"]*"|'[^']*'|[^>"'])*>""",
    re.DOTALL | re.IGNORECASE,
)
# Line breaks, of which Markdown makes paragraphs, lists, headings and fences; tabs, which it expands; other control
# characters, which it uses itself; dollars, in which it looks for mathematics; quotation marks, which it may curl.
_ACTIVE = re.compile("[\x01-\x1f$\"']")


def verbatim(html: str) -> str:
    """HTML on one line, for a place in Markdown: a browser reads in it what it would read in the original.

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
