"""What a reader takes home: notebooks that install what they need, a script, a record."""

import ast
import base64
import itertools
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from publishing.assemble.snippets import TEACHING
from publishing.assemble.variants import Variant, cell_id, node
from publishing.read.diagnostic import join, lines_in_strings, syntax_error
from publishing.read.prose import replace_choices, with_values
from publishing.run import packages
from publishing.run.devices import PINNED
from publishing.run.lesson import Lesson
from publishing.settings import Settings
from publishing.site.definitions import names_to_define
from publishing.site.figures import is_figure

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, keep_trailing_newline=True
)

_PASSING = (TEACHING / "passing.py").read_text(encoding="utf-8")

Link = Callable[[str], str]  # what an author's link becomes in a download


def downloads(lesson: Lesson, settings: Settings, link: Link, data: str = "") -> dict[str, bytes]:
    """The files beside a page, by name; `data` is the address of the folder of its data, if any."""
    stem, outputs = lesson.tutorial.path.stem, _outputs(lesson)
    header, setup = _requirements(lesson, settings.project)
    fetch = _fetch(lesson, data)
    student = _passable(_notebook(lesson, lesson.student, link), lesson, settings)
    solved = _notebook(lesson, lesson.solved, link)
    for count, cell in enumerate(_code(solved), 1):
        cell.execution_count, cell.outputs = count, outputs.get(cell.id, [])
    files = {f"{stem}.py": script(lesson, header, link, fetch).encode()}
    for name, notebook in ((f"{stem}.ipynb", student), (f"{stem}-solved.ipynb", solved)):
        id, metadata = cell_id(lesson.tutorial.path, "setup"), {"tags": ["setup"]}
        first = node(f"{setup}\n{fetch}".rstrip("\n"), code=True, id=id, metadata=metadata)
        notebook.cells.insert(0, nbformat.from_dict(first))
        files[name] = (nbformat.v4.writes(notebook) + "\n").encode()
    record = json.dumps(lesson.record.summary(outputs), indent=2)
    return files | {"record.json": f"{record}\n".encode()}


def _requirements(lesson: Lesson, project: Path) -> tuple[str, str]:
    """What needs to be installed: the header of a script, and the first cell of a notebook."""
    known = lesson.record.key.versions.items()
    versions = {name: version.partition(" ")[0] for name, version in known}
    imported = packages.imported(lesson.solved, hidden=False)
    lowest = packages.lowest(project)
    python = lowest.get("python", lesson.record.key.python)
    header = script_header({name: versions[name] for name in imported}, python)
    pins = {name: versions[name] for name in sorted({*imported, *PINNED}) if name in versions}
    lowest = {name: lowest[name] for name in imported if name in lowest}
    setup = _TEMPLATES.get_template("setup.py.j2")
    return header, setup.render(header=header, pins=pins, lowest=lowest)


def _fetch(lesson: Lesson, address: str) -> str:
    """Code that sees to the data of a page; empty if it has none."""
    addresses = {name: address + quote(name) for name in lesson.solved.data}
    template = _TEMPLATES.get_template("data.py.j2")
    return template.render(addresses=addresses, fetched=bool(address)) if addresses else ""


def script_header(pins: Mapping[str, str], python: str) -> str:
    """The PEP 723 block that names pinned distributions."""
    pinned = "".join(f'#     "{name}=={pin}",\n' for name, pin in pins.items())
    requires = f'# requires-python = ">={python}"'
    return f"# /// script\n{requires}\n# dependencies = [\n{pinned}# ]\n# ///\n"


def script(lesson: Lesson, header: str, link: Link = str, fetch: str = "") -> str:
    """A solved tutorial as a program, which begins with the code that fetches its data.

    Values are printed, figures saved as files, expected errors caught and shown.
    """

    def without_data(target: str) -> str:
        """A picture stays the author's file: in a comment its data would only be noise."""
        to = link(target)
        return target if to.startswith("data:") else to

    notebook, outputs = _notebook(lesson, lesson.solved, without_data), _outputs(lesson)
    code = _code(notebook)
    for cell in code:
        cell.source = _as_program(cell, outputs.get(cell.id, []))
    drawing = {id for id, given in outputs.items() if any(map(is_figure, given))}
    return _TEMPLATES.get_template("script.py.j2").render(
        header=header,
        fetch=fetch,
        stem=lesson.tutorial.path.stem,
        shows=drawing or any("_show(" in cell.source for cell in code),
        drawing=drawing,
        cells=notebook.cells,
    )


