"""Names and arguments looked up in the packages that are installed."""

import functools
import importlib
import inspect
import types

from .table import NOT_INSTALLED, PACKAGES, Known, Table


class Installed(Table):
    """What is known, and what the packages that are installed lack."""

    def name(self, full: str) -> tuple[str, Known, str] | None:
        """As above; a name that no table has is looked up in its package."""
        found = super().name(full)
        if found or full.partition(".")[0] not in PACKAGES:
            return found
        _, lacking = self.resolved(full)
        return (lacking, Known("", "", NOT_INSTALLED, False), "!") if lacking else None

    def argument(self, function: str, argument: str) -> Known | None:
        """As above; an argument that no table has is looked up in the signature."""
        if known := super().argument(function, argument):
            return known
        if function.partition(".")[0] not in PACKAGES:
            return None
        value, lacking = self.resolved(function)
        taken = None if lacking else _keywords(value)
        if taken is None or argument in taken:
            return None
        return Known("", "", NOT_INSTALLED, False)

    @functools.cache  # noqa: B019 - there is one for the whole run
    def resolved(self, full: str) -> tuple[object, str]:
        """What a full name means; or the part of it that the package lacks."""
        parts, value, path = full.split("."), None, ""
        for number, part in enumerate(parts):
            path += f".{part}" if number else part
            if number and hasattr(value, part):
                value = getattr(value, part)
            elif number and not isinstance(value, types.ModuleType):
                return None, "" if isinstance(value, type) else path
            else:
                try:
                    value = importlib.import_module(path)
                except ImportError as error:
                    other = error.name and error.name.partition(".")[0] != parts[0]
                    return None, "" if other else path
        return value, ""


def _keywords(function: object) -> set[str] | None:
    """The arguments that a function takes by keyword; None if that is not known."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters):
        return None
    by_position = inspect.Parameter.POSITIONAL_ONLY
    return {parameter.name for parameter in parameters if parameter.kind != by_position}
