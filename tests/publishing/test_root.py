"""What the root of the repository holds."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
KNOWN = {
    *(".ci", ".github", ".gitignore", ".python-version"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"),
    *("docs", "mkdocs.yml", "publishing", "pyproject.toml", "snippets", "tests", "tutorials"),
}


def test_git_has_no_stray_file_at_the_root_such_as_a_script_leaves():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {path.partition("/")[0] for path in listed.stdout.split("\0") if path} == KNOWN
