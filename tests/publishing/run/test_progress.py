import io

import pytest
from rich.console import Console

from publishing.run.progress import Progress


@pytest.mark.parametrize("terminal", [True, False])
def test_messages_are_printed_as_they_are_and_bars_move_on_a_terminal_only(terminal):
    file = io.StringIO()
    with Progress(Console(file=file, force_terminal=terminal, width=80)) as live:
        live.cell("part/a", 0, 7)
        live.cell("part/a", 2, 7)
        live.refresh()
        live.say("[1] tutorials: " + "x" * 100)
        live.ended("part/a", "ran part/a in 1.0 s")
        live.ended("part/b", "failed part/b")
    text = file.getvalue()
    assert ("2/7" in text) == terminal
    assert "[1] tutorials: " + "x" * 100 in text
    assert text.index("ran part/a in 1.0 s") < text.index("failed part/b")


@pytest.mark.parametrize("quiet", [True, False])
def test_messages_go_to_the_standard_error_but_for_a_console_that_is_quiet(capfd, quiet):
    with Progress(*[Console(quiet=True)] * quiet) as live:
        live.cell("a", 1, 2)
        live.ended("a", "ran")
    assert capfd.readouterr() == ("", "" if quiet else "ran\n")
