"""The files that are read together, and what names in them mean."""

import ast
import contextlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from ..revive.scopes import parsed
from .trace import MOST_STEPS, STEPS_OF_A_FILE, Stop, Trace
from .values import MODULE, Class, Env, External, ModuleOf, Unknown

SKETCHES = ("layers", "norms", "networks", "resnets")  # in the folder of this name


class SourceFile:
    """A file with its syntax tree and the names of its top level."""

    def __init__(self, name: str, source: str):
        self.name, self.tree = name, parsed(source)
        self.source = source
        path = PurePosixPath(name.replace("\\", "/")).with_suffix("")
        parts = path.parts[:-1] if path.name == "__init__" else path.parts
        self.is_package = path.name == "__init__"
        self.dotted = ".".join(part for part in parts if part not in ("/", ".", ".."))
        self.env = Env(self, {"__name__": self.dotted})
        self.state = ""  # "running" and then "done"


class Project:
    """Files by their names; `problems` has a sentence for each that cannot be read."""

    def __init__(self, sources: Mapping[str, str]):
        self.files: dict[str, SourceFile] = {}
        self.problems: dict[str, str] = {}
        self.transforms: list[Any] = []
        for name, source in sources.items():
            try:
                self.files[name] = SourceFile(name, source)
            except ValueError as error:
                self.problems[name] = str(error)
        self.modules = {file.dotted: file for file in self.files.values()}
        self.left = 2 * MOST_STEPS + STEPS_OF_A_FILE * len(self.files)
        self.sketches = SourceFile("haiku", "\n".join(_sketches()))
        self.load(self.sketches)
        for file in self.files.values():
            self.load(file)

    def load(self, file: SourceFile) -> None:
        """Follow the statements of a file's top level, once."""
        if file.state:
            return
        file.state = "running"
        with contextlib.suppress(Stop, RecursionError):
            Trace(self, MOST_STEPS // 5).execute(file.tree.body, file.env)
        file.state = "done"

    def find(self, dotted: str, file: SourceFile, level: int = 0) -> SourceFile | None:
        """The file of a module, as an import of another file names it."""
        if level:
            parts = file.dotted.split(".") if file.dotted else []
            parts = parts[: len(parts) - level + file.is_package]
            dotted = ".".join([*parts, dotted] if dotted else parts)
            return self.modules.get(dotted)
        if dotted in self.modules:
            return self.modules[dotted]
        if not dotted:
            return None
        ends = [
            one
            for name, one in self.modules.items()
            if name and (name.endswith(f".{dotted}") or dotted.endswith(f".{name}"))
        ]
        return max(ends, key=lambda one: len(one.dotted), default=None)

    def imported(self, full: str, file: SourceFile, level: int) -> Any:
        """What `import full` means."""
        found = None if full == "haiku" else self.find(full, file, level)
        return ModuleOf(found) if found else External(full)

    def imported_name(
        self, trace: Any, module: str, name: str, file: SourceFile, level: int
    ) -> Any:
        """What `from module import name` means."""
        if not level and module.partition(".")[0] in ("haiku", "jax"):
            return External(f"{module}.{name}")
        dotted = f"{module}.{name}" if module else name
        if (found := self.find(module, file, level)) is not None:
            self.load(found)
            if name in found.env.names:
                return found.env.names[name]
        inner = self.find(dotted, file, level)
        if inner is not None and (level or inner.dotted.endswith(name)):
            return ModuleOf(inner)
        if found is not None and found.state == "done":
            return Unknown(dotted)
        return External(f"{'.' * level}{dotted}")

    def all_of(
        self, module: str, file: SourceFile, level: int
    ) -> Iterator[tuple[str, Any]]:
        """What `from module import *` brings."""
        if (found := self.find(module, file, level)) is not None:
            self.load(found)
            names = found.env.names.items()
            yield from [(n, value) for n, value in names if not n.startswith("_")]

    def global_name(self, trace: Any, file: SourceFile, name: str) -> tuple[Any] | None:
        """What a name means at the top level of a file; None if it has none."""
        names = file.env.names
        return (names[name],) if name in names else None

    def member(self, owner: External | ModuleOf, name: str) -> Any:
        """The attribute of a module, which is one of the files or not."""
        if isinstance(owner, External):
            return External(f"{owner.full}.{name}")
        names = owner.file.env.names
        if name in names:
            return names[name]
        inner = self.modules.get(f"{owner.file.dotted}.{name}")
        return ModuleOf(inner) if inner else Unknown(f"{owner.file.dotted}.{name}")

    def known_class(self, trace: Any, value: Any) -> Any:
        """The class that stands for one of Haiku's; other values as they are."""
        if not isinstance(value, External) or not value.full.startswith("haiku."):
            return value
        name = value.full.rpartition(".")[2]
        if name in ("Module", "RNNCore", "CallableModule"):
            return MODULE
        return self.sketches.env.names.get(name, value) if name[:1].isupper() else value

    def sketched(self, trace: Any, source: str, names: dict) -> Any:
        """A class that is made of a text."""
        env = Env(self.sketches, dict(names), self.sketches.env)
        trace.execute(ast.parse(source).body, env)
        return next(value for value in env.names.values() if isinstance(value, Class))


def _sketches() -> Iterator[str]:
    """The texts of Haiku's layers in short."""
    for name in SKETCHES:
        yield pkgutil.get_data(__package__, f"sketches/{name}.py").decode()
