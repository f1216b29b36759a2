"""The edits that make a port's code of the code of a Haiku class or function."""

import ast
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

import haiku as hk

from . import loops
from .frames import Place
from .nodes import Entry, Node, Stack
from .plan import Plan, flat, things
from .source import (
    Text,
    bind_globals,
    expression_at,
    loads,
    local_names,
    strip_annotations,
)

# Haiku's functions that are functions of this package.
RENAMED: dict[Callable, str] = {
    hk.next_rng_key: "next_key",
    hk.maybe_next_rng_key: "maybe_next_key",
    hk.next_rng_keys: "next_keys",
    hk.running_init: "running_init",
    hk.name_scope: "name_scope",
    hk.layer_stack: "layer_stack",
}
LOOPS: dict[Callable, str] = {
    hk.map: "map_over",
    **{
        getattr(hk, name): name
        for name, value in vars(loops).items()
        if isinstance(value, FunctionType) and hasattr(hk, name)
    },
}
LEFT: set[Callable] = {  # those that nothing stands for
    hk.lift,
    hk.lift_with_state,
    hk.transparent_lift,
    hk.transparent_lift_with_state,
    hk.transform,
    hk.transform_with_state,
    hk.custom_creator,
    hk.custom_getter,
    hk.custom_setter,
    hk.intercept_methods,
}


