"""Write the draft of a port: its classes, what builds them, sources and tests."""

import inspect
from collections.abc import Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

import haiku as hk
import numpy as np

from .edits import Edits
from .nodes import Entry, Node
from .plan import Plan, flat, snake
from .record import Record
from .source import Text, bind_globals, indented, loads
from .values import Names, NotWritten, Values

CONSTRUCTORS = ("__init__", "__post_init__")


class Builder:
    """The classes and the statements of a port, from records of runs.

    Args:
      record: what the runs made.
      entries: the shape and dtype of each array of Haiku's trees, by path.
      library: how the other library makes things.
      named: the inputs by name of the first run.
    """

    def __init__(
        self,
        record: Record,
        entries: Mapping[str, Any],
        library: ModuleType,
        named: Mapping[str, Any],
    ):
        self.named = named
        self.flags: dict[str, bool] = {}  # the inputs by name that `build` needs
        self.record, self.entries, self.library = record, entries, library
        self.names = Names({**library.RESERVED, "hk": hk})
        self.classes: dict[type, str] = {}  # the names of the port's classes
        self.values = Values(self.names, self._known)
        self.plans: dict[Any, Plan] = {}
        self.lines: list[str] = []  # of the function that builds the port
        self.todo: list[str] = []
        self.marks: list[str] = []  # of the statement that is being written
        self.pieces: dict[str, tuple[str, str, str, int]] = {}  # of variables
        self.singles: dict[str, Entry] = {}  # likewise
        self.paths: dict[str, str] = {}  # the variables of modules, by Haiku's paths
        self._variables: dict[Any, str] = {}
        self._used_names: set[str] = {"rngs", "key", *named}
        self._now: list[Node] = []
        self.root = self._variable(record.root)

    def plan(self, node: Node) -> Plan:
        """The class that a node is made of."""
        if node.type not in self.plans:
            nodes = [one for one in self.record.nodes.values() if one.type is node.type]
            is_class = isinstance(node.type, type)
            name = node.type.__name__ if is_class else _camel(node.type.co_name)
            if node is self.record.root:
                name = "Net" if name in ("Lambda", "F", "Fn") else name
            name = self.class_name(node.type, name)
            plan = Plan(name, nodes, self.record, self.values)
            self.plans[node.type] = plan
            Edits(plan, is_frozen=self.library.GIVEN == "key").make()
            self.todo += plan.todo
        return self.plans[node.type]

    def class_name(self, type_: Any, name: str) -> str:
        """The name of a class of the port, always the same for one of Haiku's."""
        if type_ not in self.classes:
            free = self.names.free(name, type_)
            self.names.bound[free] = free  # neither Haiku's class nor another name
            self.classes[type_] = free
        return self.classes[type_]

    def _variable(self, node: Node) -> str:
        """The variable that holds a node's part of the port."""
        if node in self._variables:
            return self._variables[node]
        native = self._native(node)
        if node.is_in_two_stacks:
            self.todo.append(f"{_place(node)}: called in layers and outside of them")
        self._now.append(node)
        if native:
            code = native.code
            self.names.layers |= set(native.layers)
            for stack in reversed(node.stacks):
                self.names.layers.add("layers_of")
                code = (
                    f"layers_of({stack.length}, lambda {self.library.GIVEN}: {code}, "
                )
                code += f"{self.library.GIVEN})"
        else:
            code = self._made(node)
        self._now.pop()
        name = self._name(
            node.path if isinstance(node.type, type) else self.plan(node).name
        )
        self._variables[node] = name
        marks = "".join(f"  # TODO {mark}" for mark in self.marks)
        self.marks.clear()
        self.lines.append(f"{name} = {code}{marks}")
        if native:
            self.pieces[name] = (*native.piece, node.path, len(node.stacks))
        if isinstance(node.type, type):
            self.paths[node.path] = name
        return name

    def _native(self, node: Node) -> Any:
        if not isinstance(node.type, type):
            return None
        start, depth = f"{node.path}/", len(node.stacks)
        shapes = {
            path.removeprefix(start): tuple(entry.shape[depth:])
            for path, entry in self.entries.items()
            if path.startswith(start)
        }
        return self.library.native(node, shapes)

    def _made(self, node: Node) -> str:
        """The call that makes an instance of a class of the port."""
        plan = self.plan(node)
        parts = {}
        for name in sorted(plan.used & node.values.keys()):
            parts[name] = self._value(node.values[name], name, node)
        for name, thing in plan.held(node).items():
            things = [
                self._thing(t) for t in (thing if isinstance(thing, list) else [thing])
            ]
            parts[name] = (
                f"[{', '.join(things)}]" if isinstance(thing, list) else things[0]
            )
        return f"{plan.name}({', '.join(f'{n}={c}' for n, c in parts.items())})"

    def _thing(self, thing: Any) -> str:
        return self._variable(thing) if isinstance(thing, Node) else self._entry(thing)

    def _value(self, value: Any, name: str, node: Node) -> str:
        """The code of an attribute, which may be another one in another mode."""
        try:
            code = self.values.code(value)
            for flag, others in node.others.items():
                other = others.get(name, value)
                if _is_plain(value) and _is_plain(other) and other != value:
                    code = self._by_flag(flag, code, self.values.code(other))
            if self.library.GIVEN == "key" and self.plan(node).is_array(name):
                self.names.layers.add("Constant")
                code = f"Constant({code})"
            return code
        except NotWritten as problem:
            told = f"{_place(node)}: {name} is {problem}"
            self.todo.append(told)
            self.marks.append(told)
            return "None"

    def _by_flag(self, flag: str, code: str, other: str) -> str:
        self.flags[flag] = self.named[flag]
        yes, no = (code, other) if self.named[flag] else (other, code)
        if (yes, no) == ("True", "False"):
            return flag
        return f"({yes} if {flag} else {no})"

    def _entry(self, entry: Entry) -> str:
        if entry.path not in self._variables:
            found = self.entries.get(entry.path)
            if found is None:
                self.todo.append(f"{entry.path}: an array of another transform")
                return "None"
            name = self._variables[entry.path] = self._name(entry.path)
            self.names.module("jax.numpy")
            zeros = f"jnp.zeros({tuple(found.shape)}, {np.dtype(found.dtype).name!r})"
            is_state = entry.use != "param"
            self.lines.append(
                f"{name} = {self.library.entry(zeros, is_state, self.names)}"
            )
            self.singles[name] = entry
        return self._variables[entry.path]

    def _known(self, value: Any) -> str | None:
        """The code of what the run has made, or of a class of modules."""
        if isinstance(value, hk.Module):
            node = self.record.of_instance.get(id(value))
            return None if node is None else self._variable(node)
        if isinstance(value, type) and issubclass(value, hk.Module):
            return self._class(value)
        if isinstance(value, FunctionType):
            return self._function(value)
        return None

    def _class(self, value: type) -> str | None:
        """The port's class for one of Haiku's, as in `isinstance(x, hk.RNNCore)`."""
        if value is hk.Module:
            return self.library.MODULE
        types = {node.type for node in self.record.nodes.values()}
        found = (one for one in types if isinstance(one, type) and value in one.__mro__)
        return self.class_name(value, value.__name__) if any(found) else None

    def _function(self, value: FunctionType) -> str | None:
        """A function that makes modules, or that is defined within another one."""
        around = self._now[-1:]
        calls = [
            node
            for node in self.record.nodes.values()
            if node.type is value.__code__ and node.parent in around
        ]
        if calls:
            return self._variable(calls[0])
        if "<locals>" not in value.__qualname__ or value.__name__ == "<lambda>":
            return None
        return self._local_function(value)

    def _local_function(self, value: FunctionType) -> str | None:
        if value in self._variables:
            return self._variables[value]
        try:
            text = Text(value.__code__)
        except (ValueError, OSError):
            return None
        outside = inspect.getclosurevars(value).nonlocals
        for node in loads(text.tree):
            if node.id in outside:
                text.replace(node, self.values.code(outside[node.id]))
        bind_globals(text, value.__globals__, self.values)
        name = self._variables[value] = self._name(value.__name__)
        text.tree.decorator_list = []
        code = text.of(text.tree).replace(f"def {value.__name__}(", f"def {name}(", 1)
        self.lines.append(indented(" " * text.tree.col_offset + code, 0))
        return name

    def _name(self, path: str) -> str:
        stem = snake(
            "_".join(part for part in path.replace("~/", "").split("/") if part)
        )
        stem = "".join(c if c.isalnum() else "_" for c in stem).strip("_") or "net"
        stem = f"part_{stem}" if stem[0].isdigit() else stem
        found, number = stem, 0
        while found in self._used_names or found in self.names.bound:
            number += 1
            found = f"{stem}_{number}"
        self._used_names.add(found)
        return found


def _is_plain(value: Any) -> bool:
    kinds = bool | int | float | str | None
    return all(isinstance(part, kinds) for part in flat(value))


def _camel(name: str) -> str:
    words = name.strip("<>_").split("_")
    return "".join(word[:1].upper() + word[1:] for word in words) or "Net"


def _place(node: Node) -> str:
    if isinstance(node.type, CodeType):
        return f"{node.type.co_filename}:{node.type.co_firstlineno}"
    return f"{inspect.getsourcefile(node.type)}:{inspect.getsourcelines(node.type)[1]}"
