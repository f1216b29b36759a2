"""What the records of a pickle mean: dtypes, arrays, mappings, fields of objects."""

import functools
import re
from collections.abc import Callable
from typing import Any

from .fields import FIELDS
from .records import (
    LIST,
    MAPPING,
    SET,
    Array,
    Dtype,
    Name,
    Record,
    array_of,
    dtype_by_code,
    mapping,
    sequence,
    short,
)

OBJECTS = Dtype("object", 8)
MOST_LAYERS = 8  # of arrays of one object
MAPPINGS = (  # classes that only hold a dictionary
    r"haiku\._src\.data_structures\.(F\w*Map\w*|frozendict)",
    r"flax\.core\.frozen_dict\.FrozenDict",
    r"collections\.(OrderedDict|defaultdict|Counter)",
    r"(builtins|__builtin__)\.dict",
    r"argparse\.Namespace|types\.SimpleNamespace",
)
_MADE_HERE = re.compile(  # what makes a class or function that the file carries
    r"(cloudpickle\.cloudpickle(_fast)?\._(make|create|builtin|fill|empty)\w*"
    r"|dill\._?dill\._create_(type|function|code|namedtuple|cell))"
)


def label(of: Any) -> str:
    """The full name of the class of a record."""
    if isinstance(of, Record) and isinstance(of.of, Name) and is_code(of):
        texts = [each for each in of.arguments[:3] if type(each) is str]
        return f"{texts[0][:200]} (a class in the file)" if texts else "(a class)"
    return str(of) if isinstance(of, str) else "(a class)"


def is_code(record: Record) -> bool:
    """Whether a record is a class or a function that the file carries."""
    return isinstance(record.of, Name) and bool(_MADE_HERE.match(record.of))


def plain(record: Record) -> Any:
    """What a record of a known name is: an array, a dictionary, a value of NumPy.

    Other records are returned as they are.
    """
    for _ in range(MOST_LAYERS):
        make = _maker(str(record.of)) if isinstance(record, Record) else None
        made = make(record) if make else None
        if made is None:
            break
        record = made
    return record


def fields_of(record: Record) -> dict[str, Any]:
    """The fields of an object by name, from its states and items."""
    fields: dict[str, Any] = {}
    for state in _states(record):
        fields |= {key: value for key, value in state.items if type(key) is str}
    return fields


def children(record: Record) -> list[tuple[Any, Any]]:
    """What an object holds, with the key, the field or the place of each."""
    name = label(record.of)
    arguments = record.arguments
    names = FIELDS.get(name.rpartition(".")[2], ())
    if isinstance(record.of, Record) and len(record.of.arguments) > 1:
        given = record.of.arguments[1]  # dill's namedtuples name their fields
        names = given if type(given) is tuple else names
    found = [
        (names[place] if place < len(names) else place, each)
        for place, each in enumerate(arguments)
    ]
    for state in record.states:
        found += state_of(state)
    found += record.items
    start = len(arguments)
    return found + [(start + place, each) for place, each in enumerate(record.elements)]


def state_of(state: Any) -> list[tuple[Any, Any]]:
    """The fields in the state of an object, also where it has slots."""
    if isinstance(state, Record) and state.of == MAPPING:
        return list(state.items)
    if type(state) is tuple and len(state) == 2:
        both = [each for each in state if each is not None]
        if all(isinstance(each, Record) and each.of == MAPPING for each in both):
            return [pair for each in both for pair in each.items]
    return [] if state is None else [("state", state)]


def without_copyreg(of: Name, given: tuple) -> Record:
    """The record of an object that protocols 0 to 2 make through `copyreg`."""
    if not given or not isinstance(given[0], (Name, Record)):
        return Record(of, given)
    if "__newobj" in of:
        return Record(given[0], given[1:])
    base = given[2] if len(given) > 2 else None
    if isinstance(base, Record):
        return Record(given[0], (), list(base.items), list(base.elements))
    return Record(given[0], base if type(base) is tuple else ())


