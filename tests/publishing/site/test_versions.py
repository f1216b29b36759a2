import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from publishing.building import Job
from publishing.cli import main
from publishing.execution import Run
from publishing.keys import Key, key
from publishing.records import Store, record_now
from publishing.source import SourceError
from publishing.tutorial import read_tutorials
from publishing.variants import solved
from publishing.versions import FOLDER, RUNS, outcomes, table

WORKFLOWS = Path(__file__).parents[2] / ".github/workflows"
CELLS = "# %%\nx = {}\n"


@pytest.fixture
def jobs(project) -> list[Job]:
    """Two tutorials; the first has a record."""
    for number, name in enumerate(("passing", "failing")):
        project.tutorial(f"jax/{name}", CELLS.format(number))
    variants = [solved(tutorial, project.settings.snippets) for tutorial in read_tutorials(project.settings.source)]
    made = [Job(variant, variant, Key((), "", {}, ""), None) for variant in reversed(variants)]
    run = Run([[]], [0.1], {"platform": "cpu", "kind": "cpu"}, {})
    Store(project.settings.records).keep(record_now("jax/passing", key(made[0].variant), run))
    return made


@pytest.fixture
def listed(jobs, project) -> Path:
    """A folder with what `tutorials list --json` writes, as the run with the newest versions."""
    folder = project.root / FOLDER
    folder.mkdir(parents=True)
    (folder / "newest.json").write_text(CliRunner().invoke(main, ["list", "--json"]).stdout)
    return folder


def link(name: str) -> str:
    return f"to/{name}.ipynb"


def test_what_the_command_lists_becomes_a_column_that_says_what_passes_in_words(jobs, listed):
    found = outcomes(listed)
    assert found["newest"].passed == {"jax/passing": True, "jax/failing": False}
    lines = table(jobs, link, found).splitlines()
    assert lines[2:] == [
        "| [jax/passing](to/jax/passing.ipynb) | no result | ✓ passes | no result |",
        "| [jax/failing](to/jax/failing.ipynb) | no result | ✗ fails | no result |",
    ]


def test_a_column_is_headed_by_the_versions_and_the_day_of_its_run(jobs, listed):
    row = {"tutorial": "jax/passing", "state": "ran", "executed_at": "2026-11-25T04:00:00+00:00"}
    versions = [{"jax": "0.12", "numpy": "2"}, {"jax": "0.12", "dm-haiku": "0.0.17"}]
    content = {"python": "3.12", "tutorials": [row | {"versions": some} for some in versions]}
    (listed / "lowest.json").write_text(json.dumps(content))
    made = table(jobs, link, outcomes(listed))
    assert "| lowest<br>JAX 0.12<br>Haiku 0.0.17<br>Python 3.12<br>2026-11-25 |" in made.splitlines()[0]
    assert "not in this run |" in made.splitlines()[3]


def test_a_run_in_which_nothing_passed_has_no_day(jobs, listed):
    row = {"tutorial": "jax/failing", "state": "to run", "versions": {}}
    (listed / "pinned.json").write_text(json.dumps({"python": "3.12", "tutorials": [row]}))
    assert "pinned<br>Python 3.12<br>nothing ran" in table(jobs, link, outcomes(listed))


def test_without_any_run_the_table_is_a_sentence(jobs, project):
    found = outcomes(project.root / "nowhere")
    assert found == dict.fromkeys(RUNS)
    assert table(jobs, link, found) == "No run with several versions has finished yet."


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"python": "3", "tutorials": [{}]}', '{"tutorials": 1}', "\xff"])
def test_a_file_that_no_run_wrote_is_an_error_that_names_it(project, content):
    (project.root / "pinned.json").write_text(content, encoding="latin-1")
    with pytest.raises(SourceError, match=r"^pinned.json:1: is not what `tutorials list --json` writes"):
        outcomes(project.root)


def test_the_runs_are_those_of_the_workflow():
    workflow = yaml.safe_load((WORKFLOWS / "versions.yml").read_text())
    matrix = workflow["jobs"]["run"]["strategy"]["matrix"]["include"]
    assert tuple(entry["versions"] for entry in matrix) == RUNS
    assert f"mv versions/*/*.json {FOLDER}/" in (WORKFLOWS / "site.yml").read_text()
