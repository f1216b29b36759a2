import pytest
from answers import exercises
from grades import grades as grades_of


def pytest_collection_modifyitems(items):
    for item in items:
        if "grades" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(3000))  # the first of a page grades all of its answers


@pytest.fixture
def grades(exercise: str) -> dict[str, dict[str, str | None]]:
    """The grades of the answers to an exercise, by description."""
    return grades_of(exercises()[exercise])[exercise]
