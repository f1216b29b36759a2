"""One kernel runs cells that fail in every way; what it gave is judged in each test."""

import asyncio
import html
import io
import pickle
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from rich.console import Console

from publishing.assemble.variants import solve
from publishing.read.cells import Cell
from publishing.read.diagnostic import Diagnostic, Line, PageError, SourceError, join
from publishing.read.markup import PROSE, clean
from publishing.read.percent import read_tutorial
from publishing.run.failure import Failure, cell_failure, check_outcome, merge, raised
from publishing.run.kernel import start_kernel
from publishing.run.progress import Progress
from publishing.settings import Settings
from publishing.site.outputs import shown

SNIPPET = """def loss(x):
    \"\"\"Loss.\"\"\"
    return x / 0  # there
"""
# For each kind of failure: a cell, a text in the line that is named, or none for the cell's marker,
# and what is said.
CELLS = {
    "an exception": (
        'x = "a"\nx + 1  # here',
        "x + 1  # here",
        ["TypeError: can only", "in the cell at tutorials/"],
    ),
    "an exception in a snippet": (
        "from snippets.losses import loss\n\nloss(1.0)  # the call",
        "# there",
        [
            "ZeroDivisionError",
            "the last lines of the traceback",
            "in the cell\n      loss(1.0)  # the call",
        ],
    ),
    "an exception in a library": (
        'import json\n\njson.loads("")  # it',
        'json.loads("")  # it',
        ["JSONDecodeError: Expecting value", "decoder.py:"],
    ),
    "sys.exit": (
        "import sys\n\nsys.exit(3)  # three",
        "# three",
        ["SystemExit: 3", "the notebook of every reader"],
    ),
    "exit()": ("exit()  # now", "# now", ["SystemExit"]),
    "a file that is missing": (
        'open("far/data.csv")  # file',
        "# file",
        [
            "No such file or directory: 'far/data.csv'",
            'put it beside the page, tutorials/data.csv, and write "data.csv", or make it',
        ],
    ),
    "input()": ('input("name? ")  # name', "# name", ["input requests"]),
    "a warning": (
        'import warnings\n\nwarnings.warn("old")  # odd',
        "# odd",
        [
            "UserWarning: old",
            "a warning: mend it, show it with tags",
            "under `tolerated` in mkdocs.yml",
        ],
    ),
    "a warning in a thread": (
        "import threading\nimport numpy as np\n\ndef work():\n    np.float64(1) / 0  # zero\n\n"
        "one = threading.Thread(target=work)\none.start()\none.join()",
        None,
        ["wrote to stderr: RuntimeWarning: divide by zero", "mend its cause"],
    ),
    "a warning that is only shown": (
        'import warnings\n\nwarnings.simplefilter("default")\nwarnings.warn("new")  # new',
        None,
        ["wrote to stderr: <cell>:4: UserWarning: new"],
    ),
    "a log message": (
        'import logging\n\ndef broken():\n    1 / 0  # broken\n\nlogging.warning("log")',
        None,
        ["wrote to stderr: WARNING:root:log"],
    ),
    "a traceback that is printed, from a function of another cell": (
        "import traceback\n\ntry:\n    broken()  # call\n"
        "except ZeroDivisionError:\n    traceback.print_exc()",
        None,
        ["wrote to stderr: ZeroDivisionError: division by zero", " | " + "    broken()  # call"],
    ),
    "an expected error that passes": (
        '# raises="TypeError"\n1 + 1',
        None,
        ["should raise TypeError but passed"],
    ),
    "another error": (
        '# raises="TypeError"\n1 / 0  # one',
        "# one",
        ["ZeroDivisionError", "not ZeroDivision"],
    ),
    "another message": (
        '# raises="TypeError" match="str"\n1 + None  # none',
        "# none",
        ["TypeError", 'does not match "str"'],
    ),
}


