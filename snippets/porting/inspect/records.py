"""What a file holds, as data: arrays, objects of any class, names."""

import math
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from .budget import StoppedError

MAPPING, LIST, SET = "dict", "list", "set"  # of Record.of, where it is no class
_KINDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}
_SIZES = {  # dtypes that NumPy lacks, in bits
    "bfloat16": 16,
    "int2": 8,
    "int4": 8,
    "uint2": 8,
    "uint4": 8,
}
_FORMATS = {"int": "bhiq", "uint": "BHIQ", "float": " efd"}  # of struct, by size


class Name(str):
    """The full name of a class or function that a file names; nothing is imported."""


class Told(str):
    """What is said about something that is not shown, in place of its value."""


class Record:
    """A container, or an object with all that the file has for it."""

    __slots__ = ("arguments", "elements", "items", "of", "states")

    def __init__(
        self,
        of: Any,  # MAPPING, LIST, SET, a Name, or the Record of a class
        arguments: tuple = (),
        items: list[tuple] | None = None,
        elements: list | None = None,
    ):
        self.of, self.arguments = of, arguments
        self.items = [] if items is None else items
        self.elements = [] if elements is None else elements
        self.states: list = []


Stored = bytes | memoryview | None  # None if the file does not have them


class Dtype(NamedTuple):
    """The type of an array's items."""

    name: str  # as NumPy has it, or ml_dtypes
    size: int  # of an item, in bytes
    swapped: bool = False  # whether the most significant byte comes first


class Array(NamedTuple):
    """An array: what is known of it, and how to get its bytes."""

    shape: tuple[int, ...]
    dtype: Dtype
    data: Stored | str | Callable[[], Stored] = None
    column_major: bool = False
    strides: tuple[int, ...] | None = None  # in items, where the rows are not in a row
    problem: str = ""

    @property
    def nbytes(self) -> int:
        """The bytes that its items take."""
        return math.prod(self.shape) * self.dtype.size

    def stored(self) -> Stored:
        """Its bytes as they are stored; None if the file does not have them."""
        if isinstance(self.data, str):  # as Python 2 wrote them
            return self.data.encode("latin1", "replace")
        return self.data() if callable(self.data) else self.data

    def single(self) -> int | float | bool | str | None:
        """The value of an array with one number or text; None if that is not known."""
        kind = re.sub(r"\d+$", "", self.dtype.name)
        code = _FORMATS.get(kind, "")[self.dtype.size.bit_length() - 1 :][:1]
        code = "?" if kind == "bool" else code
        data = (
            self.stored()
            if (code.strip() or kind == "U") and math.prod(self.shape) == 1
            else None
        )
        if data is None or len(data) != self.dtype.size:
            return None
        if kind == "U":
            order = "utf-32-be" if self.dtype.swapped else "utf-32-le"
            return data.decode(order, "replace").rstrip("\0")
        return struct.unpack((">" if self.dtype.swapped else "<") + code, data)[0]


class Contents(NamedTuple):
    """What was read of a file."""

    kind: str
    root: Any
    problem: str = ""  # the end of a sentence, if not all of it could be read
    notes: tuple[str, ...] = ()  # sentences
    names: Counter[str] = Counter()  # of classes and functions that it asks for


def mapping(pairs: Iterable[tuple]) -> Record:
    """A dictionary."""
    return Record(MAPPING, items=list(pairs))


def sequence(elements: Iterable) -> Record:
    """A list."""
    return Record(LIST, elements=list(elements))


def dtype_by_code(code: str) -> Dtype | None:
    """What NumPy's short or long name of a dtype means; None if it is another."""
    if code in ("bool", "?", "|b1", "b1", "bool_"):
        return Dtype("bool", 1)
    if match := re.fullmatch(
        r"(bfloat|float|u?int|complex|bool)(\d{1,3})(_\w+)?", code
    ):
        bits = _SIZES.get(code, int(match[2]))
        return Dtype(code, max(1, bits // 8))
    if code == "float8_e4m3fn" or re.fullmatch(r"float[468]_e\d+m\d+\w*", code):
        return Dtype(code, 1)
    match = re.fullmatch(r"([<>|=]?)([biufcSUVMm])(\d{0,9})(\[\w+\])?", code)
    if not match:
        return None
    order, kind, digits, unit = match.groups()
    size = int(digits or 8)
    if kind in _KINDS:
        return Dtype(f"{_KINDS[kind]}{8 * size}", size, order == ">")
    if kind in "mM":
        return Dtype(f"{kind}8{unit or ''}", 8, order == ">")
    return Dtype(f"{kind}{digits}", 4 * size if kind == "U" else size, order == ">")


def is_shape(shape: Any) -> bool:
    """Whether something can be the shape of an array."""
    sizes = type(shape) in (tuple, list) and len(shape) <= 64
    return sizes and all(type(n) is int and 0 <= n < 2**63 for n in shape)


def array_of(
    shape: Any,
    dtype: Dtype,
    data: bytes | memoryview | None,
    column_major: bool = False,
) -> Array:
    """An array whose bytes lie in a row; its `problem` says if they do not fit.

    Raises a StoppedError for a shape that none can have.
    """
    if not is_shape(shape):
        raise StoppedError(f"has an array of the shape {short(shape)}.")
    array = Array(tuple(shape), dtype, data, column_major and len(shape) > 1)
    if data is None or len(data) == array.nbytes:
        return array
    told = f"{len(data)} bytes are there, {array.nbytes} are needed"
    return array._replace(data=None, problem=told)


def short(value: Any) -> str:
    """A value in a message: never more than its kind for what may be large inside."""
    if isinstance(value, (str, bool, float, type(None))):
        return str(value)[:60]
    if type(value) is int and value.bit_length() <= 128:
        return str(value)
    if type(value) in (tuple, list) and len(value) < 9 and is_plain(value):
        return f"({', '.join(map(short, value))})"
    return f"({type(value).__name__})"


def is_plain(values: Any) -> bool:
    """Whether what is in a tuple or list is neither a container nor an object."""
    return not any(isinstance(each, (Record, Array, tuple, list)) for each in values)


def text_of(value: Any, most: int = 60) -> str:
    """A plain value as one short line."""
    if type(value) is Told:
        return str(value)
    if type(value) is Name:
        return f"the name {value[:200]}"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"{len(value)} bytes"
    if type(value) is int and value.bit_length() > 128:
        return f"an integer of {value.bit_length()} bits"
    if type(value) is str and len(value) > most:
        return f"{value[:most]!r}... ({len(value)} characters)"
    return repr(value)
