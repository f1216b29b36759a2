import asyncio
import importlib.util
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from zmq import ZMQError

from publishing.assemble.variants import solve
from publishing.load import load
from publishing.read.percent import read_tutorial
from publishing.run import kernel, schedule
from publishing.run.devices import MachineError
from publishing.run.failure import Failure
from publishing.run.kernel import Kernel, kernel_folder
from publishing.run.notebook import Run, execute
from publishing.settings import Settings


@pytest.mark.slow
def run(project, cells, **options) -> Run:
    variant = solve(
        read_tutorial(project.tutorial("tiny", cells), "tiny"), project.settings.snippets
    )
    return asyncio.run(execute(variant, replace(project.settings, **options)))


# What a person's shell or a runner of CI may hold, and what a kernel has of it.
SHELL = {
    "PATH": ("/opt/python@3.13/bin", "/opt/python@3.13/bin"),
    "LD_LIBRARY_PATH": ("/opt/cuda", "/opt/cuda"),
    "CUDA_VISIBLE_DEVICES": ("0", "0"),
    "https_proxy": ("http://proxy:3128", "http://proxy:3128"),
    "HTTP_PROXY": ("http://me:secret@proxy:3128", None),
    "GITHUB_TOKEN": ("secret", None),
    "AWS_SECRET_ACCESS_KEY": ("secret", None),
    "NVIDIA_API_KEY": ("secret", None),
    "XLA_FLAGS": ("--xla_force_host_platform_device_count=4", None),
    "JAX_ENABLE_X64": ("1", None),
    "OMP_NUM_THREADS": ("3", None),
    "MPLBACKEND": ("agg", None),
    "PYTHONPATH": ("/here", None),
    "PYTHONOPTIMIZE": ("1", None),
    "PYTHONHASHSEED": ("7", "0"),
    "TZ": ("Asia/Tokyo", "UTC"),
    "LC_ALL": ("tr_TR.UTF-8", "C.UTF-8"),
    "LANG": ("tr_TR.UTF-8", None),
    "COLUMNS": ("40", "80"),
    "A_NAME_THAT_NOBODY_THOUGHT_OF": ("1", None),
}


def test_a_kernel_has_of_the_environment_only_what_cannot_change_or_leak_into_a_page(monkeypatch):
    for name, (value, _) in SHELL.items():
        monkeypatch.setenv(name, value)
    with kernel_folder(Settings()) as folder:
        environment = Kernel(folder).launch(replace(Settings(), device="cpu"))["env"]
    assert {name: environment.get(name) for name in SHELL} == {
        name: kept for name, (_, kept) in SHELL.items()
    }
    assert environment["JAX_PLATFORMS"] == "cpu"


@pytest.mark.slow
def test_cells_see_that_environment_and_no_other(project, monkeypatch):
    for name in ("GITHUB_TOKEN", "XLA_FLAGS"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    secret = "[k for k, v in os.environ.items() if v == 'secret']"
    code = f"# %%\nimport os, time\n\nprint({secret}, time.tzname[0])\n"
    assert run(project, code).outputs[0][0].text == "[] UTC\n"


def test_a_kernel_is_started_with_this_python_in_an_empty_folder_that_hides_the_repository():
    with kernel_folder(Settings()) as folder:
        assert Kernel(folder).kernel_spec.argv[0] == sys.executable
        assert list(Path(Kernel(folder).launch(Settings())["cwd"]).iterdir()) == []
        config = folder / "ipython/profile_default/ipython_kernel_config.py"
        assert "HIDDEN = ['snippets', 'publishing', 'tutorials']" in config.read_text()


def test_a_machine_on_which_no_kernel_can_run_is_told_with_the_way_out_before_any_is_started(
    project, monkeypatch
):
    project.tutorial("a", "# %%\n1\n")
    long = project.root / ("x" * 71)
    long.mkdir()

    def refusal() -> str:
        with pytest.raises(MachineError) as raised:
            schedule.run(load(project.settings), project.settings)
        return str(raised.value)

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(long))
        assert refusal().endswith("set TMPDIR to a shorter one, as in `TMPDIR=/tmp`.")
    monkeypatch.delattr(os, "killpg")
    assert "on Windows, build in WSL" in refusal()


