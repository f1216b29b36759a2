"""How time and memory of a build grow with the number of real pages, and beside MkDocs alone on the same Markdown.

    uv run python tests/benchmark/scale.py [NUMBER...]

The pages are copies of this course's, 100 and 300 of them unless numbers are given, each with exercises of names of its
own and with the real record, so that nothing runs. Seconds are of the processor, and memory is resident, so that it
matters little what else the machine does. A table goes to the standard output. Its last column holds the seconds of a
build against those of MkDocs alone, with the same theme, search and extensions of Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
ENVIRONMENT = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
CONFIG = """\
site_name: Copies
theme: { name: material, font: false, features: [navigation.prune] }
extra_css: [assets/site.css]
markdown_extensions: [admonition, attr_list, md_in_html, pymdownx.details, pymdownx.superfences, toc]
validation: { links: { anchors: ignore, unrecognized_links: ignore, not_found: ignore } }
plugins:
  - search
  - tutorials: { snippets: SNIPPETS }
  - mkdocs-jupyter
nav:
  - index.md
"""
ELSEWHERE = "https://example.org/"
_EXERCISE = re.compile(r'exercise="([\w-]+)"')
_LOCAL_LINK = re.compile(
    r"(?<=\]\()(?!https?:)[^()\s]*\.(?:py|md|ipynb)(?:#[^()\s]*)?(?=\))|(?<=href=\")(?!https?:)[^\"]+"
)


def measured(command: list[str | Path], folder: Path) -> tuple[float, float]:
    """The seconds of the processor and the megabytes of memory of a command; one that fails ends the benchmark."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            list(map(str, command)), cwd=folder, env=ENVIRONMENT, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{said.read()[-3000:]}")
    unit = 1e6 if sys.platform == "darwin" else 1e3  # there in bytes, elsewhere in kilobytes
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit


def course(folder: Path, number: int) -> None:
    """Write a course of so many copies, with their records; links to other pages lead elsewhere."""
    from publishing.load import load
    from publishing.plugin import read_options
    from publishing.run.record import Record, Store

    routes = read_options(ROOT / "mkdocs.yml")
    settings = routes.settings
    real = [
        lesson for lesson in load(settings) if lesson.records and routes.site.is_course(lesson.name)
    ]
    if not real:
        sys.exit("There are no records to copy; build the site first.")
    (folder / "docs/assets").mkdir(parents=True)
    (folder / "docs/index.md").write_text("# Home\n")
    (folder / "docs/assets/site.css").write_text((ROOT / "docs/assets/site.css").read_text())
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    config, names = CONFIG.replace("SNIPPETS", json.dumps(str(settings.snippets))), {}
    for index, lesson in enumerate(islice(cycle(real), number)):
        text = lesson.tutorial.path.read_text()
        for exercise in set(_EXERCISE.findall(text)):
            text = text.replace(f'"{exercise}"', f'"{exercise}-{index}"')
        path = folder / f"tutorials/part{index // 50}/page{index}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for picture in lesson.tutorial.path.parent.glob("*.svg"):
            (path.parent / picture.name).write_bytes(picture.read_bytes())
        path.write_text(_LOCAL_LINK.sub(ELSEWHERE, text))
        names[f"part{index // 50}/page{index}"] = lesson
        config += f"  - tutorials/part{index // 50}/page{index}.ipynb\n"
    (folder / "mkdocs.yml").write_text(config)
    copies = read_options(folder / "mkdocs.yml").settings
    for lesson in load(copies):
        record, number = names[lesson.name].record, lesson.name.rpartition("page")[2]
        questions = {
            f"{exercise}-{number}": asked for exercise, asked in record.run.questions.items()
        }
        Store(copies.records)._write(
            Record(lesson.name, lesson.key, replace(record.run, questions=questions))
        )


FIRST, WARM, PLAIN = (
    "the first build, with records",
    "a warm build",
    "MkDocs alone on the same Markdown",
)
WANTED = 1.5  # times what MkDocs takes, at most, for a warm build


def rows(number: int, folder: Path) -> Iterator[tuple[str, float, float]]:
    """What was built of so many pages, its seconds and its megabytes."""
    ours, python = folder / "ours", Path(sys.executable)
    # In a process of its own: on Linux a command's peak of memory is at least that of the process that starts it.
    measured([python, __file__, "--write", ours, number], ROOT)
    build = [python, "-m", "mkdocs", "build", "--quiet"]
    yield FIRST, *measured(build, ours)
    yield WARM, *measured(build, ours)
    measured([python.with_name("tutorials"), "write", folder / "plain"], ours)
    yield PLAIN, *measured(build, folder / "plain")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", type=int, default=[100, 300])
    parser.add_argument(
        "--write", metavar="FOLDER", type=Path, help="Only write the course of so many pages."
    )
    options = parser.parse_args()
    if options.write:
        return course(options.write, *options.numbers)
    table, before = (
        Table("pages", "what", "seconds", "MB", "more per page", "against MkDocs", box=None),
        {},
    )
    for number in options.numbers:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            measures = []
            for measure in rows(number, Path(folder)):
                measures.append(measure)
                print(number, *measure, sep=" | ", file=sys.stderr, flush=True)
        alone = {what: seconds for what, seconds, _ in measures}[PLAIN]
        for what, seconds, memory in measures:
            growth = ""
            if what in before:
                fewer, less, smaller = before[what]
                more = number - fewer
                growth = f"{(seconds - less) / more * 1e3:.0f} ms, {(memory - smaller) / more * 1e3:.0f} kB"
            before[what] = (number, seconds, memory)
            ratio = f"{seconds / alone:.2f}" + f", at most {WANTED} wanted" * (what == WARM)
            table.add_row(
                str(number),
                what,
                f"{seconds:.1f}",
                f"{memory:.0f}",
                growth,
                ratio * (what != PLAIN),
            )
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
