import asyncio
import base64
import importlib.metadata
import json
import re
import tomllib
import zipfile
import zlib
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_output
from traitlets.config import Config

from publishing.run.lesson import Lesson
from publishing.run.notebook import execute
from publishing.settings import Site
from publishing.site.downloads import archive, downloads, script, script_header
from publishing.site.links import Routes
from publishing.site.page import page
from publishing.teaching.passing import passed_over

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="

CELLS = """
# %% [markdown]
# The mean is {{ mean:.1f }}; see [that](that.py).

# %%
import haiku as hk
import jax

# %% tags=["hidden"]
assert jax

# %% exercise="one"
### BEGIN SOLUTION
x = 1
### END SOLUTION

# %% check="one"
assert x == 1
"""
PROJECT = (
    '[project]\nrequires-python = ">=3.12"\ndependencies = ["jax>=0.11", "dm-haiku>'
    '=0.0.16", "rich>=1"]\n'
)
VERSIONS = {"dm_haiku": "0.0.17", "jax": "0.12.1", "jaxlib": "0.12.0", "numpy": "2.4.0"}


@pytest.fixture
def beside(project, lesson) -> dict[str, bytes]:
    """The downloads of a small tutorial whose exercise printed something."""
    (project.root / "pyproject.toml").write_text(PROJECT)
    outputs = {2: [new_output("stream", text="done\n")]}
    tutorial = lesson(CELLS, outputs, seconds=[0.1, 0.2, 0.3, 0.4], values=["2*5"], **VERSIONS)
    return downloads(tutorial, project.settings, str.upper)


def notebook(content: bytes):
    return nbformat.reads(content.decode(), as_version=4)


def block(source: str) -> dict:
    """The PEP 723 block at the top of a script, read as the specification says."""
    lines = source.splitlines()
    assert lines[0] == "# /// script"
    return tomllib.loads("\n".join(line[2:] for line in lines[1 : lines.index("# ///")]))


def test_prose_about_blocks_for_uv_adds_none_to_the_script(project, lesson):
    (project.root / "pyproject.toml").write_text(PROJECT)
    told = "# # /// script\n# /// script\n# dependencies = []\n# ///\n#\n#     /// tool\n"
    told = lesson(f"# %% [markdown]\n{told}# {{{{ n }}}}\n\n# %%\n1\n", values=["/// script"])
    source = downloads(told, project.settings, str)["page.py"].decode()
    pattern = r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
    assert [found["type"] for found in re.finditer(pattern, source)] == ["script"]
    assert re.findall(r"(?m)^# /// [a-z]+$", source) == ["# /// script"]
    assert "dependencies = []" in source


def test_there_are_two_notebooks_a_script_and_a_record(beside):
    assert set(beside) == {"page.ipynb", "page-solved.ipynb", "page.py", "record.json"}


@pytest.mark.parametrize("name", ["page.ipynb", "page-solved.ipynb"])
def test_a_notebook_is_valid_and_has_no_hidden_cell(beside, name):
    content = notebook(beside[name])
    nbformat.validate(content)
    ids = [cell.id for cell in content.cells]
    assert ids == ["page-setup", "page-0", "page-1", "page-2", "page-4-before", "page-4", "page-5"]


def test_the_notebook_to_work_in_has_stubs_and_no_outputs(beside):
    code = [cell for cell in notebook(beside["page.ipynb"]).cells if cell.cell_type == "code"]
    assert not any(cell.outputs for cell in code)
    assert code[3].source.endswith("\nx = ...")


def test_the_check_of_the_notebook_to_work_in_goes_on_with_the_solution_of_what_is_not_done(beside):
    before, _, check = [
        c.source for c in notebook(beside["page.ipynb"]).cells if c.cell_type == "code"
    ][2:]
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    names = shell.user_ns
    tried = []
    for given in ({}, {"x": ...}, {"x": 2}):
        names.pop("x", None)
        shell.run_cell(before).raise_error()
        names |= given
        result = shell.run_cell(check)
        tried.append((names["x"], result.error_in_exec is None))
    assert tried == [(1, True), (1, True), (2, False)]


