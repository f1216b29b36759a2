"""Runs programs, each in a process of its own that has loaded one package and nothing else.

`python fresh.py PACKAGE` reads a JSON list of programs and prints a list of the errors.
"""

import importlib
import json
import os
import sys


def error_of(program: str) -> str:
    """What a program raises, by its type and text; empty if it ends."""
    try:
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return ""


def error_in_fork(program: str) -> str:
    """The same in a copy of this process, in which a program may load what it wants."""
    reading, writing = os.pipe()
    if not os.fork():
        os.write(writing, error_of(program).encode()[:4096])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read().decode()
    os.wait()
    return text


if __name__ == "__main__":
    importlib.import_module(sys.argv[1])
    json.dump([error_in_fork(program) for program in json.load(sys.stdin)], sys.stdout)
