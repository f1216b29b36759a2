import asyncio
import errno
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from sysconfig import get_python_version

import pytest
from nbformat.v4 import new_output

from publishing.load import load
from publishing.options import read_options
from publishing.read.diagnostic import SourceError, join
from publishing.read.prose import expressions
from publishing.run import packages, schedule
from publishing.run.failure import cell_failure
from publishing.run.notebook import Run
from publishing.run.progress import Progress
from publishing.run.record import Store, differences
from publishing.run.schedule import Failures, run, shard


class Log(Progress):
    """A progress that remembers what it was told."""

    def __init__(self):
        super().__init__()
        self.ran, self.messages = [], []

    def cell(self, name, done, cells):
        super().cell(name, done, cells)
        self.ran += [] if name in self.ran else [name]

    def say(self, message):
        self.messages.append(message)


def build(project, *, force=False):
    """The names of the tutorials that a build runs, in order, and its lessons."""
    log = Log()
    lessons = run(load(project.settings, force=force), project.settings, log)
    return log.ran, lessons


@pytest.fixture
def fake(monkeypatch):
    """No kernels: a cell puts out its source and takes what a comment says; `fail` lets it fail."""

    async def execute(variant, settings, on_cell):
        on_cell(0, len(variant.code))
        for number, cell in enumerate(variant.code, 1):
            if "fail" in join(cell.lines):
                raise cell_failure(cell, "it failed.")
            await asyncio.sleep(0)
            on_cell(number, len(variant.code))
        sources = [join(cell.lines) for cell in variant.code]
        seconds = [float(source.partition("# seconds ")[2] or 0) for source in sources]
        outputs = [[new_output("stream", text=source)] for source in sources]
        values = ["1" for cell in variant.cells if not cell.code for _ in expressions(cell.lines)]
        platform = "cpu" if settings.device == "cpu" else "gpu"
        return Run(outputs, seconds, {"platform": platform, "kind": "FakeChip 9"}, {}, values)

    monkeypatch.setattr("publishing.run.notebook.execute", execute)


@pytest.fixture
def two(project, fake):
    """Two tutorials; only `b` carries a snippet."""
    project.snippet("values", "ONE = 1\n\nTWO = 2\n\n\ndef one():\n    return ONE\n")
    project.tutorial("a", "# %%\nprint('a')\n")
    project.tutorial("part/b", "# %%\nfrom snippets.values import one\n\nprint(one())\n")
    return project


@pytest.mark.slow
def test_with_kernels_a_second_build_runs_nothing_and_has_the_same_outputs(project):
    project.snippet("values", "def one():\n    return 1\n")
    project.tutorial("a", "# %%\nprint('a')\n")
    project.tutorial("part/b", "# %%\nfrom snippets.values import one\n\nprint(one())\n")
    ran, first = build(project)
    assert sorted(ran) == ["a", "part/b"]
    assert [lesson.record.run.outputs[0][0].text for lesson in first] == ["a\n", "1\n"]
    ran, second = build(project)
    assert ran == []
    assert [lesson.record for lesson in second] == [lesson.record for lesson in first]
    assert [lesson.new for lesson in first + second] == [True, True, False, False]


@pytest.mark.slow
def test_a_thread_runs_one_lesson_and_says_so(project, capfd):
    project.tutorial("a", "# %%\nprint('a')\n")
    project.tutorial("b", "# %%\nprint('b')\n")
    lesson = load(project.settings, ["b"])
    with ThreadPoolExecutor() as threads:
        (done,) = threads.submit(run, lesson, project.settings).result()
    assert done.record.run.outputs[0][0].text == "b\n"
    first, second = capfd.readouterr().err.splitlines()
    assert first == "1 of 1 tutorial to run: b"
    assert second.startswith("1 of 1: ran b in ")


@pytest.mark.slow
def test_with_kernels_every_failure_of_a_build_is_reported_and_what_ran_beside_it_is_kept(project):
    project.tutorial("a", "# %%\n1 / 0\n")
    project.tutorial("b", "# %%\n1\n")
    project.tutorial("c", "# %%\n{}[1]\n")
    with pytest.raises(Failures) as raised:
        build(project)
    assert "a.py:5: ZeroDivisionError" in str(raised.value)
    assert "c.py:5: KeyError" in str(raised.value)
    assert [lesson.record is None for lesson in load(project.settings)] == [True, False, True]


