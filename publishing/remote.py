"""One tutorial in a process of its own, far from the author's files: what comes in and goes out are files of bytes."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
import sys
import threading
import zipfile
from pathlib import Path

from publishing.execution import Run, execute
from publishing.failure import Failure
from publishing.settings import Settings
from publishing.source import shown
from publishing.variants import Variant


class _Pickler(pickle.Pickler):
    """Writes paths as the author would type them, since they are told from another folder."""

    def reducer_override(self, value: object) -> object:
        return (Path, (str(shown(value)),)) if isinstance(value, Path) else NotImplemented


def archive() -> bytes:
    """This package as a zip file."""
    written = io.BytesIO()
    folder = Path(__file__).parent
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.iterdir()):
            if path.is_file():
                file.write(path, f"{folder.name}/{path.name}")
    return written.getvalue()


def sent(variant: Variant, settings: Settings) -> bytes:
    """What `main` reads."""
    written = io.BytesIO()
    _Pickler(written).dump((variant, settings))
    return written.getvalue()


def received(outcome: bytes) -> Run:
    """The run that `main` wrote.

    Raises:
      Failure: if the tutorial did not run as it should.
    """
    result = pickle.loads(outcome)
    if isinstance(result, Failure):
        raise result
    return result


def main() -> None:
    """Run the tutorial in the file `job` and write the file `outcome`; end in order when the standard input ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    variant, settings = pickle.loads(Path("job").read_bytes())
    try:
        result: Run | Failure = asyncio.run(execute(variant, settings))
    except Failure as failure:
        result = failure
    Path("outcome.part").write_bytes(pickle.dumps(result))
    Path("outcome.part").rename("outcome")


def _end_with_stdin() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)
