"""What a reader takes home: notebooks that prepare their environment, the script, the record, the archive."""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

import nbformat
from nbformat import NotebookNode

from publishing import environment
from publishing.building import Job
from publishing.memo import Memo, afresh
from publishing.routes import MOUNT, Routes
from publishing.settings import Settings
from publishing.variants import node, script

_SETUP = """{header}
# Installs what is missing, here or on Colab. An installed jax is never replaced.
def prepare(pinned, lowest):
    import importlib, subprocess, sys
    from importlib import metadata, util

    def version(name):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return None

    missing = [f"{{name}}=={{pin}}" for name, pin in pinned.items() if version(name) is None]
    if missing and util.find_spec("pip") is None:
        raise RuntimeError("This environment lacks " + " ".join(missing) + " and has no pip to install it with; "
                           "install it with the tool that made the environment, then run this cell again.")
    if missing:
        kept = [f"{{name}}=={{version(name)}}" for name in ("jax", "jaxlib") if version(name)]
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing, *kept], check=True)
        importlib.invalidate_caches()
    for name, least in lowest.items():
        number = lambda text: [int(part) for part in (text + ".0.0").split(".")[:3] if part.isdigit()]
        if number(version(name)) < number(least):
            raise RuntimeError(f"This notebook needs {{name}} {{least}} or newer and found {{version(name)}}; "
                               f"upgrade it, restart the kernel and run this cell again.")


prepare(pinned={pinned}, lowest={lowest})
"""


def downloads(job: Job, settings: Settings, link: Callable[[str], str]) -> dict[str, bytes]:
    """The files beside a page, by name.

    Args:
      job: a tutorial with its record.
      settings: where the snippets and the project file lie.
      link: what a link of the author's becomes in a download.
    """
    stem = job.variant.tutorial.path.stem
    pins = {name: job.record.key.versions[name] for name in environment.imported(job.variant)}
    lowest = environment.lowest(settings.source.parent / "pyproject.toml")
    header = script_header(pins, lowest.get("python", job.record.key.python))
    setup = _SETUP.format(header=header, pinned=pins, lowest={n: v for n, v in lowest.items() if n in pins})

    solved = job.variant.notebook(link)
    code = [cell for cell in solved.cells if cell.cell_type == "code"]
    for count, (cell, outputs) in enumerate(zip(code, job.record.run.outputs, strict=True), 1):
        cell.execution_count = count
        cell.outputs = outputs
    work = job.work.notebook(link)
    summary = job.record.summary([cell.id for cell in code])
    return {
        f"{stem}.ipynb": _written(work, setup, stem),
        f"{stem}-solved.ipynb": _written(solved, setup, stem),
        f"{stem}.py": script(job.variant, header, link).encode(),
        "record.json": (json.dumps(summary, indent=2) + "\n").encode(),
    }


def kept(job: Job, settings: Settings, routes: Routes, memo: Memo | Callable) -> dict[str, bytes]:
    """The files beside a page, by name, kept for the next build."""
    project = settings.source.parent / "pyproject.toml"
    given = (job.digest, routes, project.read_bytes() if project.is_file() else b"")
    make = partial(downloads, job, settings, partial(routes.for_download, job.variant.tutorial))
    return memo("downloads", given, make)


def published(
    jobs: Iterable[Job], settings: Settings, routes: Routes, memo: Memo | Callable = afresh
) -> Iterator[tuple[str, bytes]]:
    """The downloads of all tutorials by their place in the site, then the archive of them.

    Args:
      jobs: the tutorials with their records.
      settings: where the snippets and the project file lie.
      routes: where links lead.
      memo: keeps them.
    """
    everything: dict[str, bytes] = {}
    for job in jobs:
        for name, content in kept(job, settings, routes, memo).items():
            yield f"{MOUNT}/{job.name}/{name}", content
            if name != "record.json":
                everything[posixpath.join(posixpath.dirname(job.name), name)] = content
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in everything.items()}
    yield f"{MOUNT}/all.zip", memo("archive", (digests,), partial(archive, everything))


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP file of files by path, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        for name in sorted(files):
            folder.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def script_header(pins: Mapping[str, str], python: str) -> str:
    """The PEP 723 block that names pinned distributions."""
    dependencies = "".join(f'#     "{name}=={pin}",\n' for name, pin in pins.items())
    return f'# /// script\n# requires-python = ">={python}"\n# dependencies = [\n{dependencies}# ]\n# ///\n'


def _written(notebook: NotebookNode, setup: str, stem: str) -> bytes:
    first = node(setup.rstrip("\n"), code=True, id=f"{stem}-setup", metadata={"tags": ["setup"]})
    notebook.cells.insert(0, nbformat.from_dict(first))
    nbformat.validate(notebook)
    return (nbformat.v4.writes(notebook) + "\n").encode()
