"""What a reader takes home: notebooks that see to what they need, the script, the record, the archive."""

from __future__ import annotations

import ast
import io
import json
import posixpath
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import jupytext
import nbformat
from nbformat import NotebookNode

from publishing.assemble.variants import node
from publishing.read.prose import with_values
from publishing.run import packages
from publishing.run.schedule import Lesson
from publishing.settings import Settings
from publishing.site.links import Routes

_SETUP = """{header}
# Installs what is missing, here or on Colab; what is installed stays as it is, if it is new enough.
from importlib.metadata import distributions; from packaging.requirements import Requirement
installed = lambda: {{one.name.lower().replace("_", "-"): one.version for one in distributions()}}
if missing := [pin for pin in {pins} if pin.partition("==")[0] not in installed()]:
    pinned = [f"{{name}}=={{version}}" for name, version in installed().items() if name in ("jax", "jaxlib")]
    %pip install --quiet {{" ".join(missing + pinned)}}
if wrong := [need for need in {needs} if not Requirement(need).specifier.contains(installed().get(Requirement(need).name, "0"), True)]:
    raise RuntimeError(f"This notebook needs {{', '.join(wrong)}}: install it with the tool that made this environment, then restart the kernel.")
"""


def downloads(lesson: Lesson, settings: Settings, link: Callable[[str], str]) -> dict[str, bytes]:
    """The files beside a page, by name.

    Args:
      lesson: a tutorial with its record.
      settings: where the project file lies.
      link: what a link of the author's becomes in a download.
    """
    stem, record = lesson.solved.tutorial.path.stem, lesson.record
    pins = {name: record.key.versions[name] for name in packages.imported(lesson.solved)}
    lowest = packages.lowest(settings.project)
    header = script_header(pins, lowest.get("python", record.key.python))
    needs = [f"{name}>={version}" for name, version in lowest.items() if name in pins]
    setup = _SETUP.format(header=header, pins=[f"{name}=={pin}" for name, pin in pins.items()], needs=needs)

    solved = _with_values(lesson.solved.notebook(link), lesson)
    outputs = {lesson.solved.id(cell): its for cell, its in zip(lesson.solved.code, record.run.outputs, strict=True)}
    code = [cell for cell in solved.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, 1):
        cell.execution_count, cell.outputs = count, outputs[cell.id]
    student = _with_values(lesson.student.notebook(link), lesson)
    summary = record.summary(outputs)
    return {
        f"{stem}.ipynb": _written(student, setup, stem),
        f"{stem}-solved.ipynb": _written(solved, setup, stem),
        f"{stem}.py": script(lesson, header, link).encode(),
        "record.json": (json.dumps(summary, indent=2) + "\n").encode(),
    }


def _with_values(notebook: NotebookNode, lesson: Lesson) -> NotebookNode:
    """A notebook whose prose shows the values of its expressions."""
    values = iter(lesson.record.run.values)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_values(cell.source, next(values))
    return notebook


def published(lessons: Iterable[Lesson], routes: Routes) -> Iterator[tuple[str, bytes]]:
    """The downloads of all tutorials by their place in the site, then the archive of them.

    Args:
      lessons: the tutorials with their records.
      routes: where links lead, and where the project file lies.
    """
    everything: dict[str, bytes] = {}
    for lesson in lessons:
        tutorial = lesson.solved.tutorial
        files = downloads(lesson, routes.settings, partial(routes.for_download, tutorial))
        for name, content in files.items():
            yield f"{routes.folder(tutorial)}/{name}", content
            if name != "record.json":
                everything[posixpath.join(posixpath.dirname(lesson.name), name)] = content
    yield f"{routes.settings.source.name}/all.zip", archive(everything)


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of files by path, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        for name in sorted(files):
            folder.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def script_header(pins: Mapping[str, str], python: str) -> str:
    """The PEP 723 block that names pinned distributions."""
    dependencies = "".join(f'#     "{name}=={pin}",\n' for name, pin in pins.items())
    return f'# /// script\n# requires-python = ">={python}"\n# dependencies = [\n{dependencies}# ]\n# ///\n'


def _written(notebook: NotebookNode, setup: str, stem: str) -> bytes:
    first = node(setup.rstrip("\n"), code=True, id=f"{stem}-setup", metadata={"tags": ["setup"]})
    notebook.cells.insert(0, nbformat.from_dict(first))
    nbformat.validate(notebook)
    return (nbformat.v4.writes(notebook) + "\n").encode()


def script(lesson: Lesson, header: str, link: Callable[[str], str] = str) -> str:
    """A solved tutorial as a program: values are printed, figures saved as PNG, expected errors caught and shown.

    Args:
      lesson: the tutorial.
      header: what stands before it: the PEP 723 block.
      link: what a link in Markdown becomes.
    """
    notebook = _with_values(lesson.solved.notebook(link), lesson)
    figures = (f"{lesson.solved.tutorial.path.stem}-{number}.png" for number in range(1, 1000))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = _statements(cell.source, figures)
        if raises := cell.metadata.get("raises"):
            cell.source = _EXPECTED.format(code=textwrap.indent(cell.source, "    "), name=raises)
    notebook.metadata["jupytext"] = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    form = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    return header + _SCRIPT + jupytext.writes(notebook, fmt=form)


_SCRIPT = """
import os

os.environ["MPLBACKEND"] = "Agg"  # figures become files in the current folder

"""

_EXPECTED = """try:
{code}
except BaseException as _error:
    if type(_error).__name__ != "{name}":
        raise
    print("{name}, as expected:", _error)
else:
    raise AssertionError("{name} was expected here")
"""


def _statements(source: str, figures: Iterable[str]) -> str:
    """Code for a program: what a notebook would display is printed, `plt.show()` saves a file."""
    lines = source.encode().splitlines()  # the tree counts columns in bytes
    body = ast.parse(source).body
    for node in reversed(body):
        if not isinstance(node, ast.Expr):
            continue
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        if ast.unparse(node) == "plt.show()":
            name = next(iter(figures))
            gap = b"; " if before else b"\n"
            saved = f'plt.savefig("{name}", bbox_inches="tight", dpi=150)'.encode()
            lines[first : last + 1] = [before + saved + gap + b'plt.close("all")' + after]
        elif node is body[-1] and not _prints(node.value) and not after.lstrip().startswith(b";"):
            lines[last] = lines[last][: node.end_col_offset] + b")" + after
            lines[first] = before + b"print(" + lines[first][node.col_offset :]
    return b"\n".join(lines).decode()


def _prints(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "print"
