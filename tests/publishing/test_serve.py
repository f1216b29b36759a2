"""What runs in the background while pages are served."""

import gc
import os
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace

import markdown
import psutil
import pytest

from publishing.live import Interruptible
from publishing.load import load
from publishing.run.record import Record, Store
from publishing.serve import Background, Superseded

# asyncio and zmq warn of sockets and processes that a cancelled start leaves to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

SLOW = "import subprocess, time\n\nsubprocess.Popen(['sleep', '{}'])\ntime.sleep(200)\n"


class Course:
    """Tutorials as a served site has them: with blank records where there is none."""

    def __init__(self, settings) -> None:
        self.settings, self.rebuilt, self.order = settings, threading.Event(), []
        self.refresh()

    def refresh(self) -> None:
        before = {lesson.name for lesson in getattr(self, "lessons", []) if lesson.record.pending}
        self.lessons = [
            lesson
            if lesson.record
            else replace(lesson, record=Record.blank(lesson.name, lesson.key))
            for lesson in load(self.settings)
        ]
        self.order += sorted(before - self.pending())

    def pending(self) -> set[str]:
        return {lesson.name for lesson in self.lessons if lesson.record.pending}


@contextmanager
def background(course):
    running = Background(
        course.settings, lambda: course.lessons, course.refresh, course.rebuilt.set
    )
    try:
        yield running
    finally:
        running.stop()
        gc.collect()  # or a later test would hear what a cancelled start leaves to it


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def sleepers(mark: str) -> list[psutil.Process]:
    """The processes that sleep for a time that is the mark of a test."""
    processes = psutil.process_iter(["cmdline"])
    return [process for process in processes if process.info["cmdline"] == ["sleep", mark]]


def test_all_runs_the_page_that_is_open_next_and_then_the_site_is_built(project):
    for name in "abcd":
        project.tutorial(name, f"# %%\nimport time\n\ntime.sleep(1)\nprint('{name}')\n")
    course = Course(replace(project.settings, workers=1))
    with background(course) as running:
        wait_for(lambda: running.cells)
        running.open("c")
        running.open("d")
        assert running.states()["d"] == "It has not run yet; it is number 1 in the queue."
        assert running.states()["b"] == "It has not run yet; it is number 3 in the queue."
        wait_for(lambda: not course.pending())
        assert running.states() == {}
        assert course.rebuilt.wait(5)
    assert course.order == ["a", "d", "c", "b"]
    assert [lesson.record is None for lesson in load(project.settings)] == [False] * 4


def test_a_page_says_why_its_run_failed_and_runs_again_when_it_is_saved(project, caplog):
    project.tutorial("a", "# %%\n1 / 0\n")
    project.tutorial("b", "# %%\n1\n")
    course = Course(project.settings)
    with background(course) as running:
        wait_for(lambda: running.failed and course.pending() == {"a"})
        (state,) = running.states().values()
        assert "a.py:5: ZeroDivisionError: division by zero" in state
        assert "a.py:5: ZeroDivisionError" in caplog.text
        project.tutorial("a", "# %%\n1 / 1\n")
        course.refresh()
        wait_for(lambda: not course.pending())


def test_a_run_that_cannot_be_kept_is_told_once_and_not_tried_again_and_again(
    project, caplog, monkeypatch
):
    project.tutorial("a", "# %%\n1\n")
    course = Course(project.settings)
    tries = []

    def full(*_) -> None:
        tries.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "keep", full)
    with background(course) as running:
        wait_for(lambda: running.failed)
        time.sleep(1)
        assert "No space left on device" in running.states()["a"]
    assert len(tries) == 1
    assert caplog.text.count("No space left on device") == 1


def test_a_run_whose_tutorial_is_saved_again_ends_for_the_new_text(project):
    mark = f"6{os.getpid()}"
    project.tutorial("a", f"# %%\n{SLOW.format(mark)}")
    course = Course(replace(project.settings, workers=1))
    with background(course) as running:
        wait_for(lambda: sleepers(mark))
        project.tutorial("a", "# %%\n1\n")
        course.refresh()
        wait_for(lambda: not course.pending())
        wait_for(lambda: not running.tasks)
    wait_for(lambda: not sleepers(mark), seconds=2)


@pytest.mark.parametrize("moment", ["a kernel starts", "a cell runs"])
def test_the_end_of_serving_ends_kernels_and_what_they_started(project, moment):
    mark = f"5{os.getpid()}"
    project.tutorial("slow", f"# %%\n{SLOW.format(mark)}")
    course = Course(project.settings)
    with background(course) as running:
        wait_for(lambda: running.tasks if moment == "a kernel starts" else sleepers(mark))
        begin = time.monotonic()
    assert time.monotonic() < begin + 10
    wait_for(lambda: not sleepers(mark), seconds=2)
    assert [lesson.record for lesson in load(project.settings)] == [None]


@pytest.mark.parametrize(
    "block", ["Text.", "- a list", "> a quote", "!!! note\n    A note.", "~~~\n1\n~~~"]
)
def test_what_renders_a_page_ends_between_two_blocks_when_something_newer_is_saved(block):
    saved = threading.Event()
    page = markdown.Markdown(extensions=["admonition", "fenced_code", Interruptible(saved)])
    assert page.convert(f"{block}\n\n{block}\n")
    saved.set()
    with pytest.raises(Superseded):
        page.convert(f"{block}\n\n{block}\n")
    saved.clear()
    assert page.convert(f"{block}\n")