RAISE = "raise NotImplementedError('Exercise one: write your code here, then run the check below.')"
OPEN = {
    "a function": f"def x(): {RAISE}",
    "a compiled function": f"import jax\n@jax.jit\ndef x(): {RAISE}",
    "a function in a function": f"def x():\n def y(): {RAISE}",
    "a method": f"class x:\n def f(self): {RAISE}",
    "a class without its method": "class x:\n f = ...",
}
DONE = {
    "an ellipsis in code": "def x(a): return a[..., 0]",
    "the stub of another exercise": f"def x(): {RAISE.replace('one', 'two')}",
    "a value": "x = {}",
    "an array": "import numpy\nx = numpy.ones(3)",
}


@pytest.mark.parametrize("code", [*OPEN.values(), *DONE.values()], ids=[*OPEN, *DONE])
def test_an_exercise_is_done_when_nothing_of_it_is_left_to_write(code):
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shell.run_cell(code).raise_error()
    solution = base64.b64encode(zlib.compress(b"x = 1")).decode()
    passed = passed_over(shell.user_ns, "one", ["x"], solution)
    assert passed == (code in OPEN.values())
    assert isinstance(shell.user_ns["x"], int) == passed


def test_what_its_solution_defined_is_not_done_either_until_there_is_an_answer():
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    solution = base64.b64encode(zlib.compress(b"def f(): return 1\nn = 1")).decode()
    arguments = shell.user_ns, "one", ["f", "n"], solution
    assert passed_over(*arguments)
    assert passed_over(*arguments)
    shell.run_cell("def f(): return 2\nn = 1").raise_error()
    assert not passed_over(*arguments)
    assert shell.user_ns["f"]() == 2


def test_an_exercise_that_asks_for_no_name_is_not_passed_over(project, lesson):
    (project.root / "pyproject.toml").write_text(PROJECT)
    cells = CELLS.replace("x = 1\n", "seen[0] = 1\n").replace(
        "import jax\n", "import jax\n\nseen = {}\n"
    )
    tutorial = lesson(cells.replace("x == 1", "seen == {0: 1}"), {}, values=["2*5"], **VERSIONS)
    sources = [
        c.source for c in notebook(downloads(tutorial, project.settings, str)["page.ipynb"]).cells
    ]
    assert "raise NotImplementedError" in sources[-2]
    assert "passed_over" not in sources[-1]


def test_the_solved_notebook_has_solutions_and_the_outputs_of_its_cells(beside):
    code = [
        cell for cell in notebook(beside["page-solved.ipynb"]).cells if cell.cell_type == "code"
    ]
    assert code[3].source == "x = 1"
    assert [[output.text for output in cell.outputs] for cell in code] == [
        [],
        [],
        [],
        ["done\n"],
        [],
    ]
    assert [cell.execution_count for cell in code] == [None, 1, 2, 3, 4]


@pytest.mark.parametrize("name", ["page.ipynb", "page-solved.ipynb", "page.py"])
def test_the_prose_shows_values_and_leads_where_its_links_should(beside, name):
    prose = beside[name].decode()
    assert "{{" not in prose.partition("The mean")[2].partition("\n")[0]
    assert re.search(r"The mean is 2&#42;5; see \[that\]\(THAT\.PY\)\.", prose)


def test_the_record_names_all_code_cells(beside):
    summary = json.loads(beside["record.json"])
    assert [(cell["id"], cell["seconds"]) for cell in summary["cells"]] == [
        ("page-2", 0.1),
        ("page-3", 0.2),
        ("page-4", 0.3),
        ("page-5", 0.4),
    ]


