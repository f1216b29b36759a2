"""What a run of a Haiku function makes: modules, calls, arrays, stacks of layers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import CodeType
from typing import Any, NamedTuple

from .frames import Place


class Entry(NamedTuple):
    """An array that code asks for: its path in Haiku's trees, and how it is used."""

    path: str
    use: str  # "param", "state", or "write" for hk.set_state


class Stack(NamedTuple):
    """A call of hk.layer_stack.

    Attributes:
      path: that of its modules.
      length: how many layers it has.
      depth: how many stacks are around it.
    """

    path: str
    length: int
    depth: int


class Node:
    """A module of the run, or a call of a function that makes modules or arrays.

    Attributes:
      path: that of the module in Haiku's trees; of a call, of the module around.
      type: the class of the module, or the code of the function.
      values: the module's attributes, or what the function has from outside.
      others: these in the runs after the first one, by the name of the argument that
        is another one there.
      parent: for a call, the node whose code it belongs to.
      stacks: those that the node is in, the outermost first.
      made_in: how many of them are around the place where the node is made.
      places: what was made at each expression of its code, in order.
      calls: the arguments of each call of the module, as shapes.
      globals: the names that the code of a function knows.
      is_in_two_stacks: whether both layers and others call it.
    """

    def __init__(self, path: str, type_: type | CodeType, stacks: Sequence[Stack] = ()):
        self.path, self.type, self.stacks = path, type_, tuple(stacks)
        self.made_in = len(self.stacks)
        self.values: dict[str, Any] = {}
        self.others: dict[str, dict[str, Any]] = {}
        self.parent: Node | None = None
        self.places: dict[Place, list[Any]] = defaultdict(list)
        self.calls: list[tuple[str, tuple, dict]] = []
        self.globals: Mapping[str, Any] = {}
        self.is_in_two_stacks = False
        self.entered: set[str] = set()  # methods that others call, not its own ones
