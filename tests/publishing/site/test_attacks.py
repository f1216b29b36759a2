"""What authors and cells may try, as attacks.txt lists it: refused, shown as text, or without effect in a browser."""

import functools
import http.server
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from markdown import Markdown
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.utils.yaml import yaml_load
from nbformat.v4 import new_output
from playwright.sync_api import Page, sync_playwright

from publishing.read.diagnostic import PageError, SourceError, find_line
from publishing.site.figures import figure
from publishing.site.links import Routes
from publishing.site.markdown import Glossary, Mathematics
from publishing.site.outputs import shown
from publishing.site.page import page
from publishing.site.structure import Finished, marked

ROOT = Path(__file__).parents[3]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="50" height="50">{}</svg>'
CONFIG = yaml_load((ROOT / "mkdocs.yml").read_text())


def _attacks() -> dict[str, list[tuple[str, str]]]:
    """The outcome and the text of each attack, by place."""
    signs = str.maketrans({"⏎": "\n", "␀": "\0", "␁": "\x01", "¦": "\ufeff"})
    found, place = {}, ""
    for line in (Path(__file__).parent / "attacks.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            place = line[3:].partition(":")[0]
        elif place and line:
            outcome, _, attack = line.partition(" ")
            before, many, after = attack.partition("\u00d79999")
            found.setdefault(place, []).append(
                (outcome, (before + before[-1:] * 9998 * bool(many) + after).translate(signs))
            )
    return found


ATTACKS = _attacks()
HARMLESS = {
    place: [text for outcome, text in cases if outcome == "harmless"]
    for place, cases in ATTACKS.items()
}


def markdown() -> Markdown:
    """Markdown as MkDocs reads it with this course's configuration."""
    names = [
        name if isinstance(name, str) else next(iter(name))
        for name in CONFIG["markdown_extensions"]
    ]
    options = {
        name: values
        for one in CONFIG["markdown_extensions"]
        if isinstance(one, dict)
        for name, values in one.items()
    }
    glossary = Glossary(str(ROOT / "docs/glossary.md"))
    return Markdown(
        extensions=["tables", "fenced_code", *names, Mathematics(), glossary, Finished()],
        extension_configs=options,
    )


def value(html: str, **others: str) -> object:
    return new_output(
        "display_data",
        {"text/html": html} | {kind.replace("_", "/"): text for kind, text in others.items()},
    )


def drawn(svg: str, **others: str) -> object:
    return new_output("display_data", {"image/svg+xml": SVG.format(svg)} | others)


def cell(prose: str) -> str:
    lines = "".join(f"# {line}\n" for line in prose.split("\n"))
    return f"# %% [markdown]\n{lines}\n# %%\n1\n"


def test_there_are_attacks_of_every_outcome_in_every_place():
    assert {place: {outcome for outcome, _ in cases} for place, cases in ATTACKS.items()} == {
        "outputs": {"text", "harmless"},
        "prose": {"refused", "harmless"},
        "quoted": {"harmless"},
        "drawings": {"text", "harmless"},
    }
    assert sum(map(len, ATTACKS.values())) > 500


def test_what_no_page_can_have_of_an_output_is_shown_as_the_text_that_came_with_it_or_refused():
    became = {}
    for outcome, attack in ATTACKS["outputs"]:
        (entry,) = shown([value(attack, text_plain="<the text>")])
        is_text = entry.kind == "value" and entry.html == "&lt;the text&gt;"
        became[attack] = (outcome, "text" if is_text else "harmless")
        for text in ("", "<IPython.core.display.HTML object>") if outcome == "text" else ():
            with pytest.raises(ValueError, match=r"^its output .*\.$"):
                shown([value(attack, text_plain=text)])
    assert [attack for attack, (expected, outcome) in became.items() if expected != outcome] == []


def test_what_no_page_can_have_of_a_drawing_is_shown_as_its_png_or_refused():
    suffixes = {"text": "png", "harmless": "svg"}
    for outcome, attack in ATTACKS["drawings"]:
        assert figure(drawn(attack, **{"image/png": PIXEL})).suffix == suffixes[outcome], attack
        if outcome == "text":
            with pytest.raises(ValueError, match=r"^its SVG "):
                figure(drawn(attack))


SENTENCE = re.compile(
    "which no page can have|authors may give|elsewhere|cannot be|\\bclose|without an end|nested|not seen|limit|another address"
)


def test_what_no_page_can_have_of_prose_is_refused_at_its_line(lesson, routes):
    wrong = {}
    for outcome, attack in ATTACKS["prose"]:
        cells = cell("Before.") + cell(attack) + cell("After.")
        path, refusal, lines = routes.settings.source / "part/page.py", None, []
        try:
            text, _ = page(lesson(cells, values=["<img src=x onerror=alert(1)>"] * 9), routes)
            markdown().convert(re.sub(r"\A---.*?^---$", "", text, flags=re.MULTILINE | re.DOTALL))
        except SourceError as error:
            refusal, lines = str(error), [each.number for each in error.diagnostics]
        except PageError as error:
            refusal, lines = str(error), [find_line(path, error.texts)]
        last = 11 + attack.count("\n")
        told = bool(refusal and SENTENCE.search(refusal))
        if told != (outcome == "refused") or not all(line and 10 <= line <= last for line in lines):
            wrong[attack] = (outcome, lines, refusal)
    assert wrong == {}


def refused(text: str) -> bool:
    try:
        markdown().convert(re.sub(r"\A---.*?^---$", "", text, flags=re.MULTILINE | re.DOTALL))
    except PageError:
        return True
    return False


def _pages(lesson: Callable, routes: object) -> Iterator[tuple[str, str, dict[str, bytes]]]:
    """Pages with all that may be built: the name, the Markdown and the files beside it."""

    def made(
        name: str, cells: str, outputs: dict | None = None
    ) -> tuple[str, str, dict[str, bytes]]:
        text, figures = page(
            lesson(cells, outputs, name=name, values=["<img src=x onerror=alert(1)>"] * 9), routes
        )
        return name, text, {file: one.content for file, one in figures.items()}

    for first in range(0, len(HARMLESS["outputs"]), 4):
        given = {
            number: [value(attack)]
            for number, attack in enumerate(HARMLESS["outputs"][first : first + 4])
        }
        yield made(f"output-{first}", "\n".join(["# %%\n1\n"] * len(given)), given)
    for number, attack in enumerate(HARMLESS["drawings"]):
        yield made(f"drawing-{number}", '# %% alt="A."\n1\n', {0: [drawn(attack)]})
    for first in range(0, len(HARMLESS["prose"]), 4):
        whole = made(f"prose-{first}", "".join(map(cell, HARMLESS["prose"][first : first + 4])))
        if not refused(whole[1]):
            yield whole
    for number, (_, attack) in enumerate(ATTACKS["prose"]):
        if not refused(marked(attack)):  # by hand, a page may have what templates have
            yield f"hand-{number}", attack, {}
    for number, attack in enumerate(HARMLESS["quoted"]):
        frames = [
            part for n in "12" for part in (new_output("stream", text=attack + n), drawn("<g/>"))
        ]
        yield made(
            f"frames-{number}", f'# %% tags=["frames"] alt={json.dumps(attack)}\n1\n', {0: frames}
        )
        matter = yaml.safe_dump(
            {"title": attack, "description": attack, "author": attack, "cover": attack}
        )
        yield f"matter-{number}", f"---\n{matter}---\n\n# A title\n\nText.\n", {}


@pytest.fixture
def attacked(project, lesson, routes, monkeypatch) -> tuple[Path, list[str]]:
    """A site of this course's theme with the pages that may be built, and their names."""
    docs, names = project.root / "docs", []
    (docs / "glossary.md").write_text("# Words\n\n## Leaf { #leaf }\n\nAn end.\n")
    for name, text, files in _pages(lesson, routes):
        names.append(name)
        (docs / f"{name}.md").write_text(text, encoding="utf-8")
        for file, content in files.items():
            (docs / name).mkdir(exist_ok=True)
            (docs / name / file).write_bytes(content)
    shutil.rmtree(routes.settings.source)
    routes.settings.source.mkdir()
    config = {key: CONFIG[key] for key in ("theme", "markdown_extensions")}
    config["theme"] |= {"custom_dir": str(ROOT / "docs/overrides")}
    shown_in_nav = [
        f"{name}.md"
        for name in names
        if name.startswith("matter") or (docs / f"{name}.md").read_text()[0] == "#"
    ]
    plugins = [
        "search",
        {"tutorials": {"glossary": "glossary.md"}},
        "mkdocs-jupyter",
    ]
    config |= {"site_name": "Attacks", "plugins": plugins, "nav": ["index.md", *shown_in_nav]}
    Path("mkdocs.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    monkeypatch.setattr(Routes, "dead_links", lambda *_: [])  # of which attacks have many
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    config = load_config("mkdocs.yml", strict=False)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    config.plugins.on_shutdown()
    return project.root / "site", names


LOOK = r"""async () => {
  const seen = element => element && element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const article = document.querySelector("article"), wrong = [];
  for (const name of ["body", ".md-header", ".md-content", "article h1, article h2, article p"])
    if (!seen(document.querySelector(name))) wrong.push("hidden: " + name);
  for (const [x, y] of [[60, 20], [640, 20], [1220, 20]])
    if (!document.elementFromPoint(x, y)?.closest(".md-header")) wrong.push("over the header");
  for (const [x, y] of [[8, 300], [8, 800], [150, 450], [1150, 450], [1272, 300], [1272, 800]])
    if (document.elementFromPoint(x, y)?.closest("article")) wrong.push("over the margins");
  for (const element of document.querySelectorAll("article *, .md-nav *, head *, .md-footer *")) {
    for (const {name} of element.attributes) if (name.startsWith("on")) wrong.push(name);
    if (element.protocol && !/^(https?|mailto):$/.test(element.protocol)) wrong.push(element.protocol);
  }
  const running = "script,iframe,object,embed,form,base,link,meta,audio,video,template,dialog,select,textarea";
  for (const element of article.querySelectorAll(running)) wrong.push(element.localName);
  const blocks = [...article.children, ...article.querySelectorAll(".exercise > *")];
  for (const scrolled of [0, 700]) {
    window.scrollTo(0, scrolled);
    for (let x = 20; x < innerWidth; x += 48) for (let y = 20; y < innerHeight; y += 48) {
      const element = document.elementFromPoint(x, y), block = blocks.findLast(one => one.contains(element));
      if (!block) continue;
      const {left, right, top, bottom} = block.getBoundingClientRect(), room = /^H\d$/.test(block.tagName) ? 26 : 6;
      if (x < left - room || x > right + room || y < top - room || y > bottom + room) wrong.push("out of its block");
    }
  }
  window.scrollTo(0, 0);
  const last = document.querySelector(".stamp");
  if (last && last.parentElement != article) wrong.push("out of its place");
  const stay = event => /^https?:|^mailto:/.test(event.target.closest("a")?.protocol) && event.preventDefault();
  document.addEventListener("click", stay, true);
  for (const element of article.querySelectorAll("a, button, summary, label, [tabindex]")) element.click();
  await new Promise(done => setTimeout(done, 20)); // in which a link runs
  return wrong;
}"""


# What each of these does in a page without a policy, so that the browser is known to tell.
ON_PURPOSE = {
    "a dialog: 1": "<script>alert(1)</script>",
    "a dialog: 2": "<img src=x onerror=alert(2)>",
    "a dialog: 3": "<a href='javascript:alert(3)'>a</a>",
    "asks for https://evil.test/a": "<img src=https://evil.test/a.png>",
    "asks for https://evil.test/b": "<p style='background:url(https://evil.test/b.png)'>a</p>",
    "hidden: body": "<style>body{display:none}</style>",
    "over the header": "<div class=long><div style='position:fixed;inset:0;z-index:9999'>a</div></div>",
    "over the margins": "<div class=long><div style='position:fixed;inset:0;z-index:1'>a</div></div>",
    "out of its block": "<div class=long><p style='position:relative;top:300px;height:200px'>a</p></div>",
}
# What the style sheet keeps in its block, if it ever got into a page.
CONTAINED = [
    "<ul class=cards><li style='position:static'><a href='https://evil.test/'>x</a></li></ul>",
    "<p><a href='https://evil.test/' style='font-size:9999px;line-height:0'>█</a></p>",
    "<h2 style='font-size:9999px;line-height:0'>Gone</h2>",
    "<div style='height:0;opacity:.99'><div style='height:9000px;background:white'>a</div></div>",
    "<div style='display:flex;align-items:flex-end;height:0'><div style='height:9000px'>a</div></div>",
    "<p style='text-indent:calc(-infinity * 1px)'><a href='https://evil.test/'>a</a></p>",
    "<div><svg width=1 height=1 style='overflow:visible'><rect x=-5000 y=-5000 width=10000 height=10000 /></svg></div>",
    "<p><math><mspace style='margin-left:-60em'/><mtext>Log in</mtext></math></p>",
    "<div><div style='position:fixed;inset:0;z-index:9999'>a</div></div>",
]


@pytest.fixture
def browser_page() -> Iterator[Page]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI must install chromium")
        pytest.skip("there is no chromium; install it to open the attacks in it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


@pytest.mark.slow
@pytest.mark.xdist_group("attacks")
def test_what_may_be_built_runs_nothing_asks_nobody_and_lies_over_nothing(attacked, browser_page):
    site, names = attacked
    seen: list[str] = []
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(quiet, directory=site)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"

    def asked(request: object) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            seen.append(f"asks for {request.url}")

    def closed(dialog: object) -> None:
        seen.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def look(place: str) -> list[str]:
        """What is wrong with a page, or a picture, in the browser."""
        seen.clear()
        browser_page.goto(address + place)
        return ([] if place.endswith(".svg") else browser_page.evaluate(LOOK)) + seen

    browser_page.on("request", asked)
    browser_page.on(
        "requestfailed",
        lambda it: seen.append(f"stopped {it.url}") if it.failure == "csp" else None,
    )
    browser_page.on("dialog", closed)
    browser_page.on("pageerror", lambda error: seen.append(str(error)))
    browser_page.on(
        "console",
        lambda it: seen.append(it.text) if it.type == "error" and "404" not in it.text else None,
    )
    places = [
        "",
        *(f"{name}/" for name in names),
        *(str(path.relative_to(site)) for path in sorted(site.glob("*/*.svg"))),
    ]
    assert {place: wrong for place in places if (wrong := look(place))} == {}
    assert len(places) > 100
    front = (site / "index.html").read_text()
    for number, (what, attack) in enumerate(ON_PURPOSE.items()):
        page_without = re.sub("<meta http-equiv[^>]*>", "", front).replace(
            "</article>", f"{attack}</article>"
        )
        (site / f"about-{number}.html").write_text(page_without)
        assert what in " ".join(look(f"about-{number}.html"))
    for number, attack in enumerate(CONTAINED):
        without = re.sub("<meta http-equiv[^>]*>", "", front)
        for place in ("</h1>", "</article>"):
            held = without.replace(place, f"</h1>{attack}" if place == "</h1>" else attack + place)
            (site / f"held-{number}.html").write_text(held)
            assert look(f"held-{number}.html") == [], attack
    (site / "policy.html").write_text(
        front.replace("</article>", f"{''.join(ON_PURPOSE.values())}</article>")
    )
    tried = " ".join(look("policy.html"))
    assert "a dialog" not in tried
    assert re.findall("asks for (\\S+)", tried) == re.findall("stopped (\\S+)", tried)
    seen.clear()
    browser_page.goto(address)
    browser_page.keyboard.press("f")
    for words in ("img src onerror", "script alert", "javascript"):
        browser_page.fill(".md-search__input", words)
        browser_page.wait_for_timeout(500)
    server.shutdown()
    server.server_close()
    assert seen == []