@pytest.mark.parametrize("name", ["page.py", "page.ipynb", "page-solved.ipynb"])
def test_the_block_pins_every_import_for_a_program_that_runs_it(beside, name):
    source = beside[name].decode()
    assert block(source if name.endswith(".py") else notebook(beside[name]).cells[0].source) == {
        "requires-python": ">=3.12",
        "dependencies": ["dm-haiku==0.0.17", "jax==0.12.1"],
    }


def test_a_block_without_imports_is_valid_too():
    assert block(script_header({}, "3.12")) == {"requires-python": ">=3.12", "dependencies": []}


class Machine:
    """A kernel that runs the setup cell: what is installed, what pip brings."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, installed: dict[str, str], *, pip: bool
    ) -> None:
        self.installed = dict(installed)
        self.asked: list[list[str]] = []
        monkeypatch.setattr(importlib.metadata, "distributions", self.distributions)
        self.shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
        self.shell.register_magic_function(self.pip if pip else lambda line: None, magic_name="pip")

    def distributions(self, *, name: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(version=self.installed[name])] if name in self.installed else []

    def pip(self, line: str) -> None:
        command, quiet, *pins = line.split()
        assert (command, quiet) == ("install", "--quiet")
        self.asked.append(pins)
        self.installed |= dict(pin.split("==") for pin in pins)


@pytest.fixture
def set_up(beside, monkeypatch, tmp_path):
    """What pip was asked for when the setup cell ran where these are installed."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    def run(*, pip: bool = True, **installed: str) -> list[list[str]]:
        machine = Machine(
            monkeypatch, {name.replace("_", "-"): it for name, it in installed.items()}, pip=pip
        )
        result = machine.shell.run_cell(notebook(beside["page.ipynb"]).cells[0].source)
        InteractiveShell.clear_instance()
        result.raise_error()
        return machine.asked

    return run


def test_the_setup_is_eight_lines_that_fit_a_screen(beside):
    lines = notebook(beside["page.ipynb"]).cells[0].source.partition("# ///\n\n")[2].splitlines()
    assert 1 < len(lines) <= 8
    assert all(len(line) <= 120 for line in lines)


def test_where_nothing_is_missing_nothing_is_installed(set_up):
    assert set_up(jax="0.11", jaxlib="0.11", dm_haiku="0.0.16") == []


def test_what_is_missing_is_installed_and_what_is_installed_stays(set_up):
    assert set_up(jax="0.11.9", jaxlib="0.11.8") == [
        ["dm-haiku==0.0.17", "jax==0.11.9", "jaxlib==0.11.8"]
    ]


def test_a_missing_jax_is_installed_as_the_page_had_it(set_up):
    assert set_up(dm_haiku="0.0.16") == [["dm-haiku==0.0.16", "jax==0.12.1", "jaxlib==0.12.0"]]


@pytest.mark.parametrize("version", ["0.10.2", "0.4.38", "0.10.2.dev3", "0.9"])
def test_what_is_too_old_is_named_in_a_sentence(set_up, version):
    with pytest.raises(
        RuntimeError, match=r"^This notebook needs jax 0\.11 or newer: install that, then restart"
    ):
        set_up(jax=version, jaxlib=version, dm_haiku="0.0.16")


@pytest.mark.parametrize("version", ["0.11", "0.11.0", "0.12.1", "0.11.1.dev20260101+cuda", "1.0"])
def test_what_is_new_enough_is_left_alone(set_up, version):
    assert set_up(jax=version, jaxlib=version, dm_haiku="0.0.17") == []


def test_what_cannot_be_installed_is_named_in_a_sentence(set_up):
    with pytest.raises(
        RuntimeError, match=r"^This notebook needs dm-haiku 0\.0\.16, jax 0\.11 or newer"
    ):
        set_up(pip=False)


