"""The file of a port: imports, classes, sources, and tests that compare."""

import fnmatch
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
from flax import nnx

from .. import pieces
from .classes import class_texts
from .paths import equinox_paths, nnx_paths
from .write import Builder

PACKAGE = __package__.rpartition(".")[0]
PIECES = {"nnx": "pieces", "equinox": "equinox_pieces"}


class Draft(NamedTuple):
    """A port as text.

    Attributes:
      text: the file.
      todo: what a person must write, each with Haiku's file and line.
      placed: how many of Haiku's arrays have a place in the port, or need none.
      total: how many arrays Haiku's trees have.
    """

    text: str
    todo: list[str]
    placed: int
    total: int


def _pairs(paths: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """The paths that are a second place of something, each with the first one."""
    pairs = [(other, first) for first, *others in paths.values() for other in others]
    seconds = tuple(f"{other}." for other, _ in pairs)
    return [(other, first) for other, first in pairs if not other.startswith(seconds)]


def _accessed(path: str) -> str:
    """A path as Python reads it."""
    parts = (f"[{part}]" if part.isdigit() else f".{part}" for part in path.split("."))
    return f"net{''.join(parts)}"


class File:
    """The file that a builder's classes and statements make.

    Args:
      builder: what has them.
      entries: the shape and dtype of each array of Haiku's trees, by path.
      to: "nnx" or "equinox".
      example: `module:function` of the network and its inputs, if there is one.
      trains: whether Haiku's network has a gradient.
    """

    def __init__(
        self,
        builder: Builder,
        entries: Mapping[str, Any],
        to: str,
        example: str,
        *,
        trains: bool,
    ):
        self.builder, self.entries, self.to = builder, entries, to
        self.example, self.trains = example, trains

    def draft(self) -> Draft:
        """Write the file, run it to find the paths of arrays, write their sources."""
        builder = self.builder
        done: dict[type, str] = {}
        classes = [
            text
            for plan in list(builder.plans.values())
            for text in class_texts(plan, builder, done)
        ]
        todo = [
            *dict.fromkeys(
                builder.todo + [t for p in builder.plans.values() for t in p.todo]
            )
        ]
        body = "\n\n\n".join([self._imports(), *classes, self._build()])
        names, paths = self._run(body)
        if pairs := _pairs(paths):
            body, paths = self._tied(pairs, classes, paths)
        sources = self._sources(paths)
        exec(sources, names)
        unused, left = self._unused(names["SOURCES"])
        for path in left:
            todo.append(f"{path} has no place in the port")
        head = (
            f'"""A port to {builder.library.NAME}, drafted from a run in Haiku."""\n\n'
        )
        marks = "".join(f"# TODO {one}\n" for one in todo)
        text = "\n\n\n".join(
            [head + marks + body, *filter(None, [sources, unused, self._tests()])]
        )
        return Draft(
            text + "\n", todo, len(self.entries) - len(left), len(self.entries)
        )

    def _imports(self) -> str:
        names = self.builder.names
        lines = set(names.lines)
        if self.to == "nnx":
            lines.add("from flax import nnx")
        else:
            lines |= {"import equinox as eqx", "from typing import Any"}
        lines.discard("import flax.nnx")
        homes = defaultdict(list)
        for name in sorted(names.layers | {"Parts"}):
            homes[self.builder.library.RESERVED[name].__module__].append(name)
        lines |= {f"from {home} import {', '.join(own)}" for home, own in homes.items()}
        lines.add(f"from {PACKAGE}.draft.checks import Comparison")
        return "\n".join(
            sorted(lines, key=lambda line: (line.startswith("from"), line))
        )

    def _build(self) -> str:
        flags = self.builder.flags.items()
        given = [self.builder.library.GIVEN, *(f"{n}={value}" for n, value in flags)]
        lines = "".join(
            f"    {line}\n" for one in self.builder.lines for line in one.split("\n")
        )
        return f"def build({', '.join(given)}):\n{lines}    return {self.builder.root}"

    def _tied(self, pairs: list, classes: list[str], paths: dict) -> tuple[str, dict]:
        """The file and the paths when what a tree would hold twice is tied."""
        builder = self.builder
        where, get = (
            ", ".join(map(_accessed, side)) for side in zip(*pairs, strict=True)
        )
        line = (
            f"tied = Tied({builder.root}, lambda net: [{where}], lambda net: [{get}])"
        )
        builder.lines.append(line)
        builder.root = "tied"
        builder.names.layers.add("Tied")
        gone = tuple(f"{other}." for other, _ in pairs)
        left = {
            name: [
                f"shared.pytree.{path}"
                for path in found
                if not f"{path}.".startswith(gone)
            ]
            for name, found in paths.items()
        }
        return "\n\n\n".join([self._imports(), *classes, self._build()]), left

    def _run(self, body: str) -> tuple[dict, dict[str, list[str]]]:
        """The names that the file gives so far, and the paths of the port's parts."""
        builder, names = self.builder, {"__name__": "draft"}
        exec(body, names)
        names |= builder.flags
        if self.to == "nnx":
            names["rngs"] = nnx.Rngs(0)
        else:
            names["key"] = jax.random.key(0)
        exec("\n".join(builder.lines), names)
        parts = [*builder.pieces, *builder.singles, *builder.paths.values()]
        find = nnx_paths if self.to == "nnx" else equinox_paths
        return names, find(
            names[builder.root], {id(names[part]): part for part in parts}
        )

    def _sources(self, paths: dict[str, list[str]]) -> str:
        """The code of SOURCES and PATHS."""
        builder, parts, singles = self.builder, [], []
        used = sorted({piece for piece, *_ in builder.pieces.values()})
        for name, (piece, more, path, depth) in builder.pieces.items():
            for there in paths.get(name, []):
                call = f'{piece}("{there}", "{path}"{more})'
                parts.append("stacked(" * depth + call + ")" * depth)
        for name, entry in builder.singles.items():
            end = ".index" if self.to == "equinox" and entry.use != "param" else ""
            for there in paths.get(name, []):
                singles.append(f'        "{there}{end}": "{entry.path}",')
        package = PACKAGE
        lines = (
            [f"from {package}.{PIECES[self.to]} import {', '.join(used)}"]
            if used
            else []
        )
        if any(depth for *_, depth in builder.pieces.values()):
            lines.append(f"from {package}.sources import stacked")
        if singles:
            parts.append("{\n" + "\n".join(singles) + "\n    }")
        lines += ["", "SOURCES = (\n    " + "\n    | ".join(parts or ["{}"]) + "\n)"]
        lines.append(
            "PATHS = {  # Haiku's modules in the order of their calls, and the port's"
        )
        in_order = [
            p for p in builder.record.order if paths.get(builder.paths.get(p, ""))
        ]
        lines += [
            f'    "{path}": "{paths[builder.paths[path]][0]}",' for path in in_order
        ]
        return "\n".join([*lines, "}"])

    def _unused(self, sources: Mapping[str, Any]) -> tuple[str, list[str]]:
        """The code of UNUSED, and the arrays that no module of the port takes."""
        taken: set[str] = set()
        for source in sources.values():
            taken |= {source} if isinstance(source, str) else set(source[:-1])
        left = [path for path in self.entries if path not in taken]
        usual = [
            pattern
            for pattern in pieces.AVERAGES_UNUSED
            if fnmatch.filter(left, pattern) and not fnmatch.filter(taken, pattern)
        ]
        rest = [p for p in left if not any(fnmatch.fnmatchcase(p, u) for u in usual)]
        return f"UNUSED = {[*usual, *rest]}", rest

    def _tests(self) -> str:
        if not self.example:
            return ""
        module, _, function = self.example.partition(":")
        step = """\
def test_one_training_step():
    assert compared().step() < 1e-4


"""
        trains = "" if self.trains else ", trains=False"
        return f'''def compared():
    """Haiku's network and this one, with the same arrays."""
    from {module} import {function}

    given = build, SOURCES, UNUSED
    return Comparison({function}(), *given, to="{self.to}", paths=PATHS{trains})


def test_outputs():
    assert compared().outputs() < 1e-4


{step * self.trains}def test_state():
    assert compared().state() < 1e-4


if __name__ == "__main__":
    print(compared().report())'''
