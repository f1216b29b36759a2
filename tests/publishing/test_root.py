"""What the root of the repository holds."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KNOWN = {
    *(".ci", ".github", ".gitignore", ".pre-commit-hooks.yaml", ".python-version"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"),
    *("docs", "mkdocs.yml", "publishing", "pyproject.toml", "snippets", "tests", "tutorials"),
}


def test_git_has_no_stray_file_at_the_root_such_as_a_script_leaves():
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked archive, of which git knows nothing")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {path.partition("/")[0] for path in listed.stdout.split("\0") if path} == KNOWN
