"""The state of a walk that follows code as if it ran, and what it finds on the way."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from . import calls, expressions, statements
from .naming import Counters, Frame
from .values import OPEN, VALUES, Choice, Env, Unknown, is_constant, merged, negated

MOST_STEPS = 100_000  # expressions of one tree: half a second
STEPS_OF_A_FILE = 30_000  # what each file adds for all trees together
MOST_CALLS = 60  # how deep they may be within each other
_MISSING = object()


class Entry(NamedTuple):
    """A parameter or state, as it is predicted."""

    kind: str  # "parameter" or "state"
    path: str
    name: str
    doubts: tuple[str, ...]  # on what it depends; empty if its name and path are known
    place: tuple[str, int]  # the file and the line that ask for it
    made: tuple[str, int]  # the file and the line that make its module


class Event(NamedTuple):
    """Something on the way that may be a risk."""

    kind: str
    text: str
    place: tuple[str, int]


class Made(NamedTuple):
    """A module that is made: how it is named, and in which method."""

    path: str
    base: str  # the name without its number
    frame: int  # the id of the frame, one for each call of a method
    given: bool  # whether the code gives a name
    doubts: frozenset[str]
    place: tuple[str, int]
    cls: Any


class Found(NamedTuple):
    """A call of `hk.transform` or its like."""

    name: str
    made: Any  # what it returns
    place: tuple[str, int]


class Stop(Exception):
    """The walk takes too long."""


class Trace:
    """Follows a function through the files, without running it."""

    def __init__(self, project: Any, most: int = MOST_STEPS):
        self.most = most
        self.project = project  # the files, which know what their names mean
        self.frames = [Frame()]
        self.prefix = ""  # of what `hk.lift` and `hk.layer_stack` put below a name
        self.conditions: list[str] = []
        self.journal: list[tuple[dict, Any, Any]] | None = None
        self.entries: list[Entry] = []
        self.events: list[Event] = []  # what `risks` looks at
        self.unsplit: list[tuple[str, int]] = []  # where functions without keys began
        self.made: list[Made] = []
        self.steps = self.depth = 0
        self.running: dict[int, int] = {}  # how often each function is within itself
        self.within = False  # whether a function of `hk.transform` is followed
        self.here: tuple[str, int] = ("", 0)

    def step(self) -> None:
        """Count; raises Stop if there were too many here, or in all trees together."""
        self.count(1)
        if self.steps > self.most or self.project.left < 0:
            raise Stop

    def count(self, steps: int) -> None:
        """Take steps from what is left for this walk and for all of them."""
        self.steps += steps
        self.project.left -= steps

    def evaluate(self, node: Any, env: Env) -> Any:
        """The value of an expression."""
        self.step()
        return expressions.evaluate(self, node, env)

    def execute(self, body: list, env: Env) -> Any:
        """Follow statements; what they return, or None if they come to their end."""
        self.step()
        return statements.execute(self, body, env)

    def transformed(self, name: str, made: Any, node: Any) -> None:
        """Note a transform, unless it is part of a network that is followed."""
        if not self.within:
            self.project.transforms.append(Found(name, made, self.here))

    def call(self, function: Any, args: list, keywords: dict, node: Any = None) -> Any:
        """The value of a call."""
        if self.depth >= MOST_CALLS:
            return Unknown("a call within very many others")
        self.depth += 1
        try:
            return calls.call(self, function, args, keywords, node)
        finally:
            self.depth -= 1

    # Writing, so that it can be taken back

    def set(self, names: dict, key: Any, value: Any) -> None:
        """Bind a name or an attribute."""
        if self.journal is not None:
            self.journal.append((names, key, names.get(key, _MISSING)))
        names[key] = value

    @contextlib.contextmanager
    def journaled(self) -> Iterator[list]:
        """Note what is written within, also for whoever notes around it."""
        outer, self.journal = self.journal, []
        try:
            yield self.journal
        finally:
            written = self.journal
            self.count(len(written))  # they are looked at once more
            self.journal = outer
            if outer is not None:
                outer.extend(written)

    @contextlib.contextmanager
    def under(self, *conditions: str) -> Iterator[None]:
        """What is found within depends on conditions."""
        count = len(self.conditions)
        self.conditions += [one for one in conditions if one]
        try:
            yield
        finally:
            del self.conditions[count:]

    def both(self, condition: str, one: Callable, other: Callable) -> tuple[Any, Any]:
        """Follow two branches from the same state, and merge what they write."""
        with self.journaled() as first, self.under(condition):
            result = one()
        after = _undone(first)
        with self.journaled() as second, self.under(negated(condition)):
            other_result = other()
        after_other = _undone(second)
        for place, (names, old, _) in (after | after_other).items():
            mine = after.get(place, (names, old, old))[2]
            others = after_other.get(place, (names, old, old))[2]
            self._merge(condition, names, place[1], mine, others)
        return result, other_result

    def _merge(self, condition: str, names: dict, key: Any, one: Any, two: Any) -> None:
        if isinstance(names, Counters):
            counts = [0 if count is _MISSING else count for count in (one, two)]
            if counts[0] != counts[1]:
                doubt_counter(self, names, key, condition)
            self.set(names, key, max(counts))
            return
        if one is _MISSING or two is _MISSING:
            value = two if one is _MISSING else one
            if value is _MISSING:
                return
            if not is_constant(value):
                self.set(names, key, value)  # a run that goes on has it
                return
            one = two = value
        if key in (VALUES, OPEN):
            value = _longer(condition, key, one, two)
        elif isinstance(one, frozenset) and isinstance(two, frozenset):
            value = one | two
        else:
            value = merged(condition, one, two)
        self.set(names, key, value)

    def note(self, kind: str, text: str, place: tuple[str, int] | None = None) -> None:
        """Note what may be a risk."""
        if self.within:
            self.events.append(Event(kind, text, place or self.here))

    # Names

    def doubt(self, base: str, reason: str, frame: Frame | None = None) -> None:
        """From here on the number of a name in the running method is not known."""
        doubts = (frame or self.frames[-1]).doubts
        self.set(doubts, base, doubts.get(base, frozenset()) | {reason})

    @contextlib.contextmanager
    def frame(self, module: Any, method: str) -> Iterator[None]:
        """A method of a module runs."""
        self.frames.append(Frame(module, method))
        try:
            yield
        finally:
            self.frames.pop()

    @contextlib.contextmanager
    def apart(self, prefix: str) -> Iterator[None]:
        """A function is transformed within another, and filed below a prefix."""
        kept = self.frames, self.prefix
        self.frames = [Frame()]
        self.prefix = f"{self.prefix}{prefix}/" if prefix else self.prefix
        try:
            yield
        finally:
            self.frames, self.prefix = kept

    def add(self, kind: str, name: Any, path: str = "", doubts: Any = ()) -> None:
        """Note a parameter or a state of the running module."""
        module = self.frames[-1].module
        reasons = [*self.conditions, *doubts]
        if module is not None:
            path, reasons = module.path, [*reasons, *sorted(module.doubts)]
        if not isinstance(name, str):
            text = getattr(name, "text", "its name")
            reasons.append(text)
            name = shown(text)
        made = module.place if module is not None else self.here
        full = self.prefix + (path or "~")
        unique = tuple(dict.fromkeys(reasons))
        self.entries.append(Entry(kind, full, name, unique, self.here, made))


def shown(text: str) -> str:
    """A name that is not known, as a part of a path."""
    if text[:2] in ("f'", 'f"'):
        return text[2:-1]
    return f"{{{text}}}"


def _undone(journal: list) -> dict:
    """Take back what was written; the old and new value of each place."""
    changed: dict[tuple[int, Any], tuple[dict, Any, Any]] = {}
    for names, key, old in journal:
        changed.setdefault((id(names), key), (names, old, names.get(key, _MISSING)))
    for names, key, old in reversed(journal):
        if old is _MISSING:
            names.pop(key, None)
        else:
            names[key] = old
    return changed


def _longer(condition: str, key: str, one: Any, two: Any) -> Any:
    """A list that grew in one branch: what both have, and then perhaps more."""
    if key == OPEN:
        return one or two
    longer = one if len(one) >= len(two) else two
    same = len(one) == len(two)
    pairs = zip(one, two, strict=False)
    start = [merged(condition, a, b) for a, b in pairs]
    rest = [Choice([(condition, value)]) for value in longer[len(start) :]]
    return start if same else start + rest


def spoil(trace: Trace, journal: list, reason: str) -> None:
    """After a loop of unknown length: what it wrote may have other values."""
    places = {(id(names), key): (names, key) for names, key, _ in journal}
    for names, key in places.values():
        value = names.get(key)
        if isinstance(names, Counters):
            doubt_counter(trace, names, key, reason)
        elif key == VALUES:
            trace.set(names, OPEN, reason)
        elif is_constant(value) and key != OPEN:
            trace.set(names, key, Unknown(str(key)))


def doubt_counter(trace: Trace, counters: Counters, base: str, reason: str) -> None:
    """The number of a name is not known any more where these counters count."""
    for frame in trace.frames:
        if frame.counters is counters:
            trace.doubt(base, reason, frame)


def conditional(journal: list, reason: str) -> None:
    """What a further turn of a loop appended is there under a condition."""
    firsts: dict[int, tuple[dict, list]] = {}
    for names, key, old in journal:
        if key == VALUES and isinstance(old, list):
            firsts.setdefault(id(names), (names, old))
    for names, old in firsts.values():
        new = names[VALUES][len(old) :]
        names[VALUES] = [*old, *(Choice([(reason, one)]) for one in new)]
