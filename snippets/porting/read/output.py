"""What is printed for people."""

from collections.abc import Iterator
from typing import Any

_WIDE = 100
_PLACES = 5


def as_text(found: dict[str, Any], all_uses: bool = False) -> str:
    """The answers to the questions, one part each."""
    parts = [
        _part("1. What is transformed", _transforms(found)),
        _part("2. Classes", _classes(found)),
        _part("3. Parameters and states, as far as the text tells", _trees(found)),
        _part(
            "3b. The same at run time, with the line that asks for each", _run(found)
        ),
        _part("4. Calls that ask for parameters and states", _leaves(found)),
        _part("5. What surrounds them", _around(found)),
        _part("Names, and where the course explains them", _uses(found, all_uses)),
        _part("Lines at risk", _risks(found)),
        _part(f"What to read, about {found['minutes']} minutes", _reading(found)),
    ]
    return "\n\n".join(part for part in parts if part)


def _part(title: str, lines: Iterator[str]) -> str:
    listed = list(lines)
    return "\n".join([title, *listed]) if listed else ""


def _at(file: str, line: int) -> str:
    return f"{file}:{line}"


def _transforms(found: dict) -> Iterator[str]:
    for tree in found["trees"]:
        if tree["init"]:
            place = _at(tree["file"], tree["line"])
            yield f"  {place}  hk.{tree['kind']}({tree['of']})"
            yield f"      {tree['init']}"
            yield f"      {tree['apply']}"


def _classes(found: dict) -> Iterator[str]:
    for one in found["classes"]:
        words = "module" if one["module"] else "class"
        kind = f"dataclass, {words}" if one["dataclass"] else words
        bases = f"({', '.join(one['bases'])})" if one["bases"] else ""
        yield f"  {_at(one['file'], one['line'])}  {kind} {one['name']}{bases}"
        if one["made_with"]:
            yield f"      made with {_cut(one['made_with'], _WIDE - 16)}"


def _trees(found: dict) -> Iterator[str]:
    for tree in found["trees"]:
        if not tree["entries"] and not tree["note"]:
            continue
        what = "made alone" if tree["kind"] == "class" else "as init makes them"
        yield f"  {tree['of']} ({_at(tree['file'], tree['line'])}), {what}:"
        rows: dict[tuple, list[str]] = {}
        for one in tree["entries"]:
            key = (one["kind"], one["path"], *one["made"], "; ".join(one["depends"]))
            rows.setdefault(key, []).append(one["name"])
        for (kind, path, file, line, depends), names in rows.items():
            mark = "  (state)" if kind == "state" else ""
            place = f"line {line}" if file == tree["file"] else _at(file, line)
            yield f"    {path:40} {', '.join(names)}{mark}  [{place}]"
            if depends:
                yield f"        depends: {_cut(depends, _WIDE - 17)}"
        if tree["note"]:
            yield f"    {tree['note']}"


def _run(found: dict) -> Iterator[str]:
    for one in found.get("run", ()):
        if one["predicted"] == "wrong":
            yield f"    {one['path']:40} predicted, and not there"
            continue
        shape = "x".join(map(str, one["shape"])) or "scalar"
        place = f"  [{_at(one['file'], one['line'])}]" if one["file"] else ""
        marks = {
            "known": "",
            "depends": "  (predicted with a condition)",
            "no": "  (new)",
        }
        mark = marks[one["predicted"]]
        yield f"    {one['path']:40} {shape} {one['dtype']}{mark}{place}"


def _leaves(found: dict) -> Iterator[str]:
    for one in found["leaves"]:
        given = [
            f"{k}={v}" for k, v in one.items() if k not in ("file", "line", "call")
        ]
        place, what = _at(one["file"], one["line"]), _cut(", ".join(given), 70)
        yield f"  {place}  hk.{one['call']}: {what}"


def _around(found: dict) -> Iterator[str]:
    topics: dict[str, list[dict]] = {}
    for one in found["around"]:
        topics.setdefault(one["topic"], []).append(one)
    for topic, rows in topics.items():
        yield f"  {topic}:"
        for one in rows:
            lines = ", ".join(map(str, one["lines"][:_PLACES]))
            more = ", ..." if len(one["lines"]) > _PLACES else ""
            yield f"    {one['name']}  [{one['file']}:{lines}{more}]"


def _uses(found: dict, all_uses: bool) -> Iterator[str]:
    for one in found["uses"]:
        if one["kind"] == "keyword" and not all_uses:
            continue
        if one["name"].startswith(("jax.numpy.", "jax.nn.")) and not all_uses:
            continue
        name = one["text"] if one["kind"] == "idiom" else one["name"]
        base = ", as a base" if one["kind"] == "base" else ""
        instead = f" (now {one['by']})" if one["by"] and "." in one["by"] else ""
        file, line = one["places"][0]
        count = len(one["places"])
        times = f", {count} times" if count > 1 else ""
        yield f"  {name}{base}{instead}  [{_at(file, line)}{times}]"
        if one["text"] and one["kind"] != "idiom":
            yield from _folded(one["text"])
        where = f"{one['section']}: " if one["section"] else ""
        yield (
            f"      {where}{one['address']}"
            if one["address"]
            else "      not explained"
        )


def _folded(text: str) -> Iterator[str]:
    line = "     "
    for word in text.split():
        if len(line) + len(word) + 1 > _WIDE:
            yield line
            line = "     "
        line += f" {word}"
    yield line


def _risks(found: dict) -> Iterator[str]:
    for one in found["risks"]:
        yield f"  {_at(one['file'], one['line'])}  {one['code']}: {one['text']}"
        yield f"      {one['address']}"


def _reading(found: dict) -> Iterator[str]:
    for page in found["reading"]:
        yield f"  {page['title']} ({page['minutes']} min)  {page['address']}"
        for one in page["sections"]:
            names = ", ".join(one["because"][:4])
            more = ", ..." if len(one["because"]) > 4 else ""
            yield f"    - {one['heading']} ({one['minutes']} min): {names}{more}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."