@dataclass
class Ran:
    """The cells of a tutorial and what each put out."""

    root: Path
    cells: dict[int, Cell]
    outputs: dict[int, list[NotebookNode]]

    def failure(self, number: int, headline: str = "") -> Failure | None:
        cell, outputs = self.cells[number], self.outputs[number]
        matches = not cell.match or cell.match in outputs[-1].evalue
        try:
            check_outcome(cell, outputs, self.cells, headline, matches)
        except Failure as failure:
            return failure
        return None

    def line(self, text: str) -> str:
        """`file:line:` of the only line that contains a text."""
        (found,) = [
            f"{path.relative_to(self.root)}:{number}:"
            for path in self.root.glob("*/*.py")
            for number, line in enumerate(path.read_text().splitlines(), 1)
            if text in line
        ]
        return found


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Ran:
    root = tmp_path_factory.mktemp("failures")
    for name in ("tutorials", "snippets"):
        (root / name).mkdir()
    (root / "snippets/losses.py").write_text(SNIPPET)
    text = "# %% [markdown]\n# # Tiny\n"
    for code, _, _ in CELLS.values():
        keys, _, rest = code.partition("\n") if code.startswith("# raises") else ("#", "", code)
        text += f"\n# %%{keys[1:]}\n{rest}\n"
    text += '\n# %% raises="TypeError" match="unsupp"\n1 + None\n\n# %%\nprint("fine")\n'
    path = root / "tutorials/tiny.py"
    path.write_text(text)
    settings = Settings(source=root / "tutorials", snippets=root / "snippets")
    cells = dict(enumerate(solve(read_tutorial(path, "tiny"), settings.snippets).code, 1))

    async def execute_all() -> dict[int, list[NotebookNode]]:
        outputs = {}
        async with start_kernel(settings) as client:
            for number, cell in cells.items():
                node = new_code_cell(join(cell.lines))
                with suppress(CellExecutionError):
                    client.nb.cells.append(node)
                    await client.async_execute_cell(node, len(client.nb.cells) - 1)
                outputs[number] = node.outputs
        return outputs

    return Ran(root, cells, asyncio.run(execute_all()))


@pytest.fixture(autouse=True)
def in_root(ran, monkeypatch):
    monkeypatch.chdir(ran.root)


@pytest.mark.parametrize("kind", CELLS)
def test_a_failure_names_the_authors_line_the_cell_and_the_reason(ran, kind):
    _, marked, words = CELLS[kind]
    number = list(CELLS).index(kind) + 1
    message = str(ran.failure(number))
    assert message.startswith(
        ran.line(marked) if marked else f"tutorials/tiny.py:{ran.cells[number].number}: "
    )
    assert f"in the cell at tutorials/tiny.py:{ran.cells[number].number}:" in message
    for word in words:
        assert word in message


def test_a_cell_that_passes_or_fails_as_it_should_is_not_a_failure(ran):
    assert [ran.failure(len(CELLS) + more) for more in (1, 2)] == [None, None]


def test_an_exception_can_be_explained_in_place_of_its_message_which_stays_below(ran):
    failure = ran.failure(1, "out of memory; do less.")
    assert failure.headline == "out of memory; do less."
    assert "TypeError: can only" in failure.details


CELL = Cell(
    code=True,
    path=Path("a.py"),
    number=3,
    lines=tuple(Line(f"line{n}", Path("a.py"), n) for n in range(4, 24)),
)


def test_an_excerpt_shows_three_lines_around_the_marked_one_and_a_long_traceback_its_end():
    steps = [f"Cell In[1], line {n}, in f{n}(x)" for n in range(6, 18)]
    error = new_output("error", ename="E", evalue="one\ntwo", traceback=steps)
    failure = raised(CELL, error, {1: CELL}, "it is wrong.")
    assert str(failure).splitlines()[:3] == [
        "a.py:20: E: one",
        "  it is wrong.",
        "  in the cell at a.py:3:",
    ]
    rows = [line for line in failure.details.splitlines() if " | line" in line]
    assert [row.split()[-1] for row in rows] == [f"line{n}" for n in range(6, 13)]
    assert [row for row in rows if row.startswith("  >")] == ["  >    9 | line9"]
    assert failure.details.count(" in f") == 8
    assert failure.details.endswith("E: one\n  | two")


