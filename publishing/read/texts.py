"""What readers see, in the language of the course: an English text is the key to its translation.

`texts/de.yml` has the German ones. English, and a language that has no file, stay English.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from itertools import accumulate
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[1] / "texts"

_state = {"language": "en"}


def set_language(code: str) -> None:
    """Take the language of a course, as `theme.language` in its `mkdocs.yml` has it."""
    _state["language"] = code


def language() -> str:
    """The language that was taken last."""
    return _state["language"]


@cache
def read_texts(code: str) -> dict[str, dict[str, str]]:
    """The translations into a language, of `pages`, `scripts` and what is `pasted` into notebooks.

    They are empty for a language that has no file.
    """
    path = FOLDER / f"{code}.yml"
    return defaultdict(dict, yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {})


def of_pages() -> dict[str, str]:
    """The translations of what pages and their scripts say."""
    known = read_texts(language())
    return known["scripts"] | known["pages"]


def of_look() -> dict[str, dict[str, str]]:
    """What the templates of the look find in `extra` of the configuration."""
    return {"texts": of_pages(), "script_texts": read_texts(language())["scripts"]}


def gettext(english: str, **values: object) -> str:
    """A text that the engine writes, with values in the places of `{names}`."""
    text = of_pages().get(english, english)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """Likewise of a text that counts: the first for one, the second for any other number."""
    return gettext(one if count == 1 else many, count=count, **values)


def quotation_marks() -> dict[str, str]:
    """Those of the language as Python-Markdown's `smarty` takes them; empty for English."""
    marks = read_texts(language())["quotes"]
    return {f"{name}-quote": mark for name, mark in marks.items()}


def either(english: str) -> str:
    """A pattern for a word that an author writes in English or in the language of the course."""
    return "|".join(dict.fromkeys((english, gettext(english))))


def in_language(code: str) -> str:
    """Code of the engine that notebooks get, with its texts in the language of the course.

    The key of an f-string has the expressions of that in its braces; lines stay where they are.
    """
    known = read_texts(language())["pasted"]
    source = code.encode()
    starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
    edits: list[tuple[int, int, str]] = []
    for node, english in texts_in(code) if known else ():
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        within = edits and start < edits[-1][1]  # of a text that is changed: the next time
        if english in known and not within:
            quote = re.match(rb"\w*(['\"])", source[start:end])[1].decode()
            prefix = "f" * isinstance(node, ast.JoinedStr)
            gap = "\n" * (node.end_lineno - node.lineno)
            edits.append((start, end, f"{prefix}{quote}{known[english]}{quote}{gap}"))
    for start, end, text in reversed(edits):
        source = source[:start] + text.encode() + source[end:]
    return in_language(source.decode()) if edits else code


def texts_in(code: str) -> list[tuple[ast.Constant | ast.JoinedStr, str]]:
    """The strings in code and their texts in the order of reading, one before those within it."""
    nodes = list(ast.walk(ast.parse(code)))
    parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    found = []
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            pieces = (
                part.value if isinstance(part, ast.Constant) else ast.get_source_segment(code, part)
                for part in node.values
            )
            found.append((node, "".join(pieces)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            found.append((node, node.value))
    return sorted(found, key=lambda pair: (pair[0].lineno, pair[0].col_offset))
