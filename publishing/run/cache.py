"""What a build worked out, in files for the next build to find; deleting them costs only time."""

import hashlib
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from publishing.run.record import atomic_write

_PACKAGE = Path(__file__).parents[1]
_WEEK = 7 * 86400


class Cache:
    """Results of functions of their arguments, of files, of the code here and of the packages.

    A file that is damaged, or cannot be read or written, costs the time to make its content again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for path in folder.glob("*"):
            with suppress(OSError):  # another build may have removed it
                if path.stat().st_mtime < time.time() - _WEEK:
                    path.unlink()

    def __call__[T](self, args: Any, make: Callable[[], T], files: Sequence[Path] = ()) -> T:
        """`make()`, or what it gave for arguments of the same `repr` and equal files.

        Errors are raised, not kept; nor is what `make` gave while one of the files changed.
        """
        path = self._folder / self.name(args, files)
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            result = pickle.loads(path.read_bytes())
            os.utime(path)
            return result
        result = make()
        if self.name(args, files) == path.name:
            with suppress(OSError):
                atomic_write(path, pickle.dumps(result))
        return result

    def name(self, args: Any, files: Sequence[Path] = ()) -> str:
        """A digest of arguments and what files hold now."""
        return digest((_AT_START, args, _contents(files)))


def digest(value: Any) -> str:
    """A digest of the `repr` of a value."""
    return hashlib.sha256(repr(value).encode()).hexdigest()


def _contents(paths: Iterable[Path]) -> dict[Path, str]:
    """Digests of files; what is not a file, or cannot be read, is left out."""
    contents = {}
    for path in paths:
        with suppress(OSError):
            contents[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return contents


def _basis() -> str:
    """A digest of Python, this package and the installed distributions."""
    code = _contents(p for p in sorted(_PACKAGE.rglob("*")) if "__pycache__" not in p.parts)
    package = {path.relative_to(_PACKAGE).as_posix(): digest for path, digest in code.items()}
    installed = sorted(p.name for place in map(Path, sys.path) for p in place.glob("*.dist-info"))
    return digest((sys.version, package, installed))


_AT_START = _basis()  # what a process that lives for long has loaded
