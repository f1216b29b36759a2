"""The database that orbax keeps arrays in: what stands in its leaves, by key."""

from collections.abc import Iterator

from ..kinds import unpacked
from .budget import Budget

MAGIC = b"\x0c\xdb\x20\xde"
_MOST_BYTES = 2**25  # of one leaf


class _Columns:
    """Numbers, seven bits in a byte, and text, one after another."""

    def __init__(self, data: bytes, budget: Budget):
        self._data, self._place, self._budget = data, 0, budget

    def number(self) -> int:
        value = 0
        for shift in range(0, 64, 7):
            (byte,) = self.text(1)
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise ValueError("it has a number of more than 64 bits.")

    def numbers(self, count: int) -> list[int]:
        self._budget.step(count)
        return [self.number() for _ in range(count)]

    def text(self, size: int) -> bytes:
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise ValueError("it ends too early.")
        return self._data[start : self._place]


def values_in(data: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    """The keys and values that stand in a leaf; those in other files are left out.

    Args:
      data: a node: the magic bytes, its size, how it is packed, the node, a checksum.
      budget: what may be unpacked and read.

    Raises:
      ValueError: if the node is damaged, or this Python cannot unpack it.
      StoppedError: if it is more than the budget.
    """
    body = unpacked(
        data[14 : int.from_bytes(data[4:12], "little") - 4],
        name="it",
        most_bytes=_MOST_BYTES,
    )
    budget.take(len(body))
    columns = _Columns(body, budget)
    if columns.number():  # how far it is above the leaves
        return
    if files := columns.number():  # in which values are that are not here
        columns.numbers(files - 1)  # how much of a path is that of the one before
        own = columns.numbers(files)
        columns.numbers(files)
        columns.text(sum(own))
    count = columns.number()
    shared = [0, *columns.numbers(count - 1)][:count]
    own = columns.numbers(count)
    keys, key = [], b""
    for start, size in zip(shared, own, strict=True):
        key = key[:start] + columns.text(size)
        budget.take(len(key))
        keys.append(key.decode(errors="replace"))
    sizes, kinds = columns.numbers(count), columns.text(count)
    columns.numbers(2 * sum(kinds))  # the files and the places of the other values
    for name, size, is_elsewhere in zip(keys, sizes, kinds, strict=True):
        if not is_elsewhere:
            yield name, columns.text(size)
