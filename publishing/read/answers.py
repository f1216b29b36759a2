"""The answers to an exercise that a course keeps: cells of the percent file `<exercise>.py`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from publishing.read.diagnostic import Diagnostic, Line, SourceError, read_source

_MARKER = re.compile(r"# *%%")
_CELL = re.compile(
    r"# *%% *(?:(?P<kind>right|wrong|breaks): *(?P<description>\S.*?)(?: -> (?P<says>\S.*?))?|"
    r"(?P<other>asks nothing)) *"
)
_FORM = (
    "begin a cell with `# %% right: ` or `# %% wrong: ` and a description, with `# %% breaks: ` and"
    " the beginning of a clause, or with `# %% asks nothing`; quote words of the refusal after"
    " ` -> `."
)


@dataclass(frozen=True)
class Answer:
    """A cell: an answer, what breaks a clause, or the clauses that ask for nothing."""

    marker: Line
    kind: str  # `right`, `wrong`, `breaks` or `asks nothing`
    description: str  # what the answer does, or the clause that it breaks; empty for others
    source: str
    says: str = ""  # words of the refusal that name the mistake


def read_answers(path: Path) -> list[Answer]:
    """The cells of a file, or none if there is no such file; a SourceError if it is malformed."""
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
        answer = _answer(cell)
        if isinstance(answer, Diagnostic):
            diagnostics.append(answer)
        elif answers.setdefault((answer.kind, answer.description), answer) is not answer:
            diagnostics.append(answer.marker.diagnostic("another cell is called the same."))
    if diagnostics:
        raise SourceError(*diagnostics)
    return list(answers.values())


def named_mistakes(answers: Iterable[Answer]) -> tuple[int, int]:
    """How many refusals of wrong answers are known to name the mistake, and of how many."""
    wrong = [answer for answer in answers if answer.kind in ("wrong", "breaks")]
    return sum(bool(answer.says) for answer in wrong), len(wrong)


def _answer(cell: list[Line]) -> Answer | Diagnostic:
    marker, *lines = cell
    source = "\n".join(line.text for line in lines).rstrip()
    if not (match := _CELL.fullmatch(marker.text)):
        return marker.diagnostic(_FORM)
    if not source:
        return marker.diagnostic("this cell is empty.")
    kind = match["kind"] or match["other"]
    return Answer(marker, kind, match["description"] or "", f"{source}\n", match["says"] or "")
