"""The command `haiku-port`: one verb for each thing that people do with old code."""

import importlib
import io
import os
import sys

VERBS = {  # each has a module with `main(arguments)`, loaded when it is asked for
    "read": ("read.command", "ask code of somebody else what it is made of"),
    "revive": ("revive.command", "find and mend what fails in old JAX and Haiku code"),
    "weights": ("inspect.command", "say what is in a file of weights"),
    "draft": ("draft.command", "write a first port to Flax NNX or Equinox"),
}
STATUS = "`haiku-port VERB --help` says what a verb takes."


def main(arguments: list[str] | None = None) -> None:
    """Run the verb that the command line names, and end with its status.

    Args:
      arguments: a verb and what it takes; by default those of the command line.

    Raises:
      SystemExit: at the end, with the verb's status, or 2 if there is no such verb.
    """
    for stream in (sys.stdout, sys.stderr):  # a Windows pipe may lack some characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:] if arguments is None else arguments
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_usage())
        sys.exit(0 if arguments else 2)
    verb, *rest = arguments
    if verb in ("-V", "--version"):
        print(f"haiku-port {_version()}")
        sys.exit(0)
    if verb not in VERBS:
        print(f"There is no verb {verb!r}.\n\n{_usage()}", file=sys.stderr)
        sys.exit(2)
    module = importlib.import_module(f".{VERBS[verb][0]}", __package__)
    try:
        sys.exit(module.main(rest))
    except BrokenPipeError:  # as of `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(2)


def _usage() -> str:
    """What each verb is for."""
    rows = [f"  {verb:8} {about}" for verb, (_, about) in VERBS.items()]
    return "\n".join(["usage: haiku-port VERB ...", "", *rows, "", STATUS])


def _version() -> str:
    """The version of the package, also where it was not installed."""
    from importlib.metadata import PackageNotFoundError, version  # takes long to load

    try:
        return version("haiku-porting")
    except PackageNotFoundError:  # the zipapp, or a checkout
        return "from a checkout or a zipapp"
