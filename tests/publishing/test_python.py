"""The Pythons that the project promises, where they are tried, and that nothing needs another."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PROMISED = [text.rpartition(" ")[2] for text in PROJECT["classifiers"]]
FOLDERS = ("publishing", "snippets", "tutorials", "tests", "docs")
FINDING = re.compile(r"^(?P<place>.+?:\d+:\d+): \w+\[(?P<rule>[\w-]+)\]", re.MULTILINE)


def findings(python: str, *paths: Path | str) -> set[tuple[str, str]]:
    """What a type checker says of code for a Python: places and rules."""
    options = [
        "--python-version",
        python,
        "--python",
        ".venv",
        "--output-format",
        "concise",
        "--exit-zero",
    ]
    command = [
        Path(sys.executable).with_name("ty"),
        "check",
        *options,
        "--exclude",
        "tests/answers",
        *map(str, paths),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {(finding["place"], finding["rule"]) for finding in FINDING.finditer(done.stdout)}


def lacking(*paths: Path | str) -> list[tuple[str, str]]:
    """What one of the promised Pythons lacks, or is otherwise in than in another."""
    found = [findings(python, *paths) for python in PROMISED]
    return sorted(set.union(*found) - set.intersection(*found))


@pytest.mark.slow
def test_no_code_needs_what_one_of_the_promised_pythons_lacks():
    assert lacking(*FOLDERS) == []


LACKING = [
    "from pathlib import Path\nPath().rglob('*', recurse_symlinks=True)",
    "from pathlib import Path\nPath().full_match('*')",
    "from pathlib import Path\n\ndef f(path: Path): return path.copy('x')",
    "import copy\ncopy.replace(1, x=2)",
    "import warnings\n\n@warnings.deprecated('x')\ndef f(): pass",
    "import itertools\nitertools.batched([1], 2, strict=True)",
    "import annotationlib",
    "from string import templatelib",
    "type Of[T = int] = list[T]",
    "x = t'{1}'",
    "try:\n    pass\nexcept TypeError, ValueError:\n    pass",
    "import ast\nast.Num",  # which the newest no longer has
    "from importlib.abc import Traversable",
]


def test_what_one_of_the_promised_pythons_lacks_is_found(tmp_path):
    for number, code in enumerate(LACKING):
        (tmp_path / f"module_{number}.py").write_text(code + "\n")
    found = {int(re.search(r"module_(\d+)", place)[1]) for place, _ in lacking(tmp_path)}
    assert found == set(range(len(LACKING)))


def test_the_lowest_python_is_the_one_that_pyproject_demands_and_the_pinned_one_is_promised():
    assert PROJECT["requires-python"] == f">={PROMISED[0]}"
    assert (ROOT / ".python-version").read_text().strip() in PROMISED[1:]
    numbers = [int(python.partition(".")[2]) for python in PROMISED]
    assert numbers == list(range(numbers[0], numbers[-1] + 1))


def test_the_versions_workflow_tries_the_lowest_and_the_newest_python():
    jobs = yaml.safe_load((ROOT / ".github/workflows/versions.yml").read_text())["jobs"]
    rows = {
        row["versions"]: row.get("python", "")
        for row in jobs["run"]["strategy"]["matrix"]["include"]
    }
    assert rows == {"pinned": "", "newest": PROMISED[-1], "lowest": PROMISED[0]}
    assert jobs["test"]["strategy"]["matrix"]["python"] == [PROMISED[0], PROMISED[-1]]
    for name in ("run", "test"):
        assert "matrix.python" in jobs[name]["env"]["UV_PYTHON"]
