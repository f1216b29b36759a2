"""What a reader takes home runs in an empty folder, with the packages of its header alone.

Every script must have the statements that ran on the page. In the second tier one of each kind
runs, and with ALL_DOWNLOADS=1 every one.
"""

import ast
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

import nbformat
import pytest
from answers import ROOT, ROUTES, lesson, lessons

from publishing.read.cells import Cell
from publishing.read.diagnostic import Line, join
from publishing.run import devices, packages
from publishing.run.lesson import Lesson
from publishing.site.downloads import downloads
from publishing.site.figures import is_figure

DAY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["exclude-newer"]
CACHE = ROOT / ".cache/downloads"
# Python compiles what a download imports; to compile whole packages takes three times as long.
ENVIRONMENT = os.environ | {"UV_COMPILE_BYTECODE": "0", "PYTHONDONTWRITEBYTECODE": ""}
NAMES = [pytest.param(name, id=name, marks=pytest.mark.xdist_group(name)) for name in lessons()]

pytestmark = pytest.mark.skipif(
    shutil.which("uv") is None, reason="uv brings the packages that a download needs"
)


def _first() -> str:
    """The first page: it runs as a notebook, since scripts test the code of the others."""
    named = {f"{ROUTES.settings.source.name}/{name}": name for name in lessons()}
    return next(named[page] for page in ROUTES.site.order if page in named)


def _of_all(name: str) -> list:
    """A page, or with ALL_DOWNLOADS=1 those of the course."""
    wanted = [each for each in NAMES if ROUTES.site.is_course(each.id)]
    return (
        wanted if os.environ.get("ALL_DOWNLOADS") else [each for each in wanted if each.id == name]
    )


def _kinds(lesson: Lesson) -> set[str]:
    """What a page has that its script must manage, read from its code: it may have no record."""
    visible = [cell for cell in lesson.solved.code if "hidden" not in cell.tags]
    kinds = {f"imports {name}" for name in packages.imported(lesson.solved)}
    for cell in visible:
        last = ast.parse(join(cell.lines)).body[-1]
        kinds |= {f"tag {tag}" for tag in cell.tags} | {
            f"raises {cell.raises}"[:6] for _ in range(bool(cell.raises))
        }
        kinds |= {
            "a figure" if isinstance(cell.alt, str) else "several figures"
            for _ in range(bool(cell.alt))
        }
        kinds |= {
            "a value"
            for _ in range(isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call))
        }
        kinds |= {word for word in ("__future__", "display(") if word in join(cell.lines)}
    return kinds


def _cover() -> list:
    """Pages that have every kind between them: the first, then each time the one that adds most."""
    if os.environ.get("ALL_DOWNLOADS"):
        return NAMES
    kinds = {name: _kinds(each) for name, each in lessons().items()}
    chosen = [_first()]
    while missing := set().union(*kinds.values()).difference(*(kinds[name] for name in chosen)):
        chosen.append(max(kinds, key=lambda name: (len(kinds[name] & missing), name)))
    return [name for name in NAMES if name.values[0] in chosen]


@pytest.fixture
def folder(name, tmp_path):
    """The downloads of a tutorial, in a folder that holds nothing else."""
    for file, content in downloads(lesson(name), ROUTES.settings, str).items():
        (tmp_path / file).write_bytes(content)
    return tmp_path


def header(script: str) -> dict:
    """The PEP 723 block of a script."""
    block = re.search(r"^# /// script$\n(.*?)^# ///$", script, re.MULTILINE | re.DOTALL)[1]
    return tomllib.loads(
        "\n".join(line.removeprefix("#").removeprefix(" ") for line in block.splitlines())
    )


