"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import psutil

from publishing.source import shown

_REASONS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


def write(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8; a reader, a full disk or a killed process meets the old content or the new one.

    Raises:
      OSError: if it cannot be written; nothing is left of the attempt.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The process is in the name, so that what it leaves behind when it is killed can be told from what is in use.
    prefix = f".{os.getpid()}-"
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=prefix, delete=False) as file:
        try:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def remove_unfinished(folder: Path) -> None:
    """Remove the files that killed processes were writing below a folder."""
    for path in folder.rglob(".*-*"):
        number = path.name[1:].partition("-")[0]
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            path.unlink(missing_ok=True)


def is_failed_write(error: Exception) -> bool:
    """Whether an error says that the disk does not take a file: it is full, protected or broken."""
    return isinstance(error, OSError) and error.errno in _REASONS


def told(error: OSError) -> str:
    """What a person needs to know of a file that could not be written."""
    name = error.filename2 or error.filename  # of a copy, the second is the one that is written
    where = f" ({shown(Path(name))})" if isinstance(name, str) else ""
    return f"{error.strerror or error}{where}; make room or mend what stands in the way, then build again."
