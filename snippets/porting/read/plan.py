"""The reading list for files: pages and sections of the course, in its order."""

from collections.abc import Iterable

from .course import Course, Explained
from .idioms import IDIOMS, PAGE
from .risks import EXPLAINED, Risk
from .uses import Use

# Arithmetic, of which every file is full, does not decide what to read.
_COMMON = ("jax.numpy.", "jax.Array", "jax.nn.", "optax.", "chex.")
_LOOKED_UP = ("look_up/", "about/")


def explained(known: Course, use: Use) -> Explained | None:
    """What a use means, an idiom or a name."""
    if use.kind != "idiom":
        return known.explain(use.kind, use.name)
    words, anchor = IDIOMS[use.name]
    section = known.sections[PAGE, anchor]
    return Explained(words, section.address, section, "")


def reading_list(
    known: Course, uses: Iterable[Use], risks: Iterable[Risk]
) -> list[dict]:
    """Pages with the sections that explain what files use, in the order of the course.

    Args:
      known: the course.
      uses: what the files use.
      risks: lines at risk.

    Returns:
      A dictionary for each page: page, title, address, minutes and sections, each with
      heading, address, minutes and because: the names for which it is in the list.
    """
    reasons: dict[tuple[str, str], list[str]] = {}
    for use in uses:
        found = explained(known, use)
        common = use.name.startswith(_COMMON) or use.kind == "keyword"
        section = found.section if found and not common else None
        if section and not section.page.startswith(_LOOKED_UP):
            words = found.text if use.kind == "idiom" else use.name
            reasons.setdefault((section.page, section.anchor), []).append(words)
    for risk in risks:
        reasons.setdefault(EXPLAINED[risk.code], []).append(f"risk {risk.code}")
    pages: dict[str, dict] = {}
    for key, section in known.sections.items():
        if key in reasons:
            page = known.sections[section.page, ""]
            row = pages.setdefault(section.page, _page(page))
            if section.anchor:
                row["sections"].append(
                    {
                        "heading": section.heading,
                        "address": section.address,
                        "minutes": section.minutes,
                        "because": list(dict.fromkeys(reasons[key])),
                    }
                )
    for row in pages.values():
        parts = sum(one["minutes"] for one in row["sections"])
        row["minutes"] = min(row["minutes"], parts) if parts else row["minutes"]
    return list(pages.values())


def _page(page: object) -> dict:
    return {
        "page": page.page,
        "title": page.heading,
        "address": page.address,
        "minutes": page.minutes,
        "sections": [],
    }
