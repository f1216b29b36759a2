"""The form of an exercise to predict: its stub, with a field in the place of each `...`.

What a field may hold is told by the truth. `{...}` stands for a dictionary or a set of the reader's
own. Words that the lines before the form quote are to choose from.
"""

import ast
import functools
import json
import operator
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from publishing.run.notebook import Question

_COMMENT = re.compile(r"(?m)^# ?")
_WORD = re.compile(r'"([^"\n]+)"')


class _Place(NamedTuple):
    """A `...` in the code of a form."""

    start: int
    end: int
    path: tuple  # to its entry
    is_open: bool  # `{...}`, whose keys are the reader's


def form(stub: str, question: Question, passed: str, above: str = "") -> str:
    """The form as JSON, for an attribute of the page.

    Args:
      stub: the cell as readers have it; it has `<name> = {...}`, as a comment or not.
      question: what its check compared.
      passed: what the check says of the right answer.
      above: code whose dictionaries have what the form asks about: it stands beside the fields.

    Raises:
      ValueError: if the stub has no form, or one that leaves out an entry of the truth.
    """
    before, code = _parted(stub, question.name)
    words = _WORD.findall(before)
    pieces: list[str | dict] = []
    position, places, asked_about = 0, list(_places(code)), _values(above)
    for place in places:
        pieces += [code[position : place.start], _field(place, question, words)]
        position = place.end
        if code[position:].startswith(",\n") and (value := asked_about.get(place.path[-1])):
            pieces[-1]["beside"] = value
    for path in entries_of(question.truth):
        if not any(path[: len(place.path)] == place.path for place in places):
            entry = ".".join(map(str, path))
            raise ValueError(f"the form of {question.name} has no `...` for its entry {entry}.")
    count = sum(len(piece.get("rows", "1")) for piece in pieces if isinstance(piece, dict))
    given = {"name": question.name, "count": count, "passed": passed}
    given["pieces"] = [*pieces, code[position:]]
    return json.dumps(given, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def entries_of(tree: Any, path: tuple = ()) -> Iterator[tuple]:
    """The paths to the entries of a truth."""
    if not isinstance(tree, dict | list):
        yield path
        return
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from entries_of(value, (*path, key))


def _parted(stub: str, name: str) -> tuple[str, str]:
    """What stands before the form, and the form as code."""
    found = re.search(rf"(?m)^(# ?)?{name} = ", stub)
    if not found:
        way = f"write `# {name} = {{...}}`, with a `...` for each entry"
        raise ValueError(f"its cell has no form; {way}.")
    code = stub[found.start() :]
    lines = (_COMMENT.sub("", code) if found[1] else code).split("\n")
    for size in range(1, len(lines) + 1):
        try:
            ast.parse(code := "\n".join(lines[:size]))
        except SyntaxError:
            continue
        return stub[: found.start()], code
    raise ValueError(f"the form of {name} is not Python; is a bracket missing?")


def _places(code: str) -> Iterator[_Place]:
    lines = [line.encode() + b"\n" for line in code.split("\n")]

    def at(line: int, column: int) -> int:
        return len(b"".join([*lines[: line - 1], lines[line - 1][:column]]).decode())

    def within(node: ast.expr, path: tuple) -> Iterator[_Place]:
        text = ast.unparse(node)
        if text in ("...", "{...}"):
            start, end = at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)
            yield _Place(start, end, path, is_open=text != "...")
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                yield from within(value, (*path, ast.literal_eval(key)))
        elif isinstance(node, ast.List):
            for index, value in enumerate(node.elts):
                yield from within(value, (*path, index))

    yield from within(ast.parse(code).body[0].value, ())


def _values(code: str) -> dict[Any, str]:
    """The code of what dictionaries have for a key, of a function what it returns."""
    found = {}
    for node in ast.walk(ast.parse(code)):
        pairs = zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ()
        for key, value in pairs:
            if isinstance(key, ast.Constant):
                part = value.body if isinstance(value, ast.Lambda) else value
                found[key.value] = " ".join((ast.get_source_segment(code, part) or "").split())
    return found


def _field(place: _Place, question: Question, words: Sequence[str]) -> dict[str, Any]:
    """What a script needs to ask for an entry, or for a dictionary whose keys are the reader's."""
    truth = _at(place.path, question)
    if place.is_open and isinstance(truth, dict):
        below = {"/".join(map(str, path)): path for path in entries_of(truth)}
        rows = {key: _entry((*place.path, *path), question) for key, path in below.items()}
        return {"of": ".".join(map(str, place.path)), "rows": rows}
    options = ["True", "False"] if isinstance(truth, bool) else words
    beside = _at(place.path[:-1], question) if place.path else ()
    others = beside.values() if isinstance(beside, dict) else beside
    if str(truth) not in options or any(isinstance(other, tuple) for other in others):
        options = []  # whether it is a word or a shape is asked, too
    field = _entry(place.path, question)
    return field | ({"options": options} if options else {})


def _at(path: tuple, question: Question) -> Any:
    return functools.reduce(operator.getitem, path, question.truth)


def _entry(path: tuple, question: Question) -> dict[str, Any]:
    """The name of an entry, what is right for it, and why."""
    keys = [path[0], *(path[:size] for size in range(1, len(path) + 1))] if path else []
    why = [question.reasons[key] for key in keys if key in question.reasons]
    entry = {"of": ".".join(map(str, path)), "is": _as_json(_at(path, question), question.rtol)}
    return entry | ({"why": why[-1]} if why else {})


def _as_json(truth: Any, rtol: float) -> Any:
    if truth is None or isinstance(truth, bool | str):
        return truth
    if isinstance(truth, int | float):
        within = 0 if isinstance(truth, int) else rtol * abs(truth) + 1e-6
        return {"number": truth, "within": within}
    if isinstance(truth, set):
        return {"set": sorted(map(str, truth))}
    return {"tree": _tree(truth)} if isinstance(truth, dict | list) else {"shape": list(truth)}


def _tree(truth: Any) -> str:
    """A tree of shapes and words as a script writes it: sorted, without blanks and quotes."""
    if isinstance(truth, dict):
        return "{" + ",".join(sorted(f"{key}:{_tree(value)}" for key, value in truth.items())) + "}"
    if isinstance(truth, list | tuple):
        return "(" + ",".join(map(_tree, truth)) + ")"
    return str(truth)
