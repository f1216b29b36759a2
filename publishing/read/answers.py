"""The answers to an exercise that a course keeps: cells of the percent file `<exercise>.py`."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from publishing.read.diagnostic import Diagnostic, Line, SourceError, read_source

_MARKER = re.compile(r"# *%%")
_CELL = re.compile(
    r"# *%% *(?P<kind>right|wrong): *(?P<description>\S.*?)(?: -> (?P<says>\S.*?))? *"
)
_FORM = (
    "begin a cell with `# %% right: ` or `# %% wrong: ` and a description; quote words of the"
    " refusal after ` -> `."
)
_BECOMES = "\n# becomes\n"


@dataclass(frozen=True)
class Answer:
    """A cell: an answer, which is right or wrong."""

    marker: Line
    kind: str  # `right` or `wrong`
    description: str  # what the answer does
    source: str
    says: str = ""  # words of the refusal that name the mistake


def read_answers(path: Path, solution: str) -> list[Answer]:
    """The cells of a file, or none if there is no such file; a SourceError if it is malformed.

    A wrong answer may be a few lines of the solution, `# becomes`, and those in their place.
    """
    if not path.exists():
        return []
    text = read_source(path)
    lines = [Line(line, path, number) for number, line in enumerate(text.split("\n"), 1)]
    begins = [index for index, line in enumerate(lines) if _MARKER.match(line.text)]
    cells = [lines[begin:end] for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True)]
    before = lines[: begins[0]] if begins else lines
    diagnostics = [line.diagnostic(_FORM) for line in before if line.text.strip()][:1]
    answers: dict[tuple[str, str], Answer] = {}
    for cell in cells:
        answer = _answer(cell, solution)
        if isinstance(answer, Diagnostic):
            diagnostics.append(answer)
        elif answers.setdefault((answer.kind, answer.description), answer) is not answer:
            diagnostics.append(answer.marker.diagnostic("another cell is called the same."))
    if diagnostics:
        raise SourceError(*diagnostics)
    return list(answers.values())


def _answer(cell: list[Line], solution: str) -> Answer | Diagnostic:
    marker, *lines = cell
    source = "\n".join(line.text for line in lines).rstrip()
    if not (match := _CELL.fullmatch(marker.text)):
        return marker.diagnostic(_FORM)
    if not source:
        return marker.diagnostic("this cell is empty.")
    source = f"{source}\n"
    if match["kind"] == "wrong" and _BECOMES in source:
        try:
            source = _mutant(source, solution)
        except ValueError as error:
            return marker.diagnostic(str(error))
    return Answer(marker, match["kind"], match["description"], source, match["says"] or "")


def _mutant(edit: str, solution: str) -> str:
    """The solution with other lines in one place; a ValueError if there is no such place."""
    old, _, new = (part.strip("\n") for part in edit.partition(_BECOMES))
    lines = [re.escape(line.strip()) for line in old.splitlines()]
    places = list(re.finditer(r"\n *".join(lines), solution))
    if len(places) != 1:
        form = "write lines that stand there once, `# becomes`, and those in their place"
        raise ValueError(f"`{old}` stands {len(places)} times in the solution; {form}.")
    begin, end = places[0].span()
    line = solution[solution.rfind("\n", 0, begin) + 1 : begin]
    indent = line[: len(line) - len(line.lstrip())]
    new = textwrap.indent(textwrap.dedent(new), indent).removeprefix(indent)
    return f"{solution[:begin]}{new}{solution[end:]}\n"
