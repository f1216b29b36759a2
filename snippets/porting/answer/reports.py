"""What `read` and `weights` say, as titled sections."""

from collections.abc import Callable

from .sections import table


def of_code(name: str, text: str, place: Callable[[int], str]) -> list[dict]:
    """What `read` says of code: lines at risk, a reading list, and five answers.

    Args:
      name: of the file.
      text: its code, of a notebook that of all its cells.
      place: says where a line is, in words.

    Returns:
      Sections, in the order in which a reader wants them.
    """
    from ..read import read_code  # much to load, which code alone needs
    from ..read.sections import is_telling, sections_of

    try:
        found = read_code({name: text})
    except Exception as problem:  # what `revive` says must not be lost for it
        told = f"{type(problem).__name__}: {problem}"
        return [{"title": "What could not be found out", "text": told}]
    found["uses"] = list(filter(is_telling, found["uses"]))
    return [
        {"title": one.title, **table(one.head, one.rows), "folded": one.folded}
        for one in sections_of(found, lambda file, line: place(line))
    ]


def of_weights(name: str, data: bytes) -> tuple[str, list[dict]]:
    """What `weights` says of a file.

    Args:
      name: of the file.
      data: its bytes.

    Returns:
      A sentence, and sections with its arrays and what else is in it.
    """
    from ..inspect import look
    from ..inspect.sections import sections_of

    about, lists, tables = sections_of(look(name, data))
    return about, [
        *({"title": title, "list": rows} for title, rows in lists),
        *({"title": title, **table(top, rows)} for title, top, rows in tables),
    ]
