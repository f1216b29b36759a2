"""How long a build takes, beside other ways to run and render the same tutorials, as ratios.

    uv run python tests/benchmark/build.py [--quick]

`--quick` leaves out other ways to build, and the comparison of 170 copies with 17. A table goes to
the standard output. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from rich.console import Console
from rich.table import Table

from publishing.load import load
from publishing.options import read_options
from publishing.run.record import Store

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
ENVIRONMENT |= {"NO_MKDOCS_2_WARNING": "1", "MPLBACKEND": "Agg"}
MYST_NB = ("uv", "run", "--project", str(ROOT), "--with", "myst-nb")
OTHER_CONFIG = """
site_name: Other
theme: { name: material, font: false }
plugins: [search, mkdocs-jupyter: { include: ["*.ipynb"], execute: true, allow_errors: true }]
"""
SPHINX_CONFIG = """
extensions = ["myst_nb"]
nb_execution_mode = "cache"
nb_execution_timeout = 300
nb_execution_allow_errors = True
nb_execution_cache_path = "cache"
"""
# Two jobs that meet an empty cache both make its tables, and one of them fails.
MAKE_CACHE = "from jupyter_cache import get_cache; get_cache('cache').list_cache_records()"
# About two seconds: the import of JAX, and one compilation.
COPY = """\
# %% [markdown]
# # Copy {number}

# %%
import jax
import jax.numpy as jnp

jax.jit(lambda x: jnp.sin(x) + {number})(jnp.ones(3))
"""


def timed(command: Sequence[str | Path], folder: Path) -> float:
    """The seconds that a command takes in a folder; one that fails ends the benchmark."""
    with tempfile.TemporaryFile(
        "w+"
    ) as said:  # a pipe would stay open as long as any child of the command
        begin = time.perf_counter()
        done = subprocess.run(
            command, cwd=folder, env=ENVIRONMENT, stdout=said, stderr=said, check=False
        )
        seconds = time.perf_counter() - begin
        if done.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{said.read()[-3000:]}")
    return seconds


def mkdocs(folder: Path) -> float:
    """The seconds of `mkdocs build` in a folder."""
    return timed([sys.executable, "-m", "mkdocs", "build", "--quiet"], folder)


def by_turns(*folders: Path) -> list[float]:
    """The median seconds of three builds in each folder, by turns: other work comes and goes."""
    turns = [[mkdocs(folder) for folder in folders] for _ in range(3)]
    return [statistics.median(seconds) for seconds in zip(*turns, strict=True)]


def copy_of_the_project(folder: Path) -> Path:
    """The files that git knows, without records."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def notebooks(folder: Path) -> list[Path]:
    """The notebooks of all tutorials, longest first as the records have it."""
    folder.mkdir()
    settings = read_options(ROOT / "mkdocs.yml").settings
    seconds = Store(settings.records).times()
    lessons = sorted(load(settings), key=lambda lesson: seconds.get(lesson.name, 0), reverse=True)
    paths = [folder / f"{lesson.name.replace('/', '-')}.ipynb" for lesson in lessons]
    for path, lesson in zip(paths, lessons, strict=True):
        nbformat.write(lesson.solved.notebook(), path)
    return paths


def floor(paths: list[Path]) -> float:
    """The seconds of nbclient alone, two kernels at once."""

    async def run() -> None:
        free = asyncio.Semaphore(2)

        async def one(path: Path) -> None:
            async with free:
                client = NotebookClient(nbformat.read(path, 4), timeout=300, kernel_name="python3")
                await client.async_execute(
                    stderr=subprocess.DEVNULL
                )  # each kernel warns of its transport

        await asyncio.gather(*map(one, paths))

    begin = time.perf_counter()
    asyncio.run(run())
    return time.perf_counter() - begin


def other_mkdocs(folder: Path, paths: list[Path]) -> float:
    """The seconds of MkDocs with mkdocs-jupyter by itself."""
    (folder / "docs").mkdir(parents=True)
    (folder / "docs/index.md").write_text("# Home\n")
    for path in paths:
        shutil.copy(path, folder / "docs")
    (folder / "mkdocs.yml").write_text(OTHER_CONFIG)
    return mkdocs(folder)


def myst_nb(folder: Path, paths: list[Path]) -> float:
    """The seconds of Sphinx with MyST-NB, its cache and two jobs."""
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder)
    (folder / "conf.py").write_text(SPHINX_CONFIG)
    names = "\n".join(path.stem for path in paths)
    (folder / "index.md").write_text(f"# Home\n\n```{{toctree}}\n{names}\n```\n")
    timed([*MYST_NB, "python", "-c", MAKE_CACHE], folder)
    return timed([*MYST_NB, "sphinx-build", "-q", "-j", "2", ".", "built"], folder)


