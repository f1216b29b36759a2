"""Errors with or without their tracebacks: where one was raised, and what it says."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..revive.edits import edited
from ..revive.finder import Finder
from ..revive.scopes import lines_of
from ..revive.table import Known, Table, known_names

# The last line of a traceback. What has a message need not end as most names do.
_ERROR = re.compile(
    r"(?P<type>(?:[a-zA-Z_]\w*\.)*[A-Z]\w*)(?P<colon>:(?:\s+(?P<message>.*))?)?\Z"
)
_USUAL = re.compile(r"\w*(Error|Exception|Warning|Interrupt|Exit|Iteration)\Z")
_FRAMES = (  # of Python, IPython, its cells, and its older versions
    r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.*))?\Z',
    r'File (?P<file>[^\s"].*?):(?P<line>\d+)(?:, in (?P<function>.*))?\Z',
    r"(?P<file>(?:Cell|Input) ?In ?\[\d+\]),? ?(?:line (?P<line>\d+))?"
    r"(?:, in (?P<function>.*)|in <(?:cell line: \d+|module)>\(\))?\Z",
    r"(?P<file><ipython-input-[^>]+>|[~/]\S+\.py) in (?P<function>.*?)\Z",
)
_FRAME = [re.compile(pattern) for pattern in _FRAMES]
_ARROW = re.compile(r"-+> ?(?P<line>\d+) ?(?P<code>.*)\Z")
_PACKAGES = re.compile(
    r"(site|dist)-packages|/lib(64)?/python\d|/(jax|haiku|optax|chex|flax)/_src/|^<(frozen|__)"
)
_HEAD = "Traceback (most recent call last)"
_NAMES = (  # of what is not there, in the messages of Python, JAX and NumPy
    r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
    r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'",
    r"No module named '(?P<name>[\w.]+)'",
    r"`?\b(?P<name>(jax|haiku|optax|chex|numpy|np)\.[\w.]*\w)`? "
    r"(is|was|has been|were|are) (a )?(deprecated|removed)",
)
_METHOD = re.compile(r"'\w+' object has no attribute '(\w+)'")
_ARGUMENT = re.compile(
    r"(\w+)\(\) got an unexpected keyword argument '(\w+)'",
)
_CUSTOMARY = """import chex
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
"""


class Frame(NamedTuple):
    """A call of a traceback: its file or cell, its line if it is told, and its code."""

    file: str
    line: str
    function: str
    code: str

    @property
    def is_of_a_package(self) -> bool:
        """Whether the reader did not write the line."""
        return bool(_PACKAGES.search(self.file.replace("\\", "/")))


class Failure(NamedTuple):
    """An error: its type, its message, and the calls that led to it."""

    type: str
    message: str
    frames: tuple[Frame, ...]

    @property
    def frame(self) -> Frame | None:
        """The last call that is not in a package; None without a traceback."""
        own = [one for one in self.frames if not one.is_of_a_package]
        return own[-1] if own else None


def has_failure(text: str) -> bool:
    """Whether a text is an error, or has a traceback."""
    lines = text.strip().splitlines()
    if any(line.lstrip().startswith(_HEAD) for line in lines):
        return True
    found = [_ERROR.match(line) for line in lines]
    return any(one and _USUAL.search(one["type"]) for one in found)


def failure_of(text: str) -> Failure:
    r"""Read a traceback, or an error without one.

    Args:
      text: what Python or IPython printed; other lines may precede it.

    Returns:
      The last error of it: that of a chain which was not caught.

    Examples:
      >>> failure = failure_of('  File "a.py", line 3, in f\n    g()\nTypeError: no')
      >>> failure.type, failure.message, failure.frame.line
      ('TypeError', 'no', '3')
    """
    lines = text.strip().splitlines()
    frames, last = [], 0
    for number, line in enumerate(map(str.rstrip, lines)):
        found = next(filter(None, (one.match(line) for one in _FRAME)), None)
        arrow = _ARROW.match(line.lstrip())
        if found:
            named = found.groupdict()
            code = lines[number + 1].strip() if number + 1 < len(lines) else ""
            code = code if line.lstrip().startswith('File "') else ""
            where = (named["file"], named.get("line") or "", named["function"] or "")
            frames.append(Frame(*where, code))
            last = number + bool(code)
        elif arrow and frames:
            place = {"line": frames[-1].line or arrow["line"], "code": arrow["code"]}
            frames[-1] = frames[-1]._replace(**place)
            last = number
    kind, message = _error(lines[last + bool(frames) :])
    return Failure(kind, message, tuple(frames))


def _error(lines: Sequence[str]) -> tuple[str, str]:
    """The type of the first error in lines, and its message to their end."""
    for number, line in enumerate(lines):
        found = _ERROR.match(line)
        if found and (found["colon"] or _USUAL.search(found["type"])):
            rest = [found["message"] or "", *lines[number + 1 :]]
            return found["type"], "\n".join(rest[:30]).strip()
    return "", "\n".join(lines).strip()


class Advice(NamedTuple):
    """A name in a message, and what the table of removed names says of it."""

    old: str
    known: Known


def advice(message: str) -> Advice | None:
    """What to write for the name that a message misses; None if the table lacks it.

    Args:
      message: of an AttributeError, ImportError or TypeError.

    Returns:
      The name, and its row in the table.

    Examples:
      >>> advice("module 'jax' has no attribute 'tree_map'").known.new
      'jax.tree.map'
    """
    table = Table()
    for pattern in _NAMES:
        for found in re.finditer(pattern, message):
            parts = [found.groupdict().get("module"), found["name"]]
            full = ".".join(filter(None, parts)).replace("np.", "numpy.", 1)
            if named := table.name(full):
                return Advice(*named[:2])
    if found := _METHOD.search(message):
        known = table.method(found[1])
        return known and Advice(f".{found[1]}", known)
    if found := _ARGUMENT.search(message):
        wanted = f".{found[1]}({found[2]})"
        fits = (name for name in known_names("removed", "renamed", "advice"))
        name = next((name for name in fits if name.endswith(wanted)), "")
        return Advice(name, table.known[name]) if name else None
    return None


def line_now(code: str) -> str:
    """A line of code as it runs today; empty if that is not known or not different.

    Args:
      code: one line of a file whose imports have their customary names.

    Returns:
      The line after all renames.

    Examples:
      >>> line_now("params = jax.tree_map(f, params)")
      'params = jax.tree.map(f, params)'
    """
    whole = code + (" pass" if code.rstrip().endswith(":") else "")
    lines = lines_of(f"{_CUSTOMARY}{whole}\n")
    try:
        new = edited(lines, Finder("".join(lines), Table()).changes())
    except ValueError:  # a part of a statement
        return ""
    if new[:-1] != lines[:-1] or new == lines:  # it needs another import, too
        return ""
    return new[-1].rstrip("\n").removesuffix(" pass" if whole != code else "")


def best(message: str, entries: Sequence[Mapping]) -> str:
    """Find the entry of the page of errors that a message belongs to.

    Args:
      message: of an error, or a part of it.
      entries: each has an "id", and "messages" that it is about; in these, three dots
        stand for what differs.

    Returns:
      The id of an entry that has a message in full, the longest first, else of the one
      that has most of its telling words; empty if no entry has two thirds of them.

    Examples:
      >>> entries = [{"id": "a", "messages": ["Expected a callable value"]}]
      >>> best("TypeError: Expected a callable value, got 3", entries)
      'a'
    """
    asked = _plain(message)
    names_one = any(re.search(pattern, message) for pattern in _NAMES)
    words = set() if names_one else set(_words(asked))  # or it would be of another name
    counts: dict[str, int] = {}
    for entry in entries:
        for word in {word for one in entry["messages"] for word in _words(_plain(one))}:
            counts[word] = counts.get(word, 0) + 1
    scores = []
    for entry in entries:
        for one in map(_plain, entry["messages"]):
            pieces = [piece.strip() for piece in re.split(r"\.\.\.|…", one)]
            pattern = ".*?".join(map(re.escape, filter(None, pieces)))
            if pattern and re.search(pattern, asked, re.DOTALL):
                scores.append((1 + len(one), entry["id"]))
                continue
            weights = {word: 1 / counts[word] for word in _words(one)}
            has = sum(weight for word, weight in weights.items() if word in words)
            if len(weights) > 1:
                scores.append((has / sum(weights.values()), entry["id"]))
    score, best_id = max(scores, key=lambda pair: pair[0], default=(0, ""))
    return best_id if score >= 2 / 3 else ""


def _plain(text: str) -> str:
    """A text in small letters, without quotes and with single spaces."""
    return " ".join(re.sub(r"[`'\"‘’“”]", "", text.lower()).split())


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z_][\w.]*\w", text)
