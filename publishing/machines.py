"""Work shared by several machines: shards of the tutorials, the records of other stores, and what a machine lacks."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from publishing.records import Store, Unreadable, read
from publishing.worker import gpu_error


class Unfit(Exception):
    """Machines that cannot do what they are asked to: one sentence, with the way out."""


@dataclass(frozen=True)
class Shard:
    """One of `count` parts of the tutorials, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, written: str) -> Shard:
        """The shard that `2/5` names.

        Raises:
          ValueError: if it is not two numbers, the first from 1 to the second.
        """
        found = re.fullmatch(r"([0-9]+)/([0-9]+)", written)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise ValueError(f"{written} is no shard; write 2/5 for the second of five.")
        return cls(int(found[1]), int(found[2]))

    def names(self, tutorials: Iterable[str], seconds: Mapping[str, float]) -> set[str]:
        """The tutorials of this shard; each is in exactly one, and equal arguments give equal shards everywhere.

        The longest are given out first, each to the shard that has least to do.

        Args:
          tutorials: the names of all tutorials.
          seconds: what is known of their times; the others count as the median.
        """
        names = list(tutorials)
        usual = statistics.median([seconds[name] for name in names if name in seconds] or [1.0])
        costs = {name: seconds.get(name, usual) for name in names}
        parts: list[set[str]] = [set() for _ in range(self.count)]
        sums = [0.0] * self.count
        for name in sorted(costs, key=lambda name: (-costs[name], name)):
            least = min(range(self.count), key=lambda part: (sums[part], len(parts[part])))
            parts[least].add(name)
            sums[least] += costs[name]
        return parts[self.number - 1]


def merge(folders: Iterable[Path], store: Store) -> tuple[int, list[str]]:
    """Take the records of other stores into one; of two of the same key and device, the newer stays.

    Returns:
      How many were taken, and a sentence on each file that could not be.

    Raises:
      Unfit: if a folder does not exist; nothing is taken then.
    """
    folders = list(folders)
    for folder in folders:
        if not folder.is_dir():
            raise Unfit(f"there is no folder {folder}; name folders of records, as .cache/records is one.")
    taken, skipped = 0, []
    for path in (path for folder in folders for path in sorted(folder.glob("*/*.json"))):
        try:
            record = read(path)
        except Unreadable as error:
            skipped.append(f"{path} {error}; it was skipped.")
            continue
        before = store.kept(record)
        if before is None or before.executed_at < record.executed_at:
            store.keep(record)  # and drops it if the tutorial has enough newer ones
            taken += store.kept(record) is not None
    return taken, skipped


def need_gpu() -> None:
    """See that JAX finds a GPU on this machine.

    Raises:
      Unfit: if it finds none.
    """
    if reason := gpu_error():
        raise Unfit(
            "JAX finds no GPU here, which device gpu needs; on a machine with an NVIDIA GPU, "
            f"`uv run --extra gpu tutorials run --device gpu` installs what is missing ({reason})."
        )
