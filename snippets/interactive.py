"""A table that the course's pages show as a figure with a handle."""

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Interactive(NamedTuple):
    """A table of values, and what a page's figure with a handle is drawn from.

    Notebooks show the table, as do pages where no scripts run; scripts print it.

    Attributes:
      figure: the name of the figure, in lower-case letters.
      table: the columns by their headings, equally long.
      values: what the figure is drawn from: numbers, texts, lists and dictionaries.

    Examples:
      >>> print(Interactive("descent", {"rate": [0.1, 0.2], "factor": [0.5, -1]}, {}))
      rate  factor
      0.1   0.5
      0.2   -1
    """

    figure: str
    table: Mapping[str, Sequence[Any]]
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        columns = [[head, *map(str, cells)] for head, cells in self.table.items()]
        widths = [max(map(len, column)) for column in columns]
        rows = zip(*columns, strict=True)
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{html.escape(head)}</th>" for head in self.table)
        rows = "".join(
            f"<tr>{''.join(f'<td>{html.escape(str(cell))}</td>' for cell in row)}</tr>"
            for row in zip(*self.table.values(), strict=True)
        )
        values = html.escape(json.dumps(self.values, separators=(",", ":")))
        return (
            f'<div data-handle="{self.figure}" data-values="{values}"><table><thead>'
            f"<tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
