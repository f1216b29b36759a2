"""What a build worked out, in files for the next build to find; deleting them costs only time."""

import hashlib
import os
import pickle
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from publishing.run.record import atomic_write

_WEEK = 7 * 86400


def uncached[T](given: Any, make: Callable[[], T]) -> T:
    """What `make` gives; in the place of a `Cache`."""
    return make()


class Cache:
    """Results of functions that depend on nothing but what they are given, the code of this package, and packages.

    A file that is damaged, or cannot be read or written, costs the time to make its content again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for path in folder.glob("*"):
            with suppress(OSError):  # another build may have removed it
                if path.stat().st_mtime < time.time() - _WEEK:
                    path.unlink()

    def __call__[T](self, given: Any, make: Callable[[], T]) -> T:
        """What `make` gives, or gave when it was given something with the same `repr`; errors are raised, not kept."""
        path = self._folder / hashlib.sha256(_basis() + repr(given).encode()).hexdigest()
        with suppress(OSError):
            checksum, content = (file := path.read_bytes())[:32], file[32:]
            if hashlib.sha256(content).digest() == checksum:
                os.utime(path)
                return pickle.loads(content)
        result = make()
        content = pickle.dumps(result)
        with suppress(OSError):
            atomic_write(path, hashlib.sha256(content).digest() + content)
        return result


@cache  # what `mkdocs serve` has loaded stays what it is, whatever happens to the files
def _basis() -> bytes:
    """A digest of Python, this package and the installed distributions."""
    files = [path for path in sorted(Path(__file__).parents[1].rglob("*.*")) if path.suffix != ".pyc"]
    installed = sorted(path.name for place in map(Path, sys.path) for path in place.glob("*.dist-info"))
    return hashlib.sha256(repr((sys.version, [path.read_bytes() for path in files], installed)).encode()).digest()
