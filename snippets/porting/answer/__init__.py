"""What a reader's file or text is, and what the package has to say of it."""

import ast
import codecs
import json
import re
import textwrap
from pathlib import Path

from ..revive.edits import edited
from ..revive.files import Notebook, Source, without_magics
from ..revive.finder import Finder
from ..revive.records import Change
from ..revive.scopes import parsed
from ..revive.table import Table
from .reports import of_code, of_weights
from .sections import of_changes, of_failure
from .tracebacks import Failure, failure_of, has_failure

# Files of arrays; most others are known by their bytes.
_WEIGHTS = re.compile(
    r"\.(npz|npy|pkl|pickle|p|pt|pth|bin|ckpt|safetensors|msgpack|h5|hdf5|joblib|dill"
    r"|zst|gz|xz|bz2|zip|tar|tgz)\Z",
    re.IGNORECASE,
)
_CODE = re.compile(r"\s*(import |from |def |class |@|return |for |if |with |#|\w+ = )")


def answer(name: str, data: bytes) -> dict:
    """Say what a file or a pasted text is, and what a porter wants to know of it.

    Nothing in it is run. It may be Python code, a notebook, an error with or without
    its traceback, or a file of weights.

    Args:
      name: the name of the file; empty if the text was pasted.
      data: its bytes.

    Returns:
      What JSON can hold. "kind" is "code", "notebook", "traceback", "weights" or
      "nothing", "about" a sentence, and "sections" a list of dictionaries, each with a
      "title" and some of these: "text"; "code"; "list"; "table", with "head" and
      "rows"; "pairs" of old and new lines, with their place, and whether there is a gap
      before them; "file", with "name" and "text"; "folded". A cell or an item is a
      string, in which backticks enclose code, or has "text" and "link", relative to the
      root of the site, or is a list of such. A traceback has its "message", too.

    Examples:
      >>> answer("", b"import jax; jax.tree_map(f, x)")["sections"][0]["title"]
      'What no longer runs'
      >>> answer("", b"TypeError: Expected a callable value")["kind"]
      'traceback'
    """
    if not data.strip():
        return _told("nothing", f"{name or 'The field'} is empty.", [])
    if name.endswith((".py", ".pyi")):
        return _code("code", Source, name, data)
    text = _text(data)
    tree = _tree(text or "")
    if text is None or (_WEIGHTS.search(name) and not tree):
        return _told("weights", *of_weights(name or "The pasted file", data))
    if name.endswith(".ipynb") or _is_notebook(text):
        return _code("notebook", Notebook, name, data)
    text = textwrap.dedent(text)
    tree = tree or _tree(text)
    is_code = any(not isinstance(one, (ast.AnnAssign, ast.Expr)) for one in tree)
    if has_failure(text) and not is_code:  # `TypeError: no` is Python, too
        return _failure(failure_of(text))
    if tree or _looks_like_code(text):
        return _code("code", _Pasted, name, text.encode())
    return _failure(Failure("", text.strip(), ()))


class _Pasted(Source):
    """Code without a file of its own: it may have magics, as a cell of a notebook."""

    def __init__(self, path: Path, data: bytes):
        super().__init__(path, data)
        self.shown, masked = self.lines, without_magics(self.lines)
        if not _tree(self.text) and _tree("".join(masked)):
            self.lines = masked

    def mended(self, changes: list[Change]) -> str:
        """The text with the edits of changes, its magics as they were."""
        rows = zip(self.shown, self.lines, edited(self.lines, changes), strict=True)
        return "".join(shown if old == new else new for shown, old, new in rows)


def _told(kind: str, about: str, sections: list[dict], **more: str) -> dict:
    return {"kind": kind, "about": about, "sections": sections, **more}


def _code(kind: str, reader: type[Source], name: str, data: bytes) -> dict:
    """What `revive` and `read` say of code."""
    shown = name or "The pasted text"
    name = name or ("pasted.ipynb" if kind == "notebook" else "pasted.py")
    try:
        source = reader(Path(name), data)
        changes = sorted(set(Finder("".join(source.lines), Table()).changes()))
    except (ValueError, LookupError, SyntaxError) as problem:
        told = f"{problem}".removeprefix("is not a notebook: ")
        return _told(kind, f"{shown} cannot be read: {told}", [])
    lines = f"{len(source.lines)} line{'s' * (len(source.lines) != 1)}"
    what = "a notebook with" if kind == "notebook" else "Python code,"
    about = f"{shown} is {what} {lines}{' of code' * (kind == 'notebook')}."
    found = of_code(name, "".join(source.lines), source.place)
    return _told(kind, about, [*of_changes(source, changes), *found])


def _failure(failure: Failure) -> dict:
    """Where an error was raised, and what to write there."""
    about = f"An error{f' of the type `{failure.type}`' if failure.type else ''}."
    message = f"{failure.type}: {failure.message}"
    return _told("traceback", about, of_failure(failure), message=message)


def _text(data: bytes) -> str | None:
    """The text that bytes are; None if they are something else."""
    if (
        not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        and b"\0" in data
    ):
        return None
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _tree(text: str) -> list[ast.stmt]:
    """The statements of a text; empty if it is not Python."""
    try:
        return parsed(text).body
    except ValueError:
        return []


def _is_notebook(text: str) -> bool:
    if not text.lstrip().startswith("{") or '"cells"' not in text:
        return False
    try:
        return "cells" in json.loads(text)
    except (ValueError, RecursionError):
        return False


def _looks_like_code(text: str) -> bool:
    """Whether at least three lines in ten begin as lines of code do."""
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(bool(_CODE.match(line)) for line in lines) >= 0.3 * len(lines)
