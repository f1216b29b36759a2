"""What the text of a file says by itself: classes, leaves, and what surrounds them."""

import ast
from collections.abc import Iterator

from .arithmetic import text_of
from .project import Project, SourceFile
from .uses import Use
from .values import Class

# Names and keywords by the question that they answer.
TOPICS = {
    "state": "get_state set_state State MutableState get_current_state",
    "keys": (
        "next_rng_key next_rng_keys maybe_next_rng_key PRNGSequence with_rng PRNGKey "
        "reserve_rng_keys dropout key"
    ),
    "hooks": (
        "custom_creator custom_getter custom_setter intercept_methods "
        "optimize_rng_use module_auto_repr"
    ),
    "axes": (
        "axis_name cross_replica_axis psum pmean pmax all_gather axis_index vmap pmap "
        "shard_map xmap ppermute all_to_all"
    ),
    "devices": (
        "devices local_devices device_put device_count device_get local_device_count "
        "Mesh NamedSharding PartitionSpec make_mesh device_put_replicated "
        "device_put_sharded process_index process_count"
    ),
    "transformations": (
        "scan remat layer_stack lift lift_with_state cond while_loop fori_loop switch "
        "checkpoint grad value_and_grad jit"
    ),
}


def classes_of(project: Project, file: SourceFile) -> Iterator[dict]:
    """The classes of a file: bases, whether modules or dataclasses, constructors."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ClassDef):
            known = file.env.names.get(node.name)
            mine = isinstance(known, Class) and known.node is node
            decorators = [text_of(one) for one in node.decorator_list]
            yield {
                "file": file.name,
                "line": node.lineno,
                "name": node.name,
                "bases": [ast.unparse(base) for base in node.bases],
                "module": known.is_module() if mine else None,
                "dataclass": any("dataclass" in one for one in decorators),
                "made_with": _constructor(node),
                "methods": [
                    one.name for one in node.body if isinstance(one, ast.FunctionDef)
                ],
            }


def _constructor(node: ast.ClassDef) -> str:
    """The parameters of a class: of its `__init__`, else its annotated fields."""
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            names = ast.unparse(part.args)
            return names.partition(", ")[2] if names.startswith("self") else names
    fields = [part for part in node.body if isinstance(part, ast.AnnAssign)]
    return ", ".join(ast.unparse(one) for one in fields)


def leaves_of(file: SourceFile, uses: list[Use]) -> Iterator[dict]:
    """The calls that ask for parameters and states, with what they ask for."""
    wanted = ("haiku.get_parameter", "haiku.get_state", "haiku.set_state")
    lines = {use.line: use.name for use in uses if use.name in wanted}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call) and node.func.lineno in lines:
            name = lines[node.func.lineno].rpartition(".")[2]
            if getattr(node.func, "attr", getattr(node.func, "id", "")) == name:
                fields = ("name", "shape", "dtype", "init")
                fields = ("name", "value") if name == "set_state" else fields
                given = {field: text_of(one) for field, one in zip(fields, node.args)}  # noqa: B905
                given |= {
                    one.arg: text_of(one.value) for one in node.keywords if one.arg
                }
                yield {"file": file.name, "line": node.lineno, "call": name, **given}


def around(file: SourceFile, uses: list[Use]) -> Iterator[dict]:
    """State, keys, hooks, axes, devices, transformations: names with their lines."""
    for topic, words in TOPICS.items():
        names = set(words.split())
        lines: dict[str, list[int]] = {}
        for use in uses:
            last = use.name.rpartition("(")[2].rstrip(")").rpartition(".")[2]
            if last in names and (use.kind == "name" or "(" in use.name):
                lines.setdefault(use.name, []).append(use.line)
        for name, at in lines.items():
            yield {"file": file.name, "topic": topic, "name": name, "lines": at}
