"""Commands as one types them in a terminal, with what they print."""

import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path


def haiku_port(words: str, files: Mapping[str, str | bytes]) -> str:
    r"""Run `haiku-port` in a folder that holds some files, if the package is installed.

    Args:
      words: what one types after `haiku-port`, with a space between any two words.
      files: the contents of the files, by name.

    Returns:
      What the command prints, or why it fails; without the package, that it is missing.

    Examples:
      >>> told = haiku_port("revive a.py", {"a.py": "import jax\njax.tree_map(abs, 1)"})
      >>> print(told.partition("\n\n")[0])
      a.py
        ! jax.tree_map -> jax.tree.map  [2]
    """
    if importlib.util.find_spec("haiku_porting") is None:
        return "haiku-porting is not installed; the page shows what its command prints."
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            Path(folder, name).write_bytes(data)
        command = [sys.executable, "-m", "haiku_porting", *words.split()]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, encoding="utf-8", check=False
        )
    return (done.stdout + done.stderr).strip("\n")
