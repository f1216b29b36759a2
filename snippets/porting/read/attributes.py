"""Attributes of values, as Python and Haiku look them up."""

from typing import Any

from .values import (
    Bound,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Items,
    ModuleOf,
    Partial,
    Super,
    Table,
    Transformed,
    Unknown,
    choice,
)

_STATIC = {"shape", "ndim", "dtype", "size", "name"}  # known while tracing


def attribute(trace: Any, owner: Any, name: str, text: str) -> Any:
    """The attribute of a value."""
    for kind, look in _OWNERS:
        if isinstance(owner, kind):
            return look(trace, owner, name, text)
    return Unknown(text)


def _of_module(trace: Any, owner: External | ModuleOf, name: str, text: str) -> Any:
    return trace.project.member(owner, name)


def _of_super(trace: Any, owner: Super, name: str, text: str) -> Any:
    value, cls = owner.me.cls.lookup(name, owner.owner)
    return _of_class(trace, value, cls, owner.me, name, text)


def _of_type(trace: Any, owner: Class, name: str, text: str) -> Any:
    value, cls = owner.lookup(name)
    if name == "__name__":
        return owner.name
    if not isinstance(value, Function):
        return value if cls else Unknown(text)
    return Bound(value, owner if value.kind == "class" else None, name, cls)


def _of_choice(trace: Any, owner: Choice, name: str, text: str) -> Any:
    values = [(c, attribute(trace, one, name, text)) for c, one in owner.options]
    return choice(values)


def _of_container(trace: Any, owner: Items | Table | str, name: str, text: str) -> Any:
    return Bound(None, owner, name)


def _of_transformed(trace: Any, owner: Transformed, name: str, text: str) -> Any:
    return Bound(owner, owner, name) if name in ("init", "apply") else Unknown(text)


def _of_function(trace: Any, owner: Any, name: str, text: str) -> Any:
    node = getattr(owner, "node", None)
    return getattr(node, "name", Unknown(text)) if name == "__name__" else Unknown(text)


def _of_unknown(trace: Any, owner: Unknown, name: str, text: str) -> Any:
    of_array = owner.is_array and name not in _STATIC
    longer = f"{owner.text}.{name}" if len(owner.text) < 60 else text
    return Unknown(longer, owner.is_array, of_array)


def _of_instance(trace: Any, owner: Instance, name: str, text: str) -> Any:
    if name in owner.names:
        return owner.names[name]
    if name == "__class__":
        return owner.cls
    value, cls = owner.cls.lookup(name)
    if name in ("name", "module_name") and owner.path and cls is None:
        return owner.path.rpartition("/")[2] if name == "name" else owner.path
    return _of_class(trace, value, cls, owner, name, text)


def _of_class(
    trace: Any, value: Any, cls: Class | None, me: Any, name: str, text: str
) -> Any:
    """An attribute that a class has, seen from an instance."""
    if cls is None:
        return Bound(None, me, name) if isinstance(me, Instance) else Unknown(text)
    if not isinstance(value, Function):
        if isinstance(value, (Bound, Partial)) and not (
            isinstance(value, Bound) and value.me is not None
        ):
            return Bound(value, me, name, cls)
        return value
    if value.kind == "static":
        return value
    if value.kind == "class":
        return Bound(value, me.cls, name, cls)
    bound = Bound(value, me, name, cls)
    if value.kind.endswith("property"):
        return trace.call(bound, [], {})
    return bound


_OWNERS = (
    ((External, ModuleOf), _of_module),
    (Instance, _of_instance),
    (Super, _of_super),
    (Class, _of_type),
    (Choice, _of_choice),
    ((Items, Table, str), _of_container),
    (Transformed, _of_transformed),
    ((Function, Partial, Bound), _of_function),
    (Unknown, _of_unknown),
)
