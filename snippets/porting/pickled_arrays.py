"""What the names in a pickle of weights stand for: arrays and containers."""

import fnmatch
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp  # which names the dtypes that NumPy lacks
import numpy as np


class RefusedError(Exception):
    """What a pickle does that weights never need, as the end of a sentence.

    Examples:
      >>> str(RefusedError("calls a function."))
      'calls a function.'
    """


class Name(str):
    """The name of a class or function; nothing is imported for it.

    Examples:
      >>> Name("os.system")
      'os.system'
    """


def maker(name: str) -> Callable[[tuple, Any], Any] | None:
    """Find what makes an array or a container of the arguments that a pickle has.

    Args:
      name: the full name that the pickle calls.

    Returns:
      A function of the arguments and the state; None if weights do not need the name.

    Examples:
      >>> maker("collections.OrderedDict")(([("a", 1)],), None)
      {'a': 1}
      >>> maker("os.system") is None
      True
    """
    return next(
        (make for known, make in KNOWN.items() if fnmatch.fnmatchcase(name, known)),
        None,
    )


class _Objects(NamedTuple):  # where a dtype is expected
    hasobject: bool = True


def _dtype(args: tuple, state: tuple | None) -> np.dtype | _Objects:
    if re.fullmatch(r"\|?O[48]?", args[0]):
        return _Objects()
    if args[0] not in _MORE and not re.fullmatch(r"[<>|=]?([biufcSU])\d+", args[0]):
        raise RefusedError(f"has an array of the dtype {str(args[0])!r}.")
    dtype = np.dtype(args[0].removeprefix("ml_dtypes."))
    return dtype.newbyteorder(">") if state and state[1] == ">" else dtype


def size_of(shape: tuple[int, ...], dtype: np.dtype) -> int:
    """Count the bytes of an array.

    Args:
      shape: as a file says it.
      dtype: that of the array.

    Returns:
      The product of the sizes, times that of an item.

    Raises:
      RefusedError: if a size is not an integer from 0 up.

    Examples:
      >>> size_of((2, 3), np.dtype("float32"))
      24
    """
    if any(type(n) is not int or n < 0 for n in shape):
        raise RefusedError(f"has an array of the shape {shape}.")
    return math.prod(shape) * dtype.itemsize


def _array(shape: tuple[int, ...], dtype: Any, order: Any, data: Any) -> Any:
    if dtype.hasobject:
        if shape == () and type(data) is list and len(data) == 1:
            return data[0]  # np.save(file, params) makes such an array of one object
        raise RefusedError("holds an array of Python objects.")
    data = data.encode("latin1") if isinstance(data, str) else data
    if len(data) != size_of(shape, dtype):
        told = f"has {len(data)} bytes for an array of the shape {shape} and {dtype}."
        raise RefusedError(told)
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
    return dict(*(arg for arg in args if type(arg) is not Name))


def _fields(args: tuple, _: Any) -> tuple:
    return args


def _class(args: tuple, _: Any) -> None:
    raise RefusedError("calls a class that weights only name.")


def _empty(args: tuple, _: Any) -> bytes:  # protocols below 3 write b"" so
    return b"" if not args else _class(args, _)


JOBLIB = "joblib.numpy_pickle.NumpyArrayWrapper"
_MORE = [  # dtypes that NumPy lacks
    f"ml_dtypes.{name}"
    for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3b11fnuz")
    if hasattr(jnp, name)
]
KNOWN = {  # full names, of all years, with patterns; and what is made of the arguments
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
    JOBLIB: _wrapped,
    "haiku._src.data_structures.F*Map*": _dict,
    "haiku._src.data_structures.frozendict": _dict,
    "flax.core.frozen_dict.FrozenDict": _dict,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _dict,
    **dict.fromkeys(("builtins.dict", "__builtin__.dict"), _dict),
    **dict.fromkeys(("builtins.tuple", "__builtin__.tuple"), _class),
    **dict.fromkeys(("builtins.bytes", "__builtin__.bytes"), _empty),
    **dict.fromkeys(("copyreg._reconstructor", "copy_reg._reconstructor"), _class),
    "_codecs.encode": _class,  # which the reader does
    "haiku._src.recurrent.LSTMState": _fields,
    "optax.*State": _fields,
    **dict.fromkeys(("builtins.set", "__builtin__.set"), lambda args, _: set(*args)),
    **dict.fromkeys(
        ("builtins.frozenset", "__builtin__.frozenset"),
        lambda args, _: frozenset(*args),
    ),
    **dict.fromkeys(("dill.*dill._create_namedtuple", "dill.*dill._load_type"), _class),
}
