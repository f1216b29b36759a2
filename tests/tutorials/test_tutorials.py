"""Every tutorial runs, and has what every tutorial has."""

import itertools
import re

import pytest
from answers import ROUTES, lesson, lessons

from publishing.read.cells import KINDS
from publishing.read.problem import join
from publishing.site.page import reading

NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in lessons()]
COURSE = [name for name in NAMES if ROUTES.site.is_course(name.id)]  # these teach; those are looked up in


@pytest.fixture
def prose(name: str) -> str:
    """The Markdown of a tutorial."""
    return "\n\n".join(join(cell.lines) for cell in lessons()[name].solved.cells if not cell.code)


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_in_less_than_two_minutes_even_on_a_busy_machine(name):
    assert lesson(name).record.seconds < 120


# Readers have Windows, too: what its Python lacks, and places that it does not have.
_POSIX = re.compile(
    r"\b(import|from) (fcntl|grp|pwd|posix|pty|readline|resource|syslog|termios|tty)\b|['\"]/(tmp|dev|proc|etc|usr)\b"
    r"|\bos\.(fork|forkpty|get[ep]?[ug]id|killpg|mkfifo|nice|set\w*id|sysconf|uname|wait\w*|sched_\w+|WNOHANG)\b"
    r"|\bsignal\.(SIGKILL|SIGALRM|SIGUSR\d|alarm|pause|setitimer)\b|\btime\.tzset\b"
)


@pytest.mark.parametrize("name", NAMES)
def test_its_downloads_call_nothing_that_only_posix_has(name):
    visible = [cell for cell in lessons()[name].solved.code if "hidden" not in cell.tags]
    assert [str(line.problem(line.text)) for cell in visible for line in cell.lines if _POSIX.search(line.text)] == []


@pytest.mark.parametrize("name", COURSE)
def test_it_has_exercises_of_several_kinds_a_prediction_a_figure_and_a_cell_that_must_fail(name):
    cells = lesson(name).solved.code
    kinds = 2 if name.startswith(("porting/", "further/")) else len(KINDS)
    assert len({cell.kind for cell in cells if cell.exercise}) >= kinds
    assert any("predict" in cell.tags for cell in cells)
    assert any(cell.raises for cell in cells)
    outputs = [output for outputs in lesson(name).record.run.outputs for output in outputs]
    assert any("image/svg+xml" in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("name", COURSE)
def test_it_ends_with_what_can_go_wrong_and_then_what_was_learned(prose):
    wrong, learned = prose.rindex("## What can go wrong"), prose.rindex("## What you learned")
    assert wrong < learned
    assert len(re.findall(r"^#+ ", prose[wrong:], re.MULTILINE)) <= 2
    assert "](../porting/errors.py" in prose[wrong:learned]


@pytest.mark.parametrize("name", NAMES)
def test_it_opens_with_three_objectives_and_what_it_needs_and_ends_with_the_next_page(prose):
    objectives = re.search(r'<div class="admonition abstract">(.*?)</div>', prose, re.DOTALL)[1]
    assert len(re.findall(r"^- ", objectives, re.MULTILINE)) == 3
    assert "You need:" in objectives
    assert prose.rstrip().splitlines()[-1].startswith("Next: ") or "\nNext: " in prose[-400:]


@pytest.mark.parametrize("name", COURSE)
def test_it_has_1200_to_2000_words_outside_exercises_and_folds(name):
    words, _ = reading(lessons()[name].solved.cells)
    assert 1200 <= words <= 2000


@pytest.mark.parametrize("name", COURSE)
def test_each_question_has_a_folded_answer(prose):
    questions = len(re.findall(r'<div class="admonition question">', prose))
    answers = len(re.findall(r"<details>\s*<summary>Answer</summary>", prose))
    assert 1 <= questions == answers


@pytest.mark.parametrize("name", NAMES)
def test_headings_never_skip_a_level(prose):
    outside_code = re.sub(r"^```.*?^```", "", prose, flags=re.MULTILINE | re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", outside_code, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_never_more_than_two_code_cells_stand_without_prose_between(name):
    shown = [cell for cell in lessons()[name].solved.cells if "hidden" not in cell.tags]
    kinds = "".join("c" if cell.code else "m" for cell in shown)
    assert "ccc" not in kinds


@pytest.mark.parametrize("name", NAMES)
def test_no_prose_holds_a_version_or_a_date(prose):
    assert not re.search(r"\b(20[12]\d|\d+\.\d+\.\d+)\b", re.sub(r"`[^`]*`|\$[^$]*\$", "", prose))
