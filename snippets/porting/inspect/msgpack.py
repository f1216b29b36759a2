"""MessagePack as Flax writes it, with arrays as extensions."""

import struct
from typing import Any

from .budget import MOST_DEPTH, Budget, StoppedError
from .records import (
    MAPPING,
    Array,
    Contents,
    Record,
    array_of,
    dtype_by_code,
    mapping,
    sequence,
)

_NUMBERS = {  # of struct, by the first byte
    0xCA: ">f",
    0xCB: ">d",
    **dict(zip(range(0xCC, 0xD0), (">B", ">H", ">I", ">Q"), strict=True)),
    **dict(zip(range(0xD0, 0xD4), (">b", ">h", ">i", ">q"), strict=True)),
}
_SIZED = {  # kinds with a size before what they hold: the kind, the bytes of the size
    **{0xC4 + n: ("bytes", 2**n) for n in range(3)},
    **{0xC7 + n: ("extension", 2**n) for n in range(3)},
    **{0xD9 + n: ("text", 2**n) for n in range(3)},
    **{0xDC + n: ("list", 2 * 2**n) for n in range(2)},
    **{0xDE + n: ("mapping", 2 * 2**n) for n in range(2)},
}
_CHUNKED = "__msgpack_chunked_array__"
ARRAY, COMPLEX, NUMBER = 1, 2, 3  # Flax's extensions


def may_be_msgpack(start: bytes) -> bool:
    """Whether a file begins as a map, a list or an extension of MessagePack does."""
    first = start[0] if start else 0
    return 0x81 <= first <= 0x9F or first in (*range(0xC7, 0xCA), *range(0xDC, 0xE0))


def read_msgpack(data: bytes, budget: Budget) -> Contents:
    """What a file of Flax holds."""
    reader = Reader(data, budget)
    root = reader.value(0)
    left = len(data) - reader.place
    told = f"has {left} bytes after what it holds." if left else ""
    return Contents("MessagePack of Flax", root, told)


class Reader:
    """Reads values one after the other."""

    def __init__(self, data: bytes, budget: Budget):
        self.view, self.budget, self.place = memoryview(data), budget, 0

    def take(self, size: int) -> memoryview:
        """The next bytes."""
        self.place += size
        if self.place > len(self.view):
            raise StoppedError("ends too early; is it whole?")
        return self.view[self.place - size : self.place]

    def value(self, depth: int) -> Any:
        """The next value."""
        if depth > MOST_DEPTH:
            raise StoppedError("is nested too deeply for weights.")
        self.budget.step()
        first = self.take(1)[0]
        if first in _NUMBERS:
            code = _NUMBERS[first]
            return struct.unpack(code, self.take(struct.calcsize(code)))[0]
        if first in _SIZED:
            kind, size = _SIZED[first]
            return self.sized(kind, int.from_bytes(self.take(size), "big"), depth)
        if first < 0x80 or first >= 0xE0:
            return first if first < 0x80 else first - 256
        for start, kind, mask in (
            (0xA0, "text", 31),
            (0x90, "list", 15),
            (0x80, "mapping", 15),
        ):
            if start <= first <= start + mask:
                return self.sized(kind, first & mask, depth)
        if 0xD4 <= first <= 0xD8:
            return self.sized("extension", 2 ** (first - 0xD4), depth)
        constants = {0xC0: None, 0xC2: False, 0xC3: True}
        if first not in constants:
            raise StoppedError(f"has the byte {first:02x}, which MessagePack lacks.")
        return constants[first]

    def sized(self, kind: str, size: int, depth: int) -> Any:
        """A value with a size."""
        if kind == "text":
            return bytes(self.take(size)).decode("utf-8", "replace")
        if kind == "bytes":
            return self.take(size)
        if kind == "extension":
            number = self.take(1)[0]
            return self.extension(number, self.take(size), depth)
        if kind == "list":
            return sequence(self.value(depth + 1) for _ in range(size))
        return self.dictionary(size, depth)

    def dictionary(self, size: int, depth: int) -> Record | Array:
        """The items of a map; if they are cut, the error has those that are there."""
        record = mapping(())
        try:
            for _ in range(size):
                record.items.append((self.value(depth + 1), None))
                record.items[-1] = (record.items[-1][0], self.value(depth + 1))
        except StoppedError as stopped:
            if record.items and record.items[-1][1] is None:
                key, _ = record.items.pop()
                record.items += [(key, each) for each in [stopped.partial] if each]
            stopped.partial = record
            raise
        return _whole(record)

    def extension(self, number: int, data: memoryview, depth: int) -> Any:
        """An array or a number of Flax."""
        if number not in (ARRAY, COMPLEX, NUMBER):
            return data
        inside = Reader(data, self.budget)
        value = inside.value(depth + 1)
        parts = value.elements if isinstance(value, Record) else []
        if number == COMPLEX and len(parts) == 2:
            return f"{parts[0]} + {parts[1]}j"
        if number == COMPLEX or len(parts) != 3:
            raise StoppedError("has an extension that is not an array of Flax.")
        shape, name, held = parts
        shape = shape.elements if isinstance(shape, Record) else None
        name = bytes(name).decode("latin1") if isinstance(name, memoryview) else name
        dtype = dtype_by_code(name[:40]) if type(name) is str else None
        if dtype is None or not isinstance(held, memoryview):
            raise StoppedError(f"has an array of the dtype {str(name)[:40]!r}.")
        return array_of(shape, dtype, held)


def _whole(record: Record) -> Record | Array:
    """The array that Flax cut into pieces of a gigabyte, or the dictionary itself."""
    fields = {key: value for key, value in record.items if type(key) is str}
    shape, chunks = fields.get("shape"), fields.get("chunks")
    if fields.get(_CHUNKED) is not True or not isinstance(shape, Record):
        return record
    pieces = [piece for _, piece in chunks.items] if isinstance(chunks, Record) else []
    if not pieces or not all(isinstance(piece, Array) for piece in pieces):
        return record
    sizes = [size for _, size in shape.items] if shape.of == MAPPING else shape.elements
    dtype = pieces[0].dtype
    array = array_of(sizes, dtype, None)
    total = sum(piece.nbytes for piece in pieces)
    if total != array.nbytes:
        told = f"{total} bytes are there, {array.nbytes} are needed"
        return array._replace(problem=told)
    return array._replace(
        data=lambda: b"".join(piece.stored() or b"" for piece in pieces)
    )