def test_a_person_sees_what_runs_and_how_it_ended(two):
    two.tutorial("c", "# %%\nfail\n")
    log = Log()
    with pytest.raises(Failures):
        run(load(two.settings), two.settings, log)
    first, *rest = log.messages
    assert first == "3 of 3 tutorials to run: a, c, part/b"
    counts, ends = zip(*(message.split(": ", 1) for message in rest), strict=True)
    assert list(counts) == ["1 of 3", "2 of 3", "3 of 3"]
    assert sorted(ends) == [
        "failed c: tutorials/c.py:4: it failed.",
        "ran a in 0.0 s",
        "ran part/b in 0.0 s",
    ]


def test_of_many_tutorials_to_run_only_the_number_is_said(fake, project):
    for number in range(schedule._NAMED + 1):
        project.tutorial(f"t{number}", "# %%\n1\n")
    log = Log()
    run(load(project.settings), project.settings, log)
    assert log.messages[0] == "6 of 6 tutorials to run"


def test_force_runs_all(two):
    build(two)
    assert sorted(build(two, force=True)[0]) == ["a", "part/b"]


def test_prose_alt_and_tags_run_nothing_and_outputs_follow_their_cells(two):
    build(two)
    two.tutorial(
        "a", '# %% [markdown]\n# Other prose.\n\n# %% tags=["varies"] alt="text"\nprint(\'a\')\n'
    )
    ran, lessons = build(two)
    assert ran == []
    assert lessons[0].record.run.outputs[0][0].text == "print('a')"
    assert lessons[0].record.run.values == []


def test_a_changed_expression_runs_its_tutorial_and_the_words_around_it_do_not(two):
    def cells(prose):
        return f"# %%\nx = 1\n\n# %% [markdown]\n# {prose}\n"

    two.tutorial("a", cells("It is {{ x }}."))
    build(two)
    two.tutorial("a", "# %% [markdown]\n# Another cell.\n\n" + cells("That makes {{ x }}."))
    ran, lessons = build(two)
    assert (ran, lessons[0].record.run.values) == ([], ["1"])
    two.tutorial("a", "# %% [markdown]\n# Another cell.\n\n" + cells("That makes {{ x:.3f }}."))
    assert build(two)[0] == ["a"]


def test_a_changed_snippet_runs_exactly_the_tutorials_that_carry_it(two):
    build(two)
    two.snippet("values", "ONE = 1\n\nTWO = 22\n\n\ndef one():\n    return ONE\n")
    assert build(two)[0] == []
    two.snippet("values", "ONE = 1.5\n\nTWO = 22\n\n\ndef one():\n    return ONE\n")
    ran, lessons = build(two)
    assert ran == ["part/b"]
    assert "ONE = 1.5" in lessons[1].record.run.outputs[0][0].text


def test_what_an_editor_leaves_beside_snippets_does_not_stop_a_build(two):
    (two.root / "snippets/.#values.py").symlink_to("nowhere")
    assert sorted(build(two)[0]) == ["a", "part/b"]


@pytest.mark.parametrize("link", ["snippets", "snippets/values.py", "snippets/deep"])
def test_a_changed_snippet_behind_a_link_runs_what_carries_it(two, link):
    two.snippet("deep/more", "THREE = 3\n")
    two.tutorial("c", "# %%\nfrom snippets.deep.more import THREE\n\nprint(THREE)\n")
    path = two.root / link
    path.rename(two.root / "elsewhere")
    path.symlink_to(two.root / "elsewhere")
    build(two)
    changed = {
        "snippets/values.py": ["part/b"],
        "snippets/deep": ["c"],
        "snippets": ["c", "part/b"],
    }[link]
    for file in ("snippets/values.py", "snippets/deep/more.py"):
        text = (two.root / file).read_text()
        if (two.root / file).resolve().is_relative_to(two.root / "elsewhere"):
            (two.root / file).resolve().write_text(
                text.replace("ONE = 1", "ONE = 7").replace("THREE = 3", "THREE = 8")
            )
    assert sorted(build(two)[0]) == changed


