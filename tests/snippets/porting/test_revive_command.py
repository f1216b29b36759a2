"""The command of revive.py: files, notebooks, folders, what it writes and how it ends."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from snippets.porting.revive import command, find_changes

ROOT = Path(__file__).parents[3]
OLD = "import jax\njax.tree_map(f, x)\n"
NEW = "import jax\njax.tree.map(f, x)\n"
NOTEBOOK = """{
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["jax.tree_map\\n"]},
  {
   "cell_type": "code", "metadata": {},
   "source": [
    "%matplotlib inline\\n",
    "!pip install \\\\\\n",
    "   jax  # \\u00e9\\n",
    "import jax\\n",
    "from jax import jit, tree_map  # \\u00e9\\n",
    "files = !ls"
   ]
  },
  {"cell_type": "code", "metadata": {"x" : 1},
   "source": "jax.tree_leaves(x)\\n'\\u00e9'; jax.numpy.sin?"},
  {"cell_type": "code", "metadata": {}, "source": ["%%bash\\n", "jax.tree_map"]}
 ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def revived(*arguments: str) -> int:
    return command.main(list(arguments))


def test_a_file_that_fails_is_reported_and_ends_with_1(folder, capsys):
    Path("old.py").write_text(OLD)
    assert revived("old.py") == 1
    told = capsys.readouterr().out
    assert "! jax.tree_map -> jax.tree.map  [2]" in told
    assert "last in jax 0.5.3" in told
    assert "1 files read, 1 have lines that fail." in told
    assert Path("old.py").read_text() == OLD


def test_a_clean_file_says_so_and_ends_with_0(folder, capsys):
    Path("new.py").write_text(NEW)
    assert revived("new.py") == 0
    assert "new.py: nothing to change" in capsys.readouterr().out


def test_what_cannot_be_read_is_named_and_the_others_are_read(folder, capsys):
    Path("two.py").write_text("print 'hello'\n")
    Path("bytes.py").write_bytes(b"\xff\xfe\x00")
    Path("null.py").write_bytes(b"x = 1\x00\n")
    Path("bad.ipynb").write_text("{")
    Path("old.py").write_text(OLD)
    assert revived("none.py", "two.py", "bytes.py", "null.py", "bad.ipynb", "old.py") == 2
    told = capsys.readouterr()
    for name in (
        "none.py: No such file",
        "two.py: line 1 is not Python 3",
        "bytes.py: ",
        "null.py: ",
        "bad.ipynb: ",
    ):
        assert name in told.err
    assert "jax.tree_map" in told.out


def test_a_syntax_error_names_the_line_and_the_python_that_reads(folder, capsys):
    Path("two.py").write_text("print 'hello'\n")
    Path("null.py").write_bytes(b"x = 1\x00\n")
    assert revived("two.py", "null.py") == 2
    told = capsys.readouterr().err
    version = ".".join(map(str, sys.version_info[:2]))
    assert "two.py: line 1 is not Python 3: " in told
    assert f"says Python {version}." in told
    assert "line None" not in told


@pytest.mark.parametrize(
    "notebook",
    [{"worksheets": [{"cells": []}], "nbformat": 3}, {"nbformat": 4}, {"cells": {}}, []],
)
def test_a_notebook_of_another_format_is_named_and_ends_with_2(folder, capsys, notebook):
    Path("n.ipynb").write_text(json.dumps(notebook))
    assert revived("n.ipynb") == 2
    told = capsys.readouterr()
    assert "n.ipynb: is a notebook of format 3; " in told.err or "of format 4: it" in told.err
    assert ("nbconvert" in told.err) == ("worksheets" in notebook)
    assert "nothing to change" not in told.out


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_console_that_lacks_characters_gets_the_others(folder, packed, encoding):
    Path("old.py").write_text(f"{OLD}'→ \U0001f600'\n", encoding="utf-8")
    command = [sys.executable, "-S", packed, "revive", "--diff", "old.py"]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert done.returncode == 1
    assert b"+jax.tree.map(f, x)" in done.stdout
    assert done.stderr == b""


