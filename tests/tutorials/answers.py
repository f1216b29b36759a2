"""The course as the build of the site has it, and the answers of `tests/answers/<exercise>.py`."""

from functools import cache
from pathlib import Path

from publishing.load import load
from publishing.options import read_options
from publishing.read.answers import Answer, read_answers
from publishing.read.diagnostic import join
from publishing.run import schedule
from publishing.run.lesson import Lesson

ROOT = Path(__file__).parents[2]
ROUTES = read_options(ROOT / "mkdocs.yml")


@cache
def _loaded() -> dict[str, Lesson]:
    return {lesson.name: lesson for lesson in load(ROUTES.settings)}


@cache
def lessons() -> dict[str, Lesson]:
    """The tutorials by name, with the records that there are."""
    return _loaded()


@cache
def lesson(name: str) -> Lesson:
    """A tutorial with its record; run now if there is none."""
    (ran,) = schedule.run([_loaded()[name]], ROUTES.settings)
    return ran


@cache
def exercises() -> dict[str, str]:
    """The name of the tutorial that holds an exercise, by its id."""
    return {
        cell.exercise: name
        for name, its in lessons().items()
        for cell in its.solved.code
        if cell.exercise
    }


@cache
def kept(kind: str, exercise: str) -> dict[str, Answer]:
    """The cells `right` or `wrong` of an exercise, by kind and description."""
    solved = lessons()[exercises()[exercise]].solved.code
    solution = next(join(its.lines) for its in solved if its.exercise == exercise)
    cells = read_answers(ROUTES.settings.answers / f"{exercise}.py", solution)
    return {f"{kind}: {cell.description}": cell for cell in cells if cell.kind == kind}
