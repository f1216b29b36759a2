import asyncio
import errno
import os
from contextlib import contextmanager
from dataclasses import replace

import pytest

from publishing import building, environment
from publishing.execution import Run
from publishing.keys import differences
from publishing.progress import Progress
from publishing.records import Store


class Log(Progress):
    """A progress that remembers what it was told."""

    def __init__(self):
        super().__init__(Progress.silent().console)
        self.ran = []

        self.said = []

    def note(self, message):
        self.said.append(message)

    def started(self, name):
        super().started(name)
        self.ran.append(name)


def build(project, *, force=False):
    """The names of the tutorials that a build runs, in order, and its jobs."""
    log = Log()
    jobs = building.run(building.jobs(project.settings, force=force), project.settings, lambda: log)
    return log.ran, jobs


@pytest.fixture
def two(project):
    """Two tutorials; only `b` carries a snippet."""
    project.snippet("values", "ONE = 1\n\nTWO = 2\n\n\ndef one():\n    return ONE\n")
    project.tutorial("a", "# %%\nprint('a')\n")
    project.tutorial("part/b", "# %%\nfrom snippets.values import one\n\nprint(one())\n")
    return project


def test_a_second_build_runs_nothing_and_has_the_same_outputs(two):
    ran, first = build(two)
    assert sorted(ran) == ["a", "part/b"]
    ran, second = build(two)
    assert ran == []
    assert [job.record for job in second] == [job.record for job in first]


def test_force_runs_all(two):
    build(two)
    assert sorted(build(two, force=True)[0]) == ["a", "part/b"]


def test_prose_alt_and_tags_run_nothing_and_outputs_follow_their_cells(two):
    build(two)
    two.tutorial("a", '# %% [markdown]\n# More prose.\n\n# %% tags=["varies"] alt="text"\nprint(\'a\')\n')
    ran, jobs = build(two)
    assert ran == []
    assert jobs[0].record.run.outputs[0][0].text == "a\n"


def test_a_changed_snippet_runs_exactly_the_tutorials_that_carry_it(two):
    build(two)
    two.snippet("values", "ONE = 1.5\n\nTWO = 2\n\n\ndef one():\n    return ONE\n")
    ran, jobs = build(two)
    assert ran == ["part/b"]
    assert jobs[1].record.run.outputs[0][0].text == "1.5\n"


def test_a_changed_part_of_a_snippet_module_that_nobody_carries_runs_nothing(two):
    build(two)
    two.snippet("values", "ONE = 1\n\nTWO = 22\n\n\ndef one():\n    return ONE\n")
    assert build(two)[0] == []


def test_a_new_version_of_a_package_or_another_python_runs_what_needs_it(two, monkeypatch):
    two.tutorial("a", "# %%\nimport numpy\n\nprint('a')\n")
    build(two)
    real, here = environment.versions, environment.python()
    monkeypatch.setattr(environment, "versions", lambda names: {n: v + ".post9" for n, v in real(names).items()})
    assert build(two)[0] == ["a"]
    monkeypatch.setattr(environment, "python", lambda: "9.9")
    jobs = building.jobs(two.settings)
    assert [job.record for job in jobs] == [None, None]
    said = differences(jobs[1].key, Store(two.settings.records).latest("part/b").key)
    assert said == [f"Python: {here} became 9.9"]


def test_a_failure_is_not_kept_but_what_ran_beside_it_is(two):
    two.tutorial("a", "# %%\n1 / 0\n")
    with pytest.raises(building.Failures, match=r"a\.py:5: ZeroDivisionError"):
        build(two)
    assert [job.record is None for job in building.jobs(two.settings)] == [True, False]
    two.tutorial("a", "# %%\n1 / 1\n")
    assert build(two)[0] == ["a"]


def test_a_damaged_record_is_told_once_and_its_tutorial_runs_again(two, capsys):
    (first, second) = build(two)[1]
    path = two.settings.records / first.key.digest / "cpu.json"
    path.write_text(path.read_text().replace("a\\\\n", "b\\\\n").replace('"a\\n"', '"b\\n"'))
    log = Log()
    done = building.run(building.jobs(two.settings), two.settings, lambda: log)
    assert log.said == [f"The record {path.relative_to(two.root)} was damaged and is removed; a runs again."]
    assert log.ran == ["a"]
    assert [job.record.run.outputs for job in done] == [first.record.run.outputs, second.record.run.outputs]
    assert build(two)[0] == []


