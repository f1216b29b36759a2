"""The site builds, its scripts run in an empty folder, and checks refuse the wrong answers kept beside this file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WRONG = sorted(ROOT.glob("tests/wrong_answers/*/*.py"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "site"
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        check=True,
    )
    return folder


def test_scripts_run_in_an_empty_folder(site, tmp_path):
    scripts = sorted(site.glob("tutorials/**/*.py"))
    assert scripts
    for script in scripts:
        subprocess.run([sys.executable, script], cwd=tmp_path, check=True)


@pytest.mark.parametrize("path", WRONG, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_wrong_answer_is_refused_with_a_sentence(site, path):
    exercise, namespace = path.parent.name, {}
    for notebook in site.glob("tutorials/**/*-solved.ipynb"):
        cells = [
            cell
            for cell in json.loads(notebook.read_text())["cells"]
            if cell["cell_type"] == "code"
        ]
        if any(cell["metadata"].get("check") == exercise for cell in cells):
            break
    for cell in cells[1:]:  # the first installs what is missing
        source = "".join(cell["source"])
        if cell["metadata"].get("check") == exercise:
            with pytest.raises(AssertionError, match=r"\w+ \w+ \w+"):
                exec(source, namespace)
            return
        exec(
            path.read_text() if cell["metadata"].get("exercise") == exercise else source, namespace
        )
    pytest.fail(f"no page has the exercise {exercise}")
