"""A plugin of pytest: the `mkdocs.yml` of a course holds tests, for each page and each exercise.

`testpaths = ["tests", "mkdocs.yml"]` asks for them. That of a page runs it, and asks what
`tutorials check` asks; that of an exercise tries its answers. Without that line there are none.
"""

from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of these tests: a plugin that has them uses them, such as xdist."""
    for mark in ("slow: tries many answers", "xdist_group(name): of one page", "timeout(seconds)"):
        config.addinivalue_line("markers", mark)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The course whose `mkdocs.yml` this is."""
    if file_path.name != "mkdocs.yml" or not parent.session.isinitpath(file_path):
        return None
    # Every session of pytest loads a plugin; this takes seconds.
    from publishing.tools.course_tests import Course

    return Course.from_parent(parent, path=file_path)