def test_a_new_version_of_a_package_or_another_python_runs_what_needs_it(two, monkeypatch):
    two.tutorial("a", "# %%\nimport numpy\n\nprint('a')\n")
    build(two)
    real, here = packages.closure, get_python_version()
    monkeypatch.setattr(
        packages, "closure", lambda names: {n: v + ".post9" for n, v in real(names).items()}
    )
    assert build(two)[0] == ["a"]
    monkeypatch.setattr("publishing.run.record.get_python_version", lambda: "9.9")
    lessons = load(two.settings)
    assert [lesson.record for lesson in lessons] == [None, None]
    reasons = differences(lessons[1].key, Store(two.settings.records).of("part/b")[0].key)
    assert reasons == [f"Python: {here} became 9.9"]


def test_a_failure_is_not_kept_and_runs_again(two):
    two.tutorial("a", "# %%\nfail\n")
    with pytest.raises(Failures, match=r"a\.py:4: it failed"):
        build(two)
    assert [lesson.record is None for lesson in load(two.settings)] == [True, False]
    two.tutorial("a", "# %%\n1 / 1\n")
    assert build(two)[0] == ["a"]


def test_a_damaged_record_counts_as_none_and_is_overwritten(two):
    (first, second) = build(two)[1]
    path = two.settings.records / first.key.digest / "gpu.json"
    path.write_text(path.read_text().replace("print('a')", "print('b')"))
    ran, done = build(two)
    assert ran == ["a"]
    assert [lesson.record.run.outputs for lesson in done] == [
        first.record.run.outputs,
        second.record.run.outputs,
    ]
    assert build(two)[0] == []


def test_a_full_disk_is_reported_for_each_tutorial_and_nothing_is_left(two, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Failures) as raised:
        build(two)
    for path in ("tutorials/a.py", "tutorials/part/b.py"):
        assert f"{path}:1: its run could not be kept: [Errno 28] No space left on device" in str(
            raised.value
        )
    assert [path for path in two.settings.records.rglob("*") if path.is_file()] == []


def test_every_diagnostic_of_all_files_is_reported_before_anything_runs(two):
    two.tutorial("a", '# %% exercize="x"\n1\n')
    two.tutorial("part/b", "# %%\nfrom snippets.values import three\n")
    with pytest.raises(SourceError, match="exercize"):
        build(two)
    two.tutorial("a", "# %%\nimport snippets\n")
    with pytest.raises(SourceError) as raised:
        build(two)
    assert "a.py:5" in str(raised.value)
    assert "part/b.py:5" in str(raised.value)
    assert not two.settings.records.exists()


def test_the_longest_runs_first_and_what_was_never_run_before_all(project, fake, monkeypatch):
    for name, seconds in {"brief": 0, "long": 0.6, "middle": 0.3}.items():
        project.tutorial(name, f"# %%\n1  # seconds {seconds}\n")
    build(project)
    project.tutorial("new", "# %%\n1\n")
    monkeypatch.setattr(type(project.settings), "kernels", 1)
    assert build(project, force=True)[0] == ["new", "long", "middle", "brief"]


def test_a_record_of_a_gpu_comes_first_and_a_run_for_the_cpu_does_not_count_it(project, fake):
    project.tutorial("a", "# %%\n1\n")
    (on_gpu,) = build(project)[1]
    any_device, project.settings = project.settings, replace(project.settings, device="cpu")
    ran, (on_cpu,) = build(project)
    assert (ran, on_cpu.record.run.device["platform"]) == (["a"], "cpu")
    assert on_cpu.record.executed_at >= on_gpu.record.executed_at
    project.settings = any_device
    assert load(project.settings)[0].record == on_gpu.record


def test_without_a_gpu_a_run_for_one_fails_before_anything_runs(project, monkeypatch):
    def need_gpu():
        raise schedule.MachineError("there is no GPU.")

    monkeypatch.setattr(schedule, "need_gpu", need_gpu)
    project.tutorial("a", "# %%\n1\n")
    project.settings = replace(project.settings, device="gpu")
    with pytest.raises(schedule.MachineError, match=r"there is no GPU\."):
        build(project)
    assert not project.settings.records.exists()


