"""Pasted into notebooks: what later cells need keeps its value, whatever a reader tries out in an answer's cell."""

import inspect


def keep(namespace, exercise, *names):
    """Remember what later cells need, and which functions there are, before an answer may change both."""
    kept = {name: namespace[name] for name in names if name in namespace}
    functions = {name: value for name, value in namespace.items() if callable(value)}
    namespace["kept_names"] = {**namespace.get("kept_names", {}), exercise: (kept, functions)}


def put_back(namespace, exercise):
    """Give names their values from before the answer; refuse one that calls a function of its own under such a name."""
    kept, functions = namespace.get("kept_names", {}).get(exercise, ({}, {}))
    changed = {name: kept[name] for name in kept if namespace.get(name, kept) is not kept[name]}
    own = {name for name in changed if callable(namespace.get(name))}
    for name, value in namespace.items():
        if name in changed or not callable(value) or functions.get(name) is value:
            continue
        both = (value, inspect.unwrap(value))  # a decorator's function, and what it decorates
        parts = [function.__code__ for function in both if getattr(function, "__globals__", None) is namespace]
        for part in parts:  # which grows: functions within functions
            parts += [inner for inner in part.co_consts if inspect.iscode(inner)]
        clash = sorted(own & {used for part in parts for used in part.co_names})
        assert not clash, (
            f"Your {name} uses a {clash[0]} of your own, but later cells need the {clash[0]} of this page:"
            " call yours otherwise, then run your cell and this check again."
        )
    namespace.update(changed)
