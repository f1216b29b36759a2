"""Ask files of Haiku code what they are made of, without running them."""

from collections.abc import Mapping
from typing import Any

from .course import Explained, course
from .facts import around, classes_of, leaves_of
from .idioms import idioms_of
from .plan import explained, reading_list
from .project import Project
from .risks import EXPLAINED, risks_of
from .trees import Tree, tree_of, trees_of
from .uses import Use, uses_of


def read_code(files: Mapping[str, str], start: str = "") -> dict[str, Any]:
    """Ask files five questions, and say where the course explains what they use.

    Nothing is run or imported: the code is followed as far as its text goes. What that
    cannot know, such as the length of a loop over `cfg.depth`, is said with what it
    depends on. Arguments of functions that a transform gets have their defaults.

    Args:
      files: the text of Python files by their names; imports among them are followed.
      start: a function or class as `file:name`, whose tree is asked for alone; else
        that of each transform, and of each module that none of them makes.

    Returns:
      A dictionary that JSON can hold, with `files`, `problems` (sentences by file),
      `trees`, `classes`, `leaves`, `around`, `uses`, `risks`, `reading` and `minutes`.

    Raises:
      ValueError: if `start` is not there.

    Examples:
      >>> code = "import haiku as hk; f = hk.transform(lambda x: hk.Linear(3)(x))"
      >>> (tree,) = read_code({"net.py": code})["trees"]
      >>> [(entry["path"], entry["name"]) for entry in tree["entries"]]
      [('linear', 'w'), ('linear', 'b')]
    """
    project = Project(files)
    if start:
        file, _, name = start.rpartition(":")
        if file not in project.files:
            raise ValueError(f"there is no file {file!r} among those that are read.")
        trees = [tree_of(project, file, name)]
    else:
        trees = trees_of(project)
    uses = {}
    for name, source in project.files.items():
        found = uses_of(source.source)
        uses[name] = found + idioms_of(source.tree, found)
    risks = risks_of(project, trees)
    reading = reading_list(
        course(), [use for own in uses.values() for use in own], risks
    )
    sources = list(project.files.values())
    return {
        "files": list(project.files),
        "problems": project.problems,
        "trees": [_as_dict(tree) for tree in trees],
        "classes": [one for file in sources for one in classes_of(project, file)],
        "leaves": [one for file in sources for one in leaves_of(file, uses[file.name])],
        "around": [one for file in sources for one in around(file, uses[file.name])],
        "uses": _uses(uses),
        "risks": [_risk(risk) for risk in risks],
        "reading": reading,
        "minutes": sum(page["minutes"] for page in reading),
    }


def _as_dict(tree: Tree) -> dict[str, Any]:
    file, line = tree.place
    shown = ("of", "kind", "init", "apply", "note")
    entries = [
        {
            "kind": entry.kind,
            "path": entry.path,
            "name": entry.name,
            "known": not entry.doubts,
            "depends": list(entry.doubts),
            "file": entry.place[0],
            "line": entry.place[1],
            "made": list(entry.made),
        }
        for entry in tree.entries
    ]
    about = {name: getattr(tree, name) for name in shown}
    return {"file": file, "line": line, **about, "entries": entries}


def _uses(uses: dict) -> list[dict[str, Any]]:
    """Each name once, with its places, a sentence and a link."""
    places: dict[Use, list] = {}
    for file, found in uses.items():
        for use in found:
            places.setdefault(use._replace(line=0), []).append([file, use.line])
    rows = []
    for use, at in places.items():
        what = explained(course(), use) or Explained("", "", None, "")
        section = what.section.heading if what.section else ""
        about = {"text": what.text, "address": what.address, "section": section}
        rows.append(
            {"kind": use.kind, "name": use.name, "places": at, **about, "by": what.by}
        )
    return rows


def _risk(risk: Any) -> dict[str, Any]:
    page, anchor = EXPLAINED[risk.code]
    return {**risk._asdict(), "address": course().sections[page, anchor].address}
