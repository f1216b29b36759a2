"""What the names in a pickle would do if it were opened as pickles are."""

import re
from collections import Counter

from .machine import MOST_NAMES
from .values import is_known

_CALLS = re.compile(  # what runs programs, reads files or reaches into a process
    r"(os|posix|nt|subprocess|commands|popen2|sys|shutil|socket|ctypes|importlib|runpy|pty|code"
    r"|webbrowser|urllib2|httplib"
    r"|urllib\.\w+|requests\.\w+|pip\b.*|operator|functools|types\.FunctionType|marshal"
    r"|pickle|cProfile|profile|timeit|bdb|pdb|asyncio\b.*|multiprocessing\b.*|http\.\w+"
    r"|tempfile|pathlib|io|codecs|inspect|threading|signal|nt\w*)\..*"
    r"|(builtins|__builtin__)\.(eval|exec|execfile|compile|open|file|__import__|getattr"
    r"|setattr|delattr|globals|vars|input|breakpoint|apply|map|filter|print|exit|quit)"
    r"|numpy\.(f2py|testing|load|fromfile|memmap|distutils)\b.*|torch\.(load|hub|jit)\b.*"
)
_CODE = re.compile(
    r"(cloudpickle|dill)\b.*(function|_create_code|_make_skel|_create_type).*"
)
MOST_IN_A_SENTENCE = 8


def classes_in(names: Counter[str]) -> dict[str, int]:
    """How often a file names each class or function; those of arrays are left out."""
    return {name: count for name, count in names.most_common() if not is_known(name)}


def warnings(names: Counter[str]) -> list[str]:
    """What somebody must know before opening a file with `pickle.load`."""
    told = []
    if runs := _calls(names):
        told.append(
            f"pickle.load would call {_some(runs)}, which weights never need: do not"
            " open it so."
        )
    if len(names) > MOST_NAMES:
        told.append(
            f"It names more than {MOST_NAMES} classes; the others are not listed."
        )
    if _code(names):
        told.append(
            "It carries code, as dill and cloudpickle save classes and functions;"
            " pickle.load would run it."
        )
    return told


def imports(names: Counter[str]) -> list[str]:
    """Which classes `pickle.load` would need."""
    left_out = {*_calls(names), *_code(names)}
    others = [name for name in classes_in(names) if name not in left_out]
    if not others:
        return []
    return [
        f"pickle.load would import {_some(others)}; here their objects are records of"
        " what they hold."
    ]


def _calls(names: Counter[str]) -> list[str]:
    return [name for name in names if _CALLS.fullmatch(name)]


def _code(names: Counter[str]) -> list[str]:
    return [name for name in names if _CODE.fullmatch(name)]


def _some(names: list[str]) -> str:
    more = len(names) - MOST_IN_A_SENTENCE
    told = ", ".join(names[:MOST_IN_A_SENTENCE])
    return f"{told} and {more} more" if more > 0 else told
