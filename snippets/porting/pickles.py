"""Pickles of weights, of any year: read without running what they ask for."""

import bz2
import fnmatch
import io
import lzma
import math
import pickle
import re
import zlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp  # which names the dtypes that NumPy lacks
import numpy as np

MOST_BYTES = 2**34  # that a packed file may unpack to
MOST_ENTRIES = 2_000_000  # of a tree: a few bytes can repeat a list a billion times
_PACKED = {  # how a packed file begins, and what unpacks it
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ": lzma.LZMADecompressor,
    b"]\x00": lzma.LZMADecompressor,
    **dict.fromkeys((b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"), zlib.decompressobj),
}


def load_pickle(
    data: bytes,
    *,
    allow: Mapping[str, Callable] | None = None,
    name: str = "the file",
    most_bytes: int = MOST_BYTES,
) -> Any:
    """Read a pickle of weights by pickle, dill or joblib, and call nothing it names.

    It builds arrays (those of JAX as NumPy's), dictionaries (those of Haiku, Flax and
    `collections` as `dict`), lists, tuples and numbers. The states of Optax and Haiku's
    `LSTMState` become tuples of their fields. Everything else is refused.

    Args:
      data: the bytes of the file, plain or packed by gzip, zlib, bz2, lzma or xz.
      allow: by the full name of a class in the file, a function that gets its fields.
      name: the file, for messages.
      most_bytes: the size up to which a packed file is unpacked.

    Returns:
      What was pickled, with NumPy arrays in it.

    Raises:
      ValueError: if the pickle wants anything else, is damaged, or is far too big.

    Source: "Restricting Globals" in the documentation of Python's `pickle`.

    Examples:
      >>> load_pickle(pickle.dumps({"linear": {"w": np.ones(2)}}))
      {'linear': {'w': array([1., 1.])}}
    """
    try:
        stream = io.BytesIO(_unpacked(data, most_bytes))
        read = _Reader(stream, dict(allow or {}))
        return _Builder(read.allow).build(read.load())
    except _RefusedError as refusal:
        raise ValueError(f"{name} {refusal}") from None
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


class _RefusedError(Exception):
    """What a pickle does that weights never need, as the end of a sentence."""


class _Name(str):
    """The name of a class or function; nothing is imported for it."""


class _Call:
    """What a pickle wants called, as data: a name, arguments, items and a state."""

    __slots__ = ("args", "items", "name", "state")

    def __init__(self, name: Any, args: Any):
        if type(name) is not _Name or type(args) is not tuple:
            raise _RefusedError("wants to call something that is not a class.")
        self.name, self.args, self.items, self.state = name, args, [], None

    def __setitem__(self, key: Any, value: Any):
        self.items.append((key, value))


class _Reader(pickle._Unpickler):  # Python's own: joblib has bytes between the opcodes
    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, file: io.BytesIO, allow: dict[str, Callable]):
        super().__init__(file, encoding="latin1")  # as Python 2 wrote strings
        self.file, self.allow = file, allow

    def find_class(self, module: str, name: str) -> _Name:
        full = f"{module}.{name}"
        known = any(fnmatch.fnmatchcase(full, pattern) for pattern in _KNOWN)
        if known or full in self.allow:
            return _Name(full)
        raise _RefusedError(
            f"wants {full}, which is neither an array nor a container that weights"
            " need; nothing was called. If you know it as a class that only holds"
            " data, name a function of its fields:"
            f" allow={{{full!r}: lambda *fields: fields}}."
        )

    def persistent_load(self, pid: Any):
        raise _RefusedError("refers to objects that are not in it (a persistent id).")

    def get_extension(self, code: int):
        raise _RefusedError(f"uses the number {code} of a registry that it lacks.")

    def _instantiate(self, klass: Any, args: Any):
        self.append(_Call(klass, tuple(args)))

    def load_reduce(self):
        args, name = self.stack.pop(), self.stack.pop()
        dill = name.rpartition("dill._")[2] if type(name) is _Name else ""
        if dill == "create_namedtuple":
            self.append(self.find_class(args[2], args[0]))
        elif dill == "load_type":
            self.append(self.find_class("builtins", args[0]))
        else:
            self.append(_Call(name, args))

    def load_newobj_ex(self):
        if self.stack.pop():
            raise _RefusedError("makes an object with named arguments.")
        self.load_reduce()

    def load_build(self):
        state, call = self.stack.pop(), self.stack[-1]
        if type(call) is not _Call or call.state is not None:
            raise _RefusedError("sets the state of something that has none.")
        call.state = state
        if call.name == _JOBLIB:
            call.args = (self._bytes_of(_Builder({}).build(state)),)

    def load_bytearray8(self):  # Python's would reserve the size before it reads
        self.append(self.read(int.from_bytes(self.read(8), "little")))

    def _bytes_of(self, wrapper: dict) -> bytes:
        if wrapper["dtype"].hasobject:
            raise _RefusedError("holds an array of Python objects.")
        if wrapper.get("numpy_array_alignment_bytes"):
            self.file.read(self.file.read(1)[0])
        return self.file.read(_size(wrapper["shape"], wrapper["dtype"]))

    dispatch |= {
        pickle.REDUCE[0]: load_reduce,
        pickle.NEWOBJ[0]: load_reduce,
        pickle.NEWOBJ_EX[0]: load_newobj_ex,
        pickle.BUILD[0]: load_build,
        pickle.BYTEARRAY8[0]: load_bytearray8,
    }


class _Builder:
    """Makes arrays and containers of what was read."""

    def __init__(self, allow: dict[str, Callable]):
        self.allow, self.entries = allow, 0

    def build(self, node: Any) -> Any:
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise _RefusedError(f"has more than {MOST_ENTRIES} entries.")
        if type(node) is dict:
            return {self.build(key): self.build(value) for key, value in node.items()}
        if type(node) in (list, tuple, set, frozenset):
            return type(node)(map(self.build, node))
        if type(node) is not _Call:
            return node
        made = self._made(node.name, self.build(node.args), self.build(node.state))
        if node.items:
            made.update(
                (self.build(key), self.build(value)) for key, value in node.items
            )
        return made

    def _made(self, name: _Name, args: tuple, state: Any) -> Any:
        if name in self.allow:
            return self.allow[name](*args, **(state or {}))
        if name.startswith("copy") and type(args[0]) is _Name:  # a NamedTuple
            return self._made(args[0], args[2], None)
        for pattern, make in _KNOWN.items():
            if fnmatch.fnmatchcase(name, pattern):
                return make(args, state)
        raise _RefusedError(f"wants {name}, which weights do not need.")


class _Objects(NamedTuple):  # where a dtype is expected
    hasobject: bool = True


def _dtype(args: tuple, state: tuple | None) -> np.dtype | _Objects:
    if re.fullmatch(r"\|?O[48]?", args[0]):
        return _Objects()
    if args[0] not in _MORE and not re.fullmatch(r"[<>|=]?([biufcSU])\d+", args[0]):
        raise _RefusedError(f"has an array of the dtype {str(args[0])!r}.")
    dtype = np.dtype(args[0].removeprefix("ml_dtypes."))
    return dtype.newbyteorder(">") if state and state[1] == ">" else dtype


def _size(shape: tuple[int, ...], dtype: np.dtype) -> int:
    if any(type(n) is not int or n < 0 for n in shape):
        raise _RefusedError(f"has an array of the shape {shape}.")
    return math.prod(shape) * dtype.itemsize


def _array(shape: tuple[int, ...], dtype: Any, order: Any, data: Any) -> Any:
    if dtype.hasobject:
        if shape == () and type(data) is list and len(data) == 1:
            return data[0]  # np.save(file, params) makes such an array of one object
        raise _RefusedError("holds an array of Python objects.")
    data = data.encode("latin1") if isinstance(data, str) else data
    if len(data) != _size(shape, dtype):
        told = f"has {len(data)} bytes for an array of the shape {shape} and {dtype}."
        raise _RefusedError(told)
    array = np.frombuffer(data, dtype) if data else np.empty(shape, dtype)
    array = array.reshape(shape, order="F" if order in (True, "F") else "C")
    return array.astype(dtype.newbyteorder("="), copy=False)


def _from_buffer(args: tuple, _: Any) -> np.ndarray:
    data, dtype, shape, order, *axes = args
    array = _array(shape, dtype, order, data)
    return array.transpose(axes[0]) if order == "K" and axes and axes[0] else array


def _wrapped(args: tuple, state: dict) -> np.ndarray:
    return _array(state["shape"], state["dtype"], state["order"], *args)


def _dict(args: tuple, _: Any) -> dict:
    return dict(*(arg for arg in args if type(arg) is not _Name))


def _fields(args: tuple, _: Any) -> tuple:
    return args


def _class(args: tuple, _: Any) -> None:
    raise _RefusedError("calls a class that weights only name.")


def _empty(args: tuple, _: Any) -> bytes:  # protocols below 3 write b"" so
    return b"" if not args else _class(args, _)


def _encoded(args: tuple, _: Any) -> bytes:
    return args[0].encode("latin1")


def _unpacked(data: bytes, most: int) -> bytes:
    for start, unpacker in _PACKED.items():
        if data.startswith(start):
            stream = unpacker()
            data = stream.decompress(data, most + 1)
            if len(data) > most:
                raise _RefusedError(f"unpacks to more than {most} bytes (most_bytes).")
            if not stream.eof:
                raise EOFError
    return data


_JOBLIB = "joblib.numpy_pickle.NumpyArrayWrapper"
_MORE = [  # dtypes that NumPy lacks
    f"ml_dtypes.{name}"
    for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3b11fnuz")
    if hasattr(jnp, name)
]
_KNOWN = {  # full names, of all years, with patterns; and what is made of the arguments
    "numpy.dtype": _dtype,
    **dict.fromkeys(("numpy.ndarray", "numpy.memmap", *_MORE), _class),
    "numpy.*core.multiarray._reconstruct": lambda args, state: _array(*state[-4:]),
    "numpy.*core.multiarray.scalar": lambda args, _: _array((), args[0], "C", args[1])[
        ()
    ],
    "numpy.*core.numeric._frombuffer": _from_buffer,
    **dict.fromkeys(
        (
            "jax.*._reconstruct_array",
            "jax._src.device_array.reconstruct_device_array",
            "dill.*dill._create_array",
        ),
        lambda args, _: _array(*args[2][-4:]),
    ),
    _JOBLIB: _wrapped,
    "haiku._src.data_structures.F*Map*": _dict,
    "haiku._src.data_structures.frozendict": _dict,
    "flax.core.frozen_dict.FrozenDict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _dict,
    **dict.fromkeys(("builtins.dict", "__builtin__.dict"), _dict),
    **dict.fromkeys(("builtins.tuple", "__builtin__.tuple"), _class),
    **dict.fromkeys(("builtins.bytes", "__builtin__.bytes"), _empty),
    **dict.fromkeys(("copyreg._reconstructor", "copy_reg._reconstructor"), _class),
    "_codecs.encode": _encoded,
    "haiku._src.recurrent.LSTMState": _fields,
    "optax.*State": _fields,
    **dict.fromkeys(("builtins.set", "__builtin__.set"), lambda args, _: set(*args)),
    **dict.fromkeys(("dill.*dill._create_namedtuple", "dill.*dill._load_type"), _class),
}