def once(folder, file, command, name):
    """What a command with a file gives in its folder; if it ends well, it is not run again."""
    digest = hashlib.sha256(repr([command, (folder / file).read_bytes()]).encode()).hexdigest()
    kept = CACHE / f"{digest}.json"
    if not kept.exists():
        environment = ENVIRONMENT | {
            option.upper(): str(value)
            for option, value in devices.compilation_cache(ROUTES.settings.compiled / name).items()
        }
        done = subprocess.run(
            [*command, file],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        made = sorted(path.name for path in folder.iterdir() if path.suffix == ".png")
        result = {"code": done.returncode, "out": done.stdout, "err": done.stderr, "figures": made}
        if done.returncode:
            return result
        CACHE.mkdir(parents=True, exist_ok=True)
        kept.with_suffix(".part").write_text(json.dumps(result))
        kept.with_suffix(".part").replace(kept)
    return json.loads(kept.read_text())


def environment(packages):
    """The Python of an environment with these packages, a kernel, nbconvert; made once a list."""
    wanted = [*packages, "ipykernel", "nbconvert"]
    folder = (
        CACHE / f"env-{hashlib.sha256(repr([wanted, DAY, sys.version]).encode()).hexdigest()[:16]}"
    )
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=CACHE, prefix="part-"))
        new = [
            "uv",
            "venv",
            "--quiet",
            "--clear",
            "--relocatable",
            "--python",
            sys.executable,
            part,
        ]
        subprocess.run(new, check=True)
        install = [
            "uv",
            "pip",
            "install",
            "--quiet",
            "--exclude-newer",
            DAY,
            "--python",
            part,
            *wanted,
        ]
        subprocess.run(install, check=True, env=ENVIRONMENT)
        try:
            part.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(part)
    return folder / "bin/python"


def executed(folder, notebook, name):
    """The notebook run by nbconvert, in an environment of the header's packages and a kernel."""
    python = environment(header(next(folder.glob("*.py")).read_text())["dependencies"])
    convert = ["-m", "nbconvert", "--to", "notebook", "--execute", "--stdout", "--log-level=ERROR"]
    return once(folder, notebook, [str(python), *convert], name)


