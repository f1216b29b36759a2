"""Faults planted for real: kills, a full disk, two builds at once. Nothing is lost, and nothing wrong is published."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from publishing.kernel import clear_killed

TEMPLATE = Path(__file__).parents[2] / "publishing/page.html.j2"
CONFIG = f"""
site_name: Tiny
strict: true
theme: mkdocs
plugins:
  - tutorials
  - mkdocs-jupyter:
      include: ["*.ipynb"]
      html_exporter_options: {{ exclude_markdown: true }}
      custom_template: {TEMPLATE}
      execute: false
      cache: false
      mathjax_version: 2
nav: [index.md, tutorials/tiny.ipynb]
"""
BUILD = [sys.executable, "-m", "mkdocs", "build"]
RUN = [sys.executable, "-m", "publishing.cli", "run"]
LARGE = 100_000


@pytest.fixture
def site(project, monkeypatch):
    """A project with one tutorial and an old site, and a temporary folder of its own."""
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    (project.root / "docs").mkdir()
    (project.root / "docs/index.md").write_text("# Home\n")
    (project.root / "mkdocs.yml").write_text(CONFIG)
    (project.root / "site").mkdir()
    (project.root / "site/old.html").write_text("old")
    project.tutorial("tiny", "# %%\nprint('new')\n")
    return project


def call(command, **options) -> tuple[int, str]:
    """The exit code of a command and what it said."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, **options)
    return done.returncode, done.stdout + done.stderr


def small_files():
    """Let no file be longer than LARGE, as if the disk were full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGE, LARGE))


def hidden(folder: Path) -> list[str]:
    """What is left of a build: temporary files, staging folders."""
    return [str(p.relative_to(folder)) for p in folder.rglob(".*") if p.name not in (".cache", ".lock")]


def wait_for(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def marked(mark: str) -> list[psutil.Process]:
    """The processes with a mark in their environment, this one left out."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("MARK") == mark and process.pid != os.getpid():
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def short():
    """A temporary folder with a path that is short enough for a socket's."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


STARTS = """
# %%
import os, signal, subprocess, sys, threading, time

signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(999,)).start()
listening = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(999)"
children = [subprocess.Popen([sys.executable, "-c", listening], start_new_session=new) for new in (False, True)]
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "999"])
    os._exit(0)
os.wait()
"""


@pytest.mark.parametrize("end", ["1", "1 / 0"], ids=["passes", "fails"])
def test_no_thread_child_or_grandchild_of_a_cell_outlives_the_run(project, short, end):
    project.tutorial("tiny", f"{STARTS}\n# %%\n{end}\n")
    code, said = call(RUN, env=os.environ | {"TMPDIR": str(short), "MARK": str(short)})
    assert (code, "ZeroDivisionError" in said) == ((0, False) if end == "1" else (1, True))
    assert marked(str(short)) == []
    assert list(short.glob("tutorial-*")) == []


def test_a_killed_run_leaves_no_kernel_and_the_next_clears_the_rest_away(project, short, monkeypatch):
    project.tutorial("tiny", STARTS + "\n# %%\ntime.sleep(999)\n")
    environment = os.environ | {"TMPDIR": str(short), "MARK": str(short)}
    with subprocess.Popen(RUN, env=environment, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: any("sleep" in p.name() for p in marked(str(short))))
        process.kill()
    wait_for(lambda: not any("ipykernel" in " ".join(p.cmdline()) for p in marked(str(short))))
    assert marked(str(short))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    clear_killed()
    assert marked(str(short)) == []
    assert list(short.glob("tutorial-*")) == []
    assert not list(project.settings.records.rglob("*.json"))


def test_a_folder_of_a_build_that_lives_or_of_another_program_is_left_alone(short, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    for name in (f"tutorial-{os.getpid()}-x/ipython", "tutorial-999999999-x", "tutorial-of-mine"):
        (short / name).mkdir(parents=True)
    clear_killed()
    assert len(list(short.iterdir())) == 3


KILLED = """
import os, pathlib, signal
from mkdocs.__main__ import cli

rename = pathlib.Path.rename
def killed(path, target):
    if path.name == ".site-new":
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(path, target)
pathlib.Path.rename = killed
cli.main(["build"])
"""


def test_a_build_killed_while_the_sites_change_places_loses_none(site):
    code, _ = call([sys.executable, "-c", KILLED])
    assert code == -signal.SIGKILL
    assert not Path("site").exists()
    saved = Path("docs/index.md").read_text()
    Path("docs/index.md").write_text("[x](gone.md)")
    assert call(BUILD)[0] == 1
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]
    assert hidden(site.root) == []
    Path("docs/index.md").write_text(saved)
    assert call(BUILD)[0] == 0
    assert "new" in Path("site/tutorials/tiny/index.html").read_text()
    assert hidden(site.root) == []
    assert not Path(".cache/site").exists()


def test_two_builds_at_once_are_one_after_the_other_and_run_a_tutorial_once(site):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    site.tutorial("tiny", "# %%\nimport time\n\ntime.sleep(1)\nprint('new')\n")
    both = [subprocess.Popen(command, **pipes) for command in (BUILD, BUILD, RUN)]
    said = [process.communicate(timeout=100)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], said
    assert "".join(said).count("ran tiny in") == 1
    assert "Another build is at work in .cache/records; this one waits until it ends.\n" in "".join(said)
    assert "new" in Path("site/tutorials/tiny/index.html").read_text()
    assert not Path("site/old.html").exists()
    assert hidden(site.root) == []


FULL = {
    "a record": (f"print('x' * {LARGE})", RUN, "tutorials/tiny.py:1: its run could not be kept: File too large"),
    "a page": (f"print('x' * {LARGE - 2000})", BUILD, "The site could not be written: File too large"),
    "the site": ("print('x')", BUILD, "The site could not be written: File too large (.cache/site/"),
}


@pytest.mark.parametrize("kind", FULL)
def test_a_full_disk_is_told_in_a_sentence_and_leaves_the_old_site_and_no_half_file(site, kind):
    cell, command, message = FULL[kind]
    site.tutorial("tiny", f"# %%\n{cell}\n")
    code, said = call(command, preexec_fn=small_files)
    assert code == 1
    assert message in said
    assert "make room" in said
    assert "Traceback" not in said
    assert [path.name for path in Path("site").iterdir()] == ["old.html"]
    assert hidden(site.root) == []
    assert len(list(site.settings.records.rglob("*.json"))) == (kind != "a record")
