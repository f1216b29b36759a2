"""A tutorial to publish, as the steps of a build hand it on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from publishing.assemble.variants import Variant
from publishing.read.cells import Tutorial
from publishing.run.cache import Cache, digest
from publishing.run.record import Key, Record


@dataclass(frozen=True)
class Lesson:
    """A tutorial with its two variants, its key and its record."""

    solved: Variant
    student: Variant
    key: Key
    record: Record | None = None
    beside: Record | None = None  # the record of another kind of device, if it ran on both
    new: bool = False  # whether this build ran it
    cache: Cache | None = None

    @property
    def tutorial(self) -> Tutorial:
        """The tutorial as it was read."""
        return self.solved.tutorial

    @property
    def name(self) -> str:
        """The name of the tutorial."""
        return self.tutorial.name

    @cached_property
    def _sources(self) -> str:
        return digest((self.solved, self.student))

    def known[T](self, make: Callable[..., T], *args: object, files: Sequence[Path] = ()) -> T:
        """`make(self, *args)`, from the cache if an earlier build had equal arguments and files."""
        if self.cache is None:
            return make(self, *args)
        records = [record for record in (self.record, self.beside) if record]
        runs = [(record.executed_at, record.run.device) for record in records]
        of = (f"{make.__module__}.{make.__qualname__}", self._sources, self.key.digest, runs)
        return self.cache((*of, *args), lambda: make(self, *args), files)
