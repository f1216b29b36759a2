"""Pasted into notebooks: what later cells need keeps its value, whatever an answer's cell does."""


def keep_names(namespace, exercise, *names):
    """Remember names that later cells need, Python's own and all functions, before an answer."""
    import builtins

    known = {**vars(builtins), **namespace}
    kept = {name: known[name] for name in (*vars(builtins), *names) if name in known}
    functions = {name: value for name, value in namespace.items() if callable(value)}
    namespace["kept_names"] = {**namespace.get("kept_names", {}), exercise: (kept, functions)}


def put_names_back(namespace, exercise):
    """Give names their values from before the answer; refuse one that needs its own under them."""
    import builtins
    import inspect

    kept, functions = namespace.get("kept_names", {}).get(exercise, ({}, {}))
    known = {**builtins.__dict__, **namespace}
    new = {name: known.get(name) for name in kept if known.get(name, kept) is not kept[name]}
    namespace.update({name: kept[name] for name in new})  # `callable` may be among them
    own = {name for name in new if callable(new[name]) or inspect.ismodule(new[name])}
    for name, value in list(namespace.items()):
        if name in new or not callable(value) or functions.get(name) is value:
            continue
        both = (value, inspect.unwrap(value))  # a decorator's function, and what it decorates
        codes = [f.__code__ for f in both if getattr(f, "__globals__", None) is namespace]
        for code in codes:  # which grows: functions within functions
            codes += filter(inspect.iscode, code.co_consts)
        if clash := sorted(own & {used for code in codes for used in code.co_names}):
            namespace.update({name: new[name] for name in own})  # should this check run again
            raise AssertionError(
                f"Your {name} uses its own {clash[0]}, but later cells need another {clash[0]}:"
                " call yours otherwise, then run your cell and this check again."
            )
