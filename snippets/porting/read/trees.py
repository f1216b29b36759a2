"""The trees of networks: from each transform, and of classes that none uses."""

import ast
import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .haiku_calls import TRANSFORMS, count_of
from .project import Project, SourceFile
from .trace import MOST_STEPS, Entry, Event, Found, Made, Stop, Trace
from .values import Bound, Class, Function, Instance, Items, Unknown


class Tree(NamedTuple):
    """What a network makes, as far as that can be known without running it."""

    of: str  # the function or class
    place: tuple[str, int]
    kind: str  # "transform", "transform_with_state", ... or "class"
    entries: list[Entry]
    events: list[Event]
    made: list[Made]
    note: str  # why there is less than one might expect
    init: str = ""  # the signatures of a transform
    apply: str = ""


def trees_of(project: Project) -> list[Tree]:
    """The trees of all transforms of the files, then of classes without one."""
    for file in project.files.values():
        for function in _with_transforms(file):
            _follow(project, function)
    made = list(_of_transforms(project))
    used = {entry.made for tree in made for entry in tree.entries}
    classes = [one.cls for tree in made for one in tree.made]
    for file in project.files.values():
        for cls in file.env.names.values():
            own = isinstance(cls, Class) and cls.env is file.env and cls.is_module()
            is_made = any(cls is one for one in classes)
            if own and not (
                is_made or any(_is_within(place, cls, file) for place in used)
            ):
                made.append(_of_class(project, cls, file))
    return made


def tree_of(project: Project, file: str, name: str) -> Tree:
    """The tree of one function or class of a file, with defaults as arguments."""
    source = project.files[file]
    value = source.env.names.get(name)
    if value is None:
        raise ValueError(f"{file} has no function or class {name} at its top level.")
    if isinstance(value, Class):
        return _of_class(project, value, source)
    node = getattr(value, "node", None)
    return _tree(project, name, (file, getattr(node, "lineno", 0)), "function", value)


def _with_transforms(file: SourceFile) -> Iterator[tuple[SourceFile, list[str]]]:
    """The functions and methods of a file that call `hk.transform` or its like."""
    for node in file.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _transforms(
            node
        ):
            yield file, [node.name]
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and _transforms(part):
                    yield file, [node.name, part.name]


def _transforms(node: ast.AST) -> bool:
    names = (
        part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "")
        for part in ast.walk(node)
        if isinstance(part, (ast.Attribute, ast.Name))
    )
    return any(name in TRANSFORMS for name in names)


