"""The text of the port's classes."""

import ast
import inspect
from types import CodeType

from .plan import Plan, is_module_class
from .source import Text, indented
from .values import NotWritten, Values
from .write import Builder


def class_texts(plan: Plan, builder: Builder, done: dict[type, str]) -> list[str]:
    """The text of a class and of the classes that it inherits from, these first."""
    values, fields = builder.values, _fields(plan, builder)
    if isinstance(plan.type, CodeType):
        return [_function_text(plan, fields)]
    texts = []
    owners = [one for one in plan.type.__mro__ if is_module_class(one)]
    for owner in reversed(owners):
        methods = [code for of, code, _ in plan.methods if of is owner]
        is_last = owner is plan.type
        if owner in done:
            continue
        bases = [done[base] for base in owner.__mro__[1:] if base in done]
        name = done[owner] = builder.class_name(owner, owner.__name__)
        first = [
            base
            for base in bases
            if not any(base != b and base in _bases(b, done) for b in bases)
        ]
        head = f"class {name}({', '.join(first) or 'Parts'}):"
        body = [fields if is_last else "", _constants(owner, plan, values)]
        body += [_method_text(plan, code, owner) for code in methods]
        texts.append("\n\n".join([f"{head}  # {_where(owner)}", *filter(None, body)]))
        if not any(body):
            texts[-1] += "\n    pass"
    return texts


def _fields(plan: Plan, builder: Builder) -> str:
    """The fields that a class of Equinox declares."""
    if builder.library.GIVEN != "key":
        return ""
    names = {
        name: None
        for node in plan.nodes
        for name in (*sorted(plan.used), *plan.held(node))
    }
    return "\n".join(f"    {name}: Any = None" for name in names)


def _bases(name: str, done: dict[type, str]) -> list[str]:
    owner = next(owner for owner, other in done.items() if other == name)
    return [done[base] for base in owner.__mro__[1:] if base in done]


def _where(owner: type) -> str:
    file = (inspect.getsourcefile(owner) or "").rsplit("/", 1)[-1]
    return f"{file}:{inspect.getsourcelines(owner)[1]}"


def _constants(owner: type, plan: Plan, values: Values) -> str:
    """The values that a class has for all instances, if the code reads them."""
    lines = []
    for name, value in vars(owner).items():
        if name in plan.members and not name.startswith("__") and not callable(value):
            if isinstance(value, property | staticmethod | classmethod):
                continue
            try:
                lines.append(f"    {name} = {values.code(value)}")
            except NotWritten as problem:
                plan.todo.append(f"{_where(owner)}: {name} is {problem}")
    return "\n".join(lines)


def _method_text(plan: Plan, code: CodeType, owner: type) -> str:
    text = plan.texts[code]
    tree = text.tree
    _insert_iterators(plan, text)
    member = owner.__dict__.get(tree.name)
    marks = (
        (property, "@property"),
        (staticmethod, "@staticmethod"),
        (classmethod, "@classmethod"),
    )
    mark = next((f"{m}\n" for kind, m in marks if isinstance(member, kind)), "")
    body = " " * tree.col_offset + text.of(tree)
    return indented(mark, 4) + indented(body, 4)


def _function_text(plan: Plan, fields: str) -> str:
    text = plan.texts[plan.type]
    tree = text.tree
    _insert_iterators(plan, text)
    where = f"  # {text.file.rsplit('/', 1)[-1]}:{tree.lineno}"
    head = f"class {plan.name}(Parts):{where}\n{fields}{2 * chr(10) if fields else ''}"
    if isinstance(tree, ast.Lambda):
        arguments = ast.unparse(tree.args)
        body = text.of(tree.body)
        lines = "".join(f"        {line}\n" for line in _iterators(plan, text))
        given = ", ".join(part for part in (plan.holder, arguments) if part)
        return f"{head}    def __call__({given}):\n{lines}        return ({body})"
    whole = " " * tree.col_offset + text.of(tree)
    more = (
        ", "
        if any(
            (
                tree.args.args,
                tree.args.posonlyargs,
                tree.args.kwonlyargs,
                tree.args.vararg,
                tree.args.kwarg,
            )
        )
        else ""
    )
    whole = whole.replace(f"def {tree.name}(", f"def __call__({plan.holder}{more}", 1)
    return head + indented(whole, 4)


def _iterators(plan: Plan, text: Text) -> list[str]:
    """Statements that start the lists which a function takes its parts from."""
    if plan.is_inner(text):
        return []
    lines = [f"each_{n} = iter({plan.holder}.{n})" for n in _lists(plan, text)]
    inner = [one for one in plan.texts.values() if plan.is_inner(one)]
    names = dict.fromkeys(f'"{name}"' for one in inner for name in _lists(plan, one))
    if names:
        lines.append(f"start_parts({plan.holder}, {', '.join(names)})")
    return lines


def _lists(plan: Plan, text: Text) -> list[str]:
    """The lists that a function takes its parts from."""
    found = (plan.attributes.get(place) for place in plan.places(text))
    return list(dict.fromkeys(one.name for one in found if one and one.is_list))


def _insert_iterators(plan: Plan, text: Text) -> None:
    lines = _iterators(plan, text)
    if not lines or isinstance(text.tree, ast.Lambda):
        return
    body = text.tree.body
    has_doc = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    first = body[1] if has_doc and len(body) > 1 else body[0]
    space = "\n" + " " * first.col_offset
    text.insert_after(
        first.lineno, first.col_offset, "".join(line + space for line in lines)
    )
