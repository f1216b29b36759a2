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

    given = {name: namespace[name] for name in names if name in namespace}
    solved = namespace.setdefault("solutions_that_ran", {})
    # Python has one object for many an equal number or text, so that these say nothing.
    telling = {name: value for name, value in given.items() if not isinstance(value, int | str)}
    ran = [value is solved.get((exercise, name), solved) for name, value in telling.items()]
    if given and not (ran and all(ran)) and not any(map(is_open, given.values())):
        return False
    source = zlib.decompress(base64.b64decode(solution)).decode()
    namespace["get_ipython"]().run_cell(source, silent=True).raise_error()
    solved.update({(exercise, name): namespace.get(name) for name in names})
    asked = ", ".join(names)
    print(f"{exercise} is not done yet ({asked}): the cells below go on with its solution.")
    return True
