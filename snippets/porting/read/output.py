"""The sections as a terminal shows them."""

import textwrap

from .sections import Cell, Section

_WIDTH = 100
_WIDEST = 44  # of a column; what is longer has a line of its own


def as_text(sections: list[Section]) -> str:
    """The sections one below the other, what to read and lines at risk at the end."""
    last = ("What to read", "Lines at risk")
    ordered = sorted(sections, key=lambda one: one.title.startswith(last))
    return "\n\n".join("\n".join([one.title, *_lines(one.rows)]) for one in ordered)


def _lines(rows: list[list[Cell]]) -> list[str]:
    """Rows with columns of one width each, as far as their cells are short."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [
        max([len(text) for text in column if len(text) <= _WIDEST], default=0)
        for column in zip(*texts, strict=True)
    ]
    lines = []
    for row in texts:
        parts = [""]
        for text, width in zip(row, widths, strict=True):
            if len(text) > width:
                parts += [text, ""]
            else:
                parts[-1] += f"{text.ljust(width)}  "
        first, *others = [part.rstrip() for part in parts]
        lines += [f"  {first}"] if first else []
        for other in filter(None, others):
            lines += _wrapped(other)
    return lines


def _wrapped(text: str) -> list[str]:
    indent = " " * 6
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _text(cell: Cell) -> str:
    text = f"{cell['text']}: {cell['link']}" if isinstance(cell, dict) else cell
    return text.replace("`", "")
