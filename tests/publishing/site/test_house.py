import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_output

from publishing.settings import Site
from publishing.site.house import RULES, broken_rules, rules_diagnostic, rules_of

FIGURE = new_output("display_data", {"image/svg+xml": "<svg/>"})
EXERCISE = """
# %% exercise="{id}"{more}
### BEGIN SOLUTION
a = 1
### END SOLUTION

# %% check="{id}"
print(a)
"""
BOX = """# <div class="admonition abstract">
#
# - one
# - two
#
# </div>
"""
QUESTION = """# <div class="admonition question">
#
# Why?
#
# </div>
"""
ANSWER = """# <details>
# <summary>Answer</summary>
#
# So.
#
# </details>
"""


def text(*lines: str) -> str:
    return "# %% [markdown]\n" + "\n".join(f"# {line}" for line in lines) + "\n\n# %%\nx = 1\n"


# By rule: its value, cells that keep it, cells that break it, and what is said of these.
CASES = {
    "words": ([3, 5], text("one two three"), text("one two"), "has 2 words outside exercises"),
    "words, too many": (
        [3, 5],
        text("one two three"),
        text("a b c d e f"),
        "has 6 words outside exercises",
    ),
    "kinds": (
        0,
        EXERCISE.format(id="it", more=' kind="build" minutes="5"'),
        EXERCISE.format(id="it", more=""),
        "should say its kind and its minutes",
    ),
    "kinds, none": (
        1,
        EXERCISE.format(id="it", more=' kind="build" minutes="5"'),
        text("a"),
        "it has none",
    ),
    "has": (
        ["raises"],
        '# %% raises="KeyError"\n{}[1]\n',
        "# %%\n1\n",
        "should have a cell that must fail",
    ),
    "has, a tag": (
        ["recap"],
        '# %% tags=["recap"]\n1\n',
        "# %%\n1\n",
        'should have a cell with tags=["recap"]',
    ),
    "sections": (["## A", "## B"], text("## A", "", "## B"), text("## A"), "`## B` is missing"),
    "sections, order": (
        ["## A", "## B"],
        text("## A", "", "## B"),
        text("## B", "", "## A"),
        "sections have the order",
    ),
    "sections, in a fence": (
        ["## A"],
        text("## A"),
        text("```", "## A", "```"),
        "`## A` is missing",
    ),
    "objectives": (
        2,
        f"# %% [markdown]\n{BOX}\n# %%\n1\n",
        text("- one", "- two"),
        "should promise 2 things",
    ),
    "questions": (
        1,
        f"# %% [markdown]\n{QUESTION}#\n{ANSWER}\n# %%\n1\n",
        f"# %% [markdown]\n{QUESTION}\n# %%\n1\n",
        "has 1 question in boxes and 0 answers to unfold",
    ),
    "captions": (
        True,
        '# %% alt="a"\n# Caption: It falls.\n1\n',
        '# %% alt="a"\n# It falls.\n1\n',
        "nothing says what to conclude from its figure; begin its code with a comment",
    ),
    "choices": (
        True,
        '# %% [markdown]\n# A?\n#\n# - [{{ 1 }}] a\n\n# %% tags=["predict"]\n1\n',
        '# %% [markdown]\n# A?\n\n# %% tags=["predict"]\n1\n',
        "the question before it has nothing to choose; end it with a list of `- [{{",
    ),
    "choices, of a box": (
        True,
        "# %% [markdown]\n" + QUESTION.replace("Why?", "Why?\n#\n# - [{{ 1 }}] a") + "\n# %%\n1\n",
        f"# %% [markdown]\n{QUESTION}\n# %%\n1\n",
        "a question in this cell has nothing to choose",
    ),
    "code_cells": (
        2,
        "# %%\n1\n\n# %%\n2\n",
        "# %%\n1\n\n# %%\n2\n\n# %%\n3\n",
        "3 code cells without prose",
    ),
    "headings": (
        True,
        text("## A", "", "### B"),
        text("### B"),
        "level 3 cannot follow one of level 1",
    ),
    "headings, two titles": (
        True,
        text("## A"),
        text("# A"),
        "level 1 cannot follow one of level 1",
    ),
    "never": (
        {r"\d+\.\d+\.\d+": "it goes stale"},
        text("in `1.2.3`"),
        text("in 1.2.3"),
        "`1.2.3`: it goes stale.",
    ),
    "never_in_code": (
        {r"\bfcntl\b": "no"},
        "# %%\nimport os\n",
        "# %%\nimport fcntl\n",
        "`fcntl`: no.",
    ),
    "never_in_code, hidden": (
        {r"\bfcntl\b": "no"},
        '# %%\n1\n\n# %% tags=["hidden"]\nimport fcntl\n',
        "# %%\nimport fcntl\n",
        "`fcntl`: no.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_is_kept_or_broken_at_a_line_of_its_tutorial(case, lesson):
    value, keeping, breaking, sentence = CASES[case]
    site = Site(rules={"all": {case.partition(",")[0]: value}})
    assert broken_rules(lesson(keeping), site) == []
    diagnostics = broken_rules(lesson(breaking), site)
    assert [sentence in diagnostic.message for diagnostic in diagnostics] == [True]
    assert 1 <= diagnostics[0].number <= len(diagnostics[0].path.read_text().splitlines())


def test_rules_on_the_run_are_asked_of_a_record_and_of_nothing_else(lesson):
    site = Site(rules={"all": {"has": ["figure"]}})
    assert broken_rules(lesson("# %%\nx = 1\n", {0: [FIGURE]}), site) == []
    plain = lesson("# %%\nx = 1\n")
    assert [each.message for each in broken_rules(plain, site)] == ["should have a figure."]
    assert broken_rules(replace(plain, record=None), site) == []


def drawing(width: int, text: str) -> dict:
    svg = f'<svg viewBox="0 0 {width} 99"><text style="{text}">a</text></svg>'
    return new_output("display_data", {"image/svg+xml": svg})


@pytest.mark.parametrize(
    ("width", "text", "height"),
    [
        (200, "font: 12px serif", None),
        (200, "font-size:6.6px", "8.8"),  # shown larger than it is
        (537, "font: 12px serif", "8.0"),  # shown smaller
        (537, "fill: red", None),
    ],
)
def test_text_of_a_figure_is_as_high_on_a_phone_as_the_rule_says(lesson, width, text, height):
    site = Site(rules={"all": {"figure_text": 9}})
    drawn = lesson("# %%\n1\n\n# %%\n2\n", {1: [FIGURE, drawing(width, text)]})
    found = broken_rules(drawn, site)
    assert [each.number for each in found] == [7] * (height is not None)
    assert all(f"has text {height} pixels high on a phone" in each.message for each in found)
    assert broken_rules(replace(drawn, record=None), site) == []


@pytest.mark.parametrize(
    "cells",
    [text("TODO: a"), "# %%\n# TODO\n1\n", '# %% alt="TODO, what"\n1\n', "# %%\nprint('TODO')\n"],
)
def test_in_every_course_what_is_to_be_written_is_told(lesson, cells):
    for rules in ({}, {"all": {"never": {"a ban": "no"}, "never_in_code": {"a ban": "no"}}}):
        (found,) = broken_rules(lesson(cells), Site(rules=rules))
        assert found.message == "`TODO`: this is to be written."
    assert broken_rules(lesson(text("`TODO` in code, TODOs")), Site()) == []


def test_every_rule_is_tried_here_and_described():
    assert {case.partition(",")[0] for case in CASES} | {"figure_text"} == {*RULES}
    described = (Path(__file__).parents[3] / "docs/write-a-page.md").read_text()
    table = described[described.index("## House rules") :].partition("\n## ")[0]
    firsts = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    assert {*RULES} == {name for first in firsts for name in re.findall(r"`(\w+)`", first)}


def test_later_scopes_count_more_and_those_of_a_folder_are_for_what_teaches():
    rules = {
        "all": {"words": [1, 2]},
        "course": {"words": [3, 4]},
        "part": {"kinds": 2},
        "part/look": {"code_cells": 1},
    }
    site, everywhere = Site(rules=rules, look_up=("part/look",)), rules_of("page", Site())
    assert everywhere.keys() == {"never", "never_in_code"}
    assert rules_of("part/page", site) == {"words": [3, 4], "kinds": 2} | everywhere
    assert rules_of("part/look", site) == {"words": [1, 2], "code_cells": 1} | everywhere
    assert rules_of("other/page", site) == {"words": [3, 4]} | everywhere


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("{ all: { wordz: 1 } }", "rules has `wordz` for all; the rules are words, "),
        (
            "{ parts: { words: [1, 2] } }",
            "rules has `parts`; write all, course, or a tutorial or a folder of tutorials.",
        ),
        ("{ all: { words: 1200 } }", "the rule words of all should be a list"),
        ("{ course: { never: [a] } }", "the rule never of course should be a table"),
        ("{ course: { kinds: three } }", "the rule kinds of course should be a number"),
        ("{ all: words }", "rules has `words` for all; write rule: value."),
        ("{ all: { words: [1, 2] }, course: { headings: true }, part: { kinds: 2 } }", ""),
    ],
)
def test_a_wrong_rule_is_told_with_those_that_there_are(rules, sentence, project):
    project.tutorial("part/page", "# %%\n1\n")
    found = rules_diagnostic(yaml.safe_load(rules), project.settings.source)
    assert (found == "") == (sentence == "")
    assert found.startswith(sentence)
