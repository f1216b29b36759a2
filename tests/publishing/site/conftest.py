"""Tutorials with a record that no kernel made."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from nbformat import NotebookNode

from publishing.assemble.variants import solve, unsolve
from publishing.read.percent import read_tutorial, read_tutorials
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.run.record import Key, Record
from publishing.settings import Site
from publishing.site.links import Routes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker assemble this course for all that ask for it; what needs a kernel is slow."""
    for item in (item for item in items if item.path.parent == Path(__file__).parent):
        if "course" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("course"))
        if "executed" in item.fixturenames:
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def lesson(project) -> Callable[..., Lesson]:
    """A tutorial of the project that gave these outputs, with these values in its prose."""

    def make(
        cells: str,
        outputs: dict[int, list[NotebookNode]] | None = None,
        *,
        name: str = "part/page",
        seconds: list[float] | None = None,
        values: list[str] | None = None,
        device: str = "cpu",
        new: bool = False,
        **versions: str,
    ) -> Lesson:
        tutorial = read_tutorial(project.tutorial(name, cells), name)
        solved, student = (form(tutorial, project.settings.snippets) for form in (solve, unsolve))
        run = Run(
            [(outputs or {}).get(index, []) for index in range(len(solved.code))],
            seconds or [0.1] * len(solved.code),
            {"platform": "cpu", "kind": device},
            {},
            values or [],
        )
        key = Key(
            (),
            "",
            "3.13",
            {name.replace("_", "-"): version for name, version in versions.items()},
            "",
        )
        record = Record(name, key, run, "2026-11-25T04:03:20+00:00")
        return replace(Lesson(solved, student, key, record), new=new)

    return make


@pytest.fixture
def routes(project) -> Routes:
    """The places of a site with nothing but tutorials."""
    return Routes(project.settings, Site(project.root / "docs", labels={"jax": "JAX"}))


@pytest.fixture(scope="session")
def course() -> list[Lesson]:
    """The tutorials of this course, solved."""
    root = Path(__file__).parents[3]
    variants = [
        solve(tutorial, root / "snippets") for tutorial in read_tutorials(root / "tutorials")
    ]
    return [Lesson(variant, variant, Key((), "", "", {}, "")) for variant in variants]
