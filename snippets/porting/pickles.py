"""Pickles of weights, of any year: read without running what they ask for."""

import io
import pickle
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from .kinds import MOST_BYTES, unpacked
from .pickled_arrays import JOBLIB, Name, RefusedError, maker, size_of

MOST_ENTRIES = 2_000_000  # of a tree: a few bytes can repeat a list a billion times
MOST_COPIES = 4  # of the file's bytes that its arrays may need
_TORCH = 0x1950A86A20F9469CFC6C  # with which torch.save began, before it wrote zips


def load_pickle(
    data: bytes,
    *,
    allow: Mapping[str, Callable] | None = None,
    name: str = "the file",
    most_bytes: int = MOST_BYTES,
    every: bool = False,
) -> Any:
    """Read a pickle of weights by pickle, dill or joblib, and call nothing it names.

    It builds arrays (those of JAX as NumPy's), dictionaries (those of Haiku, Flax and
    `collections` as `dict`), lists, tuples and numbers. The states of Optax and Haiku's
    `LSTMState` become tuples of their fields. Everything else is refused.

    Args:
      data: the bytes of the file, plain or packed by gzip, zlib, bz2, lzma or xz.
      allow: by the full name of a class in the file, a function that gets what an
        object of it holds: its fields, or the items of a dictionary, by name, and the
        arguments of its class, or the items of a list, by position.
      name: the file, for messages.
      most_bytes: the size up to which a packed file is unpacked.
      every: whether the file may hold several pickles, one after the other.

    Returns:
      What was pickled, with NumPy arrays in it; a list of it with `every`.

    Raises:
      ValueError: if the pickle wants anything else, is damaged, or is far too big; if
        the function of `allow` raises; or if there are more pickles without `every`.

    Source: "Restricting Globals" in the documentation of Python's `pickle`.

    Examples:
      >>> load_pickle(pickle.dumps({"linear": {"w": np.ones(2)}}))
      {'linear': {'w': array([1., 1.])}}
    """
    data = unpacked(data, name=name, most_bytes=most_bytes)
    try:
        return _read(data, dict(allow or {}), every)
    except RefusedError as refusal:
        raise ValueError(f"{name} {refusal}") from refusal.__cause__
    except RecursionError:
        told = "contains itself, or is nested too deeply for weights."
        raise ValueError(f"{name} {told}") from None
    except EOFError:
        raise ValueError(f"{name} ends too early; is it whole?") from None
    except Exception as problem:
        cut = "truncated" in str(problem) or "exhausted" in str(problem)
        told = "ends too early; is it whole?" if cut else "is not a pickle of weights"
        told += "" if cut else f" ({type(problem).__name__}: {problem})."
        raise ValueError(f"{name} {told}") from problem


def _read(data: bytes, allow: dict[str, Callable], every: bool) -> Any:
    """What the pickle in some bytes holds; a list of that for all of them."""
    stream, found = io.BytesIO(data), []
    while not found or data[stream.tell() :].strip(b"\0\r\n "):
        if found and not every:
            raise RefusedError(
                f"has {len(data) - stream.tell()} bytes after its first pickle; with"
                " every=True all its pickles are read, into a list."
            )
        read = _Reader(stream, allow)
        made = _Builder(allow, MOST_COPIES * len(data) + 2**20).build(read.load())
        if type(made) is int and made == _TORCH:
            raise RefusedError(
                "is of torch.save, in its older form; open it with torch.load(file,"
                " weights_only=True), and save the arrays as npz."
            )
        found.append(made)
    return found if every else found[0]


class _Call:
    """What a pickle wants called, as data: a name, arguments, items and a state."""

    __slots__ = ("args", "elements", "items", "name", "state")

    def __init__(self, name: Any, args: Any):
        if type(name) is not Name or type(args) is not tuple:
            raise RefusedError("wants to call something that is not a class.")
        self.name, self.args, self.state = name, args, None
        self.items, self.elements = [], []  # of a dictionary, of a list

    def __setitem__(self, key: Any, value: Any):
        self.items.append((key, value))

    def append(self, value: Any):
        self.elements.append(value)


