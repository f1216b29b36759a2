import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

import publishing

ROOT = Path(publishing.__file__).parent
FOLDERS = ["read", "assemble", "run", "site", "teaching"]
FILES = sorted(
    path for path in ROOT.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".woff2")
)
COURSE = re.compile(r"haiku|chex|\bjax|\bsnippets\.\w", re.IGNORECASE)


def imports(path: Path) -> set[str]:
    """The modules that a file imports, and the names that it takes from them."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {
        f"{n.module}.{a.name}" for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_only_itself_and_those_before_it(folder):
    known = {*FOLDERS[: FOLDERS.index(folder) + 1], "settings"}
    modules = {name for path in (ROOT / folder).glob("*.py") for name in imports(path)}
    assert {
        name
        for name in modules
        if name.startswith("publishing.") and name.split(".")[1] not in known
    } == set()


def test_the_core_imports_nothing_of_the_tools():
    core = [path for path in ROOT.rglob("*.py") if not path.is_relative_to(ROOT / "tools")]
    assert (ROOT / "tools/cli.py").is_file()
    assert [
        f"{path.relative_to(ROOT)}: {name}"
        for path in core
        for name in sorted(imports(path))
        if name.startswith("publishing.tools")
    ] == []


def test_only_the_plugin_and_what_writes_for_other_generators_import_mkdocs():
    assert sorted(
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if any(m.startswith("mkdocs") for m in imports(path))
    ) == ["live.py", "options.py", "plugin.py", "tools/write.py"]


def text(path: Path) -> str:
    """What a file holds; of code without the name `snippets`, a variable."""
    if path.suffix != ".py":
        return path.read_text()
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text()).readline)
    return "\n".join(t.string for t in tokens if t.type != tokenize.NAME or t.string != "snippets")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_names_this_course_or_what_it_teaches(path):
    if path.relative_to(ROOT).as_posix() not in ("run/devices.py", "teaching/checking.py"):
        assert [line for line in text(path).splitlines() if COURSE.search(line)] == []
        code = path.suffix == ".py" and not path.is_relative_to(
            ROOT / "template"
        )  # which has snippets of its own
        assert not code or not {name.split(".")[0] for name in imports(path)} & {"jax", "snippets"}


HIDING = """import warnings
import warnings as w
from warnings import catch_warnings


def f():
    import warnings
"""


@pytest.mark.parametrize("folder", ["tutorials/jax", "snippets"])
def test_a_tutorial_or_snippet_that_could_hide_warnings_is_refused_by_ruff(folder):
    options = [
        "--no-cache",
        "--output-format=concise",
        "--select=TID251",
        f"--stdin-filename={folder}/new.py",
    ]
    command = [sys.executable, "-m", "ruff", "check", *options, "-"]
    code = f"{HIDING}\n\nimport math\n\nmath.pi\n"
    done = subprocess.run(
        command, input=code, cwd=ROOT.parent, capture_output=True, text=True, check=False
    ).stdout
    found = [
        line.partition(":")[2] for line in done.splitlines() if line.startswith(f"{folder}/new.py:")
    ]
    assert [line.partition(":")[0] for line in found] == ["1", "2", "3", "7"]
    assert all("never hide it" in line for line in found)
