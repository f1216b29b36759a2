import io
import random
import re
import time

import pytest
from rich.console import Console

from publishing.run.progress import Progress, Work, about


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
    assert capfd.readouterr() == ("", "" if quiet else "1 of 1: ran\n")


@pytest.mark.parametrize("terminal", [True, False])
def test_each_end_says_how_many_are_over_and_about_how_long_the_rest_takes(terminal, monkeypatch):
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    file = io.StringIO()
    with Progress(Console(file=file, force_terminal=terminal, width=120)) as live:
        live.begin({"a": 60.0, "b": 30.0, "c": 30.0}, workers=1)
        live.cell("a", 0, 2)
        now += 120  # this machine is half as fast as the one that wrote the records
        live.ended("a", "ran a in 120.0 s")
        live.refresh()
        now += 60
        live.ended("b", "failed b")
        live.ended("c", "ran c")
    text = file.getvalue()
    lines = [
        "1 of 3, about 2 minutes left: ran a in 120.0 s",
        "2 of 3, about 1 minute left: failed b",
        "3 of 3: ran c",
    ]
    assert [line in text for line in lines] == [True] * 3
    assert bool(re.search(r"all tutorials .*1/3.*about 2 minutes left", text)) == terminal


def test_before_one_has_ended_only_the_count_is_known():
    work = Work({"a": 1.0, "b": 1.0}, workers=2)
    work.parts["a"] = 0.9
    assert (work.count, work.left()) == ("0 of 2", "")


WAITS = [
    (0, "less than a minute left"),
    (45, "less than a minute left"),
    (46, "about 1 minute left"),
    (75, "about 1 minute left"),
    (76, "about 2 minutes left"),
    (599, "about 10 minutes left"),
    (13 * 60, "about 15 minutes left"),
    (85 * 60, "about 85 minutes left"),
    (91 * 60, "about 2 hours left"),
    (10 * 3600, "about 10 hours left"),
]


@pytest.mark.parametrize(("seconds", "words"), WAITS)
def test_a_wait_is_told_as_roughly_as_it_is_known(seconds, words):
    assert about(seconds) == words


def test_a_longer_wait_is_never_told_as_a_shorter_one():
    def order(words: str) -> int:
        number, unit = re.search(r"(\d+) (minute|hour)", words.replace("less than a", "0")).groups()
        assert (
            words.startswith("less")
            or words == f"about {number} {unit}{'s' * (number != '1')} left"
        )
        return int(number) * (60 if unit == "hour" else 1)

    told = [order(about(seconds)) for seconds in range(0, 40_000, 7)]
    assert told == sorted(told)


@pytest.mark.parametrize("seed", range(200))
def test_the_estimate_of_any_course_falls_as_work_ends_grows_as_time_passes_and_bounds_what_is_left(
    seed,
):
    draw = random.Random(seed)
    costs = {
        str(number): draw.lognormvariate(0, draw.choice([0, 1, 3]))
        for number in range(draw.randint(1, 30))
    }
    workers = draw.randint(1, 40)
    work, speed, estimates = Work(costs, workers), draw.lognormvariate(0, 2), []
    for name in draw.sample(sorted(costs), len(costs)):
        before = work.seconds_left(60)
        work.parts[name] = draw.random()
        if before is not None:
            assert work.seconds_left(60) <= before * 1.000001
        work.end(name)
        left = work.seconds_left(60)
        if left is None:
            assert len(work.ended) == len(costs)
            break
        assert before is None or left <= before * 1.000001
        assert work.seconds_left(120) == pytest.approx(2 * left)
        rest = [costs[other] for other in costs.keys() - work.ended]
        done = sum(costs.values()) - sum(rest)
        estimates.append(work.seconds_left(done / speed) * speed)
        assert estimates[-1] >= max(rest) * 0.999  # at the speed seen so far, per worker
    assert work.count == f"{len(costs)} of {len(costs)}"
    assert work.left() == ""
