"""What a class of the port has: the methods, and attributes for what Haiku made."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import haiku as hk
import jax
import numpy as np

from .frames import Place, contains
from .nodes import Entry, Node, Stack
from .record import Record
from .source import Text, local_names
from .values import Values


class Attribute(NamedTuple):
    """What a class of the port holds for an expression of Haiku's code."""

    name: str
    is_list: bool


class Plan:
    """The text of one class of the port, from a class of modules or a function.

    Attributes:
      name: that of the class.
      attributes: what the class holds, by the expressions of Haiku's code.
      used: the attributes of Haiku's instances that the code reads.
      todo: what could not be written, with file and line.
    """

    def __init__(
        self,
        name: str,
        nodes: list[Node],
        record: Record,
        values: Values,
    ):
        self.name, self.nodes, self.record, self.values = name, nodes, record, values
        self.type = nodes[0].type
        self.todo: list[str] = []
        self.used: set[str] = set()
        self.attributes: dict[Place, Attribute] = {}
        self.methods = list(self._methods())
        self.texts = {code: Text(code) for _, code, _ in self.methods}
        self.holder = self._holder()
        self._name_attributes()

    def _methods(self) -> Iterator[tuple[type | None, CodeType, Mapping[str, Any]]]:
        """The methods that the port needs: a class, its code, the names it knows."""
        if isinstance(self.type, CodeType):
            yield None, self.type, self.nodes[0].globals
            return
        wanted = [name for node in self.nodes for name, *_ in node.calls] or [
            "__call__"
        ]
        seen: set[str] = set()
        found: set[CodeType] = set()
        while wanted:
            if (name := wanted.pop()) in seen:
                continue
            seen.add(name)
            for owner, function in methods_named(self.type, name):
                if function.__code__ not in found:
                    found.add(function.__code__)
                    yield owner, function.__code__, function.__globals__
                    wanted += sorted(_attribute_names(Text(function.__code__).tree))
        self.members = seen

    def _holder(self) -> str:
        if isinstance(self.type, type):
            return "self"
        tree = self.texts[self.type].tree
        free = "self" not in local_names(tree) and "self" not in self.nodes[0].values
        return "self" if free else "port"

    def places(self, text: Text) -> list[Place]:
        """The expressions of a text that made something, in the order of the text."""
        found = {place for node in self.nodes for place in node.places}
        inside = [place for place in found if contains(text.code, place.code)]
        return sorted(inside, key=lambda place: place[1:])

    def is_array(self, name: str) -> bool:
        """Whether an attribute is an array that is not one of Haiku's."""
        values = (node.values.get(name) for node in self.nodes)
        return any(isinstance(value, np.ndarray | jax.Array) for value in values)

    def is_inner(self, text: Text) -> bool:
        """Whether a method is called by others of its module alone."""
        entered = {name for node in self.nodes for name in node.entered}
        return isinstance(self.type, type) and text.tree.name not in entered

    def _name_attributes(self) -> None:
        taken = {name for node in self.nodes for name in node.values}
        taken |= getattr(self, "members", set())
        names: dict[tuple, Attribute] = {}
        for text in self.texts.values():
            for place in self.places(text):
                made = [things(node, place) for node in self.nodes]
                if not any(made):
                    continue
                key = tuple(tuple(_label(thing) for thing in some) for some in made)
                if key not in names:
                    name = _free(_stem([t for some in made for t in some]), taken)
                    taken.add(name)
                    names[key] = Attribute(name, any(len(some) > 1 for some in made))
                self.attributes[place] = names[key]

    def held(self, node: Node) -> dict[str, Any]:
        """What one instance holds by attribute: things of the run, or lists of them."""
        found = {}
        for place, attribute in self.attributes.items():
            made = things(node, place)
            if attribute.is_list:
                found.setdefault(attribute.name, made)
            elif made:
                found[attribute.name] = made[0]
        return found


def methods_named(type_: type, name: str) -> Iterator[tuple[type, FunctionType]]:
    """The methods of a name that a class and its bases have code of."""
    for owner in type_.__mro__:
        if not is_module_class(owner):
            continue
        member = owner.__dict__.get(name)
        if isinstance(member, property):
            member = member.fget
        if isinstance(member, staticmethod | classmethod):
            member = member.__func__
        if callable(member) and isinstance(inspect.unwrap(member), FunctionType):
            yield owner, inspect.unwrap(member)


def is_module_class(owner: type) -> bool:
    """Whether a class is one of modules, but not `hk.Module`, which the library has."""
    return issubclass(owner, hk.Module) and owner is not hk.Module


def flat(value: Any) -> Iterator[Any]:
    """The values within containers."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from flat(part)
    else:
        yield value


def things(node: Node, place: Place) -> list[Any]:
    """What an expression made, the stacks of layers left out."""
    return [
        thing for thing in node.places.get(place, ()) if not isinstance(thing, Stack)
    ]


def _label(thing: Any) -> Any:
    return (
        thing.path
        if isinstance(thing, Entry) or isinstance(thing.type, type)
        else id(thing)
    )


def _stem(things: list[Any]) -> str:
    """A name for what an expression makes."""
    first = things[0]
    if isinstance(first, Node) and isinstance(first.type, CodeType):
        name = "inner" if first.type.co_name == "<lambda>" else first.type.co_name
    else:
        names = {re.sub(r"_\d+$", "", thing.path.split("/")[-1]) for thing in things}
        name = sorted(names)[0] if len(names) == 1 else snake(first.type.__name__)
    name = re.sub(r"\W", "_", name).strip("_") or "part"
    return f"part_{name}" if name[0].isdigit() else name


def snake(name: str) -> str:
    """A class's name as that of a variable."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _free(name: str, taken: set[str]) -> str:
    found, number = name, 0
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def _attribute_names(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
