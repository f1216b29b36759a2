"""The index of all exercises: what each asks for, and what its check proves."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from publishing.building import Job
from publishing.cells import Cell, regions
from publishing.highlighting import code_html
from publishing.names import bound_names, scopes, used_names
from publishing.source import Problem, SourceError, text
from publishing.variants import VariantCell

_ENTRY = """\
## {id} {{ #{id} }}

On [{title}]({page}#exercise-{id}) you define {names}. The check says:

<blockquote><p>{proved}</p></blockquote>

<details class="example" id="check-{id}" data-search-exclude><summary>The check of <code>{id}</code></summary>
<div class="highlight"><pre><code>{code}</code></pre></div>
</details>
"""


@dataclass(frozen=True)
class Exercise:
    """An exercise of a tutorial: its id, what the reader defines, what its check printed, and the check's code."""

    id: str
    names: tuple[str, ...]
    proved: str
    check: str


def exercises(job: Job) -> Iterator[Exercise]:
    """The exercises of a tutorial with a record.

    Raises:
      SourceError: for a check that prints nothing when it passes.
    """
    outputs = dict(zip(job.variant.code, job.record.run.outputs, strict=True))
    for number, asked in enumerate(job.variant.cells):
        if asked.cell.exercise:
            check = next(cell for cell in job.variant.cells[number:] if cell.cell.check == asked.cell.exercise)
            names = tuple(_asked(asked, _task(job, number), check))
            yield Exercise(asked.cell.exercise, names, _printed(check.cell, outputs[check]), text(check.lines))


def index(jobs: Sequence[Job], link: Callable[[str], str]) -> str:
    """The Markdown of the index, an entry for each exercise.

    Args:
      jobs: the tutorials with their records, in the order of the course.
      link: where the page of a tutorial of this name is.

    Raises:
      SourceError: for a check that prints nothing when it passes.
    """
    return "\n".join(
        _ENTRY.format(
            id=found.id,
            title=job.variant.tutorial.title,
            page=link(job.name),
            names=_listed([f"`{name}`" for name in found.names]),
            proved=re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(" ".join(found.proved.split()), quote=False)),
            code=code_html(found.check),
        )
        for job in jobs
        for found in exercises(job)
    )


def _task(job: Job, number: int) -> str:
    """The prose of the section in which the cell of this number stands, up to there."""
    prose = "\n".join(text(cell.lines) for cell in job.variant.cells[:number] if not cell.cell.code)
    return re.split(r"^#+ ", prose, flags=re.MULTILINE)[-1]


def _asked(exercise: VariantCell, task: str, check: VariantCell) -> Iterator[str]:
    """What the solution binds and the task names or the check reads, functions with their arguments."""
    wanted = set(re.findall(r"`(\w+)", task))
    wanted = wanted.union(*(used_names(scopes(node)) for node in ast.parse(text(check.lines)).body))
    inside = [range(*region) for region in regions(exercise.cell)]
    bound = dict.fromkeys(_bound(ast.parse(text(exercise.cell.lines)).body, inside))
    functions = {node.name: node for node in ast.parse(text(exercise.lines)).body if isinstance(node, ast.FunctionDef)}
    for name in bound:
        if name in wanted:
            yield f"{name}({_arguments(functions[name].args)})" if name in functions else name


def _bound(body: list[ast.stmt], inside: list[range]) -> Iterator[str]:
    """The global names that statements bind within the solution regions; a function with a gap is its name."""
    for node in body:
        lines = range(node.lineno - 1, node.end_lineno or node.lineno)
        if not any(set(lines) & set(region) for region in inside):
            continue
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif any(lines.start in region for region in inside):
            yield from sorted(bound_names(scopes(node)))
        else:
            yield from _bound([child for child in ast.walk(node) if isinstance(child, ast.stmt)][1:], inside)


def _arguments(arguments: ast.arguments) -> str:
    """The arguments of a function without their types."""
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments)


def _printed(check: Cell, outputs: list[NotebookNode]) -> str:
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout").strip()
    if not printed:
        message = f"the check of `{check.check}` prints nothing; let its last line print what it has proved."
        raise SourceError(Problem(check.lines[0].path, check.number, message))
    return printed


def _listed(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "what it describes"
