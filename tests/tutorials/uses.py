"""Which names, keyword arguments and base classes of Haiku a Python file uses, by its syntax tree.

`corpus/haiku_uses.json` holds them for the files of public repositories, each at one commit. To
count a checkout,

    uv run python tests/tutorials/uses.py FOLDER

prints the files below it that use Haiku. Comments, strings and what a program builds at run time do
not count.
"""

import ast
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).with_name("corpus") / "haiku_uses.json"


class Uses(NamedTuple):
    """What code uses of Haiku: names `nets.MLP`, keywords `nets.MLP(activation=)`, bases `Module`.

    A class that is also a dataclass has the base `Module, as a dataclass`, too.
    """

    names: frozenset[str]
    keywords: frozenset[str]
    bases: frozenset[str]

    def __or__(self, other: "Uses") -> "Uses":
        return Uses(*(mine | others for mine, others in zip(self, other, strict=True)))

    def missing(self, taught: "Uses") -> list[str]:
        """What the other does not have, for people."""
        names, keywords, bases = (mine - others for mine, others in zip(self, taught, strict=True))
        return sorted(names | keywords | {f"a subclass of {base}" for base in bases})


NOTHING = Uses(frozenset(), frozenset(), frozenset())


def _aliases(tree: ast.AST) -> dict[str, str]:
    """By the name in the file, the name that it has in Haiku; "" is Haiku itself."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "haiku" or (alias.name.startswith("haiku.") and not alias.asname):
                    found[alias.asname or "haiku"] = ""
                elif alias.name.startswith("haiku."):
                    found[alias.asname] = alias.name.removeprefix("haiku.")
        elif (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and (node.module or "").split(".")[0] == "haiku"
        ):
            inside = node.module.removeprefix("haiku").removeprefix(".")
            found |= {
                alias.asname or alias.name: f"{inside}.{alias.name}".lstrip(".")
                for alias in node.names
            }
    return found


def _name(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """The name in Haiku of an expression such as `hk.nets.MLP`."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id)
    if isinstance(node, ast.Attribute) and (inside := _name(node.value, aliases)) is not None:
        return f"{inside}.{node.attr}".lstrip(".")
    return None


def _called(node: ast.Call, aliases: dict[str, str]) -> str | None:
    """The name in Haiku of what a call calls, now or through `functools.partial` or `hk.remat`."""
    if name := _name(node.func, aliases):
        return name
    if node.args and ast.unparse(node.func) in ("functools.partial", "partial"):
        return _name(node.args[0], aliases)
    return None


def _bases(node: ast.ClassDef, aliases: dict[str, str]) -> Iterator[str]:
    """The classes of Haiku that a class has as bases."""
    dataclass = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    for base in node.bases:
        if name := _name(base, aliases):
            yield name
            if dataclass:
                yield f"{name}, as a dataclass"


def uses(code: str) -> Uses:
    """What Python code uses of Haiku."""
    tree = ast.parse(code)
    aliases = _aliases(tree)
    nodes = list(ast.walk(tree))
    within = {
        node.value for node in nodes if isinstance(node, ast.Attribute)
    }  # `hk.nets` of `hk.nets.MLP`
    names = {name for node in nodes if node not in within and (name := _name(node, aliases))}
    calls = [
        (name, node)
        for node in nodes
        if isinstance(node, ast.Call) and (name := _called(node, aliases))
    ]
    keywords = {
        f"{name}({keyword.arg}=)"
        for name, node in calls
        for keyword in node.keywords
        if keyword.arg
    }
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    bases = {base for node in classes for base in _bases(node, aliases)}
    return Uses(frozenset(names), frozenset(keywords), frozenset(bases))


@cache
def _data() -> dict[str, dict]:
    return json.loads(CORPUS.read_text())


def corpus() -> dict[str, dict[str, Uses]]:
    """By repository and file, what the files of the corpus use."""
    return {
        name: {file: Uses(*map(frozenset, used)) for file, used in repository["files"].items()}
        for name, repository in _data().items()
    }


def commits() -> dict[str, str]:
    """By repository, the commit whose files were counted."""
    return {name: repository["commit"] for name, repository in _data().items()}


def below(folder: Path) -> dict[str, Uses]:
    """By path, what the Python files below a folder use, for those that use a name of Haiku."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        try:
            used = uses(path.read_text())
        except (SyntaxError, UnicodeDecodeError) as diagnostic:
            print(f"{path}: {diagnostic}", file=sys.stderr)
            continue
        if used.names:
            found[path.relative_to(folder).as_posix()] = used
    return found


if __name__ == "__main__":
    print(
        json.dumps(
            {file: list(map(sorted, used)) for file, used in below(Path(sys.argv[1])).items()},
            indent=1,
        )
    )
