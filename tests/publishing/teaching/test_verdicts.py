"""Verdicts are kept one by one, by several workers; killed runs and damaged files cost time."""

import json
import threading
import time
from types import SimpleNamespace

import pytest

from publishing.assemble.variants import solve
from publishing.read.percent import read_tutorial
from publishing.settings import Settings
from publishing.teaching import grades, verdicts
from publishing.teaching.grades import Attempt, going_on
from publishing.teaching.verdicts import Trial, read_verdicts

PAGE = """\
# %% [markdown]
# # Page

# %%
three = 3

# %% exercise="first"
### BEGIN SOLUTION
double = lambda x: 2 * x
### END SOLUTION

# %% check="first"
assert double(2) == 4, "double does not give four for two"

# %% exercise="second"
### BEGIN SOLUTION
six = 2 * three
### END SOLUTION

# %% check="second"
assert six == 6, "six is a number other than 6"

# %%
print(double(1))
"""


@pytest.fixture
def runs(monkeypatch):
    """The answers of each run of a page, which a function takes the place of."""
    done = []

    async def execute(variant, settings, answers):
        done.append({exercise: sorted(several) for exercise, several in answers.items()})
        time.sleep(0.05)
        grade = {"answer": None, "check": "AssertionError: no"}
        return SimpleNamespace(
            grades={
                exercise: dict.fromkeys(several, grade) for exercise, several in answers.items()
            }
        )

    monkeypatch.setattr(verdicts, "execute", execute)
    return done


def trials(*names):
    return [Trial("first", name, name, f"{name} passes", name) for name in names]


def ask(folder, *names):
    settings = Settings(records=folder / "records")
    return verdicts.verdicts("part/page", trials(*names), lambda wanted: wanted, settings)["first"]


def test_only_what_is_not_known_is_graded(tmp_path, runs):
    ask(tmp_path, "a", "b")
    assert set(ask(tmp_path, "a", "b", "c")) == {"a", "b", "c"}
    ask(tmp_path, "c")
    assert runs == [{"first": ["a", "b"]}, {"first": ["c"]}]


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"sha256": "0", "verdicts": {"a": {}}}']
)
def test_a_damaged_file_costs_a_run(tmp_path, runs, damage):
    ask(tmp_path, "a")
    (tmp_path / "verdicts/part-page.json").write_text(damage)
    assert ask(tmp_path, "a")["a"]["check"] == "AssertionError: no"
    assert len(runs) == 2


def test_workers_that_ask_at_once_run_a_page_once_and_lose_nothing(tmp_path, runs):
    workers = [threading.Thread(target=ask, args=(tmp_path, "a", name)) for name in "bbccdd"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    asked = [name for run in runs for name in run["first"]]
    assert sorted(asked) == ["a", "b", "c", "d"]
    assert read_verdicts(tmp_path / "verdicts/part-page.json").keys() == set(asked)


def test_a_run_that_fails_or_is_killed_leaves_what_was_known(tmp_path, runs):
    ask(tmp_path, "a")

    def killed(wanted):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verdicts.verdicts(
            "part/page", trials("a", "b"), killed, Settings(records=tmp_path / "records")
        )
    ask(tmp_path, "a", "b")
    assert runs == [{"first": ["a"]}, {"first": ["b"]}]


def test_verdicts_that_no_run_asks_for_are_dropped_in_the_end(tmp_path, runs, monkeypatch):
    ask(tmp_path, "a")
    later = time.time() + verdicts.UNUSED + 1
    monkeypatch.setattr(verdicts.time, "time", lambda: later)
    ask(tmp_path, "b")
    assert set(json.loads((tmp_path / "verdicts/part-page.json").read_text())["verdicts"]) == {"b"}


def test_a_refusal_outlives_a_change_of_what_only_passing_answers_go_on_to(tmp_path, runs):
    ask(tmp_path, "a")
    changed = [Trial("first", "a", "a", "a passes otherwise", "a")]
    verdicts.verdicts(
        "part/page", changed, lambda wanted: wanted, Settings(records=tmp_path / "records")
    )
    assert len(runs) == 1


def digests(folder, text):
    """The digests of a right and a wrong answer to each exercise of a page."""
    path = folder / "tutorials" / "page.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    solved = solve(read_tutorial(path, "page"), folder / "snippets")
    key = SimpleNamespace(python="3.13", versions={}, runner="", data={})
    lesson = SimpleNamespace(solved=solved, key=key)
    answers = {
        "first": {"wrong": Attempt("double = 1")}
        | going_on(solved, "first", {"right": "double = lambda x: x + x"}),
        "second": {"wrong": Attempt("six = 1")} | going_on(solved, "second", {"right": "six = 6"}),
    }
    return {
        f"{exercise} {trial.description}": trial.digest
        for exercise, several in answers.items()
        for trial in grades._trials(lesson, exercise, several)
    }


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("# # Page", "# # Other words", set()),
        ("does not give four", "gives another number than four", {"first wrong", "first right"}),
        ("is a number other than", "differs from", {"second wrong", "second right"}),
        ("three = 3", "three = 4 - 1", {"second wrong", "second right"}),
        ("three = 3", "three = 3  # not 2\nfour = 4", set()),
        ("six = 2 * three", "six = three + three", set()),
        ("double = lambda x: 2 * x", "double = lambda x: x * 2", set()),
        ("print(double(1))", "print(double(2))", {"first right"}),
        (
            "assert double(2) == 4",
            "three = 3\nassert double(2) == 4",
            {"first wrong", "first right"},
        ),  # its own name
        (
            "assert double(2) == 4",
            "import math as three\nassert double(2) == 4",
            {"first wrong", "first right"},  # a check is a function
        ),
    ],
)
def test_a_change_grades_the_answers_that_can_see_it(tmp_path, before, after, changed):
    assert before in PAGE
    old, new = (digests(tmp_path, text) for text in (PAGE, PAGE.replace(before, after, 1)))
    assert {name for name in old if old[name] != new[name]} == changed
