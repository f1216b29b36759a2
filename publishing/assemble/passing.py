"""Pasted into students' notebooks: later cells go on with the solution of what is not done."""


def passed_over(namespace, exercise, names, solution):
    """Whether an exercise is not done, or given up by `name = ...`; if so, run its solution."""
    import base64
    import inspect
    import zlib

    def is_open(value):
        if inspect.isclass(value):
            return any(map(is_open, vars(value).values()))
        return value is ... or to_do_in(getattr(inspect.unwrap(value), "__code__", None))

    def to_do_in(part):
        if isinstance(part, str):
            return part.startswith(f"Exercise {exercise}: write your code here")
        return any(map(to_do_in, getattr(part, "co_consts", ())))

    given = [namespace[name] for name in names if name in namespace]
    if given and not any(map(is_open, given)):
        return False
    source = zlib.decompress(base64.b64decode(solution)).decode()
    namespace["get_ipython"]().run_cell(source, silent=True).raise_error()
    print(f"{exercise} is not done yet: the cells below go on with its solution.")
    return True