def ran(cell: Cell, outputs: list, *, displays: bool) -> list[str]:
    """The statements of a cell that ran, as a program has them, which shows things by itself."""

    class Shown(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            if ast.unparse(node.func) in ("plt.show", *["display"] * displays):
                show = ast.unparse(node.func) == "plt.show"
                node = ast.Call(
                    ast.Name("_show"), [] if show else node.args, [] if show else node.keywords
                )
            return self.generic_visit(node)

    body = Shown().visit(ast.parse(join(cell.lines))).body
    lines = [
        ast.unparse(part)
        for part in body
        if not (isinstance(part, ast.ImportFrom) and part.module == "__future__")
    ]
    if value := next(
        (output for output in outputs if output.output_type == "execute_result"), None
    ):
        lines[-1] = f"{'print' if value.data.keys() == {'text/plain'} else '_show'}({lines[-1]})"
    return lines + ["_show()"] * (
        any(map(is_figure, outputs)) and not lines[-1].endswith("_show()")
    )


def statements(text: str, raises: str | None) -> list[str]:
    """The statements of a cell of a script; those of an expected error are tried."""
    body = ast.parse(text).body
    if not raises:
        return list(map(ast.unparse, body))
    attempt, *after = body
    assert f"!= '{raises}':\n        raise\n" in ast.unparse(attempt)
    assert ast.unparse(attempt.orelse) == f"raise AssertionError('{raises} was expected here')"
    return list(map(ast.unparse, [*attempt.body, *after]))


@pytest.mark.parametrize("name", NAMES)
def test_the_script_has_the_statements_that_ran(name, folder):
    text = (folder / f"{Path(name).name}.py").read_text()
    blocks = re.split(r"^# %%(?: \[markdown\])?$", text, flags=re.MULTILINE)[1:]
    scripts = [block for block in blocks if ast.parse(block).body]
    code, outputs = lesson(name).solved.code, lesson(name).record.run.outputs
    displays = any(
        "IPython" in line.text for cell in code for line in cell.lines if "import" in line.text
    )
    expected = []
    for cell, its in zip(code, outputs, strict=True):
        if "hidden" not in cell.tags:
            expected += [(cell, None, statements(join(cell.support), None))] if cell.support else []
            expected.append((cell, cell.raises, ran(cell, its, displays=displays)))
    for script, (cell, raises, parts) in zip(scripts, expected, strict=True):
        assert statements(script, raises) == parts, f"line {cell.number} of {cell.path}"


@pytest.mark.slow
@pytest.mark.parametrize("name", _cover())
def test_the_script_runs_shows_expected_errors_and_saves_its_figures(name, folder):
    stem = Path(name).name
    command = [
        "uv",
        "run",
        "--no-project",
        "--python",
        sys.executable,
        "--exclude-newer",
        DAY,
        "--script",
    ]
    done = once(folder, f"{stem}.py", command, name)
    assert done["code"] == 0, done["err"][-3000:]
    assert ("as expected:" in done["out"]) == any(cell.raises for cell in lesson(name).solved.code)
    assert "Warning" not in done["err"]
    figures = sum(map(is_figure, chain.from_iterable(lesson(name).record.run.outputs)))
    assert done["figures"] == sorted(f"{stem}-{number}.png" for number in range(1, figures + 1))


@pytest.mark.parametrize("form", ["solved", "student"])
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_has_the_cells_that_ran_but_hidden_ones_and_first_the_one_that_sets_it_up(
    name, form, folder
):
    file = f"{Path(name).name}-solved.ipynb" if form == "solved" else f"{Path(name).name}.ipynb"
    cells = [
        cell
        for cell in json.loads((folder / file).read_text())["cells"]
        if cell["cell_type"] == "code"
    ]
    assert cells[0]["metadata"]["tags"] == ["setup"]
    sources = ["".join(cell["source"]) for cell in cells[1:]]
    expected = []
    for cell in (cell for cell in getattr(lesson(name), form).code if "hidden" not in cell.tags):
        expected += (
            [f"# @title Before `{cell.exercise}`\n{join(cell.support)}"] if cell.support else []
        )
        expected.append(
            f"# @title Check `{cell.check}`\n{join(cell.lines)}" if cell.check else join(cell.lines)
        )
    if form == "student":
        sources = list(map(without_passing, sources))
    assert sources == expected


def without_passing(source: str) -> str:
    """A cell of a notebook to work in, without what goes on with the solution."""
    source = source.partition("\n\ndef passed_over(")[0]
    begin, asked, call = source.partition("\n# Not done, or given up by ")
    return f"{begin}\n{call.rpartition(chr(10))[2].strip()}" if asked else source


@pytest.mark.slow
@pytest.mark.parametrize("name", _of_all(_first()))
def test_the_solved_notebook_runs(name, folder):
    done = executed(folder, f"{Path(name).name}-solved.ipynb", name)
    assert done["code"] == 0, done["err"][-3000:]


@pytest.mark.slow
@pytest.mark.parametrize("name", _of_all(_first()))
def test_the_exercise_notebook_runs_to_its_end_with_nothing_done(name, folder):
    done = executed(folder, f"{Path(name).name}.ipynb", name)
    assert done["code"] == 0, done["err"][-3000:]
    said = re.findall(r"([\w-]+) is not done yet \(.+?\): the cells below go on", done["out"])
    assert said == [cell.exercise for cell in lessons()[name].solved.code if cell.exercise]


def test_a_script_with_another_statement_is_not_what_ran(tmp_path):
    cell = Cell(
        code=True,
        path=tmp_path,
        number=1,
        lines=tuple(Line(text, tmp_path, 1) for text in ("a = 1", "a + 1")),
    )
    value = nbformat.v4.new_output("execute_result", {"text/plain": "2"})
    assert ran(cell, [value], displays=False) == statements("a = 1\nprint(a + 1)", None)
    for other in (
        "a = 1\nprint(a + 2)",
        "print(a + 1)",
        "a = 1\na + 1",
        "a = 1\nprint(a + 1)\na = 2",
    ):
        assert ran(cell, [value], displays=False) != statements(other, None)
