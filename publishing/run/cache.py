"""What a build worked out, in files for the next build to find; deleting them costs only time."""

import copyreg
import hashlib
import io
import os
import pickle
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path, PosixPath
from typing import Any

from publishing.run.record import atomic_write

_PACKAGE = Path(__file__).parents[1]
_WEEK = 7 * 86400


class Cache:
    """Results of functions that depend on nothing but what they are given, files, the code here, and packages.

    A file that is damaged, or cannot be read or written, costs the time to make its content again. Paths below `root`
    are kept as seen from there, so that a course which is copied or moved with its cache finds its own.
    """

    def __init__(self, folder: Path, root: Path = Path()) -> None:
        self._folder, self._root = folder, root.absolute()
        # A process that outlives a change of code or packages mixes both; what it makes then is for no other process.
        self._basis = (_AT_START, _basis())
        for path in folder.glob("*"):
            with suppress(OSError):  # another build may have removed it
                if path.stat().st_mtime < time.time() - _WEEK:
                    path.unlink()

    def __call__[T](self, given: Any, make: Callable[[], T], files: Sequence[Path] = ()) -> T:
        """What `make` gives, or gave for a `given` of the same `repr` and equal files; errors are raised, not kept."""
        return self.named(given, make, files)[1]

    def named[T](
        self, given: Any, make: Callable[[], T], files: Sequence[Path] = ()
    ) -> tuple[str, T]:
        """Likewise, with a name for what it depends on; one that is used once if a file changed meanwhile."""
        path = self._folder / self.name(given, files)
        with suppress(OSError):
            content = path.read_bytes()
            if content[:32] == _checksum(path, content[32:]):
                os.utime(path)
                return path.name, _Unpickler(content[32:], self._root).load()
        result = make()
        if self.name(given, files) != path.name:  # a file changed while `make` read it
            return secrets.token_hex(), result
        content = _pickled(result, self._root)
        with suppress(OSError):
            atomic_write(path, _checksum(path, content) + content)
        return path.name, result

    def name(self, given: Any, files: Sequence[Path] = ()) -> str:
        """The name that `named` gives for what is given and for what files hold now."""
        text, root = repr((self._basis, given, _contents(files))), repr(str(self._root))[1:-1]
        return hashlib.sha256(text.replace(root, "\0").encode()).hexdigest()  # no `repr` has a NUL


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, root: Path) -> None:
        super().__init__(io.BytesIO(content))
        self._root = root

    def find_class(self, module: str, name: str) -> Any:
        return (
            self._root.joinpath
            if (module, name) == (__name__, _below.__name__)
            else super().find_class(module, name)
        )


def _pickled(result: Any, root: Path) -> bytes:
    """A result for `_Unpickler`, with its paths as seen from a folder."""

    def reduce(path: Path) -> tuple:
        return (
            (_below, path.relative_to(root).parts)
            if path.is_relative_to(root)
            else path.__reduce__()
        )

    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    pickler.dispatch_table = copyreg.dispatch_table | {PosixPath: reduce}
    pickler.dump(result)
    return file.getvalue()


def _below(*parts: str) -> Path:
    """A path below the folder of the course, for which a pickle calls this; `_Unpickler` puts the folder before it."""
    return Path(*parts)


def _checksum(path: Path, content: bytes) -> bytes:
    return hashlib.sha256(path.name.encode() + content).digest()


def _contents(paths: Iterable[Path]) -> dict[Path, str]:
    """Digests of what files hold; what is not a file, or cannot be read, is left out."""
    contents = {}
    for path in paths:
        with suppress(OSError):
            contents[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return contents


def _basis() -> str:
    """A digest of Python, this package and the installed distributions."""
    files = _contents(
        path for path in sorted(_PACKAGE.rglob("*")) if "__pycache__" not in path.parts
    )
    package = {path.relative_to(_PACKAGE).as_posix(): content for path, content in files.items()}
    installed = sorted(
        path.name for place in map(Path, sys.path) for path in place.glob("*.dist-info")
    )
    return hashlib.sha256(repr((sys.version, package, installed)).encode()).hexdigest()


_AT_START = _basis()
