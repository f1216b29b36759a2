"""An extension of Python-Markdown that looks at the HTML which it has made, when all others have ended."""

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor

from publishing.read.markup import html_problem
from publishing.read.problem import PageError


class Finished(Extension):
    """Raises a PageError for a page that holds what no page may hold, whatever the author wrote it in."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Come after all that puts HTML into the text."""
        md.postprocessors.register(_Checked(md), "finished", -2000)


class _Checked(Postprocessor):
    def run(self, text: str) -> str:
        if problem := html_problem(text, page=True):
            raise PageError(f"the page {problem.message}", problem.texts)
        return text
