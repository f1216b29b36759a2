"""A tutorial to publish, as the steps of a build hand it on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from publishing.assemble.variants import Variant
from publishing.read.cells import Tutorial
from publishing.run.cache import Cache
from publishing.run.record import Key, Record


@dataclass(frozen=True)
class Lesson:
    """A tutorial with its key and its record; it is assembled only when a variant is asked for."""

    tutorial: Tutorial  # as of its outline: title and exercises; `solved.tutorial` is whole
    key: Key
    variants: Callable[[], tuple[Variant, Variant]]  # solved and student's
    record: Record | None = None
    beside: Record | None = None  # the record of another kind of device, if it ran on both
    new: bool = False  # whether this build ran it
    size: int = 0  # characters of its code
    sources: str = ""  # a digest of all that its variants are made from
    cache: Cache | None = None

    @classmethod
    def of(cls, solved: Variant, student: Variant, key: Key, record: Record | None = None) -> Self:
        """The lesson of two variants that are assembled already."""
        return cls(solved.tutorial, key, lambda: (solved, student), record)

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

    def known[T](self, make: Callable[..., T], *args: object, files: Sequence[Path] = ()) -> T:
        """`make(self, *args)`, from the cache if an earlier build had equal arguments and files."""
        if self.cache is None:
            return make(self, *args)
        records = [record for record in (self.record, self.beside) if record]
        runs = [(each.executed_at, each.run.device, each.run.seconds) for each in records]
        of = (f"{make.__module__}.{make.__qualname__}", self.sources, self.key.digest, runs)
        return self.cache((*of, *args), lambda: make(self, *args), files)
