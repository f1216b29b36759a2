"""A tutorial to publish: whole, and as a build holds it, which may have thousands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from publishing.assemble.variants import Variant
from publishing.read.cells import Tutorial
from publishing.read.diagnostic import Diagnostic, SourceError
from publishing.run.cache import Cache
from publishing.run.record import Key, Record, read

CHANGED = (
    "it, what it takes from the snippets, or its record changed while it was read; build again."
)


@dataclass(frozen=True)
class Lesson:
    """A tutorial to publish: its two variants, its key, its record if there is one, and whether this build ran it.

    Of a tutorial that also ran on another kind of device, `beside` is the record of that.
    """

    solved: Variant
    student: Variant
    key: Key
    record: Record | None
    new: bool = False
    beside: Record | None = None

    @property
    def tutorial(self) -> Tutorial:
        """The tutorial as its author wrote it."""
        return self.solved.tutorial

    @property
    def name(self) -> str:
        """The name of the tutorial."""
        return self.tutorial.name

    @property
    def executed_at(self) -> str:
        """When its record ended."""
        return self.record.executed_at

    def known[T](self, make: Callable[..., T], *given: object) -> T:
        """What `make` gives for this lesson, and for what else is given."""
        return make(self, *given)


@dataclass(frozen=True)
class Kept:
    """A lesson of which only small values are held; its variants and records are read each time they are asked for."""

    tutorial: Tutorial  # no more than its outline
    key: Key
    size: int  # characters of its code
    made_from: str  # a name for all that its variants depend on
    variants: Callable[
        [], tuple[Variant, Variant]
    ]  # solved and student's; a SourceError if they changed
    cache: Cache
    records: tuple[
        Path, ...
    ] = ()  # the file of its record, and of that of another kind of device, if there are any
    executed_at: str = ""
    new: bool = False

    @property
    def name(self) -> str:
        """The name of the tutorial."""
        return self.tutorial.name

    @property
    def solved(self) -> Variant:
        """The solved variant."""
        return self.variants()[0]

    @property
    def student(self) -> Variant:
        """The student's variant."""
        return self.variants()[1]

    @property
    def record(self) -> Record | None:
        """Its record, if there is one; a SourceError if it was there, and is no longer."""
        return self._read(*self.records[:1])

    @property
    def beside(self) -> Record | None:
        """Its record on another kind of device, if there is one."""
        return self._read(*self.records[1:])

    def whole(self) -> Lesson:
        """All of it in memory."""
        return Lesson(*self.variants(), self.key, self.record, self.new, self.beside)

    def known[T](self, make: Callable[..., T], *given: object, files: Sequence[Path] = ()) -> T:
        """What `make` gives, or gave, for the whole lesson, for what else is given, and for what files hold."""
        of = (f"{make.__module__}.{make.__qualname__}", self.made_from, *given)
        return self.cache(of, lambda: make(self.whole(), *given), [*files, *self.records])

    def _read(self, path: Path | None = None) -> Record | None:
        if path and (record := read(path)) is None:
            raise SourceError(Diagnostic(self.tutorial.path, 1, CHANGED))
        return record if path else None
