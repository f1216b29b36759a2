import pytest
from answers import exercises
from grades import grades as grades_of


@pytest.fixture
def grades(exercise: str) -> dict[str, dict[str, str | None]]:
    """The grades of the answers to an exercise, by description."""
    return grades_of(exercises()[exercise])[exercise]