class _Reader(pickle._Unpickler):  # Python's own: joblib has bytes between the opcodes
    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, file: io.BytesIO, allow: dict[str, Callable]):
        super().__init__(file, encoding="latin1")  # as Python 2 wrote strings
        self.file, self.allow, self.parts_of_keys = file, allow, 0
        self.encoded: dict[int, tuple[str, bytes]] = {}  # by the id of the string

    def find_class(self, module: str, name: str) -> Name:
        full = f"{module}.{name}"
        if maker(full) or full in self.allow:
            return Name(full)
        raise RefusedError(
            f"wants {full}, which is neither an array nor a container that weights"
            " need; nothing was called. If you know it as a class that only holds"
            " data, name a function of its fields:"
            f" allow={{{full!r}: lambda *args, **fields:"
            " (args, fields) if args and fields else fields or args}."
        )

    def persistent_load(self, pid: Any):
        raise RefusedError("refers to objects that are not in it (a persistent id).")

    def get_extension(self, code: int):
        raise RefusedError(f"uses the number {code} of a registry that it lacks.")

    def _instantiate(self, klass: Any, args: Any):
        self.append(_Call(klass, tuple(args)))

    def load_reduce(self):
        args, name = self.stack.pop(), self.stack.pop()
        dill = name.rpartition("dill._")[2] if type(name) is Name else ""
        if dill == "create_namedtuple":
            self.append(self.find_class(args[2], args[0]))
        elif dill == "load_type":
            self.append(self.find_class("builtins", args[0]))
        elif type(name) is Name and name == "_codecs.encode":
            text = args[0]
            made = self.encoded.get(id(text)) or (text, text.encode("latin1"))
            self.encoded[id(text)] = made  # many arrays may name one string
            self.append(made[1])
        else:
            self.append(_Call(name, args))

    def load_newobj_ex(self):
        if self.stack.pop():
            raise RefusedError("makes an object with named arguments.")
        self.load_reduce()

    def load_build(self):
        state, call = self.stack.pop(), self.stack[-1]
        if type(call) is not _Call or call.state is not None:
            raise RefusedError("sets the state of something that has none.")
        call.state = state
        if call.name == JOBLIB:
            call.args = (self._bytes_of(_Builder({}, 0).build(state)),)

    def _count(self, keys: Iterable[Any]):
        """Refuse keys that hash slowly: a few bytes can double a tuple sixty times."""
        left = list(keys)
        while left:
            key = left.pop()
            self.parts_of_keys += 1 + (
                key.bit_length() // 64 if type(key) is int else 0
            )
            if self.parts_of_keys > MOST_ENTRIES:
                raise RefusedError(f"has keys of more than {MOST_ENTRIES} parts.")
            left += key if type(key) is tuple else ()

    def load_setitem(self):
        self._count(self.stack[-2:-1])
        super().load_setitem()

    def load_setitems(self):
        self._count(self.stack[::2])
        super().load_setitems()

    def load_dict(self):
        self._count(self.stack[::2])
        super().load_dict()

    def load_additems(self):
        self._count(self.stack)
        super().load_additems()

    def load_frozenset(self):
        self._count(self.stack)
        super().load_frozenset()

    def load_bytearray8(self):  # Python's would reserve the size before it reads
        self.append(self.read(int.from_bytes(self.read(8), "little")))

    def _bytes_of(self, wrapper: dict) -> bytes:
        if wrapper["dtype"].hasobject:
            raise RefusedError("holds an array of Python objects.")
        if wrapper.get("numpy_array_alignment_bytes"):
            self.file.read(self.file.read(1)[0])
        return self.file.read(size_of(wrapper["shape"], wrapper["dtype"]))

    dispatch |= {
        pickle.REDUCE[0]: load_reduce,
        pickle.NEWOBJ[0]: load_reduce,
        pickle.NEWOBJ_EX[0]: load_newobj_ex,
        pickle.BUILD[0]: load_build,
        pickle.SETITEM[0]: load_setitem,
        pickle.SETITEMS[0]: load_setitems,
        pickle.DICT[0]: load_dict,
        pickle.ADDITEMS[0]: load_additems,
        pickle.FROZENSET[0]: load_frozenset,
        pickle.BYTEARRAY8[0]: load_bytearray8,
    }