def test_the_setup_knows_the_distributions_of_a_real_environment(beside):
    source = notebook(beside["page.ipynb"]).cells[0].source
    names: dict = {}
    exec(source.partition("# ///\n\n")[2].partition("pins = ")[0], names)
    assert names["version"]("dm_haiku") == importlib.metadata.version("dm-haiku")
    assert names["version"]("no-such-distribution") is None


@pytest.fixture
def executed(lesson, project):
    """A tutorial with the outputs that a kernel gave."""

    def make(cells: str) -> Lesson:
        outputs = asyncio.run(execute(lesson(cells).solved, project.settings)).outputs
        return lesson(cells, dict(enumerate(outputs)))

    return make


@pytest.fixture
def ran(executed, lesson, monkeypatch, tmp_path, capsys):
    """The lines that a script prints and the files that it leaves, run in an empty folder."""

    def run(cells: str | Lesson) -> tuple[list[str], list[str]]:
        program = script(executed(cells) if isinstance(cells, str) else cells, "# the header\n")
        (tmp_path / "empty").mkdir()
        monkeypatch.chdir(tmp_path / "empty")
        monkeypatch.setenv("MPLBACKEND", "agg")  # and restores it
        exec(compile(program, "page.py", "exec"), {"__name__": "__main__"})
        captured = capsys.readouterr()
        assert captured.err == ""
        return captured.out.splitlines(), sorted(path.name for path in Path().iterdir())

    return run


def test_a_script_begins_with_the_header_and_reads_like_the_tutorial(lesson):
    source = script(lesson(CELLS, values=["2"]), "# the header\n")
    assert source.startswith("# the header\n\nimport os\n")
    assert "# %% [markdown]\n# The mean is 2; see" in source
    assert "### BEGIN" not in source
    assert "assert jax" not in source


def test_a_comment_of_a_script_is_as_the_author_wrote_it(lesson):
    assert "\n# cat it, or\n# ! ls\n" in script(lesson("# %%\n# cat it, or\n# ! ls\nx = 1\n"), "")


def test_a_script_shows_what_the_notebook_shows(ran):
    cells = """# %%
x = 3
x + 1  # the value

# %%
print("printed once")

# %%
sorted(
    [3, 1, 2],  # inside
)

# %%
y = 5; y

# %%
x + y;

# %%
'é' + 'ü'  # two bytes each

# %%
'''one
two'''

# %%
cat = 7
cat

# %%
# what is this? only a comment
def f():
    return 1

# %%
(x
 + y)
"""
    lines = ["4", "printed once", "[1, 2, 3]", "5", "éü", "one", "two", "7", "8"]
    assert ran(cells) == (lines, [])


def test_a_script_catches_the_errors_that_are_expected_and_goes_on(ran):
    cells = """# %%
error = "a variable of the tutorial"

# %% raises="TypeError" match="unsupported"
if True:
    1 + None

# %% raises="SystemExit"
raise SystemExit("bye")

# %%
error
"""
    lines, _ = ran(cells)
    assert lines[0].startswith("TypeError, as expected: unsupported operand")
    assert lines[1:] == ["SystemExit, as expected: bye", "a variable of the tutorial"]


@pytest.mark.parametrize(
    ("cell", "error", "message"),
    [
        ("1 / 0", ZeroDivisionError, "division by zero"),
        ("x = 1", AssertionError, "TypeError was expected here"),
    ],
)
def test_a_script_fails_where_an_expected_error_is_another_or_does_not_come(
    ran, lesson, cell, error, message
):
    with pytest.raises(error, match=message):
        ran(lesson(f'# %% raises="TypeError"\n{cell}\n'))


def test_a_script_prints_no_value_that_the_page_does_not_show(ran):
    cells = """# %%
def nothing():
    print("called")

nothing()

# %%
None

# %%
x = [3]
x.append(4)

# %%
x;

# %%
x.pop() if len(x) > 2 else None

# %%
x
# a comment after it
"""
    assert ran(cells) == (["called", "[3, 4]"], [])


