"""Runs in the kernel: answers to an exercise, each tried with its check on copied variables.

The kernel cannot import this package: it is sent this file's text, and has the standard library.
"""

import ast
import contextlib
import copy
import io
import sys
import types


def grade(namespace: dict, answers: dict[str, str], check: str) -> dict[str, dict[str, str | None]]:
    """Try each answer and then the check; gives what both raised as "Type: message", or None.

    Variables of the notebook are copied before and put back after each trial, so that nothing that
    an answer binds or changes in place reaches the next one. Functions of the notebook see the
    answer, since the namespace is the same.
    """
    grades = {}
    for description, answer in answers.items():
        before = dict(namespace)
        namespace.update(_copies(before))
        try:
            raised = {"answer": _raised(answer, namespace), "check": _raised(check, namespace)}
            grades[description] = raised
        finally:
            namespace.clear()
            namespace.update(before)
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
    return grades


def _raised(source: str, namespace: dict) -> str | None:
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(ast.parse(source), "<answer>", "exec"), namespace)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return None


def _copies(namespace: dict) -> dict:
    """The values that code could change in place, copied so that one object stays one."""
    memo, copies = {}, {}
    for name, value in namespace.items():
        if _changeable(value) and not name.startswith("_") and name != "kept_names":
            with contextlib.suppress(Exception):  # what cannot be copied stays as it is
                copies[name] = copy.deepcopy(value, memo)
    # What the notebook keeps of names before an exercise stays the very values of these names, but
    # not what a list or dictionary holds.
    new = {id(namespace[name]): value for name, value in copies.items()}
    same = {
        exercise: tuple({name: new.get(id(v), v) for name, v in part.items()} for part in parts)
        for exercise, parts in namespace.get("kept_names", {}).items()
    }
    return {**copies, "kept_names": same} if same else copies


def _changeable(value: object) -> bool:
    kind = type(value)
    if kind.__module__ == "__main__":
        return not isinstance(value, (type, types.FunctionType))
    return isinstance(value, (dict, list, set, tuple, bytearray)) or kind.__module__ == "numpy"
