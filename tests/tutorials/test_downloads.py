"""What a reader takes home runs in an empty folder, with the packages that the script's header names and no others."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from answers import ROOT, ROUTES, compilation_cache, lesson, lessons

from publishing.read.problem import join
from publishing.site.downloads import downloads
from publishing.site.figures import is_figure

DAY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["exclude-newer"]
CACHE = ROOT / ".cache/downloads"
# Python compiles what a download imports; to compile whole packages beforehand takes uv three times as long.
ENVIRONMENT = os.environ | {"UV_COMPILE_BYTECODE": "0", "PYTHONDONTWRITEBYTECODE": ""}
NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in lessons()]

pytestmark = pytest.mark.skipif(shutil.which("uv") is None, reason="uv brings the packages that a download needs")


def _first_of_each_part() -> list:
    """What runs as a notebook: there the scripts have tested the code of all; only the notebook itself is new."""
    named = {f"{ROUTES.settings.source.name}/{name}": name for name in lessons()}
    first: dict[str, str] = {}
    for name in (named[page] for page in ROUTES.site.order if page in named):
        first.setdefault(name.partition("/")[0], name)
    assert len(first) >= 2
    return [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in first.values()]


@pytest.fixture
def folder(name, tmp_path):
    """The downloads of a tutorial, in a folder that holds nothing else."""
    for file, content in downloads(lesson(name), ROUTES.settings, str).items():
        (tmp_path / file).write_bytes(content)
    return tmp_path


def header(script: str) -> dict:
    """The PEP 723 block of a script."""
    block = re.search(r"^# /// script$\n(.*?)^# ///$", script, re.MULTILINE | re.DOTALL)[1]
    return tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in block.splitlines()))


def once(folder, file, command, name):
    """What a command with a file gives in its folder; kept by both, so that what did not change is not run again."""
    digest = hashlib.sha256(repr([command, (folder / file).read_bytes()]).encode()).hexdigest()
    kept = CACHE / f"{digest}.json"
    if not kept.exists():
        environment = ENVIRONMENT | {option.upper(): str(value) for option, value in compilation_cache(name).items()}
        done = subprocess.run(
            [*command, file], cwd=folder, env=environment, capture_output=True, text=True, timeout=400, check=False
        )
        made = sorted(path.name for path in folder.iterdir() if path.suffix == ".png")
        result = {"code": done.returncode, "out": done.stdout, "err": done.stderr, "figures": made}
        CACHE.mkdir(parents=True, exist_ok=True)
        kept.with_suffix(".part").write_text(json.dumps(result))
        kept.with_suffix(".part").replace(kept)
    return json.loads(kept.read_text())


def environment(packages):
    """The Python of an environment that has these packages, a kernel and nbconvert; made once for each such list."""
    wanted = [*packages, "ipykernel", "nbconvert"]
    folder = CACHE / f"env-{hashlib.sha256(repr([wanted, DAY, sys.version]).encode()).hexdigest()[:16]}"
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=CACHE, prefix="part-"))
        new = ["uv", "venv", "--quiet", "--clear", "--relocatable", "--python", sys.executable, part]
        subprocess.run(new, check=True)
        install = ["uv", "pip", "install", "--quiet", "--exclude-newer", DAY, "--python", part, *wanted]
        subprocess.run(install, check=True, env=ENVIRONMENT)
        try:
            part.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(part)
    return folder / "bin/python"


def executed(folder, notebook, name):
    """The notebook run from start to end by nbconvert, in an environment of the header's packages and a kernel."""
    python = environment(header(next(folder.glob("*.py")).read_text())["dependencies"])
    convert = ["-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", "--log-level=ERROR"]
    return once(folder, notebook, [str(python), *convert], name)


@pytest.mark.parametrize("name", NAMES)
def test_the_script_runs_shows_expected_errors_and_saves_its_figures(name, folder):
    stem = Path(name).name
    command = ["uv", "run", "--no-project", "--python", sys.executable, "--exclude-newer", DAY, "--script"]
    done = once(folder, f"{stem}.py", command, name)
    assert done["code"] == 0, done["err"][-3000:]
    assert "as expected:" in done["out"]
    assert "Warning" not in done["err"]
    figures = sum(map(is_figure, chain.from_iterable(lesson(name).record.run.outputs)))
    assert done["figures"] == sorted(f"{stem}-{number}.png" for number in range(1, figures + 1))


@pytest.mark.parametrize("form", ["solved", "student"])
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_has_the_cells_that_ran_but_hidden_ones_and_first_the_one_that_sets_it_up(name, form, folder):
    file = f"{Path(name).name}-solved.ipynb" if form == "solved" else f"{Path(name).name}.ipynb"
    cells = [cell for cell in json.loads((folder / file).read_text())["cells"] if cell["cell_type"] == "code"]
    assert cells[0]["metadata"]["tags"] == ["setup"]
    sources = ["".join(cell["source"]) for cell in cells[1:]]
    expected = []
    for cell in (cell for cell in getattr(lesson(name), form).code if "hidden" not in cell.tags):
        expected += [f"# @title Before `{cell.exercise}`\n{join(cell.support)}"] if cell.support else []
        expected.append(f"# @title Check `{cell.check}`\n{join(cell.lines)}" if cell.check else join(cell.lines))
    assert sources == expected


@pytest.mark.parametrize("name", _first_of_each_part())
def test_the_solved_notebook_runs(name, folder):
    done = executed(folder, f"{Path(name).name}-solved.ipynb", name)
    assert done["code"] == 0, done["err"][-3000:]


@pytest.mark.parametrize("name", [name for name in _first_of_each_part() if not name.id.startswith("reference/")])
def test_the_exercise_notebook_stops_at_its_first_stub_and_says_what_to_do(name, folder):
    first = next(cell.exercise for cell in lessons()[name].solved.code if cell.exercise)
    done = executed(folder, f"{Path(name).name}.ipynb", name)
    assert done["code"] == 1
    assert f"Exercise {first}: write your code here, then run the check below." in done["err"]
