"""A machine that follows a pickle and makes records of what it asks for.

It imports and calls nothing: a class is a name, an object is a record of its class and
of what the pickle gives to it. Keys are never hashed and nothing is compared, so that a
few bytes cannot ask for much work.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any, BinaryIO

from .budget import MOST_DEPTH, Budget, StoppedError
from .joblib import JOBLIB, read_joblib
from .opcodes import OPCODES
from .records import LIST, MAPPING, SET, Dtype, Name, Record, mapping, sequence
from .torch import Find, storage_of, tensor
from .values import without_copyreg

MOST_NAMES = 1_000  # that are counted
PERSISTENT = Name("(a persistent id)")
BUFFER = Name("(a buffer that lies outside of the file)")


class Machine:
    """Reads one pickle from a file; `names` counts the names that it asks for."""

    def __init__(
        self, file: BinaryIO, budget: Budget, find: Find = lambda key: None, depth=0
    ):
        self.file, self.budget, self.find, self.depth = file, budget, find, depth
        self.stack: list[Any] = []
        self.marks: list[int] = []  # where they lie in the stack
        self.memo: dict[int, Any] = {}
        self.texts: dict[int, tuple[str, bytes]] = {}  # that stand for bytes, by id
        self.names: Counter[str] = Counter()
        self.storages: dict[str, Dtype | None] = {}  # of PyTorch, by key
        self.protocol = 0

    def run(self) -> Any:
        """Follow the pickle to its end.

        Returns what it makes. Raises a StoppedError if it is cut or damaged, or if the
        budget is spent; `partial` has what was made before.
        """
        while True:
            code = self.file.read(1)
            if not code:
                raise StoppedError("ends too early; is it whole?")
            if code not in OPCODES:
                told = f"has the byte {code.hex()} where an instruction should be."
                raise StoppedError(f"is not a pickle, or is damaged: it {told}")
            self.budget.step()
            name, reader = OPCODES[code]
            try:
                argument = reader(self.file) if reader else None
                if name == "STOP":
                    return self.stack.pop()
                ACTIONS.get(name, Machine.push)(self, argument)
            except (
                AttributeError,
                IndexError,
                KeyError,
                TypeError,
                ValueError,
            ) as problem:
                at_end = not self.file.read(1)
                told = "ends too early; is it whole?" if at_end else "is damaged"
                more = "" if at_end else f" ({name}: {str(problem)[:80]})."
                raise StoppedError(told + more) from problem

    def partial(self) -> Any:
        """What was made before an error, with what was still to go into it."""
        while self.marks:
            values = self.pop_mark()
            into = self.stack[-1] if self.stack else None
            if isinstance(into, Record) and into.of == MAPPING:
                into.items += zip(values[::2], values[1::2], strict=False)
            elif isinstance(into, Record) and into.of == LIST:
                into.elements += values
            else:
                self.stack.append(sequence(values))
        folds = True
        while folds and len(self.stack) > 1:
            folds = self._fold()
        if len(self.stack) > 1:
            return sequence(self.stack)
        return self.stack[0] if self.stack else None

    def _fold(self) -> bool:
        """Put the last value into the container below it, if there is one."""
        below, last = self.stack[-2:]
        if isinstance(below, Record) and below.of == LIST:
            below.elements.append(self.stack.pop())
            return True
        into = self.stack[-3] if len(self.stack) > 2 else None
        if isinstance(below, str) and isinstance(into, Record) and into.of == MAPPING:
            into.items.append((below, last))
            del self.stack[-2:]
            return True
        return False

    def push(self, value: Any) -> None:
        """Put a value on the stack."""
        self.stack.append(value)

    def pop_mark(self) -> list:
        """Take what lies on the stack above the last mark."""
        place = self.marks.pop()
        values = self.stack[place:]
        del self.stack[place:]
        return values

    def push_name(self, module: str, name: str) -> None:
        """Put the name of a class or function on the stack."""
        full = Name(f"{module[:200]}.{name[:200]}")
        if len(self.names) <= MOST_NAMES or full in self.names:
            self.names[full] += 1
        self.stack.append(full)

    def call(self, of: Any, arguments: Any) -> None:
        """Put a record on the stack of what the pickle wants called."""
        if not isinstance(of, (Name, Record)):
            raise TypeError("it calls something that is neither a class nor a function")
        given = tuple(arguments) if type(arguments) in (tuple, list) else (arguments,)
        if of == "_codecs.encode" and given and type(given[0]) is str:
            self.stack.append(self.encoded(given[0]))
        elif isinstance(of, Name) and of.startswith(("copyreg.", "copy_reg.")):
            self.stack.append(without_copyreg(of, given))
        else:
            self.stack.append(tensor(Record(of, given), self.find))

    def refer(self, pid: Any) -> None:
        """Put a record on the stack of something that lies outside of the pickle."""
        record = Record(PERSISTENT, (pid,))
        if storage := storage_of(record):
            self.storages[storage[0]] = storage[1]
        self.stack.append(record)

    def encoded(self, text: str) -> bytes:
        """The bytes that a text stands for; of one text, only once."""
        if id(text) not in self.texts:
            self.budget.take(len(text))
            self.texts[id(text)] = (text, text.encode("latin1", "replace"))
        return self.texts[id(text)][1]

    def top(self) -> Record:
        """The record on top, into which something goes."""
        if not isinstance(self.stack[-1], Record):
            raise TypeError("it puts something into a plain value")
        return self.stack[-1]

    def build(self, _: None) -> None:
        """Give an object its state."""
        state = self.stack.pop()
        if isinstance(self.stack[-1], Name):  # of a class, which has its own
            return
        record = self.top()
        record.states.append(state)
        if record.of == JOBLIB:
            if self.depth > MOST_DEPTH:
                raise StoppedError("holds objects in arrays in objects, too deeply.")
            nested = Machine(self.file, self.budget, self.find, self.depth + 1)
            nested.names = self.names
            read_joblib(record, self.file, nested.run)


def _tuple(size: int) -> Callable[[Machine, Any], None]:
    def action(machine: Machine, _: Any) -> None:
        if len(machine.stack) < size:
            raise IndexError("it takes more from the stack than there is")
        values = tuple(machine.stack[-size:])
        machine.stack[-size:] = [values]

    return action


def _pairs(values: list) -> list[tuple]:
    return list(zip(values[::2], values[1::2], strict=True))


def _mark(machine: Machine, _: None) -> None:
    machine.marks.append(len(machine.stack))


def _pop(machine: Machine, _: None) -> None:
    if machine.marks and machine.marks[-1] == len(machine.stack):
        machine.marks.pop()
    else:
        machine.stack.pop()


def _put(machine: Machine, place: int | None) -> None:
    machine.memo[len(machine.memo) if place is None else place] = machine.stack[-1]


def _global(machine: Machine, names: tuple[str, str]) -> None:
    machine.push_name(*names)


def _stack_global(machine: Machine, _: None) -> None:
    name, module = machine.stack.pop(), machine.stack.pop()
    if type(name) is not str or type(module) is not str:
        raise TypeError("a name is not text")
    machine.push_name(module, name)


def _reduce(machine: Machine, _: None) -> None:
    arguments, of = machine.stack.pop(), machine.stack.pop()
    machine.call(of, arguments)


def _newobj_ex(machine: Machine, _: None) -> None:
    keywords = machine.stack.pop()
    _reduce(machine, None)
    machine.top().states.append(keywords)


def _obj(machine: Machine, _: None) -> None:
    of, *arguments = machine.pop_mark()
    machine.call(of, arguments)


def _inst(machine: Machine, names: tuple[str, str]) -> None:
    arguments = machine.pop_mark()
    _global(machine, names)
    machine.call(machine.stack.pop(), arguments)


def _setitem(machine: Machine, _: None) -> None:
    value, key = machine.stack.pop(), machine.stack.pop()
    machine.top().items.append((key, value))


def _setitems(machine: Machine, _: None) -> None:
    pairs = _pairs(machine.pop_mark())
    machine.top().items.extend(pairs)


def _append(machine: Machine, _: None) -> None:
    value = machine.stack.pop()
    machine.top().elements.append(value)


def _appends(machine: Machine, _: None) -> None:
    values = machine.pop_mark()
    machine.top().elements.extend(values)


def _proto(machine: Machine, protocol: int) -> None:
    machine.protocol = protocol


ACTIONS: dict[str, Callable[[Machine, Any], None]] = {
    "PROTO": _proto,
    "FRAME": lambda machine, _: None,
    "READONLY_BUFFER": lambda machine, _: None,
    "NEXT_BUFFER": lambda machine, _: machine.push(Record(BUFFER)),
    "MARK": _mark,
    "POP": _pop,
    "POP_MARK": lambda machine, _: machine.pop_mark() and None,
    "DUP": lambda machine, _: machine.push(machine.stack[-1]),
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), _put),
    **dict.fromkeys(
        ("GET", "BINGET", "LONG_BINGET"),
        lambda machine, place: machine.push(machine.memo[place]),
    ),
    "NONE": Machine.push,
    "NEWTRUE": lambda machine, _: machine.push(True),
    "NEWFALSE": lambda machine, _: machine.push(False),
    "EMPTY_DICT": lambda machine, _: machine.push(mapping(())),
    "EMPTY_LIST": lambda machine, _: machine.push(sequence(())),
    "EMPTY_SET": lambda machine, _: machine.push(Record(SET)),
    "EMPTY_TUPLE": lambda machine, _: machine.push(()),
    "TUPLE": lambda machine, _: machine.push(tuple(machine.pop_mark())),
    **{f"TUPLE{size}": _tuple(size) for size in (1, 2, 3)},
    "DICT": lambda machine, _: machine.push(mapping(_pairs(machine.pop_mark()))),
    "LIST": lambda machine, _: machine.push(sequence(machine.pop_mark())),
    "FROZENSET": lambda machine, _: machine.push(
        Record(SET, elements=machine.pop_mark())
    ),
    "SETITEM": _setitem,
    "SETITEMS": _setitems,
    "APPEND": _append,
    "APPENDS": _appends,
    "ADDITEMS": _appends,
    "GLOBAL": _global,
    "STACK_GLOBAL": _stack_global,
    "REDUCE": _reduce,
    "NEWOBJ": _reduce,
    "NEWOBJ_EX": _newobj_ex,
    "OBJ": _obj,
    "INST": _inst,
    "BUILD": Machine.build,
    "PERSID": Machine.refer,
    "BINPERSID": lambda machine, _: machine.refer(machine.stack.pop()),
    **dict.fromkeys(
        ("EXT1", "EXT2", "EXT4"),
        lambda machine, code: machine.push(Name(f"(number {code} of a registry)")),
    ),
}
