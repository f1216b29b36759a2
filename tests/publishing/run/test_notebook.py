import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from publishing.execution import Run, execute
from publishing.failure import Failure
from publishing.tutorial import read_tutorial
from publishing.variants import solved

EXERCISE = """
# %% exercise="add-one"
def add_one(x):
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION

# %% check="add-one"
assert add_one(1) == 2, "add_one(1) should be 2"
"""


def run(project, cells, answers=None, **options) -> Run:
    tutorial = read_tutorial(project.tutorial("tiny", cells), "tiny")
    variant = solved(tutorial, project.settings.snippets)
    return asyncio.run(execute(variant, replace(project.settings, **options), answers))


def test_outputs_seconds_and_device_of_each_code_cell_are_returned(project):
    done = run(
        project,
        """
        # %%
        print("hello")
        6 * 7

        # %% [markdown]
        # prose

        # %%
        x = 1
        """,
    )
    (stream, value), nothing = done.outputs
    assert stream.text == "hello\n"
    assert value.data["text/plain"] == "42"
    assert nothing == []
    assert len(done.seconds) == 2
    assert done.device == {"platform": "cpu", "kind": "cpu"}


def test_a_figure_comes_as_svg_and_png_and_is_the_same_twice(project):
    cells = """
    # %% alt="a line"
    import matplotlib.pyplot as plt

    plt.plot([1, 3, 2])
    plt.show()
    """
    ((first,),), ((second,),) = run(project, cells).outputs, run(project, cells).outputs
    assert {"image/svg+xml", "image/png"} <= set(first.data)
    assert first == second


FAILURES = {
    "an exception": ('# %%\n1 + 1\n\n# %%\nx = "a"\nx + 1  # here', "# here", ["TypeError", "in the cell at"]),
    "sys.exit": ("# %%\nimport sys\n\nsys.exit(3)  # here", "# here", ["SystemExit: 3"]),
    "exit()": ("# %%\nexit()  # here", "# here", ["SystemExit"]),
    "input()": ('# %%\ninput("name? ")  # here', "# here", ["input requests"]),
    "a warning": ('# %%\nimport warnings\n\nwarnings.warn("old")  # here', "# here", ["UserWarning: old", "readers"]),
    "a dead kernel": ("# %%\nimport os\n\nos.kill(os.getpid(), 9)", None, ["SIGKILL", "memory"]),
    "a kernel that leaves": ("# %%\nimport os\n\nos._exit(4)", None, ["exit code 4"]),
    "a timeout": ("# %%\nwhile True:\n    pass", None, ["2 seconds", "timeout"]),
    "too much output": ('# %%\nprint("x" * 9_000_000)', None, ["more than 5 MB"]),
    "a warning in a thread": (
        "# %%\nimport threading\nimport numpy as np\n\ndef work():\n    np.float64(1) / 0  # here\n\n"
        "one = threading.Thread(target=work)\none.start()\none.join()",
        "# here",
        ["wrote to stderr: RuntimeWarning: divide by zero", "mend its cause"],
    ),
    "a warning that is only shown": (
        '# %%\nimport warnings\n\nwarnings.simplefilter("default")\nwarnings.warn("old")  # here',
        "# here",
        ["wrote to stderr: UserWarning: old"],
    ),
    "a log message": ('# %%\nimport logging\n\nlogging.warning("odd")', None, ["wrote to stderr: WARNING:root:odd"]),
    "this repository": ("# %%\n__import__('publishing')  # here", "# here", ["ModuleNotFoundError"]),
    "an expected error that passes": ('# %% raises="TypeError"\n1 + 1', None, ["should raise TypeError", "passed"]),
    "another error": ('# %% raises="TypeError"\n1 / 0  # here', "# here", ["ZeroDivisionError", "not ZeroDivision"]),
    "another message": ('# %% raises="TypeError" match="str"\n1 + None  # here', "# here", ["does not match"]),
}


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_names_the_authors_line_the_cell_and_the_reason(project, line_with, kind):
    cells, marked, words = FAILURES[kind]
    with pytest.raises(Failure) as raised:
        run(project, cells, timeout=2)
    message = str(raised.value)
    assert message.startswith(line_with(marked) if marked else "tutorials/tiny.py:4:")
    for word in words:
        assert word in message


def test_an_exception_in_a_snippet_names_the_snippets_line_and_the_call(project, line_with):
    project.snippet("losses", 'def loss(x):\n    """Loss."""\n    return x / 0  # there\n')
    with pytest.raises(Failure) as raised:
        run(project, "# %%\nfrom snippets.losses import loss\n\nloss(1.0)  # the call")
    message = str(raised.value)
    assert message.startswith(line_with("# there") + " ZeroDivisionError")
    assert line_with("# the call").rstrip(":") in message


GREEDY = "kept = []\nwhile True:\n    kept.append(bytearray(10_000_000))\n"
GREEDY_CHILD = f"import subprocess, sys\n\nsubprocess.run([sys.executable, '-c', {GREEDY!r}])\n"
AFTER_CHILDREN = f"""
import subprocess, time

begin = time.monotonic()
while time.monotonic() < begin + 1.5:
    subprocess.run(["sleep", "0.01"])
{GREEDY}"""


@pytest.mark.parametrize("code", [GREEDY, GREEDY_CHILD, AFTER_CHILDREN], ids=["kernel", "child", "after children"])
def test_a_kernel_that_takes_too_much_memory_is_stopped_and_told_so(project, code):
    cells = f"# %%\n{code.lstrip()}"
    with pytest.raises(Failure, match=r"tiny.py:4: the kernel took more than 300 MB"):
        run(project, cells, memory=300)


