"""Files of Python and notebooks: their lines, and how mended ones are written."""

import io
import json
import os
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from .edits import edited
from .records import Change
from .scopes import lines_of, parsed


class Source:
    """A Python file: its text, what it says where, and how a mended one is written."""

    def __init__(self, path: Path, data: bytes | None = None):
        self.path, self.data = path, path.read_bytes() if data is None else data
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(self.data).readline)
        self.text = self.data.decode(self.encoding)
        self.lines, self.problems = lines_of(self.text), []

    def place(self, line: int) -> str:
        """Where a line is, in words."""
        return str(line)

    def line_in_file(self, line: int) -> int:
        """The same line, counted in the file."""
        return line

    def again(self) -> "Source":
        """The file, read once more."""
        return type(self)(self.path)

    def mended(self, changes: list[Change]) -> str:
        """The text of the file with the edits of changes."""
        return "".join(edited(self.lines, changes))

    def write(self, changes: list[Change]) -> None:
        """Write the mended text, in the encoding of the file."""
        text = self.mended(changes)
        parsed(text)
        self.path.write_bytes(text.encode(self.encoding))


class StandardInput(Source):
    """What comes through a pipe; the mended text goes to standard output."""

    def __init__(self, path: Path, data: bytes | None = None):
        super().__init__(path, sys.stdin.buffer.read() if data is None else data)

    def again(self) -> Source:
        """The text that was written."""
        return StandardInput(self.path, self.written)

    def write(self, changes: list[Change]) -> None:
        """Print the mended text."""
        text = self.mended(changes)
        parsed(text)
        self.written = text.encode(self.encoding)
        sys.stdout.write(text)


class _Placed(str):
    """A string of a JSON text, with its place in it."""

    __slots__ = ("end", "start")


class Notebook(Source):
    """The code cells of a notebook as one text, in which magics are masked."""

    def __init__(self, path: Path, data: bytes | None = None):
        super().__init__(path, data)
        cells = _with_places(self.text)["cells"]
        self.lines, self.strings, self.places, self.rows = [], [], [], []
        code = (cell for cell in cells if cell.get("cell_type") == "code")
        for number, cell in enumerate(code, 1):
            source = cell.get("source", [])
            strings = [source] if isinstance(source, str) else source
            lines = lines_of("".join(strings))
            if lines != [line for string in strings for line in lines_of(string)]:
                raise ValueError(
                    f"has strings without line ends in code cell {number}."
                )
            self.lines += self.python(number, lines)
            self.places += [f"cell {number} line {n + 1}" for n in range(len(lines))]
            self.rows += [
                self.text.count("\n", 0, string.start) + 1
                for string in strings
                for _ in lines_of(string)
            ]
            self.strings.append((strings, len(lines)))

    def python(self, number: int, lines: list[str]) -> list[str]:
        """The lines of a cell with `pass` for magics; blank if it is not Python."""
        for masked in (lines, without_magics(lines)):
            try:
                parsed("".join(masked))
            except ValueError as error:
                problem = f"code cell {number}, {error}"
            else:
                ended = [
                    line if line.endswith("\n") else f"{line}\n" for line in masked
                ]
                return ended
        self.problems.append(problem)
        return ["\n"] * len(lines)

    def place(self, line: int) -> str:
        """The cell and the line in it."""
        return self.places[line - 1]

    def line_in_file(self, line: int) -> int:
        """The line of the JSON text that holds it."""
        return self.rows[line - 1]

    def mended(self, changes: list[Change]) -> str:
        """The text of the notebook: only the strings of changed lines differ."""
        new, text, first = edited(self.lines, changes), self.text, 0
        spans = []
        for strings, count in self.strings:
            here = slice(first, first + count)
            if new[here] != self.lines[here]:
                spans += _respelled(strings, self.lines[here], new[here])
            first += count
        for start, end, value in sorted(spans, reverse=True):
            text = text[:start] + _as_json(value, text, start, end) + text[end:]
        return text

    def write(self, changes: list[Change]) -> None:
        """Write the mended notebook."""
        text = self.mended(changes)
        json.loads(text)
        self.path.write_bytes(text.encode(self.encoding))


def _respelled(strings: list, old: list[str], new: list[str]) -> Iterator[tuple]:
    """The strings of a cell whose lines changed: their places and new values."""
    rows = iter(zip(old, new, strict=True))
    for string in strings:
        lines = lines_of(string)
        value = []
        for line, (before, after) in zip(lines, rows, strict=False):
            ending = line[len(line.rstrip("\r\n")) :]
            changed = after and after.rstrip("\r\n") + ending
            value.append(line if before == after else changed)
        if "".join(value) != string:
            yield string.start, string.end, "".join(value)


def _as_json(value: str, text: str, start: int, end: int) -> str:
    """A string as JSON, spelled like the one it replaces; lines apart if those are."""
    plain = not text[start:end].isascii()
    before = re.search(r"[\[,](\s*)\Z", text[max(0, start - 200) : start])
    lines = (lines_of(value) if before else [value]) or [""]
    apart = "," + (before[1] if before else "")
    return apart.join(json.dumps(line, ensure_ascii=not plain) for line in lines)


def _with_places(text: str) -> dict:
    """What a JSON text holds, its strings with their places."""

    def placed(text: str, begin: int, strict: bool) -> tuple[str, int]:
        value, end = json.decoder.scanstring(text, begin, strict)
        value = _Placed(value)
        value.start, value.end = begin - 1, end
        return value, end

    decoder = json.JSONDecoder()
    decoder.parse_string = placed
    decoder.scan_once = json.scanner.py_make_scanner(decoder)
    try:
        value = decoder.decode(text)
    except ValueError as error:
        raise ValueError(f"is not a notebook: {error}.") from None
    if isinstance(value, dict) and "worksheets" in value:
        way = "jupyter nbconvert --to notebook --inplace FILE"
        raise ValueError(f"is a notebook of format 3; `{way}` makes one of format 4.")
    if not isinstance(value, dict) or not isinstance(value.get("cells"), list):
        raise ValueError("is not a notebook of format 4: it has no list of cells.")
    return value


def without_magics(lines: list[str]) -> list[str]:
    """Lines of a cell with `pass` for what only IPython understands."""
    first = next((line for line in lines if line.strip()), "")
    if re.match(r"%%(?!time|capture|prun)", first):
        return ["\n"] * len(lines)
    masked, goes_on = [], False
    for line in lines:
        body = line.strip()
        magic = re.match(r"[%!?]|[\w, ]+=\s*[%!]", body) or re.search(r"\w\?$", body)
        indent = line[: len(line) - len(line.lstrip())]
        masked.append("\n" if goes_on else f"{indent}pass\n" if magic else line)
        goes_on = bool(magic or goes_on) and body.endswith("\\")
    return masked


def files_of(paths: list[str]) -> Iterator[Path]:
    """The files that paths name; of folders those that are not hidden, in order."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(
                name for name in folders if not _is_left_out(Path(folder, name))
            )
            kinds = (".py", ".ipynb")
            yield from (
                Path(folder, name) for name in sorted(names) if name.endswith(kinds)
            )


def _is_left_out(folder: Path) -> bool:
    """Whether a folder is hidden, made by a build, or holds what was installed."""
    made = folder.name in {"build", "dist", "env", "venv"}
    is_package = (folder / "__init__.py").exists()
    never = folder.name in {"__pycache__", "node_modules", "site-packages"}
    is_environment = (folder / "pyvenv.cfg").exists()
    hidden = folder.name.startswith(".")
    return hidden or never or is_environment or (made and not is_package)
