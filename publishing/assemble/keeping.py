"""Pasted into notebooks: what later cells need keeps its value, whatever a reader tries out in an answer's cell."""


def keep_names(namespace, exercise, *names):
    """Remember what later cells need, Python's own names too, and which functions there are, before an answer."""
    import builtins

    known = {**builtins.__dict__, **namespace}
    kept = {name: known[name] for name in (*builtins.__dict__, *names) if name in known}
    functions = {name: value for name, value in namespace.items() if callable(value)}
    namespace["kept_names"] = {**namespace.get("kept_names", {}), exercise: (kept, functions)}


def put_names_back(namespace, exercise):
    """Give names their values from before the answer; refuse one whose functions use its own function or module."""
    kept, functions = namespace.get("kept_names", {}).get(exercise, ({}, {}))
    import builtins
    import dis
    import inspect

    known = {**builtins.__dict__, **namespace}
    given = {name: known.get(name) for name in kept if known.get(name, kept) is not kept[name]}
    namespace.update(
        {name: kept[name] for name in given}
    )  # before any use of `callable`, which may be among them
    own = {name for name in given if callable(given[name]) or inspect.ismodule(given[name])}
    for name, value in list(namespace.items()):
        if name in given or not callable(value) or functions.get(name) is value:
            continue
        both = (value, inspect.unwrap(value))  # a decorator's function, and what it decorates
        parts = [
            function.__code__
            for function in both
            if getattr(function, "__globals__", None) is namespace
        ]
        for part in parts:  # which grows: functions within functions
            parts += [inner for inner in part.co_consts if inspect.iscode(inner)]
        steps = (step for part in parts for step in dis.get_instructions(part))
        clash = sorted(
            own & {step.argval for step in steps if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
        )
        if clash:
            namespace.update(
                {name: given[name] for name in own}
            )  # for this check, should it run again
            raise AssertionError(
                f"Your {name} uses its own {clash[0]}, but later cells need another {clash[0]}:"
                " call yours otherwise, then run your cell and this check again."
            )
