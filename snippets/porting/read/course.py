"""Where the course explains what: names, keywords and sections with a sentence each."""

import csv
import functools
import pkgutil
from typing import NamedTuple

from ..revive.table import Table

# A script, tests/tutorials/course_index.py, writes it from the pages of the course.
COURSE = "course.csv"
# Pages of packages whose names the course does not have.
DOCUMENTATION = {
    "haiku": "https://dm-haiku.readthedocs.io/en/latest/api.html#{}",
    "jax": "https://docs.jax.dev/en/latest/_autosummary/{}.html",
    "optax": "https://optax.readthedocs.io/en/latest/search.html?q={}",
    "chex": "https://chex.readthedocs.io/en/latest/api.html#{}",
}
# Older names for what has another one, but still works.
_SAME = {
    "jax.numpy.ndarray": "jax.Array",
    "chex.Array": "jax.Array",
    "chex.PRNGKey": "jax.random.key",
    "jax.tree_util.tree_flatten": "jax.tree.flatten",
    "jax.tree_util.tree_unflatten": "jax.tree.unflatten",
    "haiku.FlatMapping": "haiku.data_structures.to_immutable_dict",
}
OLD_CODE = "porting/old_code"  # the page about names that were removed


class Section(NamedTuple):
    """A page, or a section of one, and how long it takes to read."""

    page: str  # such as `haiku/modules`
    anchor: str  # empty for the page itself
    heading: str
    minutes: int
    text: str  # its first sentence

    @property
    def address(self) -> str:
        """Its address below the site."""
        return f"tutorials/{self.page}/" + f"#{self.anchor}" * bool(self.anchor)


class Explained(NamedTuple):
    """What a use means: a sentence, and where it is explained."""

    text: str
    address: str  # below the site, or of the package's own documentation
    section: Section | None  # of the course, if that has it
    by: str  # the name that is explained, if it is another one


class Course:
    """The course, by names and by sections."""

    def __init__(self, rows: list[dict[str, str]]):
        self.sections: dict[tuple[str, str], Section] = {}
        self.names: dict[str, tuple[Section, str]] = {}
        for row in rows:
            key = (row["page"], row["anchor"])
            if row["kind"] == "section":
                minutes = int(row["minutes"])
                self.sections[key] = Section(*key, row["name"], minutes, row["text"])
            else:
                self.names[row["name"]] = (self.sections[key], row["text"])
        self.table = Table()

    def explain(self, kind: str, name: str) -> Explained | None:
        """What a use means; None if neither the course nor its package has a page."""
        known = name if kind != "base" else f"{name}, as a base"
        for candidate in (known, name):
            if candidate in self.names:
                section, text = self.names[candidate]
                return Explained(text, section.address, section, "")
        function, _, keyword = name.partition("(")
        if keyword:
            found = self.explain("name", function)
            return found._replace(by=function) if found else None
        return self._through(name)

    def _through(self, name: str) -> Explained | None:
        """What explains a name of which the course has only a part, or a newer form."""
        entry = self.table.name(name)
        if entry is not None:
            old, known, sign = entry
            new = self.table.renamed(name)
            if sign == " " and known.new in self.names:
                new = known.new
            if new != name and new in self.names:
                section, text = self.names[new]
                return Explained(text, section.address, section, new)
            if sign == "!":
                section = self.sections[OLD_CODE, ""]
                told = f"{old} was removed; {known.reason or known.new}"
                return Explained(told, section.address, section, known.new)
        if name in _SAME and _SAME[name] in self.names:
            section, text = self.names[_SAME[name]]
            return Explained(text, section.address, section, _SAME[name])
        above = name.rpartition(".")[0]
        if above in self.names and above.rpartition(".")[2][:1].isupper():
            section, text = self.names[above]
            return Explained(text, section.address, section, above)
        if "._" in name:
            section = self.sections[OLD_CODE, ""]
            told = "A private name, which any release may change or remove."
            return Explained(told, section.address, section, "")
        pattern = DOCUMENTATION.get(name.partition(".")[0])
        return Explained("", pattern.format(name), None, "") if pattern else None


@functools.cache
def course() -> Course:
    """The course as the file has it."""
    text = pkgutil.get_data(__package__, COURSE).decode()
    return Course(list(csv.DictReader(text.splitlines())))
