"""The rules: each has an example that the command finds, a page, and an address in its output."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from snippets.porting.revive import command, fix
from snippets.porting.revive.explain import explained
from snippets.porting.revive.finder import Finder
from snippets.porting.revive.installed import Installed
from snippets.porting.revive.rules import PACKAGES, code_of, rules
from snippets.porting.revive.table import NOT_INSTALLED, Known, Table

ROOT = Path(__file__).parents[3]
REVIVE = ROOT / "snippets/porting/revive"


def test_every_rule_can_be_explained_and_has_a_page_that_the_site_lists(capsys):
    page = (ROOT / "docs/reference/revive.md").read_text()
    for code, rule in rules().items():
        assert command.main(["--explain", code]) == 0
        text = capsys.readouterr().out
        assert text.startswith(f"# {code}: {rule.finds}\n")
        assert f"# revive: ignore[{code}]" in text
        assert max(map(len, text.splitlines())) <= 100
        assert f"[{code}](revive/{code}.md)" in page
    assert command.main(["--explain", "HK20"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert [row.partition(":")[0] for row in rows] == ["HK201", "HK202", "HK203"]


def test_each_code_that_a_change_can_have_is_a_rule():
    entries = [(Table().known, "!"), (Table().older, " ")]
    codes = {code_of(name, one, sign) for names, sign in entries for name, one in names.items()}
    unknown = Known("", "", NOT_INSTALLED, False)
    codes |= {code_of(f"{package}.no", unknown, "!") for package in PACKAGES}
    hints = re.findall(r'code="(\w+)"', (REVIVE / "hints.py").read_text())
    assert codes | set(hints) == rules().keys()


@pytest.mark.parametrize("code", rules())
def test_the_example_of_a_rule_is_found_by_it_and_what_to_write_is_not(code):
    rule = rules()[code]
    table = Installed() if rule.installed else Table()
    found = [set(Finder(text, table).changes()) for text in (rule.old, rule.new)]
    assert code in {change.code for change in found[0]}
    assert found[1] == set()
    assert fix(rule.old) in (rule.old, rule.new)
    assert ("`--fix` writes:" in explained(code)) == (fix(rule.old) == rule.new)


@pytest.mark.parametrize("output", ["sarif", "json", "github"])
def test_reports_lead_to_the_page_of_a_rule_on_the_site_that_the_package_is_from(
    packed, tmp_path, output
):
    old = tmp_path / "old.py"
    old.write_text("import jax\njax.tree_map\n")
    command = [sys.executable, packed, "revive", "--output-format", output, old]
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    page = "https://site.test/course/reference/revive/JAX102/"
    if output == "github":
        assert printed.endswith(f" ({page})\n")
    elif output == "json":
        assert [row["page"] for row in json.loads(printed)] == [page]
    else:
        (rule,) = json.loads(printed)["runs"][0]["tool"]["driver"]["rules"]
        assert (rule["id"], rule["helpUri"]) == ("JAX102", page)
