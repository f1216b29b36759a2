"""Pasted into notebooks: what later cells need keeps its value, whatever a reader tries out in an answer's cell."""

import inspect


def keep(namespace, exercise, *names):
    """Remember what later cells need, and which functions there are, before an answer may change both."""
    kept = {name: namespace[name] for name in names if name in namespace}
    functions = {name: value for name, value in namespace.items() if callable(value)}
    namespace["kept_names"] = {**namespace.get("kept_names", {}), exercise: (kept, functions)}


def put_back(namespace, exercise):
    """Give names their values from before the answer; refuse an answer that needs its own for one of them."""
    kept, functions = namespace.get("kept_names", {}).get(exercise, ({}, {}))
    changed = {name: kept[name] for name in kept if namespace.get(name, kept) is not kept[name]}
    for name, value in namespace.items():
        if name in changed or not callable(value) or functions.get(name) is value:
            continue
        both = (value, inspect.unwrap(value))  # a decorator's function, and what it decorates
        parts = [function.__code__ for function in both if getattr(function, "__globals__", None) is namespace]
        for part in parts:  # which grows: functions within functions
            parts += [inner for inner in part.co_consts if inspect.iscode(inner)]
        clash = sorted(changed.keys() & {used for part in parts for used in part.co_names})
        assert not clash, (
            f"Your {name} uses {clash[0]}, a name to which your cell gave a value of its own, but later cells need"
            f" {clash[0]} as it was: call yours otherwise, then run your cell and this check again."
        )
    namespace.update(changed)
