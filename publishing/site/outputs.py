"""What a cell gave, as a page shows it: the richest form that a page can hold."""

import html
import re
from collections.abc import Sequence
from typing import Any

from markdown import Markdown
from nbformat import NotebookNode

from publishing.read.markup import html_problem
from publishing.site.figures import figure, is_figure, picture
from publishing.site.markdown import Mathematics

LIMIT = 100_000  # characters of HTML that the outputs of a cell may have together; a picture is a file of its own
_AROUND = 60  # characters that the template puts around each
_LONGEST_ERROR = 12  # lines
_MARKDOWN = Markdown(extensions=["sane_lists", "tables", "pymdownx.superfences", Mathematics()])
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(?=</style)", re.DOTALL | re.IGNORECASE)
_FORMULA = re.compile(r"\A\s*(\$\$?)\s*([^$]*?)\s*\1\s*\Z")
# The tables of pandas and others, which the site's style sheet would leave as browsers draw them.
_TABLE = re.compile(r"<table\b[^>]*\bclass=\"dataframe\"[^>]*>")


def shown_all(outputs: Sequence[NotebookNode]) -> list[dict[str, Any]]:
    """The outputs of a cell as the template shows them; raises a ValueError if a page cannot show one, or all."""
    entries = list(map(shown, outputs))
    if (size := sum(len(entry.get("html", "")) + _AROUND for entry in entries)) > LIMIT:
        raise ValueError(f"puts {size:,} characters on the page, and {LIMIT:,} is the limit; show less of it.")
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
    if "text/html" in data:
        return {"kind": "html", "html": _checked(data["text/html"])}
    if "text/latex" in data or "text/markdown" in data:
        text = _FORMULA.sub(r"\1\2\1", data["text/latex"]) if "text/latex" in data else data["text/markdown"]
        return {"kind": "html", "html": _checked(_MARKDOWN.reset().convert(text))}
    if others := ", ".join(sorted(data.keys() - {"text/plain"})):
        raise ValueError(f"gives {others}, which a page cannot show; give a picture, HTML, Markdown, LaTeX or text.")
    return {"kind": "value", "html": html.escape(data.get("text/plain", ""))}


def _checked(text: str) -> str:
    """HTML for a page, its style sheets only for what stands beside them, its tables as the site's."""
    if problem := html_problem(text):
        raise ValueError(f"its output {problem[1]}")
    return _TABLE.sub("<table>", _STYLE.sub(_scoped, text)).replace("<th></th>", "<td></td>")


def _scoped(style: re.Match) -> str:
    if style[2].count("}") > style[2].count("{"):
        raise ValueError("its output has a style sheet with a `}` too many, after which it would be the whole page's.")
    return f"{style[1]}@scope{{{style[2]}}}"
