"""Where a line was written, and what is wrong with it."""

import ast
import html
import io
import re
import tokenize
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# What joins or divides the letters of some scripts, and is needed in their prose.
JOINERS = "\u00ad\u200c\u200d"
# Blanks that Unicode counts among the letters and marks.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U000e0100-\U000e01ef]")
# Letters of other alphabets that look like one of ASCII.
_LOOKALIKES = re.compile(
    "[!-~\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u0405\u0406"
    "\u0408\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0423\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445"
    "\u0455\u0456\u0458\u0475\u04bb\u04cf\u0501\u050c\u051b-\u051d\u0578\u057d\u0585]*"
)


@dataclass(frozen=True)
class Diagnostic:
    """Something an author has to mend: one sentence, with the place."""

    path: Path
    number: int
    message: str

    def __str__(self) -> str:
        return printable(f"{relative(self.path)}:{self.number}: {self.message}")


@dataclass(frozen=True, slots=True)  # there are a thousand in a tutorial
class Line:
    """One line of a notebook cell and the place in the author's files that it comes from."""

    text: str
    path: Path
    number: int

    def diagnostic(self, message: str) -> Diagnostic:
        """What is wrong with it."""
        return Diagnostic(self.path, self.number, message)


class SourceError(Exception):
    """The author's files cannot be built as they are; `diagnostics` says where and why."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class PageError(ValueError):
    """A page is wrong; `texts` are what may stand in the author's line, best first."""

    def __init__(self, message: str, texts: Iterable[str]) -> None:
        super().__init__(printable(message))  # MkDocs logs it
        self.texts = tuple(texts)


def join(lines: list[Line] | tuple[Line, ...]) -> str:
    """The lines as one string."""
    return "\n".join(line.text for line in lines)


def counted(number: int, noun: str) -> str:
    """A number with its noun, as in "2 records"; the first word has the plural."""
    first, space, rest = noun.partition(" ")
    return f"{number} {first}{'s' * (number != 1)}{space}{rest}"


def relative(path: Path) -> Path:
    """The path as a person at the prompt would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def read_source(path: Path) -> str:
    """The text of a file; a SourceError if it cannot be read, or its lines be counted alike."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SourceError(Diagnostic(path, line, "is not UTF-8; save the file as UTF-8.")) from None
    except OSError as error:
        raise SourceError(Diagnostic(path, 1, f"cannot be read ({error.strerror}).")) from None
    unseen = [
        Diagnostic(path, number, f"holds {sign}; remove it, or write it as an escape.")
        for number, line in enumerate(content.split("\n"), 1)
        if (sign := unseen_sign(line, JOINERS if line.startswith("#") else ""))
    ]
    if unseen:
        raise SourceError(*unseen)
    return content


def printable(text: str) -> str:
    """A text of authors or cells for terminals and logs: it commands neither them nor a CI.

    GitHub reads `::error` after white space, and `##[error]` anywhere.
    """
    signs = (
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text
    )
    return re.sub(r"(?m)^([^\S\n]*)(?=::)|#(?=#\w*\[)", r"\1| ", "".join(signs))


def unseen_sign(text: str, allowed: str = "") -> str:
    """The first sign that no reader sees, such as one that turns the order of others; or empty."""
    for sign in re.findall(r"[^\n\t -~]", text):
        unseen = unicodedata.category(sign) in ("Cc", "Cf", "Co", "Zl", "Zp") or _BLANK.match(sign)
        if unseen and sign not in allowed:
            name = unicodedata.name(sign, "a control character")
            return f"U+{ord(sign):04X}, {name.lower()}, which is not seen"
    return ""


def syntax_error(source: str) -> SyntaxError | None:
    """What keeps Python from compiling code, a warning about its syntax included.

    Likewise what keeps readers from reading it: a name that looks like another.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        try:
            compile(source, "<source>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return error
        except (MemoryError, RecursionError):
            return SyntaxError("nested too deeply")
    tokens = [] if source.isascii() else tokenize.generate_tokens(io.StringIO(source).readline)
    for token in tokens:
        name, row = token.string, token.start[0]
        is_other = unicodedata.normalize("NFKC", name) != name or _LOOKALIKES.fullmatch(name)
        if token.type == tokenize.NAME and is_other and not name.isascii():
            message = f"the name `{name}` is not what it looks like; write it in ASCII"
            return SyntaxError(message, ("<source>", row, None, None))
    return None


def code_without_docstrings(source: str) -> str:
    """The syntax tree of code as text, whatever its comments, layout and docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                node.body = node.body[1:]
    return ast.dump(tree)


def lines_in_strings(source: str) -> set[int]:
    """The lines of code that begin within a string: what stands there is text."""
    tokens = [] if syntax_error(source) else tokenize.generate_tokens(io.StringIO(source).readline)
    numbers, begun = set[int](), []
    for token in tokens:
        kind = tokenize.tok_name[token.type]
        if kind.endswith(("STRING", "STRING_START")):
            begun.append(token.start[0])
        if kind.endswith(("STRING", "STRING_END")):
            numbers |= set(range(begun.pop() + 1, token.end[0] + 1))
    return numbers


def script_blocks(lines: Iterable[Line]) -> Iterator[Diagnostic]:
    """The lines of code that would begin another block for uv in the script to download."""
    for line in lines:
        if re.fullmatch("# /// [a-zA-Z0-9-]+", line.text):
            what = "uv would read this line in the script to download"
            yield line.diagnostic(f"{what}; indent it, or write it in pieces.")


def line_of(path: Path, candidates: Iterable[str]) -> int:
    """The first line of a file that holds the first of the candidates to be found; 1 if none is."""
    return find_line(path, candidates) or 1


def find_line(path: Path, candidates: Iterable[str]) -> int | None:
    """The first line of a file that holds the first of the candidates to be found."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return first_with(lines, candidates)


def first_with(lines: list[str], candidates: Iterable[str]) -> int | None:
    """The number of the first line that holds a text, as it is or as a page shows it."""
    for text in candidates:
        for read in (str, _as_shown):
            wanted = read(text)
            for number, line in enumerate(lines, 1):
                if wanted and wanted in read(line):
                    return number
    return None


def _as_shown(text: str) -> str:
    """A text with its entities read, without what browsers or Markdown pass over."""
    return re.sub(r"[\s\\\0-\x20]", "", html.unescape(text)).lower()
