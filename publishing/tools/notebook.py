"""A notebook from elsewhere as a percent file, changed where a machine can do it."""

import base64
import re
import warnings
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import click
import jupytext
import nbformat
from markdown_it import MarkdownIt
from nbformat import NotebookNode

from publishing.read.cells import DRAFT, TAGS
from publishing.read.diagnostic import counted
from publishing.site.figures import is_figure
from publishing.site.summary import text_of

# What tags of other tools are here.
_SAME_TAGS = {
    "hide-cell": "recap",
    "hide-input": "recap",
    "remove-input": "recap",
    "remove-cell": "hidden",
}
# Magics that change nothing here: figures are inline anyway, and packages come with the course.
_WITHOUT_EFFECT = re.compile(
    r"(?:%matplotlib\b.*|%config +InlineBackend\b.*|%(?:re)?load_ext +autoreload|%autoreload\b.*"
    r"|[!%] *pip3? +install\b.*)\s*"
)
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
_PERCENT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_WIDGET = "application/vnd.jupyter.widget-view+json"


def converted(notebook: Path, name: str = "page") -> tuple[NotebookNode, dict[str, bytes], str]:
    """A notebook as pages have it, the pictures pasted into it, and what is left out, in words.

    Of what Jupyter keeps of cells, only our tags and the outputs stay; names of pictures begin with
    `name`. Raises a UsageError if no page can be made of it.
    """
    try:
        with warnings.catch_warnings():  # of ids that cells lack, which they get
            warnings.simplefilter("ignore", nbformat.warnings.MissingIDFieldWarning)
            node = nbformat.read(notebook, as_version=4)
        pictures, lost = _take_pictures(node, name)
        info, kernel = (node.metadata.get(each, {}) for each in ("language_info", "kernelspec"))
        language = info.get("name") or kernel.get("language") or "python"
    except (nbformat.ValidationError, ValueError, AttributeError, KeyError, TypeError):
        raise click.UsageError(f"{notebook} is not a notebook that Jupyter could read.") from None
    if language.lower() not in ("python", "ipython"):
        raise click.UsageError(f"{notebook} is written in {language}; tutorials are in Python.")
    cells = [_converted_cell(cell) for cell in node.cells if cell.cell_type != "raw"]
    node.cells = [cell for cell in cells if cell.source.strip()]
    if not any(cell.cell_type == "code" for cell in node.cells):
        what = "has no code cell; a page of prose belongs under docs."
        raise click.UsageError(f"{notebook} {what}")
    node.cells = _with_title(node.cells, notebook.stem)
    node.metadata = {}
    left_out = " and ".join(counted(number, what) for what, number in (+lost).items())
    return node, pictures, left_out


def percent(node: NotebookNode) -> str:
    """A converted notebook as a percent file, with a draft of the `alt` of each figure."""
    _draft_alts(node.cells)
    text = jupytext.writes(node, fmt=_PERCENT)
    return text[text.index("# %%") :]


def _with_title(cells: list[NotebookNode], name: str) -> list[NotebookNode]:
    """The cells with a title first: the first that there is, as behind imports, or the name."""
    title = re.sub(r"[\W_]+", " ", name).strip().capitalize()
    for cell in (cell for cell in cells if cell.cell_type == "markdown"):
        blocks = MarkdownIt("commonmark").parse(cell.source)
        heading = next(
            (block.map for block in blocks if (block.tag, block.level) == ("h1", 0)), None
        )
        if heading:
            rows, (begin, end) = cell.source.split("\n"), heading
            title = re.fullmatch(r" *(?:# +)?(.*?)(?: +#+)? *", rows[begin])[1]
            cell.source = "\n".join(rows[:begin] + rows[end:]).strip("\n")
            if cell is cells[0] and begin == 0:  # with what follows it
                cell.source = f"# {title}\n\n{cell.source}".strip("\n")
                return cells
            break
    rest = [cell for cell in cells if cell.source.strip()]
    return [nbformat.v4.new_markdown_cell(f"# {title}"), *rest]


def _draft_alts(cells: list[NotebookNode]) -> None:
    """Give each cell with figures the last sentence or heading before it as a draft of `alt`."""
    prose = ""
    for cell in cells:
        if cell.cell_type == "markdown":
            prose += f"{cell.source}\n\n"
        elif (number := sum(map(is_figure, cell.outputs))) and "alt" not in cell.metadata:
            blocks = MarkdownIt("commonmark").parse(prose)
            *_, text = [text_of(block) for block in blocks if block.type == "inline"]
            draft = f"{DRAFT}: {re.split('(?<=[.?!]) ', text)[-1].rstrip(':')}"
            cell.metadata["alt"] = draft if number == 1 else [draft] * number


def _take_pictures(node: NotebookNode, name: str) -> tuple[dict[str, bytes], Counter[str]]:
    """The pictures pasted into cells, which then link to their files, and what is left out."""
    pictures, lost = dict[str, bytes](), Counter[str]()
    for cell in node.cells:
        lost["cell of raw text"] += cell.cell_type == "raw"
        lost["mark of a slide"] += "slideshow" in cell.metadata
        shown = (output.get("data", {}) for output in cell.get("outputs", []))
        lost["widget (pages do not answer to readers)"] += sum(_WIDGET in data for data in shown)
        for attachment, bundle in cell.get("attachments", {}).items():
            for kind, content in bundle.items():
                if kind not in _SUFFIXES:
                    lost[f"attachment ({attachment}: no PNG, JPEG or GIF)"] += 1
                    continue
                file = f"{name}-{len(pictures) + 1}{_SUFFIXES[kind]}"
                pictures[file] = base64.b64decode("".join(content))
                for written in (attachment, quote(attachment)):
                    cell.source = cell.source.replace(f"attachment:{written}", file)
    return pictures, lost


def _converted_cell(cell: NotebookNode) -> NotebookNode:
    tags = [tag for tag in cell.metadata.get("tags", []) if isinstance(tag, str)]
    if "skip-execution" in tags:
        cell = nbformat.v4.new_markdown_cell(f"```python\n{cell.source}\n```")
    ours = [tag for tag in dict.fromkeys(_SAME_TAGS.get(tag, tag) for tag in tags) if tag in TAGS]
    cell.metadata = nbformat.from_dict({"tags": ours} if ours else {})
    for output in cell.get("outputs", []):
        if output.output_type == "error":  # which its author meant to show
            cell.metadata["raises"] = str(output.ename)
    if cell.cell_type == "markdown":
        cell.source = with_gaps(cell.source)
    elif not cell.source.startswith("%%"):
        rows = [row for row in cell.source.splitlines() if not _WITHOUT_EFFECT.fullmatch(row)]
        cell.source = "\n".join(rows).strip("\n")
    return cell


def with_gaps(markdown: str) -> str:
    """Markdown with a blank line before lists and around fences, which Python-Markdown needs."""
    rows, gaps = markdown.splitlines(), set[int]()
    for token in MarkdownIt().parse(markdown):
        if token.level == 0 and token.type in ("bullet_list_open", "ordered_list_open", "fence"):
            gaps |= {*token.map}
    written: list[str] = []
    for number, row in enumerate(rows):
        if number in gaps and written and written[-1].strip() and row.strip():
            written.append("")
        written.append(row)
    return "\n".join(written)