@pytest.mark.slow
def test_a_kernel_starts_in_an_empty_folder_without_this_repository(project, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(project.root))
    cells = """
    # %%
    import os, sys

    on_path = [path for path in sys.path if "pytest-" in path]
    print(os.listdir(), on_path, "PYTHONPATH" in os.environ)

    # %% raises="ModuleNotFoundError"
    __import__("publishing")
    """
    assert run(project, cells).outputs[0][0].text == "[] [] False\n"


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["snippets", "pieces"])
def test_a_course_sees_no_snippets_of_the_checkout_from_which_the_package_is_installed(
    project, folder
):
    assert importlib.util.find_spec("snippets"), (
        "an editable install, as that of this checkout, shows them to all"
    )
    project.settings.snippets.rename(project.root / folder)
    (project.root / folder / "mine.py").write_text("def twice(x):\n    return 2 * x\n")
    project.settings = replace(project.settings, snippets=project.root / folder)
    code = f"# %%\nfrom {folder}.mine import twice\n\nprint(twice(4))\n"
    fails = '\n# %% raises="ModuleNotFoundError"\n{}\n'
    for name in ("snippets", folder, "tests.snippets", "publishing"):
        code += fails.format(f"__import__('{name}')")
    code += "\n# %%\nimport click\n"
    assert run(project, code).outputs[0][0].text == "8\n"


@pytest.mark.slow
def test_a_folder_in_which_packages_are_installed_stays_on_the_path_of_kernels(
    project, monkeypatch
):
    installed = Path(sysconfig.get_path("purelib"))
    monkeypatch.setattr(kernel, "__file__", str(installed / "publishing/run/kernel.py"))
    assert run(project, "# %%\nimport click\n\nprint(1)\n").outputs[0][0].text == "1\n"


