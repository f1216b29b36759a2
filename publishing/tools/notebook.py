"""A notebook from elsewhere as a percent file, changed where a machine can do it."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import jupytext
import nbformat
from markdown_it import MarkdownIt
from nbformat import NotebookNode

from publishing.read.cells import TAGS
from publishing.read.rules import SAME_TAGS

# Magics that change nothing here: figures are inline anyway, and packages come with the course.
_WITHOUT_EFFECT = re.compile(
    r"(?:%matplotlib\b.*|%config +InlineBackend\b.*|%(?:re)?load_ext +autoreload|%autoreload\b.*"
    r"|%xmode\b.*|[!%] *pip3? +install\b.*)\s*"
)
# Pictures that lead to the notebook elsewhere; pages have a button of their own.
_BADGES = "colab-badge|open-in-kaggle|open-in-studio|badge_logo"
_BADGE_PICTURE = rf"https://[^\s)\"']*/(?:{_BADGES})\.(?:svg|png)"
_BADGE = re.compile(
    rf"\[!\[[^\]\n]*\]\(\s*{_BADGE_PICTURE}[^)\n]*\)\s*\]\([^)\n]*\)"
    rf"|<a\b[^>]*>\s*<img\b[^>]*\bsrc=[\"']?{_BADGE_PICTURE}[^>]*>\s*</a>"
)
_ITEM = re.compile(r"( *(?:[-*+]|\d+[.)]) {1,4})(?=\S|$)")
_PERCENT = {"extension": ".py", "format_name": "percent"}


def converted(notebook: Path) -> str:
    """A notebook as a percent file; of what Jupyter keeps of cells, only our tags stay."""
    try:
        node = nbformat.read(notebook, as_version=4)
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError):
        raise click.UsageError(f"{notebook} is not a notebook that Jupyter could read.") from None
    cells = [_converted_cell(cell) for cell in node.cells if cell.cell_type != "raw"]
    node.cells = [cell for cell in cells if cell.source.strip()]
    first = node.cells[0] if node.cells else None
    if not first or first.cell_type != "markdown" or not re.match("# +[^ #]", first.source):
        title = re.sub(r"[\W_]+", " ", notebook.stem).strip().capitalize()
        node.cells.insert(0, nbformat.v4.new_markdown_cell(f"# {title}"))
    node.metadata = {}
    percent = jupytext.writes(node, fmt=_PERCENT)
    return percent[percent.index("# %%") :]


def _converted_cell(cell: NotebookNode) -> NotebookNode:
    tags = [tag for tag in cell.metadata.get("tags", []) if isinstance(tag, str)]
    if "skip-execution" in tags:
        cell = nbformat.v4.new_markdown_cell(f"```python\n{cell.source}\n```")
    ours = [tag for tag in dict.fromkeys(SAME_TAGS.get(tag, tag) for tag in tags) if tag in TAGS]
    cell.metadata = nbformat.from_dict({"tags": ours} if ours else {})
    for output in cell.get("outputs", []):
        if output.output_type == "error":  # which its author meant to show
            cell.metadata["raises"] = str(output.ename)
    rows = cell.source.splitlines()
    if cell.cell_type == "markdown":
        rows = _BADGE.sub("", cell.source).strip().splitlines()
        cell.source = "\n".join(_with_plain_lists(rows))
    elif not rows or not rows[0].startswith("%%"):
        rows = [row for row in rows if not _WITHOUT_EFFECT.fullmatch(row)]
        cell.source = "\n".join(rows).strip("\n")
    return cell


def _with_plain_lists(rows: list[str], *, outermost: bool = True) -> Iterator[str]:
    """Markdown as Python-Markdown reads it.

    Lists and fences begin after a blank line; lists are indented by four and numbered `1.`.
    """
    tokens = MarkdownIt().parse("\n".join(rows))
    copied = 0
    for token in (token for token in tokens if token.level == 0 and token.map):
        is_list, (start, end) = token.type in ("bullet_list_open", "ordered_list_open"), token.map
        if not (is_list or token.type == "fence"):
            continue
        yield from rows[copied:start]
        if (outermost or not is_list) and start and rows[start - 1].strip():
            yield ""
        yield from _items(rows[start:end]) if is_list else rows[start:end]
        copied = end
        if not is_list and end < len(rows) and rows[end].strip():
            yield ""
    yield from rows[copied:]


def _items(rows: list[str]) -> Iterator[str]:
    """The items of one list."""
    outer = len(rows[0]) - len(rows[0].lstrip())
    width, item = 0, []
    for row in rows:
        indent = len(row) - len(row.lstrip())
        begins = _ITEM.match(row)
        if item and begins and indent < width:
            body = list(_item(item))
            yield from body
            if len(body) > 1 and body[-1].strip() and "" in body:
                yield ""  # else the next item would be of this one
            item = []
        if begins and not item:
            width = len(begins[1])
            item = [row[outer:width], row[width:]]
        else:
            item.append(row[min(indent, width) :])
    yield from _item(item)


def _item(rows: list[str]) -> Iterator[str]:
    """An item, of which the first row is the marker."""
    first, *body = _with_plain_lists(rows[1:], outermost=False)
    yield f"{rows[0].strip().replace(')', '.')} {first}".rstrip()
    yield from (f"    {line}" if line.strip() else "" for line in body)
