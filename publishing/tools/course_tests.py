"""A course as tests of pytest, which `pytest_plugin` collects: its pages, and their exercises."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from click import ClickException

from publishing.load import load
from publishing.options import read_course
from publishing.read.diagnostic import Diagnostic, SourceError
from publishing.run.lesson import Lesson
from publishing.site.links import Routes
from publishing.teaching.answers import of_trials
from publishing.tools.check import diagnostics_of

_LONGEST = 3000  # seconds of the first test of a page, which runs it or tries all its answers


class Wrong(Exception):
    """What is wrong with a page or with answers, by file and line."""


class Course(pytest.File):
    """All pages."""

    def collect(self) -> Iterator[pytest.Collector]:
        """Each page; a page that cannot be read is told in one sentence."""
        try:
            routes, convert = read_course(self.path)
            lessons = load(routes.settings)
        except (SourceError, ClickException) as error:
            raise self.CollectError(str(error)) from None
        for lesson in lessons:
            yield Page.from_parent(
                self, name=lesson.name, lesson=lesson, routes=routes, convert=convert
            )


class Page(pytest.Collector):
    """A page: a test of its own, and one for each of its exercises."""

    def __init__(self, *, lesson: Lesson, routes: Routes, convert: Callable, **common: Any) -> None:
        super().__init__(**common)
        self.lesson, self.routes, self.convert = lesson, routes, convert
        for mark in (pytest.mark.xdist_group(lesson.name), pytest.mark.timeout(_LONGEST)):
            self.add_marker(mark)

    def collect(self) -> Iterator[pytest.Item]:
        """The page, then its exercises."""
        yield OfPage.from_parent(self, name="page")
        for cell in (cell for cell in self.lesson.solved.code if cell.exercise):
            yield OfExercise.from_parent(self, name=cell.exercise)

    @cached_property
    def faults(self) -> dict[str, list[Diagnostic]]:
        """What is wrong with answers, by exercise: the page runs once for all that are new."""
        return of_trials(self.lesson, self.routes.settings)


class _Test(pytest.Item):
    parent: Page

    def runtest(self) -> None:
        """Fail with what is wrong."""
        if found := self.wrong():
            raise Wrong("\n".join(map(str, found)))

    def wrong(self) -> list[Diagnostic]:
        """What is wrong."""
        raise NotImplementedError

    def repr_failure(self, excinfo: pytest.ExceptionInfo, style: str | None = None) -> Any:
        """The list, and no traceback: its lines are the author's."""
        if isinstance(excinfo.value, Wrong):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the page is."""
        return self.parent.lesson.tutorial.path, 0, f"{self.parent.name}: {self.name}"


class OfPage(_Test):
    """A page runs, keeps to the rules, and leads where its links say."""

    def wrong(self) -> list[Diagnostic]:
        """What is wrong with it, its answers apart."""
        page = self.parent
        return diagnostics_of(page.name, page.routes, page.convert, answers=False)[0]


class OfExercise(_Test):
    """Right answers pass their check, and the page goes on; wrong ones are refused in words."""

    def __init__(self, **common: Any) -> None:
        super().__init__(**common)
        self.add_marker(pytest.mark.slow)

    def wrong(self) -> list[Diagnostic]:
        """What is wrong with its answers."""
        return self.parent.faults[self.name]
