"""What a reader takes home runs in an empty folder, with the packages that the script's header names and no others."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from answers import ROOT, variants

from publishing import building
from publishing.downloads import downloads
from publishing.settings import Settings

SETTINGS = Settings(source=ROOT / "tutorials", records=ROOT / ".cache/records")
DAY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["exclude-newer"]
NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in variants()]

pytestmark = pytest.mark.skipif(shutil.which("uv") is None, reason="uv brings the packages that a download needs")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The downloads of all tutorials, by name of the tutorial, each in a folder that holds nothing else."""
    made = {}
    for job in building.run(building.jobs(SETTINGS), SETTINGS):
        made[job.name] = tmp_path_factory.mktemp(Path(job.name).name)
        for name, content in downloads(job, SETTINGS, str).items():
            (made[job.name] / name).write_bytes(content)
    return made


def header(script: str) -> dict:
    """The PEP 723 block of a script."""
    block = re.search(r"^# /// script$\n(.*?)^# ///$", script, re.MULTILINE | re.DOTALL)[1]
    return tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in block.splitlines()))


def uv_run(folder, file, *arguments):
    """What `uv run` of a file gives in a folder without a project, with this Python.

    It is kept by the content of the file and by the command, so that what did not change is not run again.
    """
    command = ["uv", "run", "--no-project", "--python", sys.executable, "--exclude-newer", DAY, *arguments, file]
    digest = hashlib.sha256(repr([command, (folder / file).read_bytes()]).encode()).hexdigest()
    kept = ROOT / ".cache/downloads" / f"{digest}.json"
    if not kept.exists():
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        made = sorted(path.name for path in folder.iterdir() if path.suffix == ".png")
        kept.parent.mkdir(parents=True, exist_ok=True)
        result = {"code": done.returncode, "out": done.stdout, "err": done.stderr, "figures": made}
        kept.with_suffix(".part").write_text(json.dumps(result))
        kept.with_suffix(".part").replace(kept)
    return json.loads(kept.read_text())


def executed(folder, notebook):
    """The notebook run from start to end by nbconvert, in an environment of the header's packages and a kernel."""
    script = next(folder.glob("*.py")).read_text()
    packages = [*header(script)["dependencies"], "nbconvert", "ipykernel"]
    to_install = [argument for package in packages for argument in ("--with", package)]
    convert = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--stdout", "--log-level=ERROR"]
    return uv_run(folder, notebook, "--isolated", *to_install, *convert)


@pytest.mark.parametrize("name", NAMES)
def test_the_script_runs_shows_expected_errors_and_saves_its_figures(name, files):
    stem = Path(name).name
    done = uv_run(files[name], f"{stem}.py", "--script")
    assert done["code"] == 0, done["err"][-3000:]
    assert "as expected:" in done["out"]
    assert "Warning" not in done["err"]
    figures = sum(cell.cell.alt is not None for cell in variants()[name].code)
    assert done["figures"] == [f"{stem}-{number}.png" for number in range(1, figures + 1)]


@pytest.mark.parametrize("name", NAMES)
def test_the_solved_notebook_runs(name, files):
    done = executed(files[name], f"{Path(name).name}-solved.ipynb")
    assert done["code"] == 0, done["err"][-3000:]


@pytest.mark.parametrize("name", NAMES)
def test_the_exercise_notebook_stops_at_its_first_stub_and_says_what_to_do(name, files):
    first = next(cell.cell.exercise for cell in variants()[name].code if cell.cell.exercise)
    done = executed(files[name], f"{Path(name).name}.ipynb")
    assert done["code"] == 1
    assert f"Exercise {first}: write your code here, then run the check below." in done["err"]
