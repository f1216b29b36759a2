"""Which code runs: what the interpreter's frames say."""

import inspect
import sys
from functools import cache
from types import CodeType, FrameType, FunctionType
from typing import NamedTuple

import haiku as hk

CONSTRUCTORS = ("__init__", "__post_init__")


class Place(NamedTuple):
    """An expression in a file: what `code.co_positions` says about a call."""

    code: CodeType
    line: int
    end_line: int
    column: int
    end_column: int


def frames_now() -> list[FrameType]:
    """The frames that run, the outermost first."""
    frame, frames = sys._getframe(1), []
    while frame:
        frames.append(frame)
        frame = frame.f_back
    return frames[::-1]


def place_of(frame: FrameType) -> Place:
    """The expression that a frame evaluates."""
    line, end_line, column, end_column = _positions(frame.f_code)[frame.f_lasti // 2]
    return Place(frame.f_code, line, end_line, column, end_column)


@cache
def _positions(code: CodeType) -> list:
    return list(code.co_positions())


@cache
def contains(outer: CodeType, inner: CodeType) -> bool:
    """Whether some code is that of a function, or of one that is defined within it."""
    if outer is inner:
        return True
    parts = (part for part in outer.co_consts if isinstance(part, CodeType))
    return any(contains(part, inner) for part in parts)


def module_of(frame: FrameType) -> hk.Module | None:
    """The module that a frame runs a method of."""
    names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
    first = frame.f_locals.get(names[0]) if names else None
    if not isinstance(first, hk.Module):
        return None
    name = frame.f_code.co_name
    for one in type(first).__mro__:
        method = one.__dict__.get(name)
        if isinstance(method, property):
            method = method.fget
        if (
            isinstance(method, FunctionType)
            and inspect.unwrap(method).__code__ is frame.f_code
        ):
            return first
    return None


def constructs(frame: FrameType, module: hk.Module) -> bool:
    """Whether a frame is in a constructor of this very module."""
    names = frame.f_code.co_varnames[:1]
    is_constructor = frame.f_code.co_name in CONSTRUCTORS
    return is_constructor and bool(names) and frame.f_locals.get(names[0]) is module
