"""Two texts against each other: the words must be equal, the numbers in them nearly so."""

import math
import re
from dataclasses import dataclass

# Not the digits of a name (float32), a colour (#1e5000) or a version (0.12.0.1): those are words.
_NUMBER = re.compile(
    r"(?<![\w.#])[-+\u2212]?(?:(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?!\.?\d)|(?:nan|inf)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Tolerance:
    """How far apart two numbers may lie; whole numbers count something and must be equal."""

    relative: float = 1e-3  # to the larger of the two
    absolute: float = 1e-6  # in the unit of the numbers; what is nearer is noise about zero

    def allows(self, old: str, new: str) -> bool:
        """Whether two numbers, as they are written, are near enough."""
        if all(number.lstrip("+-").isdecimal() for number in (old, new)):
            return old.lstrip("+0") == new.lstrip("+0")  # int() refuses long ones
        a, b = float(old), float(new)
        return (math.isnan(a) and math.isnan(b)) or math.isclose(
            a, b, rel_tol=self.relative, abs_tol=self.absolute
        )


def compare_texts(old: str, new: str, tolerance: Tolerance) -> list[str]:
    """What differs beyond the tolerance, a sentence each.

    White space, by which NumPy pads arrays, does not count.
    """
    if old == new:
        return []
    old_words, new_words = (
        [" ".join(part.split()) for part in _NUMBER.split(text)] for text in (old, new)
    )
    if old_words != new_words:
        return ["the words differ."]
    # Matplotlib writes a minus that Python does not read.
    numbers = (
        [number.replace("\u2212", "-") for number in _NUMBER.findall(text)] for text in (old, new)
    )
    return [_distance(*pair) for pair in zip(*numbers, strict=True) if not tolerance.allows(*pair)]


def _distance(old: str, new: str) -> str:
    a, b = float(old), float(new)
    finite = math.isfinite(a) and math.isfinite(b)
    part = f", {abs(b - a) / abs(a):.2g} of it" if a and finite else ""
    return f"{old} became {new}, by {b - a:+.3g}{part}."
