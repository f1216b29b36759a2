"""A run of a Haiku function, and at which expressions it makes what."""

import inspect
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from types import FrameType
from typing import Any

import haiku as hk
import jax

from .example import shapes_of
from .frames import (
    CONSTRUCTORS,
    Place,
    constructs,
    contains,
    frames_now,
    module_of,
    place_of,
)
from .nodes import Entry, Node, Stack

_STACK = "_LayerStack.__call__"  # what runs while hk.layer_stack runs its layers


class Record:
    """A run of a function of Haiku code, as the nodes of its modules and functions."""

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        self.nodes: dict[Any, Node] = {}
        self.depths: dict[str, int] = {}  # of an array's path: the stacks that it is in
        self.order: list[str] = []  # the paths of modules, as their calls end
        self.of_instance: dict[int, Node] = {}
        self._flipped = ""  # the argument by name that this run has another way
        self._alive: list[Any] = []  # or identities would be given twice
        self._packages = {function.__module__.split(".")[0]}
        self._lifted: dict[int, Stack] = {}
        self._calls: dict[int, Node] = {}
        self._running: list[tuple[int, str]] = []  # the modules whose methods run
        self._counts: dict[tuple[int, Place], int] = defaultdict(int)
        self.root = Node("", function.__code__)
        self.root.values = dict(inspect.getclosurevars(function).nonlocals)
        self.root.globals = function.__globals__
        self.nodes["", function.__code__] = self.root

    def run(
        self,
        params: Any,
        state: Any,
        key: Any,
        inputs: tuple,
        named: dict,
        flipped: str = "",
    ) -> None:
        """Run the function once, on shapes, and note what it makes."""
        self._flipped = flipped

        def run(given: tuple, named: dict) -> Any:
            params, state, *inputs = given
            return self.run_with(params, state, key, tuple(inputs), named)

        shapes_of(run, (params, state, *inputs), named)

    def run_with(
        self, params: Any, state: Any, key: Any, inputs: tuple, named: dict
    ) -> Any:
        """Run the function on arrays; note what it makes and what modules return."""

        def watched(*args: Any, **kwargs: Any) -> Any:
            with (
                hk.custom_getter(self._on_get("param"), params=True, state=False),
                hk.custom_getter(self._on_get("state"), params=False, state=True),
                hk.custom_setter(self._on_set),
            ):
                return self.function(*args, **kwargs)

        self.outputs: list[tuple[str, str, Any]] = []  # of methods, as their calls end
        apply = hk.transform_with_state(watched).apply
        with hk.intercept_methods(self._on_method):
            return apply(params, state, key, *inputs, **named)

    def _on_method(self, run: Callable, args: tuple, kwargs: dict, context: Any) -> Any:
        module = context.module
        if context.method_name == "__init__":
            result = run(*args, **kwargs)
            self._made(module)
            return result
        node = self.of_instance.get(id(module))
        if node is None:  # a method that `__init__` calls, before the module has a name
            return run(*args, **kwargs)
        self._place_in_stack(node, module)
        if not node.calls:
            self._note_values(node, _attributes(module))
        node.calls.append((context.method_name, args, kwargs))
        running = (id(module), context.method_name)
        is_own = running in self._running  # what a subclass calls of its base
        if running[0] not in dict(self._running):
            node.entered.add(context.method_name)
        self._running.append(running)
        result = run(*args, **kwargs)
        self._running.pop()
        if not is_own:
            kept = jax.tree.map(
                lambda leaf: leaf, result
            )  # its caller may change a dict
            self.outputs.append((node.path, context.method_name, kept))
        if node.path not in self.order:
            self.order.append(node.path)
        return result

    def _note_values(self, node: Node, values: dict[str, Any]) -> None:
        if self._flipped:
            node.others[self._flipped] = values
        if not self._flipped or not node.values:
            node.values = values

    def _place_in_stack(self, node: Node, module: hk.Module) -> None:
        """Let a module that only layers call have its arrays where they are."""
        stack = self._stacks(frames_now())
        if stack == node.stacks:
            return
        if node.calls:
            node.is_in_two_stacks = True
            return
        node.stacks = stack
        node.path = "/".join([*(part.path for part in stack[-1:]), module.module_name])

    def _made(self, module: hk.Module) -> None:
        if type(module).__name__ == "NameScopeModule":  # of hk.name_scope
            return
        frames = frames_now()
        stack = self._stacks(frames)
        path = "/".join([*(part.path for part in stack[-1:]), module.module_name])
        if type(module).__module__ == "haiku._src.lift":
            self._note_stack(frames, path, stack)
            return
        if not type(module).__module__.startswith("haiku."):
            self._packages.add(type(module).__module__.split(".")[0])
        if path not in self.nodes:
            self.nodes[path] = Node(path, type(module), stack)
        node = self.nodes[path]
        self._note_values(node, _attributes(module))
        self.of_instance[id(module)] = node
        self._alive.append(module)
        inner = [f for f in frames if not constructs(f, module)]
        self._note(inner, node)

    def _note_stack(self, frames: list[FrameType], path: str, outer: tuple) -> None:
        running = [frame for frame in frames if frame.f_code.co_qualname == _STACK]
        if running:
            stack = Stack(path, running[-1].f_locals["self"]._count, len(outer))
            self._lifted[id(running[-1])] = stack
            self._alive.append(running[-1])
            self._note(frames, stack)

    def _stacks(self, frames: list[FrameType]) -> tuple[Stack, ...]:
        found = (self._lifted.get(id(frame)) for frame in frames)
        return tuple(stack for stack in found if stack)

    def _on_get(self, use: str) -> Callable:
        def get(getter: Callable, value: Any, context: Any) -> Any:
            self._note_entry(context, use)
            return getter(value)

        return get

    def _on_set(self, setter: Callable, value: Any, context: Any) -> Any:
        self._note_entry(context, "write")
        return setter(value)

    def _note_entry(self, context: Any, use: str) -> None:
        frames = frames_now()
        stack = self._stacks(frames)
        path = "/".join([*(part.path for part in stack[-1:]), context.full_name])
        self.depths[path] = len(stack)
        self._note(frames, Entry(path, use))

    def _note(self, frames: list[FrameType], made: Any) -> None:
        """Note what an expression made, with the node whose code has the expression."""
        held = self._holder(frames)
        if held is None:
            return
        node, frame = held
        same = node.places[place_of(frame)]
        if made not in same:
            same.append(made)

    def _holder(self, frames: list[FrameType]) -> tuple[Node, FrameType] | None:
        """The node whose code runs innermost, and its frame; none in a constructor."""
        codes = [frame.f_code for frame in frames]
        frames = frames[codes.index(self.function.__code__) :]
        start, node = 0, self.root
        for index, frame in enumerate(frames):
            module = module_of(frame)
            if module is not None:
                if frame.f_code.co_name in CONSTRUCTORS:
                    start, node = index, None
                elif id(module) in self.of_instance:
                    start, node = index, self.of_instance[id(module)]
        if node is None:
            return None
        first = self._entered(frames, start)
        own = [frames[start], *filter(self._is_own, frames[start + 1 :])]
        outer = own[0]
        for before, frame in pairwise(own):
            if not contains(outer.f_code, frame.f_code):
                node, outer = self._called(node, first, before, frame), frame
                first = frame
        return node, own[-1]

    @staticmethod
    def _entered(frames: list[FrameType], index: int) -> FrameType:
        """The first frame of the module whose method runs in a frame."""
        module = module_of(frames[index])
        if module is None:
            return frames[index]
        return next(
            f
            for f in frames
            if module_of(f) is module and f.f_code.co_name not in CONSTRUCTORS
        )

    def _is_own(self, frame: FrameType) -> bool:
        name = frame.f_globals.get("__name__", "")
        of_package = name.split(".")[0] in self._packages
        return of_package and not name.startswith(f"{__package__}.")  # the recorder's

    def _called(
        self, parent: Node, first: FrameType, before: FrameType, frame: FrameType
    ) -> Node:
        """The node of a function's call, which is another one for each call."""
        if id(frame) in self._calls:
            return self._calls[id(frame)]
        place = place_of(before)
        self._alive.append(frame)
        count = self._counts[id(first), place]
        self._counts[id(first), place] += 1
        self._alive.append(first)
        name = (parent.path, parent.type, place, count)
        if name not in self.nodes:
            node = Node(parent.path, frame.f_code, self._stacks(frames_now()))
            node.parent, node.globals = parent, frame.f_globals
            self.nodes[name] = node
        node = self._calls[id(frame)] = self.nodes[name]
        known, free = frame.f_locals, frame.f_code.co_freevars
        self._note_values(node, {name: known[name] for name in free if name in known})
        same = parent.places[place]
        if node not in same:
            same.append(node)
        return node


def _attributes(module: hk.Module) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name != "_auto_repr"}
