import pytest
from answers import exercises, kept, lessons
from grades import Answer, graded, kept_answers
from overwritten import overwriting
from tiers import everything

from publishing.read.diagnostic import SourceError

SOME = {"right": 1, "wrong": 2}  # answers to an exercise that the first tier of tests tries
_GRADES: dict[str, dict] = {}


def pytest_collect_file():
    """Say of pages that cannot be read what is wrong, once: each module here asks for them."""
    try:
        lessons()
    except SourceError as error:
        raise pytest.Collector.CollectError(str(error)) from None


def pytest_collection_modifyitems(items):
    for item in items:
        if "grades" in getattr(item, "fixturenames", ()):
            # The first of a page grades all of its answers.
            item.add_marker(pytest.mark.timeout(3000))


def _all(exercise: str) -> dict[str, Answer]:
    """All answers to an exercise that the tests ask about, so that its page runs once for all."""
    solved = lessons()[exercises()[exercise]].solved
    return kept_answers(solved, exercise) | overwriting(solved, exercise)


def _some(exercise: str) -> dict[str, Answer]:
    """As many kept answers as the first tier tries, evenly from the file; to their check alone."""
    chosen = {}
    for kind, number in SOME.items():
        answers = list(kept(kind, exercise).items())
        step = max(1, len(answers) // number)
        chosen |= {name: Answer(cell.source) for name, cell in answers[::step][:number]}
    return chosen


@pytest.fixture
def grades(exercise: str, pytestconfig) -> dict[str, dict[str, str | None]]:
    """The grades of the answers to an exercise, by their names."""
    page = exercises()[exercise]
    if page not in _GRADES:
        answers = _all if everything(pytestconfig) else _some
        of_page = [each for each, owner in exercises().items() if owner == page]
        _GRADES[page] = graded(page, {each: answers(each) for each in of_page})
    return _GRADES[page][exercise]