def dtype_of(node: Any) -> Dtype | None:
    """The dtype that a pickle makes by `numpy.dtype`, or names by a class."""
    if isinstance(node, Record) and node.of == "numpy.dtype" and node.arguments:
        state = node.states[-1] if node.states else ()
        code, state = node.arguments[0], state if type(state) is tuple else ()
        dtype = dtype_of(code) if isinstance(code, Name) else None
        dtype = dtype or (dtype_by_code(code[:40]) if isinstance(code, str) else None)
        if dtype is None and short(code).lstrip("|").startswith("O"):
            return OBJECTS
        if dtype and len(state) > 4 and type(state[3]) is tuple:
            names = ", ".join(short(name)[:40] for name in state[3][:8])
            return Dtype(f"{dtype.name} with the fields {names}", dtype.size)
        if dtype and dtype.name[:1] in "mM" and dtype.size == 8:
            dtype = dtype._replace(name=f"{dtype.name[:2]}[{_unit(state)}]")
        return dtype._replace(swapped=state[1:2] == (">",)) if dtype else None
    name = node.rpartition(".")[2] if isinstance(node, (Name, str)) else ""
    if name in ("object", "object_", "O"):
        return OBJECTS
    return dtype_by_code(name[:40])


def _unit(state: tuple) -> str:
    """The unit of dates in the state of a dtype, such as D or 10ms."""
    about = state[8] if len(state) > 8 and type(state[8]) is tuple else ()
    parts = about[1] if len(about) > 1 and type(about[1]) is tuple else ()
    if len(parts) < 2 or type(parts[0]) is not bytes:
        return "generic"
    count = "" if parts[1] == 1 else short(parts[1])
    return count + parts[0][:9].decode("latin1")


def _states(record: Record) -> list[Record]:
    """The dictionaries of an object's states."""
    parts = []
    for state in record.states:
        parts += state if type(state) is tuple else (state,)
    return [part for part in parts if isinstance(part, Record) and part.of == MAPPING]


def _array(shape: Any, dtype: Any, column_major: Any, data: Any) -> Any:
    """An array of its parts; None if they are not such parts."""
    dtype = dtype_of(dtype)
    if dtype is None or type(shape) not in (tuple, list):
        return None
    if dtype == OBJECTS:
        objects = data.elements if isinstance(data, Record) else ()
        if tuple(shape) == () and len(objects) == 1:
            return objects[0]  # np.save(file, params) makes such an array of one object
        return sequence(objects)
    known = isinstance(data, (bytes, bytearray, str))
    return array_of(shape, dtype, data if known else None, bool(column_major))


def _of_state(record: Record) -> Any:
    state = record.states[-1] if record.states else ()
    return _array(*state[-4:]) if type(state) is tuple and len(state) >= 4 else None


def _of_last_state(record: Record) -> Any:  # (function, arguments, state, ...)
    state = record.arguments[2] if len(record.arguments) > 2 else ()
    return _array(*state[-4:]) if type(state) is tuple and len(state) >= 4 else None


def _of_buffer(record: Record) -> Any:
    if len(record.arguments) < 4:
        return None
    data, dtype, shape, order = record.arguments[:4]
    data = data.arguments[0] if isinstance(data, Record) and data.arguments else data
    return _array(shape, dtype, order == "F", data)


def _of_number(record: Record) -> Any:
    if len(record.arguments) < 2:
        return None
    return _array((), record.arguments[0], False, record.arguments[1])


def _mapping(record: Record) -> Record | None:
    """One dictionary of the arguments and the items of a mapping."""
    pairs = list(record.items)
    for given in record.arguments:
        inner = plain(given) if isinstance(given, Record) else given
        if isinstance(inner, Record) and inner.of == MAPPING:
            pairs = inner.items + pairs
        elif isinstance(inner, Record) and inner.of == LIST:
            both = [_pair(each) for each in inner.elements]
            pairs = [each for each in both if each] + pairs
        elif not isinstance(given, Name) and given is not None:
            return None
    for state in _states(record):  # Flax before 0.4, and namespaces, have a state
        pairs += [
            pair
            for key, value in state.items
            if key not in ("_metadata", "_hash", "_keys")
            for pair in _opened(key, value)
        ]
    return mapping(pairs)


