"""The rules by their codes: what `--select` takes, and what a report links to."""

import functools
import pkgutil
from typing import NamedTuple

from .table import NOT_INSTALLED, Known

PACKAGES = {"jax": "JAX", "haiku": "HK", "optax": "OPT", "chex": "CHEX", "numpy": "NP"}
_NAMES = {"JAX": "JAX", "HK": "Haiku", "OPT": "Optax", "CHEX": "chex", "NP": "NumPy"}


class Rule(NamedTuple):
    """What a rule finds, with an example and what to write instead."""

    finds: str
    why: str
    keep: str  # when not to follow it
    old: str
    new: str = ""  # empty if there is nothing to write
    installed: bool = False  # whether it is one of `--installed`


@functools.cache
def rules() -> dict[str, Rule]:
    """The rules of the file by their codes; those of a kind share its texts."""
    import tomllib  # which the page "Your file" need not load

    tables = tomllib.loads(pkgutil.get_data(__package__, "rules.toml").decode())
    found = {}
    for code, own in tables["rule"].items():
        letters = code.rstrip("0123456789")
        shared = tables["kind"].get(code.removeprefix(letters), {})
        rule = Rule(**shared | own)
        words = {"package": _NAMES[letters]}
        found[code] = rule._replace(
            why=rule.why.format(**words),
            keep=rule.keep.format(**words),
            old=rule.old.lstrip("\n"),
            new=rule.new.lstrip("\n"),
        )
    return found


@functools.cache
def site() -> str:
    """The address of the site that the package came from; empty in a checkout."""
    try:
        return pkgutil.get_data(__package__, "site.txt").decode()
    except OSError:
        return ""


def page_of(code: str) -> str:
    """The page of a rule, below the site."""
    return f"reference/revive/{code}/"


def code_of(name: str, known: Known, sign: str) -> str:
    """The code for an entry of the table: a name, `function(argument)` or `.method`."""
    if known.reason == NOT_INSTALLED:
        return f"{PACKAGES.get(name.partition('.')[0], 'JAX')}108"
    package = "jax" if name.startswith(".") else name.removeprefix("import.")
    letters = PACKAGES.get(package.partition(".")[0], PACKAGES["jax"])
    if sign == " ":
        number = 107
    elif name.startswith("."):
        number = 105
    elif "(" in name:
        number = 104
    elif name.startswith("import."):
        number = 106
    else:
        number = 102 if known.renamed else 103 if known.new else 101
    return f"{letters}{number}"
