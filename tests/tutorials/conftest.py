import pytest
from answers import ROUTES, exercises, kept, lesson, lessons

from publishing.read.diagnostic import SourceError
from publishing.teaching.grades import Attempt, graded

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
            # The first of a page grades the answers to all of its exercises.
            item.add_marker(pytest.mark.timeout(3000))


def _some(exercise: str) -> dict[str, Attempt]:
    """As many kept answers as the first tier tries, evenly from the file; to their check alone."""
    chosen = {}
    for kind, number in SOME.items():
        answers = list(kept(kind, exercise).items())
        step = max(1, len(answers) // number)
        chosen |= {name: Attempt(cell.source) for name, cell in answers[::step][:number]}
    return chosen


@pytest.fixture
def grades(exercise: str) -> dict[str, dict[str, str | None]]:
    """The grades of some answers to an exercise, by their names."""
    page = exercises()[exercise]
    if page not in _GRADES:
        of_page = [each for each, owner in exercises().items() if owner == page]
        some = {each: _some(each) for each in of_page}
        _GRADES[page] = graded(lesson(page), some, ROUTES.settings)
    return _GRADES[page][exercise]