def _opened(key: Any, value: Any) -> list[tuple]:
    """The items of a dictionary that a mapping has as its one private field."""
    held = plain(value) if isinstance(value, Record) else value
    if key in ("_dict", "_mapping", "_fields") and isinstance(held, Record):
        return held.items
    return [(key, value)]


def _pair(value: Any) -> tuple | None:
    parts = value.elements if isinstance(value, Record) else value
    return tuple(parts) if type(parts) in (tuple, list) and len(parts) == 2 else None


def _set(record: Record) -> Record:
    given = record.arguments[0] if record.arguments else None
    elements = given.elements if isinstance(given, Record) else []
    return Record(SET, elements=[*elements, *record.elements])


def _of_joblib(record: Record) -> Any:
    return record.arguments[0] if len(record.arguments) == 1 else None


def _masked(record: Record) -> Any:
    state = record.states[-1] if record.states else ()
    if type(state) is not tuple or len(state) < 6:
        return None
    array = _array(*state[1:5])
    told = "masked; the mask is left out"
    return array._replace(problem=told) if isinstance(array, Array) else array


_ARRAYS: dict[str, Callable[[Record], Any]] = {
    r"numpy\.(_?core\.)?multiarray\._reconstruct": _of_state,
    r"numpy\.ma\.core\._mareconstruct": _masked,
    r"numpy\.(_?core\.)?multiarray\.scalar": _of_number,
    r"numpy\.(_?core\.)?numeric\._frombuffer": _of_buffer,
    r"jax\..*_reconstruct_array": _of_last_state,
    r"jax\._src\.device_array\.reconstruct_device_array": _of_last_state,
    r"dill\..*_create_array": _of_last_state,
    r"joblib\.numpy_pickle\.NumpyArrayWrapper": _of_joblib,
    r"numpy\.dtype": lambda record: (found := dtype_of(record)) and found.name,
    r"(builtins|__builtin__)\.bytes": lambda record: (record.arguments and None) or b"",
    r"(builtins|__builtin__)\.(frozen)?set": _set,
    **dict.fromkeys(MAPPINGS, _mapping),
}


_ROOTS = (
    "numpy jax dill joblib haiku flax collections builtins __builtin__ argparse types"
)


_PARTS = re.compile(  # other names in the pickles of arrays and containers
    r"numpy\.(ndarray|dtype|memmap|ma\.(core\.)?(MaskedArray|_mareconstruct)|(bool|u?int|float|complex)\w*)"
    r"|ml_dtypes\.\w+|_codecs\.encode|copy_?reg\._reconstructor|jax\._src\.core\.\w*Aval"
    r"|copyreg\.__newobj\w*|(builtins|__builtin__)\.(object|tuple|list|int|float|str|slice"
    r"|complex|Ellipsis|NotImplemented|bytearray|range|bool)|dill\._?dill\.(_load_type|_create_namedtuple)"
    r"|torch\.(\w*Storage|Size|storage\.\w*Storage|float\d+|bfloat16|int\d+|uint8|bool)"
    r"|torch\._utils\._rebuild_\w+|torch\.(nn\.parameter|_tensor)\.(Parameter|Tensor)"
)


def is_known(name: str) -> bool:
    """Whether a name only makes arrays, dictionaries and numbers."""
    return bool(_maker(name) or (len(name) < 200 and _PARTS.fullmatch(name)))


@functools.lru_cache(maxsize=4096)
def _maker(name: str) -> Callable[[Record], Any] | None:
    """What makes a value of the records of a name."""
    if len(name) > 200 or name.partition(".")[0] not in _ROOTS.split():
        return None
    found = (make for known, make in _ARRAYS.items() if re.fullmatch(known, name))
    return next(found, None)