STRINGS = [
    "print('''first\n  second\n\nthird''')",
    'print(f"""{1 +\n1}\n  {2}\n""", """a\n"""\n"""b\n    c""")',
    "print('a\\\n  b')",
    'print(b"""a\n b""", r"""\\a\n\tb""")',
    'def f():\n    """One.\n\n      Two.\n    """\n    return f.__doc__\n\nprint(f())',
    'x = [\n    1,  # one\n    """a\nb""",\n]\nprint(x)',
]


@pytest.mark.parametrize("code", STRINGS)
def test_what_is_printed_before_an_expected_error_is_the_same_to_the_letter(executed, ran, code):
    tutorial = executed(
        f'# %% raises="ValueError"\n{code}\nif True:\n    raise ValueError("end")\n'
    )
    lines, _ = ran(tutorial)
    assert lines == [
        *tutorial.record.run.outputs[0][0].text.splitlines(),
        "ValueError, as expected: end",
    ]


FIGURES = """# %%
import matplotlib.pyplot as plt
from IPython.display import SVG, Image

def draw():
    plt.plot([1, 2])

def draw_and_show():
    draw()
    plt.show()

# %% alt="with show"
draw()
plt.show()

# %% alt="on one line"
plt.plot([2, 1]); plt.show()  # here

# %% alt="without show"
plt.plot([2, 1]);

# %% alt="by a function"
draw()

# %% alt="shown by a function"
draw_and_show()

# %% alt=["one", "two", "three"]
for _ in range(3):
    draw()
    plt.show()

# %% alt=["first", "second"]
plt.figure()
draw()
plt.figure()
draw()
plt.show()

# %% alt="a value"
figure, axes = plt.subplots()
axes.plot([1, 2])
plt.close()
figure

# %% alt="an SVG"
SVG('<svg width="3" height="2"><g/></svg>')

# %% alt="a PNG"
figure.savefig("kept.png")
Image("kept.png", width=20)

# %% alt="before an error" raises="ValueError"
draw()
raise ValueError("end")

# %% tags=["hidden"]
draw()

# %%
plt.get_fignums()
"""


def test_a_script_saves_every_figure_of_the_page_and_in_its_order(executed, ran, routes):
    tutorial = executed(FIGURES)
    shown = [one for one in page(tutorial, routes)[1] if one.startswith("figure-")]
    lines, files = ran(tutorial)
    assert len(shown) == 14
    numbers = {
        int(re.search(r"\d+", name)[0]): name.endswith(".svg")
        for name in files
        if name != "kept.png"
    }
    assert sorted(numbers) == list(range(1, 15))
    assert [number for number, svg in numbers.items() if svg] == [12]
    assert lines == ["ValueError, as expected: end", "[]"]


def test_a_script_prints_what_rich_values_say(ran):
    cells = """# %%
from IPython.display import Markdown, Math

Markdown("**a**")

# %%
Math("x^2")

# %%
class Rich:
    def _repr_html_(self):
        return "<b>c</b>"

    def __str__(self):
        return "c"

Rich()
"""
    assert ran(cells) == (["**a**", "x^2", "c"], [])


def test_a_display_of_the_tutorial_stays_its_own(ran):
    assert ran("# %%\ndef display(x):\n    print(2 * x)\n\ndisplay(3)\n") == (["6"], [])


def test_what_a_script_adds_needs_no_name_that_a_tutorial_may_bind(executed, ran):
    cells = """# %% alt="A line."
import matplotlib.pyplot as plt

_names, sys, base64, itertools, SimpleNamespace, os = "ab", 1, 2, 3, 4, 5
plt.plot([1, 2])
plt.show()
"""
    assert ran(executed(cells)) == ([], ["page-1.png"])


def test_a_script_without_figures_has_no_code_for_them(lesson):
    assert "_show" not in script(lesson("# %%\nx = 1\n"), "")


