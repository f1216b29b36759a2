"""The command `haiku-port read`: files, notebooks and folders, and what is printed."""

import argparse
import json
import sys
from pathlib import Path

from ..revive.files import Notebook, Source, files_of
from . import read_code
from .output import as_text
from .sections import Place, is_telling, sections_of

_ABOUT = """Ask Haiku code what it is made of, without running it: signatures, classes,
names of parameters, leaves, what surrounds them, and what to read to understand it."""


def main(arguments: list[str] | None = None) -> int:
    """Read what the command line names; 0, or 1 if a line is at risk, 2 if unread."""
    options = _options(arguments)
    sources, unread = {}, False
    for path in files_of(options.paths):
        try:
            sources[str(path)] = _text(path)
        except (OSError, ValueError, LookupError, SyntaxError) as error:
            told = getattr(error, "strerror", None) or str(error)
            print(f"{path}: {told}", file=sys.stderr)
            unread = True
    try:
        found = read_code(sources, _start(options, sources))
        if options.run:
            from .run import beside, tree_at_run_time

            found["run"] = beside(found["trees"][0], tree_at_run_time(options.run))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for name, problem in found["problems"].items():
        print(f"{name}: {problem}", file=sys.stderr)
        unread = True
    if options.output_format == "json":
        print(json.dumps(found, indent=1))
    else:
        found["uses"] = [one for one in found["uses"] if options.all or is_telling(one)]
        print(as_text(sections_of(found, _place(sources))))
    return 2 if unread else int(bool(found["risks"]))


def _start(options: argparse.Namespace, sources: dict[str, str]) -> str:
    """The function to follow: that of `--start`, or the one that `--run` runs."""
    if options.start or not options.run:
        return options.start
    module, _, name = options.run.partition(":")
    path = Path(*module.split(".")).with_suffix(".py").parts
    for file in sources:
        if Path(file).parts[-len(path) :] == path:
            return f"{file}:{name}"
    raise ValueError(
        f"--run: the module {module} is not among the files that are read."
    )


def _place(sources: dict[str, str]) -> Place:
    """Says where a line is, with its file if there are several."""
    return "{}:{}".format if len(sources) > 1 else "line {1}".format


def _text(path: Path) -> str:
    source = (Notebook if path.suffix == ".ipynb" else Source)(path)
    for problem in source.problems:
        print(f"{path}: {problem}", file=sys.stderr)
    return "".join(source.lines)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="haiku-port read", description=_ABOUT)
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file, notebook or folder"
    )
    parser.add_argument(
        "--start", default="", metavar="FILE:NAME", help="follow this alone"
    )
    parser.add_argument(
        "--run", default="", metavar="MODULE:FUNCTION", help="run this, too"
    )
    parser.add_argument(
        "--all", action="store_true", help="also keywords and jax.numpy"
    )
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    return parser.parse_args(arguments)
