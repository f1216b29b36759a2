"""What the text of an exercise demands, clause by clause, and the mutants that break one each."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from publishing.read.answers import Answer
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, SourceError, join

_HEADING = re.compile(r"^#+ ", re.MULTILINE)
_ASIDE = re.compile(
    r"<details.*?</details>|^(```|~~~).*?^\1|<[a-z/!][^>]*>", re.DOTALL | re.MULTILINE
)
_ITEM = re.compile(r"^ *(?:[-*+]|\d+[.)]) +", re.MULTILINE)
_QUOTED = re.compile(r"`[^`]*`|\$[^$]*\$")
_SENTENCE = re.compile(r"(?:(?<=[.?!])|(?<=[.?!]\)))[ \n]+(?=[A-Z`*\[(\0])")


def clauses(tutorial: Tutorial, exercise: str) -> list[str]:
    """The sentences and list items of an exercise, from its heading to its cell, without hints."""
    cells = tutorial.cells
    at = next(index for index, cell in enumerate(cells) if cell.exercise == exercise)
    texts: list[str] = []
    for cell in (cell for cell in reversed(cells[:at]) if not cell.code):
        *_, last = _HEADING.split(text := _ASIDE.sub("", join(cell.lines)))
        texts.insert(0, last.partition("\n")[2] if last != text else text)
        if last != text:
            break
    return [each for text in texts for each in _sentences(text)]


def _sentences(text: str) -> Iterator[str]:
    """Sentences, of each paragraph and item its own; code and formulas are not cut."""
    for block in re.split(r"\n *\n", _ITEM.sub("\n\n", text)):
        quoted = _QUOTED.findall(block)
        for sentence in _SENTENCE.split(_QUOTED.sub("\0", block)):
            while "\0" in sentence:
                sentence = sentence.replace("\0", quoted.pop(0), 1)
            if whole := " ".join(sentence.split()):
                yield whole


def clause_diagnostics(
    found: Sequence[str], answers: Sequence[Answer], path: Path, number: int
) -> Iterator[Diagnostic]:
    """Clauses that no mutant breaks, at a line, and answers that quote what is no clause."""
    quoted = [(answer, text) for answer in answers for text in _quoted(answer)]
    for answer, text in quoted:
        if not any(clause.startswith(text) for clause in found):
            yield answer.marker.diagnostic(f"no clause of the exercise begins with `{text}`.")
    for clause in found:
        if not any(clause.startswith(text) for _, text in quoted):
            way = "write `# %% breaks: ` and its beginning, or that below `# %% asks nothing`"
            message = f"no mutant of the solution breaks `{clause}`; {way}."
            yield Diagnostic(path, number, message)


def _quoted(answer: Answer) -> list[str]:
    if answer.kind == "asks nothing":
        return [line.removeprefix("#").strip() for line in answer.source.splitlines()]
    return [answer.description.partition(" | ")[0]] if answer.kind == "breaks" else []


def tried(answers: Iterable[Answer], solution: str) -> list[Answer]:
    """The right and the wrong answers; what breaks a clause is a wrong one made of the solution."""
    kinds = ("right", "wrong", "breaks")
    several = (answer for answer in answers if answer.kind in kinds)
    return [mutant(each, solution) if each.kind == "breaks" else each for each in several]


def mutant(answer: Answer, solution: str) -> Answer:
    """The wrong answer that a cell `breaks` makes of a solution; a SourceError if it makes none."""
    old, marker, new = (part.strip("\n") for part in answer.source.partition("\n# becomes\n"))
    lines = [re.escape(line.strip()) for line in old.splitlines()]
    places = list(re.finditer(r"\n *".join(lines), solution))
    if not marker or len(places) != 1:
        what = f"stands {len(places)} times in the solution" if marker else "becomes nothing"
        form = "lines that stand there once, `# becomes`, and those in their place"
        raise SourceError(answer.marker.diagnostic(f"`{old}` {what}; write {form}."))
    begin, end = places[0].span()
    line = solution[solution.rfind("\n", 0, begin) + 1 : begin]
    indent = line[: len(line) - len(line.lstrip())]
    new = textwrap.indent(textwrap.dedent(new), indent).removeprefix(indent)
    source = f"{solution[:begin]}{new}{solution[end:]}\n"
    return replace(answer, kind="wrong", description=f"breaks {answer.description}", source=source)