def _follow(project: Project, function: tuple[SourceFile, list[str]]) -> None:
    """Call a function with unknown arguments, so that its transforms are met."""
    file, (name, *method) = function
    value = file.env.names.get(name)
    trace = Trace(project, MOST_STEPS // 10)
    with contextlib.suppress(Stop, RecursionError):
        if not method:
            _run(trace, value)
        elif isinstance(value, Class):
            me = Instance(value)
            for one in dict.fromkeys(("__init__", method[0])):
                _run_method(trace, me, one, False)


def _run(trace: Trace, function: Any, arrays: bool = False) -> Any:
    """Follow a function whose arguments are not known."""
    return trace.call(function, unknown_arguments(function, arrays), {})


def _run_method(trace: Trace, me: Any, name: str, arrays: bool) -> None:
    function, owner = me.cls.lookup(name)
    if isinstance(function, Function):
        _run(trace, Bound(function, me, name, owner), arrays)


def unknown_arguments(function: Any, arrays: bool = False) -> list[Unknown]:
    """What is not known, for each argument without a default, by its name."""
    bound = isinstance(function, Bound) and function.me is not None
    inner = function.function if isinstance(function, Bound) else function
    if isinstance(inner, Class):
        inner, _ = inner.lookup("__init__")
        bound = True
    if not isinstance(inner, Function):
        return []
    given = inner.node.args
    names = [one.arg for one in (*given.posonlyargs, *given.args)][int(bound) :]
    return [
        Unknown(name, True, arrays) for name in names[: count_of(inner) - int(bound)]
    ]


def _of_transforms(project: Project) -> Iterator[Tree]:
    seen = set()
    for found in project.transforms:
        function = found.made.function
        inner = getattr(function, "function", function)
        key = (found.place, id(getattr(inner, "node", inner)))
        if key in seen or (
            isinstance(function, Unknown) and (found.place, "?") in seen
        ):
            continue
        seen |= {key, (found.place, "?")} if isinstance(function, Unknown) else {key}
        yield _of_transform(project, found)


def _of_transform(project: Project, found: Found) -> Tree:
    function = found.made.function
    name = _name_of(function)
    tree = _tree(project, name, found.place, found.name, function)
    arguments = ", ".join(_parameters(function))
    with_state, _ = TRANSFORMS[found.name]
    init = f"init(rng, {arguments})".replace(", )", ")")
    first = ["params"] + ["state"] * with_state + ["rng"] * found.made.has_key
    apply = f"apply({', '.join([*first, arguments])})".replace(", )", ")")
    returns = ("(params, state)", "(out, state)") if with_state else ("params", "out")
    return tree._replace(
        init=f"{init} -> {returns[0]}", apply=f"{apply} -> {returns[1]}"
    )


def _tree(
    project: Project, name: str, place: tuple[str, int], kind: str, function: Any
) -> Tree:
    def steps(trace: Trace) -> None:
        out = _run(trace, function, True)
        several = kind.startswith("multi") or kind == "function"
        if several and isinstance(out, Items) and out.values:
            _run(trace, out.values[0])

    if isinstance(function, Unknown) or function is None:
        note = f"depends on {getattr(function, 'text', name)}"
        return Tree(name, place, kind, [], [], [], note)
    return _followed(project, name, place, kind, steps)


def _of_class(project: Project, cls: Class, file: SourceFile) -> Tree:
    """The tree of a module that is made alone, outside of any other."""

    def steps(trace: Trace) -> None:
        me = _run(trace, cls)
        for name in _public_methods(cls):
            _run_method(trace, me, name, True)

    place = (file.name, cls.node.lineno)
    return _followed(project, cls.name, place, "class", steps)


def _followed(
    project: Project,
    name: str,
    place: tuple[str, int],
    kind: str,
    steps: Callable[[Trace], None],
) -> Tree:
    """What is met on a walk, as far as that goes."""
    trace, note = Trace(project), ""
    trace.within, trace.here = True, place
    try:
        steps(trace)
    except (Stop, RecursionError) as ended:
        why = "would take too long" if isinstance(ended, Stop) else "is too deep"
        note = f"the rest {why} to follow"
    return Tree(
        name, place, kind, unique(trace.entries), trace.events, trace.made, note
    )


def _public_methods(cls: Class) -> list[str]:
    function, _ = cls.lookup("__call__")
    if function is not None:
        return ["__call__"]
    names = [
        name
        for one in cls.mro()
        if isinstance(one, Class)
        for name, value in one.names.items()
        if isinstance(value, Function) and not name.startswith("_") and not value.kind
    ]
    return list(dict.fromkeys(names))


def unique(entries: list[Entry]) -> list[Entry]:
    """Each parameter once, with the fewest doubts, in the order of the first."""
    best: dict[tuple[str, str, str], Entry] = {}
    for entry in entries:
        key = (entry.kind, entry.path, entry.name)
        if key not in best or len(entry.doubts) < len(best[key].doubts):
            best[key] = entry
    return list(best.values())


def _is_within(place: tuple[str, int], cls: Class, file: SourceFile) -> bool:
    """Whether code of a class was followed, by a place where a module is made."""
    return place[0] == file.name and cls.node.lineno <= place[1] <= cls.node.end_lineno


def _name_of(function: Any) -> str:
    if isinstance(function, Bound):
        return _name_of(function.function)
    if isinstance(function, Unknown):
        return function.text
    node = getattr(function, "node", None)
    inner = getattr(function, "function", None)
    if node is None and inner is not None:
        return _name_of(inner)
    return getattr(node, "name", getattr(function, "name", "<lambda>"))


def _parameters(function: Any) -> list[str]:
    """The parameters of a function as its caller sees them."""
    inner, skipped = function, 0
    if isinstance(function, Bound):
        inner, skipped = function.function, int(function.me is not None)
    given = getattr(function, "args", None)
    if given is not None and hasattr(function, "keywords"):
        inner, skipped = function.function, len(given)
    if not isinstance(inner, Function):
        return ["..."]
    text = ast.unparse(inner.node.args)
    names = [one.arg for one in (*inner.node.args.posonlyargs, *inner.node.args.args)]
    if not skipped:
        return [text] if text else []
    rest = ast.parse(f"def function({text}): ...").body[0].args
    rest.args = [one for one in rest.args if one.arg in names[skipped:]]
    rest.defaults = rest.defaults[-len(rest.args) :] if rest.args else []
    rest.posonlyargs = []
    return [ast.unparse(rest)] if ast.unparse(rest) else []
