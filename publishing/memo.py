"""What a build worked out, kept for the next one: a page whose author changed nothing is not worked out again."""

from __future__ import annotations

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

from publishing.writing import write

_DIGEST = hashlib.sha256().digest_size
_KEPT = 7 * 86400


class Memo:
    """Results of functions that depend on nothing but what they are given, in files.

    What is kept is found again only by the same code of this package, the same installed packages and the same Python.
    A file that is damaged, or cannot be read or written, costs the time of working it out and nothing else.

    Args:
      folder: where the files lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        self._basis = hashlib.sha256(repr((sys.version, _code(), _packages())).encode()).digest()

    def __call__[T](
        self, what: str, given: tuple[Any, ...], make: Callable[[], T], keep: Callable[[T], bool] = lambda made: True
    ) -> T:
        """The kept result, else that of `make`, which is then kept.

        Args:
          what: the name of what is made.
          given: all that it depends on, as values whose `repr` tells them apart.
          make: makes it; what it raises is raised, and nothing is kept.
          keep: whether what was made may serve again.
        """
        digest = hashlib.sha256(self._basis + repr(given).encode()).hexdigest()
        path = self._folder / f"{what}-{digest[:40]}"
        with suppress(OSError):
            kept = memoryview(path.read_bytes())
            checksum, content = kept[:_DIGEST], kept[_DIGEST:]
            if hashlib.sha256(content).digest() == checksum:
                os.utime(path)
                return pickle.loads(content)
        made = make()
        if not keep(made):
            return made
        with suppress(OSError):
            content = pickle.dumps(made)
            write(path, hashlib.sha256(content).digest() + content)
        return made

    def forget_old(self) -> None:
        """Remove what no build of the last week has asked for."""
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.stat().st_mtime < time.time() - _KEPT:
                    path.unlink()


def afresh[T](what: str, given: tuple[Any, ...], make: Callable[[], T]) -> T:
    """The result of `make`; it stands for a `Memo` where nothing is to be kept."""
    return make()


@cache  # what `mkdocs serve` has loaded stays what it is, whatever happens to the files
def _code() -> list[bytes]:
    """The files of this package."""
    return [path.read_bytes() for path in sorted(Path(__file__).parent.iterdir()) if path.is_file()]


@cache
def _packages() -> list[str]:
    """The installed distributions with their versions, as their folders are named."""
    return sorted(name.name for place in sys.path if Path(place).is_dir() for name in Path(place).glob("*.dist-info"))
