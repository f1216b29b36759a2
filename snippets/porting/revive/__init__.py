"""Find what fails in old JAX and Haiku code: names, arguments, and what comes next."""

from .edits import edited
from .finder import Finder
from .records import Change
from .scopes import lines_of
from .table import Table


def find_changes(source: str) -> list[Change]:
    """List what a source file must change to run with today's JAX and Haiku.

    Names are followed through the imports of the file, so `jnp.alltrue` is found
    whatever jax.numpy is called there. So is an argument in `functools.partial`, or of
    a name that was assigned, as in `clip = jnp.clip`. What is in a branch for
    another version, as after `hasattr`, may fail and is not repaired. Not seen are
    `getattr`, `**options`, strings outside of annotations, and names that `import *`
    brings.

    Args:
      source: the text of a Python file.

    Returns:
      The changes in the order of their lines; empty if none is known.

    Raises:
      ValueError: if the text is not Python 3.

    Examples:
      >>> source = "import jax.numpy as jnp; jnp.alltrue([1])"
      >>> [change.new for change in find_changes(source)]
      ['jax.numpy.all']
    """
    return sorted(set(Finder(source, Table()).changes()))


def fix(source: str) -> str:
    """The text of a source file after all pure renames, imports included.

    Args:
      source: the text of a Python file; its comments and layout stay as they are.

    Returns:
      The new text, equal to the old one if there is nothing to rename.

    Raises:
      ValueError: if the text is not Python 3.

    Examples:
      >>> fix("import jax; jax.tree_map(f, x)  # as before")
      'import jax; jax.tree.map(f, x)  # as before'
    """
    changes = find_changes(source)
    return "".join(edited(lines_of(source), changes))
