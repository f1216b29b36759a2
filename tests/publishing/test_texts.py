"""The texts that readers see, and their translations."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from jinja2 import Environment, nodes

import publishing
from publishing.read.texts import (
    FOLDER,
    gettext,
    in_language,
    ngettext,
    set_language,
    texts_in,
)
from publishing.tools.new import write_course

ROOT = Path(publishing.__file__).parent
LANGUAGES = [path.stem for path in FOLDER.glob("*.yml")]
PASTED = ("keeping.py", "passing.py", "checking.py")  # of teaching
LEFT = {"[what JAX cannot flatten]"}  # a file of the engine, but checking.py, names no package
CALLS = {"gettext": 1, "ngettext": 2, "either": 1}  # how many arguments are texts
HOME = """# Kurs

"Wie geht's", sagt 'er'.

<!-- build: facts -->

<div class="course"></div>
"""


def of_templates() -> set[str]:
    """What templates mark: the texts within calls of gettext, but not its values; what CSS says."""
    found = set(
        re.findall(r'var\(--[a-z-]+, "(.*?)"\)', (ROOT / "look/assets/site.css").read_text())
    )
    for path in (*ROOT.glob("site/*.j2"), *ROOT.glob("look/**/*.html")):
        for call in Environment().parse(path.read_text()).find_all(nodes.Call):
            if getattr(call.node, "name", "") == "gettext":
                texts = (call.args[0], *call.args[0].find_all(nodes.Const))
                found |= {
                    text.value for text in texts if isinstance(getattr(text, "value", 0), str)
                }
    return found


def of_python() -> tuple[set[str], set[str]]:
    """What Python marks, and all strings that it has."""
    marked, strings = set(), set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS:
                literals = node.args[: CALLS[node.func.id]]
                marked |= {text.value for text in literals if isinstance(text, ast.Constant)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
    return marked, strings


def of_scripts() -> set[str]:
    """What scripts mark."""
    scripts = [path.read_text() for path in ROOT.glob("look/assets/*.js")]
    begins = re.findall(r'begins\(.*?, ("[^)]*")\)', "".join(scripts))
    words = {word for words in begins for word in re.findall('"(.*?)"', words)}
    return words | set(re.findall(r'gettext\("(.*?)"', "".join(scripts)))


def of_pasted() -> dict[str, str]:
    """The strings in code for notebooks but its docstrings, each without its expressions."""
    code = [(ROOT / "teaching" / name).read_text() for name in PASTED]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    trees = [node for text in code for node in ast.walk(ast.parse(text))]
    docstrings = {ast.get_docstring(n, clean=False) for n in trees if isinstance(n, documented)}
    found = {text: node for each in code for node, text in texts_in(each)}
    parts = {text: getattr(node, "values", [node]) for text, node in found.items()}
    return {
        text: "".join(part.value for part in several if isinstance(part, ast.Constant))
        for text, several in parts.items()
        if text not in docstrings
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_all_texts_that_are_marked_and_no_other(language):
    texts = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    marked, strings = of_python()
    of_pages = texts["pages"].keys() | texts["scripts"].keys()
    assert texts["scripts"].keys() == of_scripts()
    assert of_templates() | marked <= of_pages
    assert of_pages <= of_templates() | marked | strings | of_scripts()
    pasted = of_pasted()
    sentences = {
        text for text, said in pasted.items() if re.search("[a-z]{2}.* | .*[a-z]{2}", said)
    }
    assert sentences - LEFT <= texts["pasted"].keys() <= pasted.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_text(language):
    texts = yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))
    for english, translation in (pair for part in texts.values() for pair in part.items()):
        placeholders = [sorted(re.findall(r"\{[^{}]*\}", text)) for text in (english, translation)]
        assert placeholders[0] == placeholders[1], english
        assert translation.strip()


@pytest.fixture
def german():
    """The language of what is called."""
    set_language("de")
    yield
    set_language("en")


def test_english_and_a_language_without_a_file_stay_english():
    set_language("eo")
    assert ngettext("{count} page", "{count} pages", 1) == "1 page"
    set_language("en")
    assert ngettext("{count} page", "{count} pages", 2) == "2 pages"
    assert gettext("On {device}:", device="{device}") == "On {device}:"
    code = (ROOT / "teaching/keeping.py").read_text()
    assert in_language(code) == code


def test_checks_that_notebooks_get_refuse_in_the_language(german):
    code = (ROOT / "teaching/checking.py").read_text()
    translated = in_language(code)
    assert len(translated.splitlines()) == len(code.splitlines())
    exec(translated, module := {})
    check = module["Check"]({"f": lambda x: 2 * x}, "f", "Funktionen", {"": ""})
    with pytest.raises(AssertionError) as refused:
        check.agrees(check.call(1.0), 1.0, {})
    assert str(refused.value).startswith("Das Ergebnis von f ist 2, nicht 1. ")
    assert "Lies „Funktionen“ noch einmal. Sieh es mit: f(*failing)" in str(refused.value)


def test_later_cells_know_an_exercise_that_is_not_done_by_its_sentence(german):
    said = gettext("Exercise {exercise}: write your code here, then run the check below.")
    assert f'startswith(f"{said.partition(",")[0]}")' in in_language(
        (ROOT / "teaching/passing.py").read_text()
    )


@pytest.mark.slow
def test_a_course_in_german_has_no_english_of_the_engine(tmp_path, german):
    write_course(tmp_path / "kurs")
    options = tmp_path / "kurs/mkdocs.yml"
    text = options.read_text().replace("name: material", "name: material\n  language: de")
    options.write_text(text.replace("markdown_extensions:", "markdown_extensions:\n  - smarty"))
    (tmp_path / "kurs/docs/index.md").write_text(HOME)
    build = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(build, cwd=tmp_path / "kurs", check=True)
    site = tmp_path / "kurs/site"
    pages = {path: BeautifulSoup(path.read_text(), "html.parser") for path in site.rglob("*.html")}
    assert "„Wie geht’s“, sagt \u201aer‘." in pages[site / "index.html"].text
    marked = {text for text in of_templates() | of_python()[0] if gettext(text) != text}
    parts = (part for text in marked for part in re.split(r"\{.*?\}", text))
    english = [part.strip() for part in parts if re.search(r"[A-Za-z]+ [A-Za-z]+", part)]
    for path, page in pages.items():
        for code in page(["code", "pre", "script", "style"]):
            code.decompose()
        labels = [tag.get(name, "") for tag in page(True) for name in ("aria-label", "title")]
        seen = " ".join([page.text, *labels])
        assert [part for part in english if part in seen] == [], path
