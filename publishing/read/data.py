"""Data of tutorials: the files beside a percent file that its code cells name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, Line, SourceError, join

LIMIT = 5_000_000  # bytes of a file, which each reader downloads
# Where a path begins that only its author's machine has.
_OF_ONE_MACHINE = re.compile(
    r"(~|/(home|Users|root|mnt|Volumes|content/(drive|sample_data))|[A-Za-z]:)[\\/]\S"
)
_OF_SYSTEM = ("/dev/", "/proc/", "/sys/")


def files_beside(path: Path) -> dict[str, Path]:
    """The files beside a percent file or below its folder, by their names in its cells."""
    found = {file.relative_to(path.parent): file for file in sorted(path.parent.rglob("*"))}
    return {
        name.as_posix(): file
        for name, file in found.items()
        if not any(part.startswith((".", "__")) for part in name.parts)
        and file.suffix != ".py"
        and file.is_file()
    }


def data_of(tutorial: Tutorial) -> dict[str, bytes]:
    """What the files hold that the cells name; a SourceError for what readers could not have."""
    files, data = files_beside(tutorial.path), dict[str, bytes]()
    diagnostics: list[Diagnostic] = []
    for text, line in _texts(tutorial):
        if text in files and text not in data:
            data[text] = files[text].read_bytes()
            if (size := len(data[text])) > LIMIT:
                what = f"{text} has {size / 1e6:.1f} MB, and {LIMIT // 10**6} MB is the limit"
                way = "keep the part that the page needs, or make the data in a cell"
                diagnostics.append(line.diagnostic(f"{what}; {way}."))
        elif _is_of_one_machine(text):
            what = f"`{text}` is on your machine only"
            way = f'put it beside the page, and write "{re.split(r"[\\/]", text)[-1]}"'
            diagnostics.append(line.diagnostic(f"{what}; {way}."))
    if diagnostics:
        raise SourceError(*diagnostics)
    return data


def _texts(tutorial: Tutorial) -> Iterator[tuple[str, Line]]:
    """The strings of one line in code, each with its line."""
    for cell in (cell for cell in tutorial.cells if cell.is_python):
        for part in ast.walk(ast.parse(join(cell.lines))):
            value = part.value if isinstance(part, ast.Constant) else None
            if isinstance(value, str) and value and "\n" not in value:
                yield value, cell.lines[part.lineno - 1]


def _is_of_one_machine(text: str) -> bool:
    """Whether a text is the absolute path of a file, and not part of an address."""
    if _OF_ONE_MACHINE.match(text) and re.search(r"\.\w{1,8}$", text):
        return True
    is_path = text.startswith("/") and not text.startswith(_OF_SYSTEM) and len(text) < 200
    return is_path and Path(text).is_file()
