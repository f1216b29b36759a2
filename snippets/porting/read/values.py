"""What an expression may be while code is read without running it."""

import ast
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Unknown:
    """A value that only a run knows, by the text that says on what it depends."""

    text: str
    is_some: bool = False  # certainly not None
    is_array: bool = False  # made of the inputs, so a tracer where JAX transforms


@dataclass(frozen=True)
class External:
    """A name of a package that is not among the files, by its full name."""

    full: str


@dataclass(frozen=True)
class ModuleOf:
    """An imported module that is one of the files."""

    file: Any


@dataclass(eq=False)
class Env:
    """The names of a scope, and the scope around it."""

    file: Any  # the SourceFile that it belongs to
    names: dict[str, Any] = field(default_factory=dict)
    parent: "Env | None" = None
    owner: "Class | None" = None  # of the method that runs here
    me: Any = None  # its first argument
    of_class: bool = False  # functions within do not see its names


@dataclass(eq=False)
class Class:
    """A class of the files; `node` is None for Haiku's own `Module`."""

    name: str
    bases: list[Any]
    names: dict[str, Any]
    env: Env | None = None
    node: ast.ClassDef | None = None
    is_dataclass: bool = False

    def mro(self) -> list[Any]:
        """The class and its bases, each after all that inherit from it."""
        found: list[Any] = []
        orders = [one.mro() if isinstance(one, Class) else [one] for one in self.bases]
        for base in [base for order in orders for base in order]:
            if base in found:
                found.remove(base)
            found.append(base)
        return [self, *found]

    def is_module(self) -> bool:
        """Whether Haiku's Module is among the bases."""
        return any(one is MODULE for one in self.mro())

    def foreign(self) -> str:
        """The name of a base that is not among the files; empty if there is none."""
        names = (one.full for one in self.mro() if isinstance(one, External))
        return next((full for full in names if not full.startswith(_PLAIN)), "")

    def lookup(self, name: str, after: "Class | None" = None) -> tuple[Any, Any]:
        """The value of an attribute and the class that has it; None, None without."""
        classes = self.mro()
        start = classes.index(after) + 1 if after in classes else 0
        for one in classes[start:]:
            if isinstance(one, Class) and name in one.names:
                return one.names[name], one
        return None, None


_PLAIN = ("abc.", "typing.", "builtins.", "enum.", "collections.", "object", "Protocol")
MODULE = Class("Module", [], {})


@dataclass(eq=False)
class Function:
    """A function or lambda of the files, with what its decorators say."""

    node: ast.FunctionDef | ast.Lambda
    env: Env
    kind: str = (
        ""  # "static", "class", "property", or "plain" if Haiku does not wrap it
    )
    like: str = ""  # the method that modules made in it are named after
    transparent: bool = False


@dataclass(eq=False)
class Bound:
    """A method with its instance, or what an attribute of another value does."""

    function: Any
    me: Any
    name: str = ""
    owner: Class | None = None


@dataclass(eq=False)
class Partial:
    """A function with its first arguments."""

    function: Any
    args: list[Any]
    keywords: dict[str, Any]


@dataclass(eq=False)
class Instance:
    """An object of a class; a Haiku module has a path."""

    cls: Class
    names: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    doubts: frozenset[str] = frozenset()  # why the path may be another one
    place: tuple[str, int] = ("", 0)


VALUES, OPEN = "[values]", "[open]"  # keys that no name of a program has


@dataclass(eq=False)
class Items:
    """A list or tuple; `slots` has its values, and why more may follow."""

    slots: dict[str, Any]

    @classmethod
    def of(cls, values: list[Any], reason: str = "") -> "Items":
        """A list of these values, and perhaps more for a reason."""
        return cls({VALUES: list(values), OPEN: reason})

    @property
    def values(self) -> list[Any]:
        """What is known to be in it."""
        return self.slots[VALUES]

    @property
    def open(self) -> str:
        """Why there may be more; empty if this is all."""
        return self.slots[OPEN]


@dataclass(eq=False)
class Table:
    """A dictionary with constant keys; `open` says why more may be in it."""

    names: dict[Any, Any]
    open: str = ""


@dataclass(eq=False)
class Unsplit:
    """A function under `hk.vmap(..., split_rng=False)`."""

    function: Any
    place: tuple[str, int]


@dataclass(eq=False)
class Transformed:
    """What `hk.transform` returns."""

    function: Any
    has_key: bool = True  # whether `apply` takes one


@dataclass(eq=False)
class Choice:
    """Values, each with the condition under which it is the one."""

    options: list[tuple[str, Any]]


@dataclass(eq=False)
class Super:
    """`super()` within a method."""

    me: Any
    owner: Class


def merged(condition: str, one: Any, other: Any) -> Any:
    """The value that is one if a condition holds, and else the other."""
    if one is other or (is_constant(one) and is_constant(other) and one == other):
        return one
    return choice([(condition, one), (negated(condition), other)])


MOST_OPTIONS = 8


def choice(options: list[tuple[str, Any]]) -> Any:
    """The values as a choice; an unknown one if they are many, or all unknown."""
    flat: list[tuple[str, Any]] = []
    for condition, value in options:
        inner = value.options if isinstance(value, Choice) else [("", value)]
        for test, one in inner:
            both = " and ".join(filter(None, (condition, test.removeprefix("if "))))
            flat.append((both[:200], one))
    plain = [value for _, value in flat if isinstance(value, Unknown)]
    if len(plain) == len(flat) or len(flat) > MOST_OPTIONS:
        array = any(one.is_array for one in plain)
        return plain[0] if plain else Unknown("one of several values", False, array)
    return Choice(flat)


def negated(condition: str) -> str:
    """The opposite of a condition such as `if x`."""
    if condition.startswith("if not (") and condition.endswith(")"):
        return f"if {condition[8:-1]}"
    return f"if not ({condition.removeprefix('if ')})"


def is_constant(value: Any) -> bool:
    """Whether a value is a constant of Python, such as a number or a string."""
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes))


def truth(value: Any) -> bool | None:
    """Whether a value counts as true; None if that is not known."""
    if is_constant(value):
        return bool(value)
    if isinstance(value, Items):
        return True if value.values else None if value.open else False
    if isinstance(value, Table):
        return True if value.names else None if value.open else False
    if isinstance(value, Choice):
        truths = {truth(option) for _, option in value.options}
        return truths.pop() if len(truths) == 1 else None
    if isinstance(value, (Unknown, External)):
        return None
    return True


def is_none(value: Any) -> bool | None:
    """Whether a value is None; None if that is not known."""
    if isinstance(value, Choice):
        answers = {is_none(option) for _, option in value.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(value, Unknown):
        return False if value.is_some else None
    return value is None
