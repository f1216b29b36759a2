"""The command `haiku-port weights`: files and folders, and how it ends."""

import argparse
import json
import mmap
import sys
from pathlib import Path
from typing import Any, Literal

from .folders import is_wanted
from .look import look
from .text import as_text

MOST_METADATA = 2**24  # bytes of a file that describes a folder
MOST_FILES = 100_000  # in a folder
_ABOUT = (
    "Say what is in a file of weights, or in a folder of orbax: names, shapes, dtypes"
    " and a digest of each array, and the rest. Nothing of it is run or imported."
)
_STATUS = (
    "Exit status: 0 all was read; 1 a file is cut or damaged, or would run code if it"
    " were opened as pickles are; 2 a file could not be read."
)


class Mapped(mmap.mmap):
    """A file in memory, of which only what is looked at is read."""

    def seekable(self) -> Literal[True]:
        """Whether `seek` works; older Pythons do not say so of a mapped file."""
        return True

    def seek(self, place: int, whence: int = 0) -> None:
        """Move as in a file, where a place before the start is an OSError."""
        try:
            super().seek(place, whence)
        except ValueError as error:
            raise OSError(str(error)) from None


def main(arguments: list[str] | None = None) -> int:
    """Look at the files that the command line names; the exit status is 0, 1 or 2."""
    parser = argparse.ArgumentParser(
        prog="haiku-port weights", description=_ABOUT, epilog=_STATUS
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or a folder")
    parser.add_argument(
        "--depth",
        type=int,
        metavar="N",
        help="sum up what is more than N names below the top",
    )
    parser.add_argument(
        "--output-format",
        choices=("text", "json"),
        default="text",
        help="how to report; a page of the site describes the JSON",
    )
    options = parser.parse_args(arguments)
    if options.depth is not None and options.depth < 1:
        parser.error("--depth counts from 1")
    found, status = [], 0
    for name in options.files:
        try:
            about = look(name, data_of(Path(name)))
        except OSError as error:
            print(f"{name}: {error.strerror or error}", file=sys.stderr)
            status = 2
            continue
        found.append(about)
        status = max(status, _status(about))
        if options.output_format == "text":
            print(as_text(about, options.depth))
    if options.output_format == "json":
        print(json.dumps(found, indent=1))
    return status


def data_of(path: Path) -> Any:
    """The bytes of a file, or those of the files in a folder that describe it."""
    if not path.is_dir():
        with path.open("rb") as file:
            if file.seekable() and path.stat().st_size:
                return Mapped(file.fileno(), 0, access=mmap.ACCESS_READ)
            return file.read()
    files: dict[str, bytes | None] = {}
    for inside in sorted(path.rglob("*"))[:MOST_FILES]:
        name = inside.relative_to(path).as_posix()
        if inside.is_file():
            small = is_wanted(name) and inside.stat().st_size <= MOST_METADATA
            files[name] = inside.read_bytes() if small else None
    return files


def _status(about: dict[str, Any]) -> int:
    if about["problem"] and not about["arrays"] and not about["values"]:
        return 2
    wrong = any(array["problem"] for array in about["arrays"])
    return int(bool(about["problem"] or about["warnings"] or wrong))
