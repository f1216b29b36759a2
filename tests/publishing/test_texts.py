"""The texts that readers see, and their translations."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, nodes

import publishing
from publishing.read.texts import FOLDER, texts_in

ROOT = Path(publishing.__file__).parent
LANGUAGES = [path.stem for path in FOLDER.glob("*.yml")]
PASTED = ("keeping.py", "passing.py", "checking.py")  # of teaching


def of_templates() -> set[str]:
    """What templates mark: the texts within calls of gettext, but not its values."""
    found = set()
    for path in (*ROOT.glob("site/*.j2"), *ROOT.glob("look/**/*.html")):
        for call in Environment().parse(path.read_text()).find_all(nodes.Call):
            if getattr(call.node, "name", "") == "gettext":
                texts = (call.args[0], *call.args[0].find_all(nodes.Const))
                found |= {text.value for text in texts if isinstance(getattr(text, "value", 0), str)}
    return found


def of_python() -> tuple[set[str], set[str]]:
    """What Python marks, and all strings that it has."""
    marked, strings = set(), set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                literals = node.args[: CALLS[node.func.id]]
                marked |= {text.value for text in literals if isinstance(text, ast.Constant)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
    return marked, strings


CALLS = {"gettext": 1, "ngettext": 2, "either": 1}


def of_scripts() -> set[str]:
    """What scripts mark."""
    scripts = [path.read_text() for path in ROOT.glob("look/assets/*.js")]
    begins = re.findall(r'begins\(.*?, ("[^)]*")\)', "".join(scripts))
    words = {word for words in begins for word in re.findall('"(.*?)"', words)}
    return words | set(re.findall(r'gettext\("(.*?)"', "".join(scripts)))
