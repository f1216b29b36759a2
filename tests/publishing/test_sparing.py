"""What another plugin did for a page serves the next build, and only as long as it would do the same."""

import json
from pathlib import Path

import pytest

CONFIG = """
site_name: Tiny
strict: true
theme: { name: material, font: false }
plugins:
  - search
  - tutorials
  - mkdocs-jupyter: { include: ["*.ipynb"], execute: false }
  - mkdocstrings:
      enable_inventory: false
      handlers:
        python: { paths: [.], inventories: [], options: { allow_inspection: false, show_root_heading: true } }
nav: [index.md, reference/snippets.md]
"""
SNIPPET = 'def one(x: int) -> int:\n    """Gives one.\n\n    Args:\n      x: anything.\n    """\n    return 1\n'
REFERENCE = Path("site/reference/snippets/index.html")


@pytest.fixture
def build(project, mkdocs_build):
    """`mkdocs build` of a project with a reference and a page that refers to it."""
    project.snippet("__init__", "")
    project.snippet("values", SNIPPET)
    (project.root / "docs/reference").mkdir(parents=True)
    (project.root / "docs/index.md").write_text("# Home\n\n[It][snippets.values.one].\n")
    (project.root / "docs/reference/snippets.md").write_text("# Reference\n\n<!-- build: reference -->\n")
    (project.root / "mkdocs.yml").write_text(CONFIG)
    return mkdocs_build


def site() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file() and path.suffix != ".gz"}


def test_a_page_that_another_build_has_met_is_neither_rendered_nor_taken_apart_again(build, monkeypatch):
    code, said = build()
    assert code == 0, said
    before = site()
    assert b"Gives one." in before[REFERENCE]
    assert b'href="reference/snippets/#snippets.values.one"' in before[Path("site/index.html")]
    monkeypatch.setattr("mkdocstrings_handlers.python.PythonHandler.render", pytest.fail)
    monkeypatch.setattr("material.plugins.search.plugin.Parser", pytest.fail)
    code, said = build()
    assert code == 0, said
    assert site() == before


def test_other_code_or_other_prose_is_rendered_and_found(build, project):
    assert build()[0] == 0
    project.snippet("values", SNIPPET.replace("Gives one", "Always gives one"))
    (project.root / "docs/index.md").write_text("# Home\n\nAnother text.\n")
    assert build()[0] == 0
    found = json.loads(Path("site/search/search_index.json").read_text())["docs"]
    texts = "".join(entry["text"] for entry in found)
    assert b"Always gives one." in REFERENCE.read_bytes()
    assert "Always gives one." in texts
    assert "Another text." in texts
    assert "It." not in texts


def test_an_option_of_mkdocstrings_makes_another_reference(build):
    assert build()[0] == 0
    assert b"Source code in" in REFERENCE.read_bytes()
    config = Path("mkdocs.yml")
    config.write_text(config.read_text().replace("show_root_heading", "show_source: false, show_root_heading"))
    assert build()[0] == 0
    assert b"Source code in" not in REFERENCE.read_bytes()


def include(folder: Path) -> tuple[Path, str]:
    """Let the reference include a file."""
    config, page = Path("mkdocs.yml"), Path("docs/reference/snippets.md")
    config.write_text(config.read_text() + f"markdown_extensions: [pymdownx.snippets: {{base_path: [{folder}]}}]\n")
    page.write_text(page.read_text() + '\n--8<-- "part.txt"\n')
    return folder / "part.txt", "{}"


def template(folder: Path) -> tuple[Path, str]:
    """Let mkdocstrings render a docstring by a template of one's own."""
    config = Path("mkdocs.yml")
    config.write_text(
        config.read_text().replace("enable_inventory:", f"custom_templates: {folder}\n      enable_inventory:")
    )
    return folder / "python/material/docstring.html.jinja", "{}"


def extension(folder: Path) -> tuple[Path, str]:
    """Let an extension of one's own change what a docstring says."""
    config = Path("mkdocs.yml")
    path = folder / "extend.py"
    config.write_text(config.read_text().replace("options: {", f"options: {{ extensions: [{path}],"))
    return path, (
        "import griffe\n\n\nclass Own(griffe.Extension):\n"
        "    def on_function(self, *, func, **_):\n        func.docstring.value = '{}'\n"
    )


@pytest.mark.parametrize("give", [include, template, extension])
def test_a_file_that_is_not_looked_at_makes_no_stale_page(build, tmp_path, give):
    path, text = give(tmp_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for word in ("Before.", "After."):
        path.write_text(text.replace("{}", word))
        code, said = build()
        assert code == 0, said
        assert word.encode() in REFERENCE.read_bytes()


def test_an_inventory_names_in_each_build_what_the_reference_documents(build):
    config = Path("mkdocs.yml")
    config.write_text(config.read_text().replace("enable_inventory: false", "enable_inventory: true"))
    assert build()[0] == 0
    before = Path("site/objects.inv").read_bytes()
    assert build()[0] == 0
    assert Path("site/objects.inv").read_bytes() == before


def test_a_plugin_that_is_switched_off_breaks_no_build(build):
    config = Path("mkdocs.yml")
    config.write_text(config.read_text().replace("enable_inventory: false", "enabled: false"))
    Path("docs/index.md").write_text("# Home\n")
    code, said = build()
    assert code == 0, said


@pytest.mark.parametrize("mistake", ["a parameter that is not there", "a page that is not there"])
def test_what_warns_warns_in_every_build(build, project, mistake):
    if mistake == "a parameter that is not there":
        project.snippet("values", SNIPPET.replace("x: any", "y: any"))
        told = "Parameter 'y' does not appear in the function signature"
    else:
        page = project.root / "docs/reference/snippets.md"
        page.write_text(page.read_text() + "\n[x](no.md)\n")
        told = "contains a link 'no.md'"
    for _ in range(2):
        code, said = build()
        assert code == 1
        assert told in said


def test_a_heading_that_goes_is_missed_by_a_page_kept_from_before(build, project):
    page = project.root / "docs/reference/snippets.md"
    page.write_text(page.read_text() + "\n[home](../index.md#part)\n")
    config = project.root / "mkdocs.yml"
    config.write_text(config.read_text() + "validation: { links: { anchors: warn } }\n")
    home = project.root / "docs/index.md"
    home.write_text("# Home\n\n## Part\n")
    assert build()[0] == 0
    home.write_text("# Home\n\n## Other\n")
    code, said = build()
    assert code == 1
    assert "contains a link '../index.md#part'" in said
