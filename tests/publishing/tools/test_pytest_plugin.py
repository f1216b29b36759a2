"""The tests that `mkdocs.yml` holds, one for each page and exercise, told in the author's lines."""

import subprocess
import sys

CONFIG = """
site_name: Tiny
theme: mkdocs
markdown_extensions: [attr_list, md_in_html]
plugins: [tutorials: { timeout: 30, answers: answers }, mkdocs-jupyter]
nav: [index.md, tutorials/part/tiny.ipynb]
"""
PAGE = """
# %% exercise="double" kind="build" minutes="5"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double"
assert double(3) == 6, "Which number doubles another one?"
print("Right.")

# %%
print(double(0.5))
"""
RIGHT = "# %% right: by adding\ndouble = lambda x: x + x\n"


def run(project, *options: str) -> tuple[int, str]:
    """The exit code of pytest in the project, and what it printed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_page_and_its_exercises_are_tests(project):
    (project.root / "mkdocs.yml").write_text(CONFIG)
    project.tutorial("part/tiny", PAGE)
    answers = project.root / "answers/double.py"
    answers.parent.mkdir()
    answers.write_text(f"{RIGHT}# %% wrong: squared\ndouble = lambda x: x * x\n")
    code, said = run(project, "-v", "mkdocs.yml")
    assert code == 0, said
    assert "mkdocs.yml::part/tiny::page PASSED" in said
    assert "mkdocs.yml::part/tiny::double PASSED" in said
    # No page is a test of who does not ask for them.
    assert "no tests ran" in run(project, "docs")[1]

    unread = "# %% wrong: not Python\ndouble = (\n"
    thrice = "# %% wrong: whole\ndouble = lambda x: x + 3 * (x == 3) + x * (x != 3)\n"
    broken = "# %% right: whole numbers\ndouble = lambda x: 2 * x if x == 3 else [][0]\n"
    answers.write_text(f"{unread}{thrice}{broken}")
    code, said = run(project, "mkdocs.yml")
    assert code == 1
    assert "answers/double.py:1: SyntaxError: '(' was never closed." in said
    assert "answers/double.py:3: its check lets this wrong answer pass." in said
    fails = "after this right answer the page fails: line 14: IndexError: list index out of range"
    assert f"answers/double.py:5: {fails}" in said
    assert "Traceback" not in said

    project.tutorial("part/tiny", "# %%\nx = (\n")
    code, said = run(project, "mkdocs.yml")
    assert "tutorials/part/tiny.py:5: SyntaxError" in said
    assert "Traceback" not in said
