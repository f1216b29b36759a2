"""What a person accepted: `accepted.toml`, each entry one cell's old and new output, word for word, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.exceptions import ParseError

from publishing.compare.drift import Difference, same
from publishing.compare.numbers import Tolerance
from publishing.read.problem import Problem, SourceError

FILE = "accepted.toml"
_TEXTS = ("tutorial", "cell", "reason")
_WRONG = "entry {} must have tutorial, cell, reason, none empty, and old and new, lists of texts; accept it anew."
_HEAD = "Differences between records that a person accepted; `tutorials compare --accept REASON` writes them."


@dataclass(frozen=True)
class Accepted:
    """One accepted difference; it covers this new output and no later one.

    Attributes:
      tutorial: its name.
      cell: the id of the cell.
      reason: why the new output is right.
      old: the outputs that the cell had, a text each.
      new: the outputs that it has.
    """

    tutorial: str
    cell: str
    reason: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    def covers(self, tutorial: str, difference: Difference, tolerance: Tolerance) -> bool:
        """Whether this is the difference that was accepted; another machine may have other last digits."""
        return (
            (self.tutorial, self.cell) == (tutorial, difference.cell)
            and same(self.old, difference.old, tolerance)
            and same(self.new, difference.new, tolerance)
        )


def read(path: Path) -> list[Accepted]:
    """The entries of an `accepted.toml`; none where there is no file.

    Raises:
      SourceError: if the file is not as `write` writes it.
    """
    if not path.is_file():
        return []
    try:
        written = path.read_text(encoding="utf-8")
        content = tomlkit.parse(written).unwrap()
    except (ParseError, UnicodeDecodeError) as error:
        message = f"is no TOML ({error}); mend it, or delete it and accept anew."
        raise SourceError(Problem(path, getattr(error, "line", 1), message)) from None
    entries = content.get("accepted")
    if not isinstance(entries, list) or len(content) > 1:
        raise SourceError(Problem(path, 1, "must hold `[[accepted]]` entries and nothing else; accept anew."))
    for number, entry in enumerate(entries, 1):
        if not _is_whole(entry):
            raise SourceError(Problem(path, 1, _WRONG.format(number)))
    return [Accepted(**entry | {"old": tuple(entry["old"]), "new": tuple(entry["new"])}) for entry in entries]


def write(path: Path, entries: list[Accepted]) -> None:
    """Write entries to an `accepted.toml`, and remove the file if there is none.

    Args:
      path: the file.
      entries: all that it shall hold.
    """
    if not entries:
        path.unlink(missing_ok=True)
        return
    document = tomlkit.document()
    document.add(tomlkit.comment(_HEAD))
    tables = document["accepted"] = tomlkit.aot()
    for entry in entries:
        table = tomlkit.item({name: getattr(entry, name) for name in _TEXTS})
        for name in ("old", "new"):
            table[name] = tomlkit.array().multiline(True)
            table[name].extend(getattr(entry, name))
        tables.append(table)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _is_whole(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == {*_TEXTS, "old", "new"}
        and all(isinstance(entry[name], str) and entry[name].strip() for name in _TEXTS)
        and all(isinstance(entry[name], list) for name in ("old", "new"))
        and all(isinstance(text, str) for text in entry["old"] + entry["new"])
    )
