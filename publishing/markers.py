"""A page written by hand says with a marker line where the build puts what it computes: `<!-- build: exercises -->`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from publishing import exercises, reference, report, versions
from publishing.building import Job
from publishing.links import CODE
from publishing.memo import Memo, afresh
from publishing.routes import MOUNT
from publishing.snippet import written
from publishing.source import Problem, SourceError, read_source

_CODE_OR_MARKER = re.compile(
    rf"(?P<code>{CODE})|^[ \t]*<!--\s*build\b:?(?P<name>[^\n]*?)-->[ \t]*$", re.MULTILINE | re.DOTALL
)
_MAKERS: dict[str, Callable[[Sequence[Job], Path, Callable[[str], str]], str]] = {
    "exercises": lambda jobs, snippets, link: exercises.index(jobs, link),
    "reference": reference.entries,
    "report": lambda jobs, snippets, link: report.table(jobs, link),
    "versions": lambda jobs, snippets, link: versions.table(
        jobs, link, versions.outcomes(snippets.parent / versions.FOLDER)
    ),
}
_OF_TUTORIALS_ALONE = ("exercises", "reference")


def filled(
    markdown: str, path: Path, uri: str, jobs: Sequence[Job], snippets: Path, memo: Memo | Callable = afresh
) -> str:
    """A page's Markdown with each marker replaced by what it names; code stays as it is.

    Args:
      markdown: the text of the page.
      path: the file that it stands in.
      uri: the same file as MkDocs names it, below its docs.
      jobs: the tutorials with their records, in the order of the course.
      snippets: the folder of snippets.
      memo: keeps what was made.

    Raises:
      SourceError: for a marker that nothing stands behind, or what the maker cannot make.
    """

    def link(tutorial: str) -> str:
        return posixpath.relpath(f"{MOUNT}/{tutorial}.ipynb", posixpath.dirname(uri))

    def put(match: re.Match) -> str:
        if match["code"]:
            return match["code"]
        name = match["name"].strip()
        maker = _MAKERS.get(name)
        if maker is None:
            lines = read_source(path).split("\n")
            number = lines.index(match[0]) + 1 if match[0] in lines else 1
            known = " or ".join(f"`<!-- build: {name} -->`" for name in _MAKERS)
            raise SourceError(Problem(path, number, f"the build has nothing for this marker; write {known}."))
        if name not in _OF_TUTORIALS_ALONE:
            return maker(jobs, snippets, link)
        given = (uri, [job.digest for job in jobs], snippets, written(snippets))
        return memo(name, given, partial(maker, jobs, snippets, link))

    return _CODE_OR_MARKER.sub(put, markdown)
