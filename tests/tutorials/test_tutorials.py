"""The rules of the course ask what they should, and cells show something."""

from pathlib import Path

import pytest
from answers import lesson, lessons

from publishing.read.diagnostic import Diagnostic, SourceError

NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in lessons()]


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_shows_only_blank_lines(name):
    ran = lesson(name)
    blank = [
        f"{cell.path}:{cell.number}"
        for cell, outputs in zip(ran.solved.code, ran.record.run.outputs, strict=True)
        if any(text is not None and not text.strip() for text in map(_text, outputs))
    ]
    assert blank == []  # such as a report of which a cell shows a part that is called otherwise


def _text(output):
    return getattr(output, "text", None)


def test_pages_that_cannot_be_read_end_a_session_with_one_sentence(pytestconfig, monkeypatch):
    (hooks,) = (
        plugin
        for plugin in pytestconfig.pluginmanager.get_plugins()
        if Path(str(getattr(plugin, "__file__", ""))) == Path(__file__).with_name("conftest.py")
    )
    told = Diagnostic(Path("page.py"), 3, "is not a page.")

    def unreadable():
        raise SourceError(told)

    monkeypatch.setattr(hooks, "lessons", unreadable)
    with pytest.raises(pytest.Collector.CollectError) as error:
        hooks.pytest_collect_file()
    assert str(error.value) == str(told)
