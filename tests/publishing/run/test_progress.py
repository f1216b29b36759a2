import io
import re

import pytest
from rich.console import Console

from publishing.run.progress import Progress


class Clock:
    """The time that a console has."""

    now = 100.0

    def __call__(self):
        return self.now


def console(terminal, clock):
    return Console(file=io.StringIO(), force_terminal=terminal, width=120, get_time=clock)


@pytest.mark.parametrize("terminal", [True, False])
def test_messages_are_printed_as_they_are_and_bars_move_on_a_terminal_only(terminal):
    shown = console(terminal, Clock())
    with Progress(shown) as live:
        live.begin({"part/a": 1.0, "part/b": 1.0})
        live.cell("part/a", 0, 4)
        live.cell("part/a", 1, 4)
        live.refresh()
        live.say("[1] tutorials: " + "x" * 150)
        live.ended("part/a", "ran part/a in 1.0 s")
        live.ended("part/b", "failed part/b")
    text = shown.file.getvalue()
    assert bool(re.search("part/a, cell 2 of 4 .* 25%", text)) == terminal
    assert bool(re.search("all tutorials .* 0%", text)) == terminal
    assert "[1] tutorials: " + "x" * 150 in text
    with Progress(shown) as live:
        live.begin({"part/c": 1.0})
        live.cell("part/c", 3, 3)
        live.refresh()
    alone = shown.file.getvalue()[len(text) :]
    assert (bool(re.search("part/c, cell 3 of 3", alone)), "all" in alone) == (terminal, False)
    assert text.index("ran part/a in 1.0 s") < text.index("failed part/b")


@pytest.mark.parametrize("quiet", [True, False])
def test_messages_go_to_the_standard_error_but_for_a_console_that_is_quiet(capfd, quiet):
    with Progress(*[Console(quiet=True)] * quiet) as live:
        live.begin({"a": 1.0})
        live.cell("a", 1, 2)
        live.ended("a", "ran")
    assert capfd.readouterr() == ("", "" if quiet else "1 of 1: ran\n")


@pytest.mark.parametrize("terminal", [True, False])
def test_each_end_says_how_many_are_over_and_the_bar_how_long_the_rest_takes(terminal):
    clock = Clock()
    shown = console(terminal, clock)
    with Progress(shown) as live:
        live.begin({"a": 60.0, "b": 30.0, "c": 45.0})
        live.ended("a", "failed a")
        live.cell("b", 0, 2)
        clock.now += 60
        live.cell("b", 1, 2)
        clock.now += 60  # this machine is a quarter as fast as the one that wrote the records
        live.ended("b", "ran b in 120.0 s")
        live.refresh()
        clock.now += 180
        live.ended("c", "ran c")
    text = shown.file.getvalue()
    lines = [
        "1 of 3: failed a",
        "2 of 3: ran b in 120.0 s",
        "3 of 3: ran c",
    ]
    assert [line in text for line in lines] == [True] * 3
    assert bool(re.search(r"all tutorials .* 67%.*0:02:00.*0:03:00", text)) == terminal