@pytest.mark.parametrize("before", ["", "x = 1\n\n"])
def test_the_failure_of_a_cell_that_pastes_shows_the_authors_lines_each_once(project, before):
    project.snippet(
        "a", "import math\n\n\ndef f():\n    return math.pi\n\n\ndef g():\n    return f()\n"
    )
    path = project.tutorial("part/page", f"# %%\n{before}from snippets.a import g\n\ny = g()\n")
    (cell,) = solve(read_tutorial(path, "part/page"), project.settings.snippets).code
    rows = [row for row in str(cell_failure(cell, "it failed.")).splitlines() if " | " in row]
    assert [row.partition("|")[2].strip() for row in rows if row.startswith("  >")] == [
        "x = 1" if before else "y = g()"
    ]
    assert all(text not in row for row in rows for text in ("math", "def ", "return"))
    numbers = [row.split("|")[0].split()[-1] for row in rows]
    assert len(set(numbers)) == len(numbers)


def test_a_failure_travels_between_machines():
    failure = cell_failure(CELL, "it failed.")
    copy = pickle.loads(pickle.dumps(failure))
    assert (str(copy), copy.line) == (str(failure), failure.line)
    assert str(failure).startswith(
        "a.py:3: it failed.\n  in the cell at a.py:3:\n  >    4 | line4\n"
    )


def test_lines_and_colours_of_what_a_cell_raises_or_prints_are_kept_apart():
    text = "\x1b[31mred\x1b[0m \x1b]0;title\x07\n::error::mine\r\n\x9b2J"
    error = new_output("error", ename="E", evalue=text, traceback=[])
    printed = new_output("stream", name="stderr", text=text)
    for outputs in ([error], [printed]):
        with pytest.raises(Failure) as raised:
            check_outcome(CELL, outputs, {1: CELL})
        message = str(raised.value)
        assert "red \\x1b]0;title\\x07\n  | ::error::mine\n  | \\x9b2J" in message


# What terminals and the logs of a CI obey, and what turns the order of signs.
COMMANDS = [
    *("\n::error file=a.py::mine", "\n \t::stop-commands::x", "\r::warning::x", "\u2028::error::x"),
    *(
        "##[error]mine",
        "\n##[add-mask]a",
        "##vso[task.complete]",
        "##teamcity[x]",
        "\x85::error::x",
    ),
    *("\x1b[2J", "\x1b]8;;https://evil.test\x07", "\x9b2J", "\x9d0;t\x9c", "\x00\x08\x7f", "a\rb"),
    *("\u202e", "\u2066x\u2069", "\u200b", "\ufeff", "\U000e0041", "\ud800", "\v\f"),
]


def messages(text: str) -> Iterator[str]:
    """All that a build says in which a text of an author or a cell stands, as it is printed."""
    error = new_output("error", ename=f"E{text}", evalue=f"e{text}", traceback=[])
    frames = [f"Cell In[1], line 5, in f{text}(x)", f"File {text}/a.py:3, in g{text}"]
    traced = new_output("error", ename=text, evalue=text, traceback=frames)
    printed = new_output("stream", name="stderr", text=f"a{text}\n{text}\n b{text}")
    expects = replace(CELL, raises="TypeError")
    for cell, output in ((CELL, error), (CELL, traced), (CELL, printed), (expects, error)):
        with pytest.raises(Failure) as failure:
            check_outcome(cell, [output], {1: CELL})
        yield str(failure.value)
        yield str(merge([failure.value, failure.value]))
    yield str(Failure(Line(text, Path(f"a{text}.py"), 1), text, f"{text}\n{text}"))
    yield str(SourceError(Diagnostic(Path(f"a{text}/b.py"), 1, text)))
    (defect, *_) = clean(f"<a href='javascript:{html.escape(text)}'>a</a>", PROSE)[1]
    yield str(Diagnostic(Path("a.py"), 1, defect.message))
    with pytest.raises(ValueError, match="cannot show") as unfit:
        shown([new_output("display_data", {f"a{text}": "1"})])
    yield str(Diagnostic(Path("a.py"), 1, str(unfit.value)))
    yield str(PageError(f"a{text}", []))
    with Progress(Console(file=(log := io.StringIO()), width=200)) as progress:
        progress.begin({"a": 1.0})
        progress.say(text)
        progress.ended("a", f"failed a: {text}")
    yield log.getvalue()


@pytest.mark.parametrize("text", COMMANDS, ids=ascii)
def test_no_message_commands_a_terminal_or_a_ci(text):
    for message in messages(text):
        lines = message.split("\n")
        assert all(map(str.isprintable, lines)), message
        assert not [line for line in lines if line.lstrip().startswith("::")], message
        assert not re.search(r"##\w*\[", message), message
