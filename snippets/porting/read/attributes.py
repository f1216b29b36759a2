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
    if isinstance(owner, (External, ModuleOf)):
        return trace.project.member(owner, name)
    if isinstance(owner, Instance):
        return _of_instance(trace, owner, name, text)
    if isinstance(owner, Super):
        value, cls = owner.me.cls.lookup(name, owner.owner)
        return _of_class(trace, value, cls, owner.me, name, text)
    if isinstance(owner, Class):
        value, cls = owner.lookup(name)
        if name == "__name__":
            return owner.name
        kind = getattr(value, "kind", "")
        if value is not None and kind == "class":
            return Bound(value, owner, name, cls)
        return (
            Bound(value, None, name, cls)
            if isinstance(value, Function)
            else (value if cls else Unknown(text))
        )
    if isinstance(owner, Choice):
        values = [(c, attribute(trace, one, name, text)) for c, one in owner.options]
        return choice(values)
    if isinstance(owner, (Items, Table, str)):
        return Bound(None, owner, name)
    if isinstance(owner, Transformed):
        return Bound(owner, owner, name) if name in ("init", "apply") else Unknown(text)
    if isinstance(owner, (Function, Partial, Bound)) and name == "__name__":
        node = getattr(owner, "node", None)
        return getattr(node, "name", Unknown(text))
    if isinstance(owner, Unknown):
        of_array = owner.is_array and name not in _STATIC
        told_text = f"{owner.text}.{name}" if len(owner.text) < 60 else text
        return Unknown(told_text, owner.is_array, of_array)
    return Unknown(text)


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
