"""What a reader takes home: notebooks that see to what they need, the script, the record, the archive."""

import ast
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from publishing.assemble.snippets import meanings
from publishing.assemble.variants import Variant, node
from publishing.read.diagnostic import lines_in_strings, syntax_error
from publishing.read.prose import with_values
from publishing.run import packages
from publishing.run.devices import PINNED
from publishing.run.lesson import Lesson
from publishing.settings import Settings
from publishing.site.figures import is_figure
from publishing.site.page import is_pending

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, keep_trailing_newline=True
)
_FUTURE = re.compile(
    r"^from __future__ import .+$", re.MULTILINE
)  # which must stand before all else


def downloads(lesson: Lesson, settings: Settings, link: Callable[[str], str]) -> dict[str, bytes]:
    """The files beside a page, by name; `link` tells what an author's link becomes in them.

    A page that has not run yet has none.
    """
    if is_pending(lesson):
        return {}
    stem, record = lesson.solved.tutorial.path.stem, lesson.record
    versions = {name: version.partition(" ")[0] for name, version in record.key.versions.items()}
    imported = packages.imported(lesson.solved)
    lowest = packages.lowest(settings.project)
    header = script_header(
        {name: versions[name] for name in imported}, lowest.get("python", record.key.python)
    )
    pins = {name: versions[name] for name in sorted({*imported, *PINNED}) if name in versions}
    lowest = {name: lowest[name] for name in imported if name in lowest}
    setup = _TEMPLATES.get_template("setup.py.j2").render(header=header, pins=pins, lowest=lowest)
    outputs = dict(zip(map(lesson.solved.id, lesson.solved.code), record.run.outputs, strict=True))
    first = node(setup.rstrip("\n"), code=True, id=f"{stem}-setup", metadata={"tags": ["setup"]})
    student, solved = (
        _notebook(lesson, variant, link) for variant in (lesson.student, lesson.solved)
    )
    for count, cell in enumerate((cell for cell in solved.cells if cell.cell_type == "code"), 1):
        cell.execution_count, cell.outputs = count, outputs.get(cell.id, [])
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
    """A solved tutorial as a program: values are printed, figures saved as files, expected errors caught and shown."""
    notebook = _notebook(
        lesson, lesson.solved, lambda it: it if (to := link(it)).startswith("data:") else to
    )
    stem = lesson.solved.tutorial.path.stem
    given = dict(
        zip(map(lesson.solved.id, lesson.solved.code), lesson.record.run.outputs, strict=True)
    )
    drawing = {id for id, its in given.items() if any(map(is_figure, its))}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    readable = [cell for cell in code if "display" in cell.source and not syntax_error(cell.source)]
    means = [
        meanings(part).get("display") for cell in readable for part in ast.parse(cell.source).body
    ]
    displays = any(meaning and meaning.module.startswith("IPython") for meaning in means)
    future = dict.fromkeys(line for cell in code for line in _FUTURE.findall(cell.source))
    for cell in code:
        if syntax_error(cell.source):  # which its cell is there to show
            cell.source = f"exec({cell.source!r})"
        cell.source = _statements(
            _FUTURE.sub("", cell.source), given.get(cell.id, []), displays=displays
        )
        if "raises" in cell.metadata:
            lines, texts = enumerate(cell.source.splitlines(), 1), lines_in_strings(cell.source)
            cell.source = "\n".join(
                " " * 4 * (number not in texts and line != "") + line for number, line in lines
            )
    shows = drawing or any("_show(" in cell.source for cell in code)
    template = _TEMPLATES.get_template("script.py.j2")
    return template.render(
        header=header, future=future, stem=stem, shows=shows, drawing=drawing, cells=notebook.cells
    )


def archive(files: Mapping[str, Path], path: Path) -> Path:
    """Write a ZIP file of files by their names in it, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as folder:
        for name in sorted(files):
            # Of 1980, whenever it is made.
            folder.writestr(zipfile.ZipInfo(name), files[name].read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def _notebook(lesson: Lesson, variant: Variant, link: Callable[[str], str]) -> NotebookNode:
    """A notebook whose prose shows the values of its expressions."""
    notebook, values = variant.notebook(link), iter(lesson.record.run.values)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_values(cell.source, values)
    return notebook


def _statements(source: str, outputs: list[NotebookNode], *, displays: bool) -> str:
    """Code for a program: it shows what the notebook showed, also through IPython's `display` if that is in use."""
    code, tree = source.encode(), ast.parse(source)
    starts = [0, *itertools.accumulate(map(len, code.splitlines(keepends=True)))]
    edits = []

    def place(part: Any) -> tuple[int, int]:  # the tree counts columns in bytes
        return starts[part.lineno - 1] + part.col_offset, starts[
            part.end_lineno - 1
        ] + part.end_col_offset

    for call in (part for part in ast.walk(tree) if isinstance(part, ast.Call)):
        if ast.unparse(call.func) == "plt.show":
            edits.append((*place(call), b"_show()"))
        elif displays and ast.unparse(call.func) == "display":
            edits.append((*place(call.func), b"_show"))
    for output in outputs:
        if output.output_type == "execute_result":
            start, end = place(tree.body[-1])
            edits += [
                (start, start, b"_show(" if len(output.data) > 1 else b"print("),
                (end, end, b")"),
            ]
    for start, end, text in sorted(edits, reverse=True):
        code = code[:start] + text + code[end:]
    return code.decode()
