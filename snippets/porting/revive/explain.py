"""What there is to say of a rule: its page, and what `--explain` prints."""

from textwrap import fill

from . import fix
from .rules import rules

_WIDTH = 100


def explained(code: str) -> str:
    """What there is to say of a rule, in Markdown: its page, and what a command prints.

    Args:
      code: as in `JAX102`.

    Returns:
      A heading, an old and a new example, why, when to leave it, how to ignore it.

    Raises:
      KeyError: if there is no such rule.

    Examples:
      >>> explained("NP201").splitlines()[0]
      '# NP201: `numpy.fromstring` of bytes'
    """
    rule = rules()[code]
    who = "`--fix` writes" if fix(rule.old) == rule.new else "Write"
    instead = f"{who}:\n\n```python\n{rule.new}```\n\n" if rule.new else ""
    return f"""# {code}: {rule.finds}

`haiku-port revive{" --installed" * rule.installed}` finds it in:

```python
{rule.old}```

{instead}## Why

{fill(rule.why, _WIDTH)}

## When to leave it

{fill(rule.keep, _WIDTH)}

## To ignore it

`# revive: ignore[{code}]` at the end of a line keeps that line as it is,
and `--ignore {code}` all lines. In `pyproject.toml`:

```toml
[tool.haiku-port.revive]
ignore = ["{code}"]
```
"""