def test_what_a_build_made_or_an_environment_holds_stays_as_it_is(folder):
    read = ["build/__init__.py", "build/a.py", "mine/venv.py", "environment/a.py"]
    left = ["p/build/lib/a.py", "dist/a.py", "venv/a.py", "p/env/a.py", "py312/lib/a.py"]
    for name in [*read, *left]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(OLD)
    (folder / "py312/pyvenv.cfg").write_text("home = /usr/bin\n")
    revived("--fix", ".")
    assert {name for name in [*read, *left] if Path(name).read_text() == NEW} == set(read)
    revived("--fix", "dist")
    assert Path("dist/a.py").read_text() == NEW


def test_a_line_that_an_edit_adds_or_takes_stays_in_its_cell(folder):
    cells = [
        ["import jax\n", "from jax.lib import xla_bridge\n"],
        ["%%bash\n", "ls"],
        ["xla_bridge.get_backend()"],
    ]
    new = [
        ["import jax\n", "import jax.extend.backend\n"],
        cells[1],
        ["jax.extend.backend.get_backend()"],
    ]
    notebook, fixed = (
        {"cells": [{"cell_type": "code", "source": source} for source in sources]}
        for sources in (cells, new)
    )
    Path("n.ipynb").write_text(json.dumps(notebook))
    assert revived("--fix", "n.ipynb") == 0
    got = json.loads(Path("n.ipynb").read_text())
    joined = [["".join(cell["source"]) for cell in book["cells"]] for book in (got, fixed)]
    assert joined[0] == joined[1]


def test_folders_are_read_without_what_is_hidden_or_installed(folder, capsys):
    for name in (
        "a/b/old.py",
        "a/n.ipynb",
        "a/.hidden/old.py",
        "a/site-packages/old.py",
        "a/note.txt",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTEBOOK if name.endswith("ipynb") else OLD)
    assert revived("a") == 1
    told = capsys.readouterr().out
    assert "2 files read" in told
    assert "hidden" not in told
    assert "site-packages" not in told


def test_diff_shows_what_fix_does_and_fix_does_it(folder, capsys):
    Path("old.py").write_text(OLD)
    assert revived("--diff", "old.py") == 1
    told = capsys.readouterr().out
    assert "-jax.tree_map(f, x)\n+jax.tree.map(f, x)\n" in told
    assert Path("old.py").read_text() == OLD
    assert revived("--fix", "old.py") == 0
    assert Path("old.py").read_text() == NEW
    assert "1 changes made" in capsys.readouterr().out


def test_a_notebook_keeps_every_byte_outside_of_the_lines_that_change(folder, capsys):
    Path("n.ipynb").write_text(NOTEBOOK)
    assert revived("n.ipynb") == 1
    assert "cell 1 line 5" in capsys.readouterr().out
    assert revived("--fix", "n.ipynb") == 0
    text = Path("n.ipynb").read_text()
    expected = NOTEBOOK.replace(
        '"from jax import jit, tree_map  # \\u00e9\\n"',
        '"from jax.tree import map as tree_map\\n",\n    "from jax import jit  # \\u00e9\\n"',
    ).replace("jax.tree_leaves(x)", "jax.tree.leaves(x)")
    assert text == expected
    json.loads(text)


def test_a_notebook_with_unescaped_letters_keeps_them(folder):
    text = json.dumps(
        {"cells": [{"cell_type": "code", "source": ["import jax\n", "jax.tree_map('é')"]}]},
        ensure_ascii=False,
    )
    Path("n.ipynb").write_text(text, encoding="utf-8")
    revived("--fix", "n.ipynb")
    assert Path("n.ipynb").read_text(encoding="utf-8") == text.replace("tree_map", "tree.map")