class _Builder:
    """Makes arrays and containers of what was read."""

    def __init__(self, allow: dict[str, Callable], room: int):
        self.allow, self.entries = allow, 0
        self.room = room  # in bytes, for buffers of arrays
        self.buffers: dict[int, Any] = {}
        self.arrays: dict[int, np.ndarray] = {}  # by the id of the call

    def build(self, node: Any) -> Any:
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise RefusedError(f"has more than {MOST_ENTRIES} entries.")
        if type(node) is dict:
            return {self.build(key): self.build(value) for key, value in node.items()}
        if type(node) in (list, tuple, set, frozenset):
            return type(node)(map(self.build, node))
        if type(node) is not _Call:
            return node
        if id(node) not in self.arrays:
            made = self._made(node)
            if not isinstance(made, np.ndarray):
                return made
            self._make_room(made)
            self.arrays[id(node)] = made
        return self.arrays[id(node)]

    def _made(self, call: _Call) -> Any:
        name, args, state = call.name, self.build(call.args), self.build(call.state)
        items = {self.build(key): self.build(value) for key, value in call.items}
        elements = [self.build(element) for element in call.elements]
        if name.startswith("copy") and type(args[0]) is Name:  # protocols 0 and 1
            name, base = args[0], args[2]
            args = base if type(base) is tuple else ()
            items |= base if type(base) is dict else {}
            elements += base if type(base) is list else []
            if base is not None and type(base) not in (tuple, dict, list):
                args = (base,)
        if name in self.allow:
            return self._made_by_caller(name, [*args, *elements], items, state)
        make = maker(name)
        if make is None or elements:
            raise RefusedError(f"wants {name}, which weights do not need.")
        made = make(args, state)
        if items:
            made.update(items)
        return made

    def _made_by_caller(self, name: str, args: list, items: dict, state: Any) -> Any:
        """What the function of `allow` makes of the things that an object holds."""
        fields: dict[str, Any] = {}
        for held in (items, *_states(state)):
            if type(held) is dict and _are_fields(held, fields):
                fields |= held
            else:
                args += held if type(held) in (list, tuple) else [held]
        try:
            return self.allow[name](*args, **fields)
        except Exception as problem:
            given = ", ".join(
                ["an argument"] * len(args) + [f"{key}=" for key in fields]
            )
            raise RefusedError(
                f"holds {name}, and the function that `allow` has for it raises"
                f" {type(problem).__name__}: {problem}. It was called with {given}."
            ) from problem

    def _make_room(self, array: np.ndarray) -> None:
        """Count the buffer of an array, if it is a new one."""
        while isinstance(array.base, np.ndarray):
            array = array.base
        buffer = array if array.base is None else array.base
        if id(buffer) not in self.buffers:
            self.buffers[id(buffer)] = buffer
            self.room -= array.nbytes
        if self.room < 0:
            raise RefusedError("makes arrays of many times its own size.")


def _states(state: Any) -> tuple:
    """The states of an object: none, one, or those of its `__dict__` and its slots."""
    if type(state) is tuple and len(state) == 2 and type(state[1]) is dict:
        fields = state[0] or {}
        if type(fields) is dict and _are_fields(state[1], fields):
            return fields, state[1]
    return () if state is None else (state,)


def _are_fields(held: dict, others: dict) -> bool:
    """Whether keys can be names of arguments, besides others."""
    return all(type(key) is str and key not in others for key in held)