WARNING = "import warnings\n\nwarnings.warn({what})\nprint('on')"
# What a reader's notebook does not print, and what it does.
HIDDEN = {
    "a deprecation within a library": """import types

library = types.ModuleType("library")
exec("import warnings\\ndef call(): warnings.warn('old', DeprecationWarning)", vars(library))
library.call()""",
    "a deprecation to come": WARNING.format(what="'old', PendingDeprecationWarning"),
    "a file that is not closed": "import gc, os\n\nopen(os.devnull)\ngc.collect()",
    "what figures give": "import matplotlib.pyplot as plt\n\nplt.plot([1])\nplt.show()",
}
SEEN = {
    "a warning": WARNING.format(what="'old'"),
    "a deprecation in the cell itself": WARNING.format(what="'old', DeprecationWarning"),
    "a warning of the future": WARNING.format(what="'old', FutureWarning"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HIDDEN)
def test_a_warning_that_no_reader_sees_does_not_fail_the_build(project, kind):
    outputs = run(project, f"# %%\n{HIDDEN[kind]}\n").outputs[0]
    assert [output for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", SEEN)
def test_a_warning_that_readers_see_fails_the_build_unless_it_is_shown_or_tolerated(project, kind):
    with pytest.raises(
        Failure, match=r'Warning: old\n  a warning: mend it, show it with tags=\["warns"\]'
    ):
        run(project, f"# %%\n{SEEN[kind]}\n")
    shown = run(project, f'# %% tags=["warns"]\n{SEEN[kind]}\n\n# %%\n1\n').outputs[0]
    assert re.fullmatch(
        r"<cell>:3: \w+Warning: old\n.*\n", {one.name: one.text for one in shown}["stderr"]
    )
    (passed,) = run(project, f"# %%\n{SEEN[kind]}\n", tolerated=("ol",)).outputs[0]
    assert passed.text == "on\n"


@pytest.mark.slow
def test_only_the_tagged_cell_may_warn_and_it_must(project):
    tagged = f'# %% tags=["warns"]\n{SEEN["a warning"]}\n'
    with pytest.raises(Failure, match=r"tiny.py:13: UserWarning: old"):
        run(project, f"{tagged}\n# %%\n{SEEN['a warning']}\n")
    with pytest.raises(Failure, match=r"tiny.py:4: the cell is tagged to warn, but wrote"):
        run(project, '# %% tags=["warns"]\n1\n')


@pytest.mark.slow
def test_a_tolerated_warning_is_a_text_and_no_expression(project):
    with pytest.raises(Failure, match="UserWarning: old"):
        run(project, f"# %%\n{SEEN['a warning']}\n", tolerated=("o.d",))


GREEDY = "kept = []\nwhile True:\n    kept.append(bytearray(10_000_000))\n"
AFTER_CHILDREN = f"""
import subprocess, sys, time

begin = time.monotonic()
while time.monotonic() < begin + 1.5:
    subprocess.run(["sleep", "0.01"])
subprocess.run([sys.executable, "-c", {GREEDY!r}])
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", [GREEDY, AFTER_CHILDREN], ids=["kernel", "child after children"])
def test_a_kernel_that_takes_too_much_memory_is_stopped_with_the_reason(project, code):
    with pytest.raises(Failure, match=r"tiny.py:4: the kernel took more than 300 MB"):
        run(project, f"# %%\n{code.lstrip()}", memory=300)


@pytest.mark.slow
def test_output_without_end_is_stopped_at_the_limit_and_not_at_the_timeout(project):
    with pytest.raises(
        Failure, match=r"tiny.py:4: the cell put out more than 5 MB; show less of it\."
    ):
        run(project, f"# %%\n{SHOW}\nwhile True:\n    print('x' * 10_000)\n    show('x' * 10_000)")


SHOW = """
from IPython.display import clear_output, display


def show(text, **options):
    return display({"text/plain": text}, raw=True, **options)
"""
TOO_MUCH = {
    "text": "print('x' * 5_000_001)",
    "many texts": "for _ in range(51):\n    print('x' * 100_000)\n    show('x')",
    "after it was cleared": "show('x' * 4_000_000)\nclear_output()\n"
    "show('x' * 3_000_000)\nshow('x' * 3_000_000)",
    "an update": "show('x', display_id='a')\nshow('x' * 6_000_000, display_id='a', update=True)",
    "updates": "for i in 'abc':\n    show('x', display_id=i)\n"
    "    show('x' * 2_000_000, display_id=i, update=True)",
    "before an update": "show('x' * 4_000_000)\nshow('', display_id='z', update=True)\n"
    "show('x' * 4_000_000)",
    "an SVG": "display({'image/svg+xml': '<svg>' + 'x' * 6_000_000}, raw=True)",
    "a PNG": "display({'image/svg+xml': '<svg/>', 'image/png': 'x' * 6_000_000}, raw=True)",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", TOO_MUCH)
def test_more_than_the_limit_is_a_failure_in_whatever_it_comes(project, kind):
    with pytest.raises(Failure, match=r"tiny.py:12: the cell put out more than 5 MB"):
        run(project, f"# %%\n{SHOW}\n# %%\n{TOO_MUCH[kind]}")


@pytest.mark.slow
def test_only_what_is_shown_counts_towards_the_limit(project):
    cells = f"""# %%
{SHOW}
for _ in range(20):
    clear_output(wait=True)
    show("x" * 1_000_000)

# %%
print("x")
handle = show("x", display_id="a")
for _ in range(20):
    show("x" * 1_000_000, display_id="a", update=True)

# %%
for _ in range(3):
    display({{"image/svg+xml": "x" * 4_000_000, "image/png": "x" * 1_500_000}}, raw=True)

# %%
display({{"image/svg+xml": "x" * 900_000, "image/png": "x" * 1000}}, raw=True)
"""
    cleared, updated, heavy, light = run(project, cells).outputs
    assert [len(output.data["text/plain"]) for output in cleared] == [1_000_000]
    assert [len(output.data["text/plain"]) for output in updated[1:]] == [1_000_000]
    assert [list(output.data) for output in heavy] == [["image/png"]] * 3
    assert set(light[0].data) == {"image/svg+xml", "image/png"}


@pytest.mark.slow
@pytest.mark.parametrize("number", [2_000, 6_000])
def test_of_many_outputs_at_once_none_is_lost(project, number):
    code = f"for number in range({number}):\n    display(number)\n"
    cells = f"# %%\nfrom IPython.display import display\n\n{code}"
    (outputs,) = run(project, cells, timeout=200).outputs
    assert [output.data["text/plain"] for output in outputs] == list(map(str, range(number)))


@pytest.mark.slow
def test_a_kernel_that_was_killed_is_reported_with_the_signal_and_what_may_have_sent_it(project):
    with pytest.raises(
        Failure, match=r"tiny.py:4: the kernel was killed by SIGKILL; .* out of memory\."
    ):
        run(project, "# %%\nimport os\n\nos.kill(os.getpid(), 9)")


CHILDREN = """
# %%
import os, signal, subprocess, sys, time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
child = subprocess.Popen(["sleep", "{mark}"])
forks = "import os; os.fork() or os.execvp('sleep', ['sleep', '{mark}'])"
subprocess.Popen([sys.executable, "-c", forks]).wait()

# %%
{end}
"""


def sleepers(mark: str) -> list[psutil.Process]:
    """The processes that sleep for a time that is the mark of a test, zombies left out."""
    return [
        p
        for p in psutil.process_iter(["cmdline", "status"])
        if p.info["cmdline"] == ["sleep", mark] and p.info["status"] != psutil.STATUS_ZOMBIE
    ]


def wait_for(condition, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "end", "message"),
    [
        (1, "time.sleep(0.3)", None),
        (
            2,
            "time.sleep(99)",
            r"tiny.py:13: the cell ran longer than 2 seconds, the timeout in mkdocs.yml\.",
        ),
        (3, "os._exit(4)", r"tiny.py:13: the kernel ended by itself with exit code 4\."),
    ],
    ids=["after a run", "after a timeout", "after its death"],
)
def test_what_a_kernel_started_ends_with_it(project, number, end, message):
    mark = f"{number}{os.getpid()}"
    cells = CHILDREN.format(mark=mark, end=f"assert child.poll() is None\n{end}")
    if message:
        with pytest.raises(Failure, match=message):
            run(project, cells, timeout=2)
    else:
        run(project, cells)
    wait_for(lambda: not sleepers(mark), seconds=2)


DAEMON = """
import os

if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
os.closerange(0, 3)
os.execvp("sleep", ["sleep", "{mark}"])
"""
# The ways of a process to leave the one that started it; each is given as code of a cell.
WAYS = {
    "a session of its own": "subprocess.Popen(['sleep', '{mark}'], start_new_session=True)",
    "a fork": "os.fork() or os.execvp('sleep', ['sleep', '{mark}'])",
    "in the background of a shell": "subprocess.run('sleep {mark} &', shell=True)",
    "setsid in the background": "subprocess.run(['sh', '-c', 'setsid sleep {mark} &'])",
    "setsid twice": 'subprocess.run(["sh", "-c", "setsid sh -c \'sleep {mark} &\' &"])',
    "nohup": "subprocess.run('nohup setsid sleep {mark} >/dev/null 2>&1 &', shell=True)",
    "without its environment": "subprocess.run('env -i setsid sleep {mark} &', shell=True)",
    "without its environment, twice": """
subprocess.run(["sh", "-c", "env -i setsid sh -c 'sleep {mark} &' &"])""",
    "a daemon": "subprocess.run([sys.executable, '-c', {daemon!r}])",
    "ignored signals": """
subprocess.run('trap "" HUP TERM INT; setsid sleep {mark} &', shell=True)""",
    "a pool": """
import multiprocessing
pool = multiprocessing.get_context("fork").Pool(2)
pool.apply_async(os.execvp, ("sleep", ["sleep", "{mark}"]))""",
    "one that starts others": """
subprocess.run('(while :; do setsid sleep {mark} & sleep 1; done) &', shell=True)""",
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "end", ["", "os._exit(4)", "raise SystemExit"], ids=["passes", "dies", "fails"]
)
@pytest.mark.parametrize("way", WAYS)
def test_no_process_outlives_its_kernel_however_it_left_it_and_those_of_others_stay(
    project, way, end
):
    mark = f"7{os.getpid()}"
    code = WAYS[way].format(mark=mark, daemon=DAEMON.format(mark=mark)).strip()
    seen = f"until pgrep -fx 'sleep {mark}'; do sleep 0.05; done"
    cells = f"# %%\nimport os, subprocess, sys, time\n\n{code};\n\n# %%\n"
    cells += f'subprocess.run("{seen}", shell=True, check=True);\n{end}\n'
    other = subprocess.Popen(["sleep", f"9{mark}"], start_new_session=True)
    try:
        with pytest.raises(Failure, match=r"ended by itself|SystemExit") if end else nullcontext():
            run(project, cells, timeout=20)
        wait_for(lambda: not sleepers(mark), seconds=2)
        assert other.poll() is None
    finally:
        for process in [*sleepers(mark), *sleepers(f"9{mark}")]:
            process.kill()
        other.wait()


@pytest.mark.slow
def test_only_what_is_told_of_a_start_is_a_kernel_that_did_not_start(project, monkeypatch):
    async def fail(*_, **__):
        raise RuntimeError("the event loop is closed")

    with monkeypatch.context() as patch:
        patch.setattr(kernel.LimitedClient, "async_execute_cell", fail)
        with pytest.raises(RuntimeError, match=r"^the event loop is closed$"):
            run(project, "# %%\n1\n")
    for error in (RuntimeError("Kernel died"), OSError("no room"), ZMQError(msg="no socket")):

        async def fail_to_start(*_, error=error, **__):
            raise error

        for name in ("async_start_new_kernel", "async_start_new_kernel_client"):
            with monkeypatch.context() as patch:
                patch.setattr(kernel.LimitedClient, name, fail_to_start)
                with pytest.raises(Failure, match=f"tiny.py:4: the kernel did not start: {error}"):
                    run(project, "# %%\n1\n")


@pytest.mark.slow
def test_what_a_cell_writes_past_ipython_is_an_output_and_not_in_the_log(project, capfd):
    cells = '# %%\nimport os\n\nos.write(1, b"::error::1\\n")\nos.system("echo ::error::2")\n'
    outputs = str(run(project, cells).outputs)
    assert "::error::1" in outputs
    assert "::error::2" in outputs
    assert capfd.readouterr() == ("", "")


# Even where this was started in the background of a shell, which lets it ignore SIGINT.
RUN = """
import signal

from publishing.load import load
from publishing.run import schedule
from publishing.settings import Settings

signal.signal(signal.SIGINT, signal.default_int_handler)
schedule.run(load(Settings()), Settings())
"""


def kernels_in(folder) -> list[psutil.Process]:
    """The kernels whose connection file lies in a folder."""
    return [
        p
        for p in psutil.process_iter(["cmdline"])
        if str(folder) in " ".join(p.info["cmdline"] or [])
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "early"),
    [
        (signal.SIGINT, True),
        (signal.SIGINT, False),
        (signal.SIGTERM, False),
        (signal.SIGHUP, False),
    ],
    ids=[
        "SIGINT while the kernel starts",
        "SIGINT while a cell runs",
        "SIGTERM while a cell runs",
        "SIGHUP while a cell runs",
    ],
)
def test_an_interrupted_run_ends_soon_and_leaves_no_process_and_no_folder(project, number, early):
    mark = f"{4 + early}{number:02}{os.getpid()}"
    project.tutorial("slow", CHILDREN.format(mark=mark, end="time.sleep(100)"))
    with (
        tempfile.TemporaryDirectory() as folder,  # its path is short enough for a socket's
        subprocess.Popen(
            [sys.executable, "-c", RUN],
            env=os.environ | {"TMPDIR": folder},
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        wait_for(lambda: kernels_in(folder) if early else len(sleepers(mark)) == 2)
        process.send_signal(number)
        process.wait(timeout=20)  # on a busy machine; the cell takes 100
        assert process.returncode == -signal.SIGINT
        wait_for(lambda: not kernels_in(folder) and not sleepers(mark), seconds=1)
        assert list(Path(folder).glob("tutorial-*")) == []
    assert not list(project.settings.records.rglob("*.json"))
