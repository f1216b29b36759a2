"""A notebook from elsewhere as a percent file, changed where a machine can: the rest is for its author."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import jupytext
import nbformat
from markdown_it import MarkdownIt

from publishing.read.cells import TAGS
from publishing.read.rules import SAME_TAGS

# Magics that change nothing here: figures are inline anyway, and packages come with the course.
_WITHOUT_EFFECT = re.compile(
    r"(?:%matplotlib\b.*|%config +InlineBackend\b.*|%(?:re)?load_ext +autoreload|%autoreload\b.*|%xmode\b.*"
    r"|[!%] *pip3? +install\b.*)\s*"
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
    """A notebook as a percent file, with the tags of its cells and nothing else of what Jupyter keeps of them."""
    try:
        node = nbformat.read(notebook, as_version=4)
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError):
        raise click.UsageError(f"{notebook} is not a notebook that Jupyter could read.") from None
    node.metadata = {}
    cells = []
    for cell in (cell for cell in node.cells if cell.cell_type != "raw"):
        given = [
            SAME_TAGS.get(tag, tag) for tag in cell.metadata.get("tags", []) if isinstance(tag, str)
        ]
        tags = [tag for tag in dict.fromkeys(given) if tag in TAGS]
        if "skip-execution" in given:
            cell = nbformat.v4.new_markdown_cell(f"```python\n{cell.source}\n```")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        for output in cell.get("outputs", []):
            if output.output_type == "error":  # which its author meant to show
                cell.metadata["raises"] = str(output.ename)
        rows = cell.source.splitlines()
        if cell.cell_type == "markdown":
            cell.source = "\n".join(
                _with_plain_lists(_BADGE.sub("", cell.source).strip().splitlines())
            )
        elif not rows or not rows[0].startswith("%%"):
            cell.source = "\n".join(
                row for row in rows if not _WITHOUT_EFFECT.fullmatch(row)
            ).strip("\n")
        cells += [cell] if cell.source.strip() else []
    if not cells or cells[0].cell_type != "markdown" or not re.match("# +[^ #]", cells[0].source):
        title = re.sub(r"[\W_]+", " ", notebook.stem).strip().capitalize()
        cells.insert(0, nbformat.v4.new_markdown_cell(f"# {title}"))
    node.cells = cells
    percent = jupytext.writes(node, fmt=_PERCENT)
    return percent[percent.index("# %%") :]


def _with_plain_lists(rows: list[str], *, outermost: bool = True) -> Iterator[str]:
    """Markdown whose lists and fences begin after a blank line, and lists are indented by four and numbered `1.`."""
    tokens = [
        token for token in MarkdownIt().parse("\n".join(rows)) if token.level == 0 and token.map
    ]
    copied = 0
    for token in tokens:
        is_list, (start, end) = token.type in ("bullet_list_open", "ordered_list_open"), token.map
        if is_list or token.type == "fence":
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
    width, item = 0, []
    outer = len(rows[0]) - len(rows[0].lstrip())
    for row in [*rows, None]:
        begins = row is not None and _ITEM.match(row)
        if item and (row is None or (begins and len(row) - len(row.lstrip()) < width)):
            marker, *body = _with_plain_lists(item[1:], outermost=False)
            yield (f"{item[0].strip().replace(')', '.')} " + marker).rstrip()
            yield from (f"    {line}" if line.strip() else "" for line in body)
            if (
                row is not None and body and body[-1].strip() and "" in body
            ):  # else the next item would be of this one
                yield ""
            item = []
        if row is None:
            return
        if begins and not item:
            width = len(begins[1])
            item = [row[outer:width], row[width:]]
        else:
            indent = len(row) - len(row.lstrip())
            item.append(row[min(indent, width) :])