@pytest.mark.parametrize("show", ["print('x' * 10_000)", "display({'text/plain': 'x' * 10_000}, raw=True)"])
def test_output_without_end_is_stopped_at_the_limit_and_not_at_the_timeout(project, show):
    with pytest.raises(Failure, match=r"tiny.py:4: the cell put out more than 5 MB; show less of it\."):
        run(project, f"# %%\nwhile True:\n    {show}")


FAKE_JAX = """
# %%
import sys
from types import SimpleNamespace

sys.modules["jax"] = SimpleNamespace(devices=lambda: [SimpleNamespace(platform="{}", device_kind="FakeChip 9")])


# %%
class {}(RuntimeError):
    pass


raise {}("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 99999999 bytes.")  # here
"""


@pytest.mark.parametrize("name", ["JaxRuntimeError", "XlaRuntimeError"])
def test_a_gpu_without_memory_left_is_told_as_such_with_the_way_out(project, line_with, name):
    with pytest.raises(Failure) as raised:
        run(project, FAKE_JAX.format("gpu", name, name))
    headline = str(raised.value).splitlines()[0]
    assert headline.startswith(line_with("# here") + " out of GPU memory on FakeChip 9; run fewer kernels at once")
    assert "--workers 1" in headline
    assert "trying to allocate 99999999 bytes" in str(raised.value)


def test_jax_without_memory_left_on_a_cpu_says_nothing_of_a_gpu(project):
    with pytest.raises(Failure) as raised:
        run(project, FAKE_JAX.format("cpu", "JaxRuntimeError", "JaxRuntimeError"))
    assert ": out of memory; run fewer kernels at once" in str(raised.value).splitlines()[0]
    assert "GPU" not in str(raised.value)


def test_an_expected_error_is_kept_as_its_message_without_colours_or_paths(project):
    ((error,),) = run(project, '# %% raises="TypeError" match="unsupported"\n1 + None').outputs
    assert (error.ename, "unsupported operand" in error.evalue) == ("TypeError", True)
    assert error.traceback == [f"TypeError: {error.evalue}"]


def test_a_kernel_starts_in_an_empty_folder_without_this_repository(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(project.root))
    cells = """
    # %%
    import os, sys

    print(os.listdir(), [path for path in sys.path if "pytest-" in path], "PYTHONPATH" in os.environ)
    """
    assert run(project, cells).outputs[0][0].text == "[] [] False\n"


def test_a_check_that_passes_without_an_answer_fails_at_the_line_of_the_check(project, line_with):
    cells = EXERCISE.replace('assert add_one(1) == 2, "add_one(1) should be 2"', "True")
    with pytest.raises(Failure, match="this check passes although the exercise raises") as raised:
        run(project, cells)
    assert str(raised.value).startswith(line_with('check="add-one"'))


def test_a_check_that_only_notices_the_error_of_the_stub_fails_too(project):
    cells = EXERCISE.replace('assert add_one(1) == 2, "add_one(1) should be 2"', "add_one(1)")
    with pytest.raises(Failure, match="although the exercise does nothing"):
        run(project, cells)


def test_answers_are_judged_each_by_itself_and_leave_nothing_behind(project):
    cells = f"""# %%
data = {{"x": [1, 2]}}

def use():
    return add_one(data["x"][0])
{EXERCISE}
assert use() == 2, "use() should see the answer"
assert data == {{"x": [1, 2]}}, "the data was changed"

# %%
print(data, use())
"""
    answers = {
        "add-one": {
            "right": "def add_one(x): return 1 + x",
            "changes data": "def add_one(x): return x + 1\ndata['x'].append(3)",
            "right again": "add_one = lambda x: -(-1 - x)",
            "leaves": "raise SystemExit",
        }
    }
    done = run(project, cells, answers)
    verdicts = done.verdicts["add-one"]
    assert verdicts["right"] == verdicts["right again"] == {"answer": None, "check": None}
    assert verdicts["changes data"]["check"] == "AssertionError: the data was changed"
    assert verdicts["leaves"]["answer"] == "SystemExit: "
    assert verdicts["raises"]["check"].startswith("NotImplementedError: Exercise add-one")
    assert verdicts["does nothing"]["check"].startswith("AssertionError")
    assert done.outputs[-1][0].text == "{'x': [1, 2]} 2\n"


def test_an_answer_that_never_ends_is_a_timeout_of_the_exercise(project, line_with):
    answers = {"add-one": {"endless": "def add_one(x):\n    while True: pass"}}
    with pytest.raises(Failure, match="answers to its exercise ran longer than 2 seconds") as raised:
        run(project, EXERCISE, answers, timeout=2)
    assert str(raised.value).startswith(line_with('exercise="add-one"'))


def kernels_in(folder) -> list[psutil.Process]:
    """The kernels whose connection file lies in a folder."""
    return [p for p in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(p.info["cmdline"] or [])]


@pytest.mark.parametrize("wait", [0, 1], ids=["while the kernel starts", "while a cell runs"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_within_three_seconds_and_leaves_no_kernel_and_no_folder(project, number, wait):
    project.tutorial("slow", "# %%\nimport time\n\ntime.sleep(100)\n")
    command = [sys.executable, "-m", "publishing.cli", "run"]
    with (
        tempfile.TemporaryDirectory() as folder,  # its path is short enough for a socket's
        subprocess.Popen(command, env=os.environ | {"TMPDIR": folder}, stderr=subprocess.DEVNULL) as process,
    ):
        deadline = time.monotonic() + 30
        while not kernels_in(folder) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(wait)
        process.send_signal(number)
        process.wait(timeout=3)
        time.sleep(0.5)
        assert process.returncode == 1
        assert list(Path(folder).glob("tutorial-*")) == []
        assert kernels_in(folder) == []
    assert not list(project.settings.records.rglob("*.json"))
