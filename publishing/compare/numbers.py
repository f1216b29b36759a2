"""Two texts against each other: the words must be equal, the numbers in them nearly so."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# Not the digits of a name (float32), a colour (#1e5000) or a version (0.12.0.1): those are words.
_NUMBER = re.compile(
    r"(?<![\w.#])[-+\u2212]?(?:(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?!\.?\d)|(?:nan|inf)\b)", re.IGNORECASE
)


@dataclass(frozen=True)
class Tolerance:
    """How far apart two numbers may lie; whole numbers count something and must be equal.

    Attributes:
      relative: to the larger of the two.
      absolute: in the unit of the numbers; what lies nearer to each other is noise about zero.
    """

    relative: float = 1e-3
    absolute: float = 1e-6

    def allows(self, old: str, new: str) -> bool:
        """Whether two numbers, as they are written, are near enough."""
        if _whole(old) and _whole(new):
            return _ascii(old).lstrip("+0") == _ascii(new).lstrip("+0")  # int() refuses long ones
        a, b = float(_ascii(old)), float(_ascii(new))
        return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=self.relative, abs_tol=self.absolute)


@dataclass(frozen=True)
class Comparison:
    """What differs between two texts.

    Attributes:
      words: whether all that is not a number is equal, white space apart.
      beyond: the numbers that differ by more than the tolerance, old and new as written.
      within: those that differ by less.
    """

    words: bool = True
    beyond: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str], ...] = ()

    @property
    def near(self) -> bool:
        """Whether words are equal and no number lies beyond the tolerance."""
        return self.words and not self.beyond


def compare_texts(old: str, new: str, tolerance: Tolerance) -> Comparison:
    """Compare two texts; white space does not count, since NumPy pads arrays by the width of their numbers.

    Args:
      old: what it is compared with.
      new: what is compared.
      tolerance: for the numbers.
    """
    if old == new:
        return Comparison()
    if _words(old) != _words(new):
        return Comparison(words=False)
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    differ = [(a, b) for a, b in pairs if a != b]
    beyond = tuple(pair for pair in differ if not tolerance.allows(*pair))
    return Comparison(True, beyond, tuple(pair for pair in differ if pair not in beyond))


def distance(old: str, new: str) -> str:
    """By how much two numbers differ, in words."""
    a, b = float(_ascii(old)), float(_ascii(new))
    part = f", {abs(b - a) / abs(a):.2g} of it" if a and math.isfinite(a) and math.isfinite(b) else ""
    return f"{old} became {new}, by {b - a:+.3g}{part}"


def _words(text: str) -> list[str]:
    return [" ".join(part.split()) for part in _NUMBER.split(text)]


def _whole(number: str) -> bool:
    return _ascii(number).lstrip("+-").isdecimal()


def _ascii(number: str) -> str:
    """The number with the minus that Matplotlib writes made one that Python reads."""
    return number.replace("\u2212", "-")
