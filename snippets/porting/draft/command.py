"""The verb draft: a port to Flax NNX or Equinox from a network that runs."""

import argparse
import importlib
import sys
from pathlib import Path

DESCRIPTION = """\
Write the first version of a port to Flax NNX or Equinox. It is drafted from a run:
MODULE:FUNCTION names a function without arguments that returns (network, inputs) or
(network, inputs, named), where network is a function of Haiku code, or what
hk.transform made of it; inputs is a tuple, and named a dict of arguments by name. Of
each argument by name that is True or False, both are run."""


def main(arguments: list[str] | None = None) -> int:
    """Draft the port that the command line asks for; the status is 0, 1 or 2."""
    parser = argparse.ArgumentParser(
        "haiku-port draft",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("example", metavar="MODULE:FUNCTION")
    parser.add_argument("--to", choices=["nnx", "equinox"], default="nnx")
    parser.add_argument("-o", "--output", help="the file to write; else it is printed")
    options = parser.parse_args(arguments)
    try:
        return _draft(options)
    except (ValueError, ImportError, OSError) as problem:
        print(f"haiku-port draft: {problem}", file=sys.stderr)
        return 2


def _draft(options: argparse.Namespace) -> int:
    module, colon, function = options.example.partition(":")
    if not colon:
        raise ValueError(f"{options.example!r} is not of the form MODULE:FUNCTION.")
    sys.path.insert(0, str(Path.cwd()))
    from .drafting import draft
    from .example import example_of

    make = getattr(importlib.import_module(module), function, None)
    if make is None:
        raise ValueError(f"{module} has no {function}.")
    network, inputs, named = example_of(make())
    drafted = draft(network, inputs, named, to=options.to, example=options.example)
    if options.output:
        Path(options.output).write_text(drafted.text, encoding="utf-8")
    else:
        print(drafted.text, end="")
    for one in drafted.todo:
        print(f"TODO {one}", file=sys.stderr)
    placed = f"{drafted.placed} of {drafted.total} arrays have a source"
    print(f"{placed}, {len(drafted.todo)} places are left to you", file=sys.stderr)
    return 1 if drafted.todo else 0