def archive(files: Mapping[str, Path], path: Path) -> Path:
    """Write a ZIP file of files by their names in it, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as folder:
        for name in sorted(files):
            # Of 1980, whenever it is made.
            folder.writestr(zipfile.ZipInfo(name), files[name].read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def _outputs(lesson: Lesson) -> dict[str, list[NotebookNode]]:
    """The outputs of the solved variant by the ids of its cells."""
    ids = map(lesson.solved.id, lesson.solved.code)
    return dict(zip(ids, lesson.record.run.outputs, strict=True))


def _notebook(lesson: Lesson, variant: Variant, link: Link) -> NotebookNode:
    """A notebook whose prose shows the values of its expressions."""
    notebook, values = variant.notebook(link), iter(lesson.record.run.values)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            prose = with_values(cell.source, values)
            cell.source = replace_choices(lambda _, choices: choices, prose)
    return notebook


def _passable(student: NotebookNode, lesson: Lesson, settings: Settings) -> NotebookNode:
    """A notebook for students whose later cells go on with the solutions of what is not done."""
    given = {cell.exercise: cell for cell in lesson.tutorial.cells if cell.exercise}
    solutions = {cell.exercise: join(cell.lines) for cell in lesson.solved.code if cell.exercise}
    before = next((cell for cell in student.cells if cell.id.endswith("-before")), None)
    if before:
        before.source += _PASSING.partition('"""\n')[2]
    for cell in _code(student):
        if not (exercise := cell.metadata.get("check")):
            continue
        package = settings.snippets.name
        if names := names_to_define(lesson.tutorial.cells, given[exercise], package):
            packed = base64.b64encode(zlib.compress(solutions[exercise].encode(), 9)).decode()
            source, _, call = cell.source.rpartition("\n")
            cell.source = (
                f"{source}\n# Not done, or given up by `{names[0]} = ...`: its solution runs.\n"
                f'if not passed_over(globals(), "{exercise}", {names}, "{packed}"):\n    {call}'
            )
    return student


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _as_program(cell: NotebookNode, outputs: Sequence[NotebookNode]) -> str:
    """The code of a cell in a script, indented if an error is expected of it."""
    source = cell.source
    if syntax_error(source):  # which the cell is there to show
        source = f"exec({source!r})"
    source = _shown(source, outputs)
    if "raises" not in cell.metadata:
        return source
    texts = lines_in_strings(source)  # what is within a string stays as it is
    lines = enumerate(source.splitlines(), 1)
    return "\n".join(
        line if number in texts or not line else f"    {line}" for number, line in lines
    )


def _shown(source: str, outputs: Sequence[NotebookNode]) -> str:
    """Code that shows what the notebook showed: the value of its last line, its figures."""
    results = [output.data for output in outputs if output.output_type == "execute_result"]
    if not results and "plt.show" not in source:
        return source
    tree, code = ast.parse(source), source.encode()
    starts = [0, *itertools.accumulate(map(len, code.splitlines(keepends=True)))]

    def span(part: ast.stmt | ast.expr) -> tuple[int, int]:  # the tree counts columns in bytes
        start, end = starts[part.lineno - 1], starts[part.end_lineno - 1]
        return start + part.col_offset, end + part.end_col_offset

    calls = (part for part in ast.walk(tree) if isinstance(part, ast.Call))
    shows = (call for call in calls if ast.unparse(call.func) == "plt.show")
    edits = [(*span(call), b"_show()") for call in shows]
    for data in results:
        start, end = span(tree.body[-1])
        show = b"_show(" if len(data) > 1 else b"print("
        edits += [(start, start, show), (end, end, b")")]
    for start, end, text in sorted(edits, reverse=True):
        code = code[:start] + text + code[end:]
    return code.decode()