def test_a_picture_is_within_a_notebook_and_in_a_script_as_its_author_wrote_it(project, lesson):
    (project.root / "pyproject.toml").write_text(PROJECT)
    shown = lesson("# %% [markdown]\n# ![a dot](dots/a%20dot.png)\n\n# %%\n1\n")
    (project.root / "tutorials/part/dots").mkdir()
    (project.root / "tutorials/part/dots/a dot.png").write_bytes(base64.b64decode(DOT))
    link = partial(
        Routes(project.settings, Site(url="https://x.test/")).for_download, shown.solved.tutorial
    )
    files = downloads(shown, project.settings, link)
    assert all(
        f"![a dot](data:image/png;base64,{DOT})".encode() in files[name]
        for name in ("page.ipynb", "page-solved.ipynb")
    )
    assert b"# ![a dot](dots/a%20dot.png)" in files["page.py"]


@pytest.mark.parametrize("name", ["page.ipynb", "page-solved.ipynb", "page.py"])
def test_a_download_fetches_the_data_or_says_where_to_put_it(
    project, lesson, tmp_path_factory, monkeypatch, name
):
    (project.root / "pyproject.toml").write_text(PROJECT)
    file = project.root / "tutorials/part/far/a b.txt"
    file.parent.mkdir(parents=True)
    file.write_text("42")
    made = lesson('# %%\nx = open("far/a b.txt")\nx.close()\n')
    routes = Routes(project.settings, Site(url=project.root.as_uri()))
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    for address in ("", routes.data(made.tutorial)):
        content = downloads(made, project.settings, str, address)[name].decode()
        source = notebook(content.encode()).cells[0].source if "ipynb" in name else content
        code = source[source.index("from pathlib") :]
        if address:
            exec(code, {})
            assert Path("far/a b.txt").read_text() == "42"
        else:
            with pytest.raises(
                FileNotFoundError, match=r"Put far/a b\.txt, which the page offers,"
            ):
                exec(code, {})


def test_a_script_has_the_snippets_that_it_uses(ran, project):
    project.snippet("training", "def update(x):\n    return 2 * x\n")
    assert ran("# %%\nfrom snippets.training import update\n\nupdate(21)\n")[0] == ["42"]


@pytest.fixture
def archived(tmp_path):
    """Archives files of this content."""

    def call(files):
        paths = {name: tmp_path / name.replace("/", "-") for name in files}
        for name, content in files.items():
            paths[name].write_bytes(content)
        return archive(paths, tmp_path / "new/all.zip")

    return call


def test_an_archive_is_the_same_bytes_whatever_the_order(archived):
    files = {"b/c.py": b"1", "a.ipynb": b"2" * 1000}
    assert archived(files).read_bytes() == archived(dict(reversed(files.items()))).read_bytes()


def test_an_archive_gives_its_files_back_readable(archived):
    with zipfile.ZipFile(archived({"b/c.py": b"1", "a.ipynb": b"2"})) as folder:
        assert {name: folder.read(name) for name in folder.namelist()} == {
            "a.ipynb": b"2",
            "b/c.py": b"1",
        }
        assert all(entry.external_attr >> 16 & 0o400 for entry in folder.infolist())


def test_what_is_to_choose_is_a_plain_list_in_a_notebook_and_a_script(project, lesson):
    (project.root / "pyproject.toml").write_text(PROJECT)
    text = "# Which?\n#\n# - [{{ 1 > 2 }}] one\n# - [{{ 2 > 1 }}] *two*\n#   or so\n#\n# So."
    made = lesson(f"# %% [markdown]\n{text}\n\n# %%\n1\n", values=["False", "True"])
    plain = "Which?\n\n- one\n- *two*\n  or so\n\nSo."
    files = downloads(made, project.settings, str)
    assert plain in [cell.source for cell in notebook(files["page.ipynb"]).cells]
    assert plain in files["page.py"].decode().replace("\n# ", "\n").replace("\n#\n", "\n\n")
