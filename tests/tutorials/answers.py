"""The answers to exercises that are kept with the tests: `<kind>_answers/<exercise-id>/<why>.py`."""

from functools import cache
from pathlib import Path

from publishing import building
from publishing.settings import Settings
from publishing.tutorial import read_tutorials
from publishing.variants import Variant, solved

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(source=ROOT / "tutorials", records=ROOT / ".cache/answers")
BUILD = Settings(source=ROOT / "tutorials", records=ROOT / ".cache/records")


@cache
def variants() -> dict[str, Variant]:
    """The solved variants by name of the tutorial."""
    return {t.name: solved(t, SETTINGS.snippets) for t in read_tutorials(SETTINGS.source)}


@cache
def exercises() -> dict[str, str]:
    """The name of the tutorial that holds an exercise, by its id."""
    return {cell.cell.exercise: name for name, v in variants().items() for cell in v.code if cell.cell.exercise}


def kept(kind: str, exercise: str) -> dict[str, str]:
    """The kept answers to an exercise, by `<kind>/<why>`."""
    folder = Path(__file__).with_name(f"{kind}_answers") / exercise
    return {f"{kind}/{path.stem}": path.read_text() for path in sorted(folder.glob("*.py"))}


@cache
def _jobs() -> dict[str, building.Job]:
    return {job.name: job for job in building.jobs(BUILD)}


@cache
def job(name: str) -> building.Job:
    """A tutorial with its record, as the build of the site has it; run now if none stands."""
    return building.run([_jobs()[name]], BUILD)[0]
