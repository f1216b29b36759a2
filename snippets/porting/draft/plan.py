"""How the code of a Haiku class or function becomes that of a port, by edits."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any, NamedTuple

import haiku as hk

from .record import Entry, Node, Place, Record, Stack, contains
from .source import (
    Text,
    bind_globals,
    expression_at,
    loads,
    local_names,
    strip_annotations,
)
from .values import Values

# Haiku's functions, and what stands for them: a name of JAX, or one of `layers`.
FUNCTIONS: dict[Callable, str] = {
    hk.cond: "jax.lax.cond",
    hk.switch: "jax.lax.switch",
    hk.while_loop: "jax.lax.while_loop",
    hk.fori_loop: "jax.lax.fori_loop",
    hk.remat: "remat",
    hk.grad: "jax.grad",
    hk.value_and_grad: "jax.value_and_grad",
    hk.eval_shape: "jax.eval_shape",
    hk.scan: "scan",
    hk.map: "map_over",
    hk.vmap: "vmap",
    hk.dynamic_unroll: "dynamic_unroll",
    hk.static_unroll: "static_unroll",
    hk.layer_stack: "layer_stack",
    hk.next_rng_key: "next_key",
    hk.maybe_next_rng_key: "maybe_next_key",
    hk.next_rng_keys: "next_keys",
    hk.running_init: "running_init",
}
LAYERS = {name for name in FUNCTIONS.values() if "." not in name} | {"of_layer"}


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
        *,
        is_frozen: bool = False,
    ):
        self.name, self.nodes, self.record, self.values = name, nodes, record, values
        self.is_frozen = is_frozen  # whether a method must not set attributes
        self.type = nodes[0].type
        self.todo: list[str] = []
        self.used: set[str] = set()
        self.attributes: dict[Place, Attribute] = {}
        self.methods = list(self._methods())
        self.texts = {code: Text(code) for _, code, _ in self.methods}
        self.holder = self._holder()
        self._name_attributes()

    # ------------------------------------------------------------ what there is
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

    def _name_attributes(self) -> None:
        taken = {name for node in self.nodes for name in node.values}
        taken |= getattr(self, "members", set())
        names: dict[tuple, Attribute] = {}
        for text in self.texts.values():
            for place in self.places(text):
                made = [_things(node, place) for node in self.nodes]
                if not any(made):
                    continue
                key = tuple(tuple(_label(thing) for thing in things) for things in made)
                if key not in names:
                    name = _free(_stem([t for things in made for t in things]), taken)
                    taken.add(name)
                    names[key] = Attribute(
                        name, any(len(things) > 1 for things in made)
                    )
                self.attributes[place] = names[key]

    def held(self, node: Node) -> dict[str, Any]:
        """What one instance holds by attribute: things of the run, or lists of them."""
        found = {}
        for place, attribute in self.attributes.items():
            things = _things(node, place)
            if attribute.is_list:
                found.setdefault(attribute.name, things)
            elif things:
                found[attribute.name] = things[0]
        return found

    # ------------------------------------------------------------------ the text
    def edit(self) -> None:
        """Make all edits of the texts."""
        for _, code, known in self.methods:
            text = self.texts[code]
            strip_annotations(text)
            for place in self.places(text):
                self._edit_place(text, place)
            self._edit_functions(text, known)
            self._edit_outside(text)
            if self.is_frozen:
                self._edit_assignments(text)
            for node in self._own_attributes(text.tree):
                if not text.is_replaced(node):
                    self.used.add(node.attr)
            bind_globals(text, known, self.values)

    def _edit_place(self, text: Text, place: Place) -> None:
        made = next(
            (node.places[place] for node in self.nodes if node.places.get(place)), []
        )
        part = expression_at(text.tree, place)
        if part is None:
            self.todo.append(f"{text.file}:{place.line}: no expression of its own")
        elif isinstance(made[0], Stack):
            self._edit_stack(text, part, made[0])
        elif isinstance(made[0], Entry) and made[0].use == "write":
            start = part.args[1] if len(part.args) > 1 else part.keywords[-1].value
            head = (part.lineno, part.col_offset, start.lineno, start.col_offset)
            text.replace(head, f"{self._read(text, place)}.set_value(")
        elif isinstance(made[0], Entry):
            text.replace(part, f"{self._read(text, place)}[...]")
        elif isinstance(made[0].type, CodeType):
            self._edit_call(text, part, place, made[0])
        else:
            text.replace(part, self._read(text, place))

    def _read(self, text: Text, place: Place) -> str:
        """What stands for an expression: the attribute, or the next one of a list."""
        attribute = self.attributes[place]
        read = f"{self.holder}.{attribute.name}"
        if attribute.is_list and self.is_inner(text):
            self.values.names.layers |= {"next_part", "start_parts"}
            read = f'next_part({self.holder}, "{attribute.name}")'
        elif attribute.is_list:
            read = f"next(each_{attribute.name})"
        owner = next(node for node in self.nodes if node.places.get(place))
        thing = next(iter(_things(owner, place)))
        if self._depth(thing) > len(owner.stacks):
            self.values.names.layers.add("of_layer")
            return f"of_layer({read})"
        return read

    def is_inner(self, text: Text) -> bool:
        """Whether a method is called by others of its module alone."""
        entered = {name for node in self.nodes for name in node.entered}
        return isinstance(self.type, type) and text.tree.name not in entered

    def _depth(self, thing: Any) -> int:
        if isinstance(thing, Node):
            return len(thing.stacks)
        return self.record.depths.get(thing.path, 0)

    def _edit_call(
        self, text: Text, part: ast.expr, place: Place, called: Node
    ) -> None:
        """Let a call of a function that makes modules go to what stands for it."""
        name = called.type.co_name
        if any(
            _is_code(value, called.type)
            for node in self.nodes
            for value in flat(node.values)
        ):
            return  # an attribute has it
        read = self._read(text, place)
        func = part.func if isinstance(part, ast.Call) else None
        if getattr(func, "id", getattr(func, "attr", None)) == name:
            text.replace(func, read)
            first = called.type.co_varnames[:1]
            if isinstance(func, ast.Attribute) and first == ("self",):
                at = func.end_lineno, func.end_col_offset + 1
                text.insert_after(*at, f"{text.of(func.value)}, ")
            return
        named = [node for node in loads(text.tree) if node.id == name]
        for node in named:
            text.replace(node, read)
        if not named:
            self.todo.append(
                f"{text.file}:{place.line}: the call of {called.type.co_qualname}"
            )

    def _edit_stack(self, text: Text, part: ast.expr, stack: Stack) -> None:
        """Tell hk.layer_stack which modules it stacks: those its function reads."""
        calls = [n for n in ast.walk(part) if self._is_stack(n)] or [
            n for n in ast.walk(text.tree) if self._is_stack(n)
        ]
        held = {
            f"{self.holder}.{attribute.name}": None
            for place, attribute in self.attributes.items()
            for node in self.nodes
            if any(self._is_in(thing, stack) for thing in _things(node, place))
        }
        if not calls:
            self.todo.append(
                f"{text.file}:{part.lineno}: hk.layer_stack is not in this function"
            )
            return
        func = calls[0].func
        text.insert_after(
            func.end_lineno, func.end_col_offset + 1, f"[{', '.join(held)}], "
        )

    @staticmethod
    def _is_in(thing: Any, stack: Stack) -> bool:
        if isinstance(thing, Entry):
            return thing.path.startswith(f"{stack.path}/")
        return stack in thing.stacks

    def _is_stack(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        known = [known for _, _, known in self.methods]
        return any(resolved(node.func, names) is hk.layer_stack for names in known)

    def _edit_functions(self, text: Text, known: Mapping[str, Any]) -> None:
        """Write JAX's functions for Haiku's."""
        for node in ast.walk(text.tree):
            if not isinstance(node, ast.Attribute | ast.Name):
                continue
            found = resolved(node, known)
            try:
                name = FUNCTIONS.get(found)
            except TypeError:  # it has no hash
                continue
            if name is None:
                continue
            if "." in name:
                self.values.names.module("jax")
            else:
                self.values.names.layers.add(name)
            text.replace(node, name)

    def _edit_outside(self, text: Text) -> None:
        """Read from the instance what a function has from the function around it."""
        if isinstance(self.type, type):
            return
        outside = {name for node in self.nodes for name in node.values}
        for node in loads(text.tree):
            is_gone = text.is_replaced(node) or node.id in local_names(text.tree)
            if node.id in outside and not is_gone:
                text.replace(node, f"{self.holder}.{node.id}")
                self.used.add(node.id)

    def _edit_assignments(self, text: Text) -> None:
        """Let a method keep what it sets, in a class that refuses it."""
        for node in ast.walk(text.tree):
            if not isinstance(node, ast.Assign) or len(node.targets) > 1:
                continue
            target = node.targets[0]
            if isinstance(target, ast.Attribute) and text.of(target.value) == "self":
                line = text.lines[target.end_lineno - 1]
                equals = line.index(b"=", target.end_col_offset) + 1
                head = (target.lineno, target.col_offset, target.end_lineno, equals)
                text.replace(head, f'object.__setattr__(self, "{target.attr}",')
                text.insert_after(node.end_lineno, node.end_col_offset, ")")

    def _own_attributes(self, tree: ast.AST) -> Iterator[ast.Attribute]:
        """The reads of attributes that Haiku's instances have."""
        have = {name for node in self.nodes for name in node.values}
        if not isinstance(self.type, type):
            return
        first = tree.args.args[0].arg if tree.args.args else "self"
        for node in ast.walk(tree):
            is_own = isinstance(node, ast.Attribute) and isinstance(
                node.value, ast.Name
            )
            if is_own and node.value.id == first and node.attr in have:
                yield node


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


def resolved(node: ast.AST, known: Mapping[str, Any]) -> Any:
    """What a dotted name means; None if it is not that, or has no meaning."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(resolved(node.value, known), node.attr, None)
    return None


def flat(value: Any) -> Iterator[Any]:
    """The values within containers."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from flat(part)
    else:
        yield value


def _is_code(value: Any, code: CodeType) -> bool:
    return isinstance(value, FunctionType) and value.__code__ is code


def _things(node: Node, place: Place) -> list[Any]:
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