def test_a_disk_that_is_full_is_told_for_each_tutorial_and_nothing_is_left(two, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(building.Failures) as raised:
        build(two)
    for path in ("tutorials/a.py", "tutorials/part/b.py"):
        assert f"{path}:1: its run could not be kept: No space left on device; make room" in str(raised.value)
    assert [path for path in two.settings.records.rglob("*") if path.is_file()] == []


def test_every_failure_of_a_build_is_told(two):
    two.tutorial("a", "# %%\n1 / 0\n")
    two.snippet("values", "def one():\n    return {}['key']\n")
    with pytest.raises(building.Failures) as raised:
        build(two)
    assert "a.py:5: ZeroDivisionError" in str(raised.value)
    assert "values.py:2: KeyError" in str(raised.value)


def test_every_problem_of_all_files_is_told_before_anything_runs(two):
    two.tutorial("a", '# %% exercize="x"\n1\n')
    two.tutorial("part/b", "# %%\nfrom snippets.values import three\n")
    with pytest.raises(building.SourceError, match="exercize"):
        build(two)
    two.tutorial("a", "# %%\nimport snippets\n")
    with pytest.raises(building.SourceError) as raised:
        build(two)
    assert "a.py:5" in str(raised.value)
    assert "part/b.py:5" in str(raised.value)
    assert not two.settings.records.exists()


def test_the_longest_runs_first_and_what_was_never_run_before_all(project, monkeypatch):
    for name, seconds in {"brief": 0, "long": 0.6, "middle": 0.3}.items():
        project.tutorial(name, f"# %%\nimport time\n\ntime.sleep({seconds})\n")
    build(project)
    project.tutorial("new", "# %%\n1\n")
    monkeypatch.setattr(type(project.settings), "kernels", 1)
    assert build(project, force=True)[0] == ["new", "long", "middle", "brief"]


def test_of_what_never_ran_the_one_with_most_code_comes_first(project, monkeypatch):
    for name, lines in {"a": 1, "b": 3, "c": 2}.items():
        project.tutorial(name, "# %%\n" + "1 + 1\n" * lines)
    monkeypatch.setattr(type(project.settings), "kernels", 1)
    assert build(project)[0] == ["b", "c", "a"]


def test_one_kernel_more_than_may_run_is_started_ahead(project, monkeypatch):
    counts, peaks = {"started": 0, "running": 0}, {"started": 0, "running": 0}

    @contextmanager
    def counted(what):
        counts[what] += 1
        peaks[what] = max(peaks[what], counts[what])
        yield
        counts[what] -= 1

    async def fake(variant, settings, on_cell, turn):
        with counted("started"):
            await asyncio.sleep(0.01)
            async with turn:
                with counted("running"):
                    await asyncio.sleep(0.01)
        return Run([[] for _ in variant.code], [0.0] * len(variant.code), {"platform": "cpu", "kind": "cpu"}, {})

    for name in "abcdef":
        project.tutorial(name, "# %%\n1\n")
    monkeypatch.setattr(building, "execute", fake)
    assert all(job.new for job in build(project)[1])
    assert peaks == {"started": project.settings.kernels + 1, "running": project.settings.kernels}


FAKE_GPU = """
# %%
import os, sys
from types import SimpleNamespace

if os.environ.get("JAX_PLATFORMS") != "cpu":
    device = SimpleNamespace(platform="gpu", device_kind="FakeChip 9")
    sys.modules["jax"] = SimpleNamespace(devices=lambda: [device])
"""


def test_records_know_their_device_a_gpu_comes_first_and_a_run_for_the_cpu_does_not_count_it(project):
    project.tutorial("a", FAKE_GPU)
    (on_gpu,) = build(project)[1]
    assert on_gpu.record.run.device == {"platform": "gpu", "kind": "FakeChip 9"}
    any_device, project.settings = project.settings, replace(project.settings, device="cpu")
    ran, (on_cpu,) = build(project)
    assert (ran, on_cpu.record.run.device["platform"]) == (["a"], "cpu")
    assert on_cpu.record.executed_at >= on_gpu.record.executed_at
    project.settings = any_device
    assert building.jobs(project.settings)[0].record == on_gpu.record


def test_without_a_gpu_a_run_for_one_fails_before_anything_runs(project):
    project.tutorial("a", "# %%\n1\n")
    project.settings = replace(project.settings, device="gpu")
    with pytest.raises(building.Failures, match="JAX finds no GPU here"):
        build(project)
    assert not project.settings.records.exists()
