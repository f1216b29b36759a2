"""What a reader takes home: notebooks that see to what they need, the script, the record, the archive."""

import ast
import io
import json
import textwrap
import zipfile
from collections.abc import Callable, Iterator, Mapping

import jupytext
import nbformat
from nbformat import NotebookNode

from publishing.assemble.variants import Variant, node
from publishing.read.prose import with_values
from publishing.run import packages
from publishing.run.jax import PINNED
from publishing.run.schedule import Lesson
from publishing.settings import Settings

# What a learner sees first; pip is told of all that is installed already, so that it replaces none of it.
_SETUP = """{header}
from importlib.metadata import distributions; from packaging.version import Version
def version(name): return next((one.version for one in distributions(name=name)), None)
pins = {pins}
lowest = {lowest}
if not all(map(version, pins)):  # installs what is missing, here or on Colab; what is installed stays as it is
    %pip install --quiet {{" ".join(name + "==" + (version(name) or pin) for name, pin in pins.items())}}
if wrong := [f"{{name}} {{low}}" for name, low in lowest.items() if Version(version(name) or "0") < Version(low)]:
    raise RuntimeError(f"This notebook needs {{', '.join(wrong)}} or newer: install that, then restart the kernel.")
"""
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


def downloads(lesson: Lesson, settings: Settings, link: Callable[[str], str]) -> dict[str, bytes]:
    """The files beside a page, by name; `link` tells what an author's link becomes in them."""
    stem, record = lesson.solved.tutorial.path.stem, lesson.record
    versions, imported = record.key.versions, packages.imported(lesson.solved)
    lowest = packages.lowest(settings.project)
    header = script_header({name: versions[name] for name in imported}, lowest.get("python", record.key.python))
    pins = {name: versions[name] for name in sorted({*imported, *PINNED}) if name in versions}
    setup = _SETUP.format(header=header, pins=pins, lowest={name: lowest[name] for name in imported if name in lowest})
    outputs = {lesson.solved.id(cell): its for cell, its in zip(lesson.solved.code, record.run.outputs, strict=True)}
    first = node(setup.rstrip("\n"), code=True, id=f"{stem}-setup", metadata={"tags": ["setup"]})
    student, solved = (_notebook(lesson, variant, link) for variant in (lesson.student, lesson.solved))
    for count, cell in enumerate((cell for cell in solved.cells if cell.cell_type == "code"), 1):
        cell.execution_count, cell.outputs = count, outputs[cell.id]
    files = {}
    for name, notebook in ((f"{stem}.ipynb", student), (f"{stem}-solved.ipynb", solved)):
        notebook.cells.insert(0, nbformat.from_dict(first))
        nbformat.validate(notebook)
        files[name] = (nbformat.v4.writes(notebook) + "\n").encode()
    files[f"{stem}.py"] = script(lesson, header, link).encode()
    return files | {"record.json": (json.dumps(record.summary(outputs), indent=2) + "\n").encode()}


def script_header(pins: Mapping[str, str], python: str) -> str:
    """The PEP 723 block that names pinned distributions."""
    dependencies = "".join(f'#     "{name}=={pin}",\n' for name, pin in pins.items())
    return f'# /// script\n# requires-python = ">={python}"\n# dependencies = [\n{dependencies}# ]\n# ///\n'


def script(lesson: Lesson, header: str, link: Callable[[str], str] = str) -> str:
    """A solved tutorial as a program: values are printed, figures saved as PNG, expected errors caught and shown."""
    notebook = _notebook(lesson, lesson.solved, link)
    figures = (f"{lesson.solved.tutorial.path.stem}-{number}.png" for number in range(1, 1000))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = _statements(cell.source, figures)
        if raises := cell.metadata.get("raises"):
            cell.source = _EXPECTED.format(code=textwrap.indent(cell.source, "    "), name=raises)
    notebook.metadata["jupytext"] = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    form = {"extension": ".py", "format_name": "percent", "comment_magics": False}
    return header + _SCRIPT + jupytext.writes(notebook, fmt=form)


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of files by path, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as folder:
        for name in sorted(files):
            folder.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)  # of 1980, whenever it is made
    return buffer.getvalue()


def _notebook(lesson: Lesson, variant: Variant, link: Callable[[str], str]) -> NotebookNode:
    """A notebook whose prose shows the values of its expressions."""
    notebook, values = variant.notebook(link), iter(lesson.record.run.values)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_values(cell.source, values)
    return notebook


def _statements(source: str, figures: Iterator[str]) -> str:
    """Code for a program: what a notebook would display is printed, `plt.show()` saves a file."""
    lines = source.encode().splitlines()  # the tree counts columns in bytes
    body = ast.parse(source).body
    for statement in reversed([one for one in body if isinstance(one, ast.Expr)]):
        first, last = statement.lineno - 1, statement.end_lineno - 1
        before, after = lines[first][: statement.col_offset], lines[last][statement.end_col_offset :]
        if ast.unparse(statement) == "plt.show()":
            gap = b"; " if before else b"\n"
            saved = f'plt.savefig("{next(figures)}", bbox_inches="tight", dpi=150)'.encode()
            lines[first : last + 1] = [before + saved + gap + b'plt.close("all")' + after]
        elif statement is body[-1] and not ast.unparse(statement).startswith("print(") and after.strip()[:1] != b";":
            lines[last] = lines[last][: statement.end_col_offset] + b")" + after
            lines[first] = before + b"print(" + lines[first][statement.col_offset :]
    return b"\n".join(lines).decode()
