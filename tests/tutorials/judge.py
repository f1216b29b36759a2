"""Runs in the kernel, as text: does an answer that its check lets pass differ from the solution?

Both run on the cases of the exercise's inputs; what they give, what they raise and what they do to
their arguments must agree.
"""

import types


class Differs(Exception):
    """The answer gives something else than the solution; the message has the call."""


class NoJudgement(Exception):
    """The inputs of the exercise say nothing about the answer."""


class _Page:
    """The variables of the notebook as attributes."""


def judge(namespace: dict, solution: str, answer: str, inputs: str) -> None:
    """Raise Differs if they differ in a case, NoJudgement if the cases are of no use."""
    import jax

    module = types.ModuleType("inputs")
    page = _Page()
    page.__dict__ = namespace
    try:
        exec(compile(inputs, "<inputs>", "exec"), module.__dict__)
        with jax.default_matmul_precision("highest"):
            right, given = (_outcomes(page, source, module) for source in (solution, answer))
    except Exception as error:
        raise NoJudgement(f"{type(error).__name__}: {error}") from error
    if all("an exception" in result for _, result, _ in right):
        raise NoJudgement("the solution fails in every case")
    limits = (
        getattr(module, "RTOL", 2e-3),
        getattr(module, "ATOL", 1e-6),
        getattr(module, "DTYPES", False),
    )
    for (call, expected, untouched), (_, result, arguments) in zip(right, given, strict=True):
        if told := _difference(expected, result, *limits):
            raise Differs(f"it gives {told}: {call}")
        kept = {path: leaf for path, leaf in untouched.items() if leaf[0] != "a deleted array"}
        if getattr(module, "ARGUMENTS", True) and (told := _difference(kept, arguments)):
            raise Differs(f"it leaves {told}: {call}")


def _outcomes(page: _Page, source: str, module: types.ModuleType) -> list[tuple[str, dict, dict]]:
    """The call, its result and its arguments after it, of each case."""
    import numpy as np

    before = dict(page.__dict__)
    try:
        exec(compile(source, "<answer>", "exec"), page.__dict__)
        cases = list(module.cases(np.random.default_rng(0), page))
        outcomes = []
        for call, (called, arguments, options) in zip(list(map(_call, cases)), cases, strict=True):
            try:
                function = getattr(page, called) if isinstance(called, str) else called
                given = () if isinstance(called, str) else (page,)
                result = _leaves(function(*given, *arguments, **options))
            except Exception as error:
                result = {"an exception": (type(error).__name__, None)}
            outcomes.append((call, result, _leaves((arguments, options), "argument ")))
    finally:
        page.__dict__.clear()
        page.__dict__.update(before)
    return outcomes


def _leaves(tree: object, prefix: str = "") -> dict[str, tuple]:
    """The leaves of a tree by path: the kind of each, and of an array its numbers."""
    import jax

    leaves = jax.tree_util.tree_leaves_with_path(tree, is_leaf=lambda part: part is None)
    return {prefix + jax.tree_util.keystr(path): _leaf(leaf) for path, leaf in leaves}


def _leaf(leaf: object) -> tuple:
    import jax
    import numpy as np

    if isinstance(leaf, jax.core.Tracer):
        return "a tracer", None
    if isinstance(leaf, jax.Array) and leaf.is_deleted():
        return "a deleted array", None
    if isinstance(leaf, jax.Array) and jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key):
        leaf = jax.random.key_data(leaf)
    if isinstance(leaf, (bool, int, float, complex, np.ndarray, np.generic, jax.Array)):
        array = np.asarray(leaf)
        return array.dtype.name, np.array(array, complex if array.dtype.kind == "c" else float)
    return (repr(leaf) if isinstance(leaf, (str, bytes, type(None))) else type(leaf).__name__), None


def _difference(
    right: dict, given: dict, rtol: float = 0, atol: float = 0, dtypes: bool = False
) -> str:
    """What an answer gives instead of what the solution gives; empty if they agree."""
    if "an exception" in right or "an exception" in given:
        return "" if right.keys() == given.keys() else f"{_said(given)}, not {_said(right)}"
    if not right.keys() <= given.keys() or (rtol and right.keys() != given.keys()):
        return f"a tree with the leaves {list(given)}, not {list(right)}"
    for path, leaf in right.items():
        if not _agree(leaf, given[path], rtol, atol, dtypes):
            return f"{path} {_said({'': given[path]})}, not {_said({'': leaf})}"
    return ""


def _agree(right: tuple, given: tuple, rtol: float, atol: float, dtypes: bool) -> bool:
    import numpy as np

    (kind, numbers), (other, values) = right, given
    if numbers is None or values is None:
        return kind == other and numbers is values
    if numbers.shape != values.shape or (
        kind != other if dtypes else _family(kind) != _family(other)
    ):
        return False
    largest = np.abs(numbers[np.isfinite(numbers)]).max(initial=0)
    return np.allclose(values, numbers, rtol=0, atol=rtol * largest + atol, equal_nan=True)


def _family(dtype: str) -> str:
    return "float" if "float" in dtype else "integer" if "int" in dtype else dtype


def _said(leaves: dict) -> str:
    import numpy as np

    parts = [
        f"{path}{kind}"
        if numbers is None
        else f"{path}{kind}{list(numbers.shape)} {np.array2string(numbers, threshold=8)}"
        for path, (kind, numbers) in leaves.items()
    ]
    return " ".join("; ".join(parts).split())[:300]


def _call(case: tuple) -> str:
    called, arguments, options = case
    told = [*map(_told, arguments), *(f"{key}={_told(value)}" for key, value in options.items())]
    return f"{called if isinstance(called, str) else called.__name__}({', '.join(told)})"


def _told(value: object) -> str:
    """An argument as code, as far as one line has room."""
    import jax
    import numpy as np

    if isinstance(value, (np.ndarray, jax.Array)) and not jax.dtypes.issubdtype(
        value.dtype, jax.dtypes.prng_key
    ):
        library = "jnp" if isinstance(value, jax.Array) else "np"
        text = f"{library}.array({np.asarray(value).tolist()}, '{value.dtype}')"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{key!r}: {_told(part)}" for key, part in value.items()) + "}"
    elif isinstance(value, (tuple, list)):
        text = f"{type(value).__name__}([{', '.join(map(_told, value))}])"
    else:
        text = value.__name__ if callable(value) and hasattr(value, "__name__") else repr(value)
    return text if len(text) <= 400 else text[:400] + "..."
