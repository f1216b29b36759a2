"""What this package uses of other packages that they do not document, and why it stays."""

import ast
import re
from pathlib import Path

import pytest

import publishing

ROOT = Path(publishing.__file__).parent
MOST = 15

# The file, a piece of its code, whose it is, and why there is no other way.
USES = [
    (
        "plugin.py",
        '.plugins["mkdocs-jupyter"].config.update',
        "MkDocs: a course would repeat our options of its plugin",
    ),
    (
        "plugin.py",
        'json.loads(markdown.partition("<")[0])',
        "mkdocs-jupyter: takes text for tags, adds a style sheet",
    ),
    ("plugin.py", "mdx_configs", "MkDocs: the options of Markdown extensions are nowhere else"),
    ("plugin.py", "sys.exception()", "MkDocs: on_shutdown does not say whether the build failed"),
    ("tools/write.py", "from mkdocs.utils", "MkDocs: reads its own tags in YAML, as `!ENV`"),
    ("live.py", "_populate_page(", "MkDocs: has no public way to render one page of a whole site"),
    (
        "site/markdown.py",
        "189.95",
        "pymdownx.arithmatex, toc: extensions have no order but their priorities",
    ),
    (
        "site/markdown.py",
        'str(error).partition(": ")',
        "math-core: says in its message only where a formula is wrong",
    ),
    (
        "site/figures.py",
        "g[id^=line2d]",
        "Matplotlib: names the parts of its SVG by ids, and colours them in styles",
    ),
    (
        "read/rules.py",
        "incorrectly_encoded_metadata",
        "Jupytext: raises nothing for a marker line that it cannot read",
    ),
    (
        "run/failure.py",
        "_FRAME =",
        "IPython, ipykernel: a traceback is text, cells have names of files",
    ),
    ("run/kernel.py", "def process_message", "nbclient: has no limit for what a cell puts out"),
    ("run/kernel.py", "provisioner.pid", "jupyter-client: what a kernel started must end with it"),
    (
        "run/kernel.py",
        "iopub_channel.socket.rcvhwm",
        "jupyter-client, ipykernel: drop outputs after a thousand",
    ),
]


@pytest.mark.parametrize(("file", "code", "why"), USES, ids=lambda text: text)
def test_what_is_listed_is_in_use(file, code, why):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "".join(code.split()) in "".join(text.split())
    assert len(why.partition(": ")[2].split()) > 3


def test_there_are_not_more_of_them():
    assert len(USES) <= MOST


def test_no_name_with_an_underscore_of_another_object_is_used():
    found = []
    for path in (path for path in sorted(ROOT.rglob("*.py")) if "template" not in path.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and re.match("_[a-z]", node.attr)
                and not isinstance(node.ctx, ast.Store)
            ):
                own = ast.unparse(node.value).startswith(("self", "cls")) or node.attr in (
                    "_asdict",
                    "_replace",
                )
                found += [] if own else [f"{path.name}:{node.lineno}: {ast.unparse(node)}"]
    assert found == []