def copies(folder: Path, number: int) -> tuple[float, float]:
    """The seconds of a cold and a warm build of copies of one tutorial, each with its constant."""
    (folder / "tutorials/many").mkdir(parents=True)
    (folder / "snippets").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs/index.md").write_text("# Home\n")
    for index in range(number):
        (folder / f"tutorials/many/copy{index}.py").write_text(COPY.format(number=index))
    pages = "".join(f"  - tutorials/many/copy{index}.ipynb\n" for index in range(number))
    config = """\
        site_name: Copies
        theme: { name: material, font: false }
        plugins:
          - search
          - tutorials
          - mkdocs-jupyter
        nav:
          - index.md
        """
    (folder / "mkdocs.yml").write_text(textwrap.dedent(config) + pages)
    return mkdocs(folder), mkdocs(folder)


def served(folder: Path, *options: str) -> float:
    """The median seconds from a save of prose, under `mkdocs serve`, to the page that shows it."""
    tutorial = sorted(folder.glob("tutorials/*/*.py"))[0]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = f"http://127.0.0.1:{port}/tutorials/{tutorial.parent.name}/{tutorial.stem}/"
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "serve",
        "--quiet",
        "--dev-addr",
        f"127.0.0.1:{port}",
        *options,
    ]
    environment = ENVIRONMENT | {"SITE_URL": ""}
    seconds = []
    with subprocess.Popen(
        command, cwd=folder, env=environment, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(page, tutorial.stem)
            for number in range(5):
                time.sleep(2)  # the server looks for changes again
                word = f"Saved-{number}-{len(options)}"
                text = tutorial.read_text().replace("\n#\n# ", f"\n#\n# {word} ", 1)
                begin = time.perf_counter()
                tutorial.write_text(text)
                _wait_for(page, word)
                seconds.append(time.perf_counter() - begin)
        finally:
            server.terminate()
    return statistics.median(seconds)


def _wait_for(page: str, word: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(page) as answer:
            if word in answer.read().decode():
                return
        time.sleep(0.02)
    sys.exit(f"{page} does not show {word}.")


def measured(folder: Path, quick: bool) -> Iterator[tuple[str, float, str, float, str]]:
    """What was measured, its seconds, what it is compared with, the ratio, and the wanted ratio."""
    paths = notebooks(folder / "notebooks")
    ours = copy_of_the_project(folder / "ours")
    bare = floor(paths)
    yield "nbclient alone, two kernels, longest first (the floor)", bare, "", 1.0, ""
    cold = mkdocs(ours)
    yield "this build, cold", cold, "the floor", cold / bare, "at most 1.1"
    if not quick:
        other = other_mkdocs(folder / "other", paths)
        yield "mkdocs-jupyter, executing by itself", other, "this build, cold", other / cold, ""
        sphinx = myst_nb(folder / "myst", paths)
        yield "MyST-NB, cache, two jobs", sphinx, "this build, cold", sphinx / cold, ""
    timed([Path(sys.executable).with_name("tutorials"), "write", folder / "plain"], ours)
    plain, warm = by_turns(folder / "plain", ours)
    yield "MkDocs alone, of the same pages as Markdown", plain, "", 1.0, ""
    yield "this build, warm", warm, "MkDocs alone", warm / plain, "at most 1.5"
    yield "mkdocs serve, from a save of prose to the page", served(ours), "", 1.0, ""
    yield "the same with --dirty", served(ours, "--dirty", "--no-strict"), "", 1.0, "at most 2 s"
    if not quick:
        few, many = (copies(folder / f"copies-{number}", number) for number in (17, 170))
        for name, less, more, wanted in zip(
            ("cold", "warm"), few, many, ("10.5", "12"), strict=True
        ):
            yield f"17 copies of one tutorial, {name}", less, "", 1.0, ""
            yield (
                f"170 copies, {name}",
                more,
                f"17 copies, {name}",
                more / less,
                f"at most {wanted}",
            )


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    table = Table("what", "seconds", "against", "ratio", "wanted", box=None)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for what, seconds, against, ratio, wanted in measured(
            Path(folder), parser.parse_args().quick
        ):
            row = (what, f"{seconds:.1f}", against, f"{ratio:.2f}" if against else "", wanted)
            table.add_row(*row)
            print(*row, sep=" | ", file=sys.stderr, flush=True)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
