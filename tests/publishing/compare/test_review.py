"""`tutorials compare` as a person calls it, on records that no kernel had to make."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_output

from publishing import accepted, building
from publishing.cli import main
from publishing.execution import Run
from publishing.records import Record, Store

CELLS = '# %%\nprint("loss", 0.5)\n\n# %% tags=["varies"]\nprint("3 s")\n'
OLDER, NOW = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"


@pytest.fixture
def keep(project):
    """Keep a record of the tutorial as it stands, with packages of the older or of the present day."""
    project.tutorial("jax/tiny", CELLS)

    def call(text, *, versions=None, platform="cpu", folder=project.settings.records, executed_at=NOW):
        (job,) = (job for job in building.jobs(project.settings) if job.name == "jax/tiny")
        outputs = [[new_output("stream", text=text)], [new_output("stream", text=f"{executed_at}\n")]]
        run = Run(outputs, [0.1, 0.1], {"platform": platform, "kind": platform.upper()}, {})
        Store(folder).keep(Record(job.name, replace(job.key, versions=versions or job.key.versions), run, executed_at))

    return call


def older(keep, text, **kwargs):
    keep(text, versions={"jax": "0.11"}, executed_at=OLDER, **kwargs)


def compare(*arguments):
    result = CliRunner().invoke(main, ["compare", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_a_record_is_compared_with_the_newest_of_another_key(keep):
    keep("loss 0.9\n", versions={"jax": "0.10"}, executed_at="2025-01-01T00:00:00+00:00")
    older(keep, "loss 0.6\n")
    keep("loss 0.5\n")
    code, said = compare()
    assert code == 1
    assert f"jax/tiny: {OLDER} on CPU and {NOW} on CPU" in said
    assert "version: jax 0.11 became absent" in said
    assert "tutorials/jax/tiny.py:4: the output differs.\n  - loss 0.6\n  + loss 0.5\n  0.6 became 0.5, by -0.1" in said
    assert "1 cells differ; if the new output is right, accept it" in said


def test_a_run_that_gives_the_same_passes_and_so_does_one_within_the_tolerance(keep):
    older(keep, "loss 0.5\n")
    keep("loss 0.50001\n")
    assert compare()[0] == 0
    assert compare("--tolerance", "1e-7")[0] == 1
    assert compare("jax/tiny", "--tolerance", "0.1")[0] == 0


def test_what_cannot_be_compared_is_said(keep):
    code, said = compare()
    assert (code, "jax/tiny has no record of this code and these packages; run `tutorials run jax/tiny`" in said) == (
        1,
        True,
    )
    keep("loss 0.5\n")
    older(keep, "loss 0.9\n", platform="gpu")
    code, said = compare()
    assert (code, said) == (0, "jax/tiny: there is no other record on cpu to compare with.\n")


def test_against_another_store_the_newest_record_counts_whatever_its_key(keep, project):
    published = project.root / "published"
    older(keep, "loss 0.9\n", folder=published)
    keep("loss 0.6\n", folder=published)
    keep("loss 0.5\n")
    code, said = compare("--against", str(published))
    assert code == 1
    assert "- loss 0.6" in said
    (project.root / "empty").mkdir()
    code, said = compare("--against", "empty")
    assert (code, said) == (1, "empty holds no records; name a folder that `tutorials run` filled.\n")
    assert compare("--against", "nowhere")[0] == 2


def test_moved_leaves_out_what_ran_with_the_same_packages(keep, project):
    published = project.root / "published"
    keep("loss 0.6\n", folder=published)
    keep("loss 0.5\n")
    code, said = compare("--moved", "--against", "published")
    assert (code, said) == (0, "jax/tiny: left out, its packages did not move.\n")
    keep("loss 0.6\n", versions={"jax": "0.11"}, folder=published, executed_at="2026-01-03T00:00:00+00:00")
    assert compare("--moved", "--against", "published")[0] == 1


def test_two_kinds_of_device_are_put_side_by_side(keep):
    keep("loss 0.5\n")
    code, said = compare("--devices", "cpu", "gpu")
    assert (code, "jax/tiny has no record of gpu; run `tutorials run jax/tiny --device gpu`" in said) == (1, True)
    keep("loss 0.50001\n", platform="gpu")
    code, said = compare("--devices", "cpu", "gpu")
    assert code == 0
    assert [line.split() for line in said.splitlines()[-2:]] == [
        ["cell", "cpu", "gpu", "beyond", "the", "tolerance"],
        ["tutorials/jax/tiny.py:4", "0.5", "0.50001"],
    ]
    keep("loss 0.6\n", platform="gpu")
    code, said = compare("--devices", "gpu", "cpu")
    assert code == 1
    assert ["tutorials/jax/tiny.py:4", "0.6", "0.5", "yes"] in [line.split() for line in said.splitlines()]


@pytest.mark.parametrize("arguments", [("--devices", "cpu", "cpu"), ("--devices", "cpu", "gpu", "--against", ".")])
def test_devices_that_cannot_be_compared_so_are_refused(keep, arguments):
    keep("loss 0.5\n")
    code, said = compare(*arguments)
    assert (code, said.startswith("--devices compares two kinds of device")) == (1, True)


def test_an_accepted_difference_passes_and_the_next_change_does_not(keep):
    older(keep, "loss 0.6\n")
    keep("loss 0.5\n")
    code, said = compare("--accept", "a new default")
    assert (code, said.splitlines()[-1]) == (0, "1 differences accepted in accepted.toml.")
    code, said = compare()
    assert code == 0
    assert "tutorials/jax/tiny.py:4: the output differs. Accepted: a new default" in said
    keep("loss 0.4\n")
    code, said = compare()
    assert code == 1
    assert "accepted.toml: the entry of tiny-1 covers no difference" in said


def test_an_entry_that_covers_nothing_is_said_and_replaced_when_its_cell_is_accepted_anew(keep, project):
    older(keep, "loss 0.6\n")
    keep("loss 0.5\n")
    compare("--accept", "first")
    elsewhere = replace(accepted.read(project.root / accepted.FILE)[0], tutorial="jax/gone")
    accepted.write(project.root / accepted.FILE, [*accepted.read(project.root / accepted.FILE), elsewhere])
    assert "the entry of tiny-1 covers no difference" not in compare("jax/tiny")[1]
    assert "the entry of tiny-1 covers no difference" in compare()[1]
    keep("loss 0.4\n")
    compare("--accept", "second")
    kept = [(entry.tutorial, entry.reason, entry.new) for entry in accepted.read(project.root / accepted.FILE)]
    assert kept == [("jax/gone", "first", ("loss 0.5\n",)), ("jax/tiny", "second", ("loss 0.4\n",))]


def test_accepting_wants_a_reason_and_writes_nothing_where_nothing_differs(keep, project):
    older(keep, "loss 0.6\n")
    keep("loss 0.6\n")
    assert compare("--accept", " ")[0] == 2
    assert compare("--accept", "all is well")[1].endswith("0 differences accepted in accepted.toml.\n")
    assert not (project.root / accepted.FILE).exists()


def test_a_damaged_accepted_toml_ends_with_1_and_its_name(keep, project):
    keep("loss 0.6\n")
    (project.root / accepted.FILE).write_text("x = 1\n")
    code, said = compare()
    assert (code, said.startswith("accepted.toml:1: must hold")) == (1, True)
