"""What was removed from JAX, Haiku, Optax, chex and NumPy: a table, its lookup."""

import csv
import functools
import pkgutil
from collections.abc import Mapping
from typing import NamedTuple

# A script, tests/history/removed_names.py, writes it from the packages' releases.
REMOVED = "removed.csv"
# Modules of which little is left: their public names of today.
LEFT = {"jax.test_util": {"check_grads", "check_jvp", "check_vjp"}}
NOT_INSTALLED = "the package that is installed does not have it"
PACKAGES = ("jax", "haiku", "optax", "chex", "numpy")


class Known(NamedTuple):
    """A name or an argument that was removed, or that has a newer form."""

    last: str  # the last release that had it; empty if none had, or if it still works
    new: str  # what to write instead; empty if there is nothing
    reason: str
    renamed: bool  # whether `new` is a name, and takes the place of the old one


@functools.cache
def rows() -> dict[str, Mapping[str, str]]:
    """The rows of the file by their names.

    An argument is called `function(argument)`, a method of arrays `.method`, and what
    can no longer be imported, although its name still means something, `import.module`.
    Kinds: "removed"; "renamed" if `instead` is a name that takes its place everywhere;
    "advice" if `instead` is in words; "older" if it works and has a newer form.
    """
    text = pkgutil.get_data(__package__, REMOVED).decode()
    return {row["name"]: row for row in csv.DictReader(text.splitlines())}


@functools.cache
def known_names(*kinds: str) -> dict[str, Known]:
    """The names of some kinds in the file, and names below modules that moved."""
    names = {
        name: Known(row["last"], row["instead"], row["why"], row["kind"] == "renamed")
        for name, row in rows().items()
        if row["kind"] in kinds
    }
    for name, known in list(names.items()):  # below a module that moved without them
        module = name.rpartition(".")[0]
        while module and not known.renamed:
            if module in names and names[module].renamed:
                full = names[module].new + name[len(module) :]
                names.setdefault(full, known._replace(last=""))
            module = module.rpartition(".")[0]
    return names


def as_numbers(release: str) -> tuple[int, ...]:
    """A release such as `0.4.30` to compare; empty if it is not numbers with dots."""
    parts = release.split(".")
    return tuple(map(int, parts)) if all(map(str.isdecimal, parts)) else ()


class Table:
    """What the file says of names and arguments."""

    def __init__(self):
        self.known = known_names("removed", "renamed", "advice")
        self.older = known_names("older")

    def name(self, full: str) -> tuple[str, Known, str] | None:
        """The entry of a full name, or of the module that holds it, and its sign."""
        parts = full.split(".")
        for end in range(len(parts), 0, -1):
            name = ".".join(parts[:end])
            if name in self.known:
                return self.below(name, full) or (name, self.known[name], "!")
            if name in self.older:
                return name, self.older[name], " "
            left, rest = LEFT.get(name), parts[end : end + 1]
            if left and rest and not rest[0].startswith("__") and rest[0] not in left:
                reason = f"the module keeps {', '.join(sorted(left))} only"
                return f"{name}.{rest[0]}", Known("", "", reason, False), "!"
        return None

    def method(self, name: str) -> Known | None:
        """The entry of a method of arrays, whatever the array is called."""
        return self.known.get(f".{name}")

    def below(self, module: str, full: str) -> tuple[str, Known, str] | None:
        """The entry that a name has where its module moved, if that lacks it, too."""
        moved, rest = self.known[module], full[len(module) :]
        if not moved.renamed or not rest or moved.new == module:
            return None
        found = Table.name(self, moved.new + rest)
        if not found or found[2] != "!" or len(found[0]) <= len(moved.new):
            return None
        return module + found[0][len(moved.new) :], found[1], "!"

    def argument(self, function: str, argument: str) -> Known | None:
        """The entry of an argument that a function has no longer."""
        return self.known.get(f"{function}({argument})")

    def renamed(self, full: str) -> str:
        """What a full name is called today, if it was only renamed."""
        found = self.name(full)
        if not found or not found[1].renamed or found[2] != "!":
            return full
        rest = full[len(found[0]) :]
        return full if "._" in rest else found[1].new + rest


class Targeted(Table):
    """What fails with other releases than today's: names that they have do not."""

    def __init__(self, releases: Mapping[str, str]):
        super().__init__()
        gone = {}
        for name, known in self.known.items():
            package = "jax" if name.startswith(".") else name.removeprefix("import.")
            release = releases.get(package.partition(".")[0])
            last = known.last or self._last_of_module(name)
            if not release or not last or as_numbers(last) < as_numbers(release):
                gone[name] = known
        self.known = gone

    def _last_of_module(self, name: str) -> str:
        """The last release that had the innermost module of a name that is listed."""
        while "." in name:
            name = name.rpartition(".")[0]
            if name in self.known and self.known[name].last:
                return self.known[name].last
        return ""
