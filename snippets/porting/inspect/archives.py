"""Zips and tar archives: NumPy's, PyTorch's, and others with weights in them."""

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from .budget import Budget, StoppedError
from .npy import MAGIC, MOST_HEADER, header_of, read_npy
from .records import Array, Contents, Told, mapping
from .torch import read_zip

MOST_MEMBERS = 10_000
_DAMAGED = (EOFError, OSError, RuntimeError, ValueError, struct.error)
_DAMAGED += (zlib.error, zipfile.BadZipFile)
_BLOCK = 512  # of a tar archive
Look = Callable[..., Contents]  # at a file in an archive, by its name and bytes


def read_archive(data: bytes, budget: Budget, look: Look, pickled: Look) -> Contents:
    """What a zip holds; `look` reads its members, and `pickled` the pickles in them."""
    file: Any = data if hasattr(data, "readline") else io.BytesIO(data)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()[: MOST_MEMBERS + 1]
        budget.step(len(members))
        if len(members) > MOST_MEMBERS:
            raise StoppedError(f"is a zip of more than {MOST_MEMBERS} files.")
        archive = zipfile.ZipFile(file)
        names = [member.filename for member in members]
        if any(name.endswith("data.pkl") for name in names):
            return read_zip(archive, budget, pickled)
        if names and all(name.endswith(".npy") for name in names):
            return _npz(archive, members, budget, pickled)
        pairs = ((m.filename, lambda m=m: _read(archive, m, budget)) for m in members)
        return _each(pairs, "zip", look, budget)
    except _DAMAGED as problem:
        told = f"is a zip, and damaged; is it whole? ({str(problem)[:80]})"
        raise StoppedError(told) from problem


def read_tar(data: bytes, budget: Budget, look: Look) -> Contents:
    """What a tar archive holds.

    The headers are read here, since some versions of Python's `tarfile` do not end for
    sizes below zero.
    """
    return _each(_tar_members(memoryview(data), budget), "tar archive", look, budget)


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> bytes:
    budget.take(member.file_size)
    try:
        return archive.read(member)
    except Exception as problem:  # of the library that unpacks, whichever it is
        told = f"has a damaged part, {member.filename[:60]!r} ({str(problem)[:60]})."
        raise StoppedError(told) from problem


def _npz(
    archive: zipfile.ZipFile, members: list, budget: Budget, pickled: Look
) -> Contents:
    pairs, problem, names = [], "", Counter()
    for member in members:
        name = member.filename.removesuffix(".npy")
        try:
            with archive.open(member) as file:
                start = file.read(MOST_HEADER + 12)
            if not start.startswith(MAGIC):
                raise StoppedError("has a part that is not an array.")
            array, place = header_of(start)
            if array.dtype.name == "object":
                inside = read_npy(_read(archive, member, budget), pickled)
                names += inside.names
                problem = problem or inside.problem
                pairs.append((name, inside.root))
                continue
        except (StoppedError, *_DAMAGED) as stopped:
            problem = problem or f"{str(stopped).rstrip('.')}: {name[:60]!r}."
            continue
        pairs.append((name, _lazy(archive, member, array, place, budget)))
    return Contents("npz", mapping(pairs), problem, (), names)


def _lazy(
    archive: zipfile.ZipFile, member: Any, array: Array, start: int, budget: Budget
) -> Array:
    """An array whose bytes are unpacked when they are asked for."""
    there = member.file_size - start
    if there != array.nbytes:
        told = f"{there} bytes are there, {array.nbytes} are needed"
        return array._replace(problem=told)
    return array._replace(data=lambda: _read(archive, member, budget)[start:])


def _tar_members(
    view: memoryview, budget: Budget
) -> Iterator[tuple[str, Callable[[], Any]]]:
    place, long_name = 0, ""
    while place + _BLOCK <= len(view) and any(view[place : place + _BLOCK]):
        budget.step(10)
        header = bytes(view[place : place + _BLOCK])
        size = _octal(header[124:136])
        start = place + _BLOCK
        end = start + size
        if end > len(view):
            raise StoppedError("ends too early; is it whole?")
        name = header[:100].rstrip(b"\0").decode("utf-8", "replace")
        if header[156:157] == b"L":  # the name of the next file, where it is long
            long_name = (
                bytes(view[start:end][:1000]).rstrip(b"\0").decode("utf-8", "replace")
            )
        elif header[156:157] in b"0\0":
            yield long_name or name, lambda a=start, b=end: view[a:b]
            long_name = ""
        place = start + -(-size // _BLOCK) * _BLOCK


def _octal(field: bytes) -> int:
    if field[:1] == b"\x80":  # as GNU writes large sizes
        return int.from_bytes(field[1:], "big")
    try:
        return max(0, int(field.strip(b"\0 ") or b"0", 8))
    except ValueError:
        raise StoppedError("is a tar archive, and damaged.") from None


def _each(members: Iterator, kind: str, look: Look, budget: Budget) -> Contents:
    """What the files of an archive hold, by their names."""
    pairs: list[tuple[str, Any]] = []
    problem, notes, names = "", [], Counter()
    try:
        for name, read in members:
            if name.endswith("/"):
                continue
            inside = _member(name, read, look, budget)
            pairs.append((name, inside.root))
            names += inside.names
            if inside.problem:
                notes.append(f"{name}: {inside.problem}"[:200])
    except StoppedError as stopped:
        problem = str(stopped)
    return Contents(
        f"{kind} of {len(pairs)} files",
        mapping(pairs),
        problem,
        tuple(notes[:20]),
        names,
    )


def _member(name: str, read: Callable[[], Any], look: Look, budget: Budget) -> Contents:
    """What a file in an archive holds; one that is not weights says so."""
    try:
        return look(name, read())
    except StoppedError as stopped:
        if budget.steps < 0 or budget.bytes < 0:
            raise
        return Contents("unknown", Told(f"it {stopped}"[:200]))