class Edits:
    """The edits of a plan's texts, which `make` makes."""

    def __init__(self, plan: Plan, *, is_frozen: bool):
        self.plan, self.values, self.holder = plan, plan.values, plan.holder
        self.is_frozen = is_frozen  # whether a method must not set attributes

    def make(self) -> None:
        """Make all edits of the texts."""
        for _, code, known in self.plan.methods:
            text = self.plan.texts[code]
            strip_annotations(text)
            for place in self.plan.places(text):
                self._place(text, place)
            self._functions(text, known)
            self._outside(text)
            if self.is_frozen:
                self._assignments(text)
            for node in self._own_attributes(text.tree):
                if not text.is_replaced(node):
                    self.plan.used.add(node.attr)
                    self._stacked_attribute(text, node)
                    if end := self._end(node.attr):
                        text.replace(node, f"{text.of(node)}{end}")
            bind_globals(text, known, self.values)

    def _todo(self, text: Text, line: int, what: str) -> None:
        self.plan.todo.append(f"{text.file}:{line}: {what}")

    def _place(self, text: Text, place: Place) -> None:
        """Write what stands for an expression that makes something."""
        nodes = self.plan.nodes
        made = next((n.places[place] for n in nodes if n.places.get(place)), [])
        part = expression_at(text.tree, place)
        if part is None:
            self._todo(text, place.line, "no expression of its own")
        elif isinstance(made[0], Stack):
            self._stack(text, part, made[0])
            if len(made) > 1 and isinstance(made[1], Node):
                self._call(text, part, place, made[1])
        elif isinstance(made[0], Entry) and made[0].use == "write":
            start = part.args[1] if len(part.args) > 1 else part.keywords[-1].value
            head = (part.lineno, part.col_offset, start.lineno, start.col_offset)
            text.replace(head, f"{self._read(text, place)}.set_value(")
        elif isinstance(made[0], Entry):
            text.replace(part, f"{self._read(text, place)}[...]")
        elif isinstance(made[0].type, CodeType):
            self._call(text, part, place, made[0])
        else:
            text.replace(part, self._read(text, place))

    def _read(self, text: Text, place: Place, *, is_called: bool = True) -> str:
        """What stands for an expression: the attribute, or the next one of a list."""
        attribute = self.plan.attributes[place]
        read = f"{self.holder}.{attribute.name}"
        if attribute.is_list and self.plan.is_inner(text):
            self.values.names.layers |= {"next_part", "start_parts"}
            read = f'next_part({self.holder}, "{attribute.name}")'
        elif attribute.is_list:
            read = f"next(each_{attribute.name})"
        owner = next(node for node in self.plan.nodes if things(node, place))
        thing, outer = things(owner, place)[0], len(owner.stacks)
        if isinstance(thing, Entry):
            return self._of_layer(read, self.plan.record.depths[thing.path] - outer)
        made = thing.made_in if is_called else outer
        return self._in_layer(self._of_layer(read, made - outer), thing, made)

    def _of_layer(self, read: str, depth: int) -> str:
        """The part that the running layers of some stacks, within each other, have."""
        if depth > 0:
            self.values.names.layers.add("of_layer")
        return "of_layer(" * depth + read + ")" * depth

    def _in_layer(self, read: str, node: Node, outer: int) -> str:
        """The same for what is read before these layers run."""
        depth = len(node.stacks) - outer
        if depth <= 0:
            return read
        self.values.names.layers.add("InLayer")
        return f"InLayer({read}{f', {depth}' if depth > 1 else ''})"

    def _call(self, text: Text, part: ast.expr, place: Place, called: Node) -> None:
        """Let a call of a function that makes modules go to what stands for it."""
        name = called.type.co_name
        values = (value for node in self.plan.nodes for value in flat(node.values))
        if any(_is_code(value, called.type) for value in values):
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
            text.replace(node, self._read(text, place, is_called=False))
        if not named:
            self._todo(text, place.line, f"the call of {called.type.co_qualname}")

    def _stack(self, text: Text, part: ast.expr, stack: Stack) -> None:
        """Tell hk.layer_stack which modules it stacks: those its function reads."""
        calls = [n for n in ast.walk(part) if self._is_stack(n)] or [
            n for n in ast.walk(text.tree) if self._is_stack(n)
        ]
        held = {
            self._of_layer(read, stack.depth - len(node.stacks)): None
            for node in self.plan.nodes
            for read, made in self._all_held(node)
            if any(_is_in(thing, stack) for thing in made)
        }
        if not calls:
            self._todo(text, part.lineno, "hk.layer_stack is not in this function")
            return
        func = calls[0].func
        text.insert_after(
            func.end_lineno, func.end_col_offset + 1, f"[{', '.join(held)}], "
        )

    def _all_held(self, node: Node) -> Iterator[tuple[str, list]]:
        """What an instance has of the run, by attribute."""
        for place, attribute in self.plan.attributes.items():
            yield f"{self.holder}.{attribute.name}", things(node, place)
        for name, value in node.values.items():
            star = "*" if isinstance(value, list | tuple) else ""
            yield f"{star}{self.holder}.{name}", self._made_of(value)

    def _made_of(self, value: Any) -> list[Node]:
        """The nodes of the modules within a value."""
        found = map(self.plan.record.of_instance.get, map(id, flat(value)))
        return [node for node in found if node]

    def _is_stack(self, node: ast.AST) -> bool:
        if not isinstance(node, ast.Call):
            return False
        known = [known for _, _, known in self.plan.methods]
        return any(resolved(node.func, names) is hk.layer_stack for names in known)

    def _functions(self, text: Text, known: Mapping[str, Any]) -> None:
        """Write this package's functions for Haiku's."""
        names = self.values.names
        for node in ast.walk(text.tree):
            if not isinstance(node, ast.Attribute | ast.Name):
                continue
            found = resolved(node, known)
            if not isinstance(found, FunctionType):
                continue
            if name := LOOPS.get(found):
                text.replace(node, f"{names.part('loops')}.{name}")
            elif name := RENAMED.get(found):
                names.layers.add(name)
                text.replace(node, name)
            elif found in LEFT:
                self._todo(text, node.lineno, f"hk.{found.__name__}")

    def _outside(self, text: Text) -> None:
        """Read from the instance what a function has from the function around it."""
        if isinstance(self.plan.type, type):
            return
        outside = {name for node in self.plan.nodes for name in node.values}
        for node in loads(text.tree):
            is_gone = text.is_replaced(node) or node.id in local_names(text.tree)
            if node.id in outside and not is_gone:
                text.replace(node, f"{self.holder}.{node.id}{self._end(node.id)}")
                self.plan.used.add(node.id)

    def _stacked_attribute(self, text: Text, read: ast.Attribute) -> None:
        """Read modules that the constructor made, and that only layers call."""
        for node in self.plan.nodes:
            value = node.values.get(read.attr)
            depths = {
                len(made.stacks) - len(node.stacks) for made in self._made_of(value)
            }
            if max(depths, default=0) <= 0:
                continue
            self.values.names.layers.add("InLayer")
            name = text.of(read)
            if depths == {1} and isinstance(value, hk.Module):
                text.replace(read, f"InLayer({name})")
            elif depths == {1} and isinstance(value, list | tuple):
                text.replace(read, f"[InLayer(part) for part in {name}]")
            else:
                self._todo(text, read.lineno, f"layers call the modules of {read.attr}")
            return

    def _end(self, name: str) -> str:
        """How an array that is no parameter is read, where it must be wrapped."""
        return ".value" if self.is_frozen and self.plan.is_array(name) else ""

    def _assignments(self, text: Text) -> None:
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
        have = {name for node in self.plan.nodes for name in node.values}
        if not isinstance(self.plan.type, type):
            return
        first = tree.args.args[0].arg if tree.args.args else "self"
        for node in ast.walk(tree):
            of_name = isinstance(node, ast.Attribute) and isinstance(
                node.value, ast.Name
            )
            if of_name and node.value.id == first and node.attr in have:
                yield node


def resolved(node: ast.AST, known: Mapping[str, Any]) -> Any:
    """What a dotted name means; None if it is not that, or has no meaning."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        return getattr(resolved(node.value, known), node.attr, None)
    return None


def _is_code(value: Any, code: CodeType) -> bool:
    return isinstance(value, FunctionType) and value.__code__ is code


def _is_in(thing: Any, stack: Stack) -> bool:
    if isinstance(thing, Entry):
        return thing.path.startswith(f"{stack.path}/")
    return stack in thing.stacks