def test_a_cell_that_is_not_python_is_named_and_the_others_are_read(folder, capsys):
    cells = [
        {"cell_type": "code", "source": [source]}
        for source in ("x = = 1", "import jax; jax.tree_map")
    ]
    Path("n.ipynb").write_text(json.dumps({"cells": cells}))
    assert revived("n.ipynb") == 2
    told = capsys.readouterr()
    assert "n.ipynb: code cell 1, line 1 is not Python 3" in told.err
    assert "cell 2 line 1" in told.out


def test_the_encoding_and_the_line_ends_of_a_file_stay(folder):
    text = "# -*- coding: latin-1 -*-\r\nimport jax\r\njax.tree_map('é')\r\n"
    Path("old.py").write_bytes(text.encode("latin-1"))
    revived("--fix", "old.py")
    assert Path("old.py").read_bytes() == text.replace("tree_map", "tree.map").encode("latin-1")


def test_json_is_a_list_of_what_is_found(folder, capsys):
    Path("old.py").write_text(OLD)
    assert revived("--json", "old.py") == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert {
        "file": "old.py",
        "place": "2",
        "old": "jax.tree_map",
        "new": "jax.tree.map",
        "kind": "fails",
    }.items() <= row.items()


def test_installed_finds_what_no_table_has(folder, capsys):
    source = "import jax\njax.not_a_name\njax.jit(f, not_an_argument=1)\njax.tree.map(f, x)\n"
    source += "jax.Array.at\nfrom haiku import nothing\n"
    Path("new.py").write_text(source)
    assert revived("new.py") == 0
    capsys.readouterr()
    assert revived("--installed", "new.py") == 1
    told = capsys.readouterr().out
    for name in ("jax.not_a_name  [2]", "not_an_argument= of jax.jit  [3]", "haiku.nothing  [6]"):
        assert f"! {name}" in told
    assert "tree" not in told


def alone(packed: Path, *arguments: str) -> subprocess.CompletedProcess:
    """The zipapp by itself, without site-packages."""
    command = [sys.executable, "-S", "-I", packed, "revive", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_runs_alone_and_fast(folder, packed):
    assert "--installed" in alone(packed, "--help").stdout
    Path("old.py").write_text(OLD)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert alone(packed, "old.py").returncode == 1
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.6
    )  # 0.2 on an idle machine


def test_a_reader_that_leaves_early_gives_no_traceback(folder, packed):
    for number in range(300):
        (folder / f"old_{number}.py").write_text(OLD)
    command = f"{sys.executable} -S -I {packed} revive . | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


def test_it_imports_nothing_but_python(folder, packed):
    code = f"""
import runpy, sys
sys.argv = ['haiku-port', 'revive', 'old.py']
try: runpy.run_path({str(packed)!r}, run_name='__main__')
except SystemExit: print({{'jax', 'numpy', 'haiku'}} & sys.modules.keys())
"""
    Path("old.py").write_text(OLD)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_page_shows_what_the_command_prints(folder, capsys):
    page = (ROOT / "tutorials/porting/old_code.py").read_text()
    shown = (
        page.partition("# $ haiku-port revive old.py\n")[2]
        .partition("# ```")[0]
        .replace("# ", "", 1)
        .replace("\n# ", "\n")
    )
    Path("old.py").write_text(page.partition('OLD_SCRIPT = """')[2].partition('"""')[0])
    revived("old.py")
    assert capsys.readouterr().out.partition("\n\n")[0] == shown.strip("\n")


def test_what_the_exercise_gives_is_marked_as_its_text_says(folder):
    page = (ROOT / "tutorials/porting/old_code.py").read_text()
    given = page.partition("# %%\ndef flatten(x):")[2].partition("# %% [markdown]")[0]
    imports = "import haiku as hk\nimport jax.numpy as jnp\nimport numpy as np\n\n"
    assert [change.sign for change in find_changes(f"{imports}def flatten(x):{given}")] == ["?"] * 3