NAMES = [f"part/{letter}" for letter in "abcdefghij"]
SECONDS = {
    name: float(seconds)
    for name, seconds in zip(NAMES, (9, 1, 1, 7, 2, 5, 3, 8, 4, 6), strict=True)
}


def split(count, names=NAMES, seconds=SECONDS):
    return [shard(f"{number}/{count}", names, seconds) for number in range(1, count + 1)]


@pytest.mark.parametrize("seconds", [SECONDS, {}, {NAMES[0]: 40.0}, dict.fromkeys(NAMES, 0.0)])
@pytest.mark.parametrize("count", [1, 2, 3, 10, 13])
def test_every_tutorial_is_in_exactly_one_shard_and_no_shard_is_empty_without_need(count, seconds):
    parts = split(count, seconds=seconds)
    assert sorted(name for part in parts for name in part) == NAMES
    if not seconds or 0.0 in seconds.values():
        assert sum(bool(part) for part in parts) == min(count, len(NAMES))


def test_shards_take_about_the_same_time():
    sums = [sum(SECONDS[name] for name in part) for part in split(3)]
    assert max(sums) - min(sums) <= 1
    assert [len(part) for part in split(2, seconds={})] == [5, 5]


def test_the_split_does_not_depend_on_the_order_in_which_tutorials_and_records_are_found():
    assert split(3, NAMES[::-1], dict(reversed(SECONDS.items()))) == split(3)
    assert split(3, NAMES[::-1], {}) == split(3, NAMES, {})


def test_a_tutorial_without_a_record_counts_as_the_median_of_the_others():
    seconds = {"part/long": 10.0, "part/brief": 1.0, "part/middle": 4.0, "part/deleted": 1000.0}
    parts = split(2, ["part/long", "part/brief", "part/middle", "part/new"], seconds)
    assert parts == [["part/long"], ["part/middle", "part/new", "part/brief"]]


@pytest.mark.parametrize(
    "text", ["0/5", "6/5", "a/b", "1/0", "2", "-1/5", "1/2/3", "1.0/2", "", "²/3"]
)
def test_what_is_not_a_shard_is_reported_in_one_sentence(text):
    with pytest.raises(
        schedule.MachineError, match=r"is not a shard; write 2/5 for the second of five\.$"
    ):
        shard(text, NAMES, SECONDS)


@pytest.mark.slow
@pytest.mark.parametrize("is_folder", [True, False])
def test_a_damaged_record_or_a_folder_in_its_place_is_told_and_replaced(project, capfd, is_folder):
    project.tutorial("a", "# %%\n1\n")
    (lesson,) = load(project.settings)
    place = project.settings.records / lesson.key.digest / "cpu.json"
    (place / "deep" if is_folder else place.parent).mkdir(parents=True)
    if not is_folder:
        place.write_text("{}")
    (lesson,) = run(load(project.settings), project.settings)
    assert "cpu.json is not a whole record; its tutorial runs again." in capfd.readouterr().err
    assert place.is_file()
    (again,) = load(project.settings)
    assert again.record == lesson.record


@pytest.mark.slow
def test_a_run_with_a_setting_that_changes_numbers_reaches_cells_and_leaves_no_record_for_others(
    project, monkeypatch, capfd
):
    project.tutorial("a", "# %%\nimport os\n\nprint(os.environ.get('XLA_FLAGS'))\n")

    def loaded():
        settings = read_options(project.root / "mkdocs.yml").settings
        (lesson,) = load(settings)
        return lesson, settings

    monkeypatch.setenv("XLA_FLAGS", "--a_flag")
    lesson, settings = loaded()
    (elsewhere,) = run([lesson], settings)
    assert elsewhere.record.run.outputs[0][0].text == "--a_flag\n"
    assert "a run elsewhere, with XLA_FLAGS=--a_flag" in capfd.readouterr().err
    assert loaded()[0].record
    monkeypatch.delenv("XLA_FLAGS")
    assert not loaded()[0].record
