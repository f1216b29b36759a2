"""What an author writes answers within its own block: measured in a browser, on a grid of points.

Each attack of layout.txt is made into a page by the engine, and put into a page of the site. Beside
that stands what it would do as it is, with the style sheet's containment and without.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output
from pages import ROOT
from playwright.sync_api import Page

from publishing.assemble.variants import solve, unsolve
from publishing.options import read_course
from publishing.read.diagnostic import PageError, SourceError
from publishing.read.markup import CLASSES
from publishing.read.percent import read_tutorial
from publishing.run.lesson import Lesson
from publishing.run.notebook import Run
from publishing.run.record import Key, Record
from publishing.settings import Settings, Site
from publishing.site.links import Routes
from publishing.site.look import LOOK
from publishing.site.page import page

pytestmark = pytest.mark.xdist_group("layout")

WIDTHS = (1280, 390)
BEFORE, AFTER = "What stands before.", "What stands after."


@dataclass
class Attack:
    """A line of the corpus: its class, its text, and where it is tried."""

    kind: str
    text: str
    forms: tuple[str, ...]  # prose, output
    on_top: bool  # whether no style sheet contains it: only the list of what a page may hold can


def corpus() -> list[Attack]:
    """The attacks of layout.txt, and each class that the style sheet knows on what it may stand."""
    attacks, kind = [], ""
    for line in (Path(__file__).parent / "layout.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind = line[3:]
        elif line and not line.startswith("#"):
            top, rest = line.startswith("top "), line.removeprefix("top ")
            forms = ("prose",) if rest.startswith("md ") else ("prose", "output")
            text = rest.removeprefix("md ").replace("⏎", "\n")
            attacks.append(Attack(kind, text, forms, top))
    sheet = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", (LOOK / "assets/site.css").read_text())
    for name in sorted(set(re.findall(r"\.([a-zA-Z][\w-]*)", sheet)) - {*CLASSES, "md"}):
        text = f"<div class={name}><p>x</p><ul><li class={name}><a href='#x'>x</a></li></ul></div>"
        attacks.append(Attack("each class of the site", text, ("prose",), False))
    return attacks


ATTACKS = corpus()
SAMPLE = ATTACKS[:197:7]


def test_the_corpus_has_attacks_of_many_kinds():
    kinds = [attack.kind for attack in ATTACKS]
    assert len(set(kinds)) > 10
    assert len(kinds) > 300


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bool], str | None]:
    """Makes HTML of what stands between `BEFORE` and `AFTER` on a page; None if it is refused."""
    convert = read_course(ROOT / "mkdocs.yml")[1]
    monkeypatch.chdir(tmp_path)
    for name in ("tutorials", "snippets", "docs"):
        (tmp_path / name).mkdir()
    settings = Settings(source=tmp_path / "tutorials", snippets=tmp_path / "snippets")
    routes = Routes(settings, Site(tmp_path / "docs"))

    def read(prose: str, outputs: list[NotebookNode]) -> str:
        lines = "".join(f"# {line}".rstrip() + "\n" for line in prose.split("\n"))
        text = f"# %% [markdown]\n# # Attacked\n\n# %% [markdown]\n# {BEFORE}\n\n"
        text += f"# %% [markdown]\n{lines}\n" if prose else ""
        text += f"# %%\n1\n\n# %% [markdown]\n# {AFTER}\n"
        path = settings.source / "attacked.py"
        path.write_text(text, encoding="utf-8")
        tutorial = read_tutorial(path, "attacked")
        solved, student = (form(tutorial, settings.snippets) for form in (solve, unsolve))
        run = Run([outputs], [0.1], {"platform": "cpu", "kind": "cpu"}, {}, [])
        record = Record("attacked", Key((), "", "3.13", {}, ""), run, "2026-11-25T04:03:20+00:00")
        markdown, _ = page(Lesson(solved, student, record.key, record), routes)
        body = re.sub(r"\A---.*?^---$", "", markdown, flags=re.MULTILINE | re.DOTALL)
        html = convert(body)
        start, end = (html.index(f"<p>{text}</p>") for text in (BEFORE, AFTER))
        return html[start + len(f"<p>{BEFORE}</p>") : end]

    def make(attack: str, as_output: bool) -> str | None:
        value = new_output("display_data", {"text/html": attack})
        try:
            return read("", [value]) if as_output else read(attack, [])
        except (SourceError, PageError):
            return None

    return make


# Puts each attack into the article, and gives for each how many points answer to it outside its
# own block, or outside the place between its neighbours, and whether the page became wider.
MEASURE = """({attacks, before, after, contained}) => {
  const article = document.querySelector("article"), root = document.documentElement;
  const sheet = document.getElementById("measured")
    ?? document.head.appendChild(document.createElement("style"));
  sheet.id = "measured";
  sheet.textContent = "article * { pointer-events: auto !important; }"
    + (contained ? "" : "article > *, .exercise > * { contain: none !important; }");
  const filler = "<p>Text. </p>".repeat(40);
  const fill = html => {
    article.innerHTML = `<h1>Attacked</h1><p>Text.</p><p id="before">${before}</p>`
      + `${html}<p id="after">${after}</p>${filler}`;
    article.querySelectorAll("button, summary").forEach(one => one.click());
  };
  const place = (box, room, x, y) => x >= box.left - room && x <= box.right + room
    && y >= box.top - room && y <= box.bottom + room;
  fill("<p>Honest.</p>");
  const width = root.scrollWidth;
  return attacks.map(html => {
    fill(html);
    const [first, last] = ["before", "after"].map(id => article.querySelector(`:scope > #${id}`));
    const blocks = [];
    for (let block = first?.nextElementSibling; block && block != last;)
      [block] = [block.nextElementSibling, blocks.push(block)];
    const others = [...article.children].filter(one => !blocks.includes(one));
    let outside = root.scrollWidth > width + 2 ? 1000 : 0;  // the page became wider
    for (const scrolled of [0, 500]) {
      window.scrollTo(0, scrolled);
      const column = article.getBoundingClientRect();
      const top = first?.getBoundingClientRect().bottom ?? 0;
      const bottom = last?.getBoundingClientRect().top ?? 0;
      const between = {left: column.left, right: column.right, top, bottom};
      for (let x = 5; x < innerWidth; x += 36) for (let y = 5; y < innerHeight; y += 36) {
        const hit = document.elementFromPoint(x, y), block = blocks.find(one => one.contains(hit));
        if (block) {
          const room = /^H\\d$/.test(block.tagName) ? 26 : 6;  // for the sign of its address
          const own = place(block.getBoundingClientRect(), room, x, y);
          if (!own || !place(between, 26, x, y)) outside++;
        } else if (hit?.closest("article") && hit != article)  // of what left its place
          outside += !others.some(one => one.contains(hit));
      }
    }
    window.scrollTo(0, 0);
    return outside;
  });
}"""


@pytest.fixture
def measure(address: str, new_page: Callable[..., Page]) -> Iterator[Callable]:
    """How many points outside answer to each HTML, in a wide and a narrow window together."""
    opened = []
    for width in WIDTHS:
        opened.append(new_page(width))
        opened[-1].goto(f"{address}about/")

    def call(attacks: list[str], *, contained: bool = True) -> list[int]:
        options = {"attacks": attacks, "before": BEFORE, "after": AFTER, "contained": contained}
        counts = [window.evaluate(MEASURE, options) for window in opened]
        return list(map(sum, zip(*counts, strict=True)))

    yield call
    for window in opened:
        window.context.close()


def look(attacks: list[Attack], made: Callable, measure: Callable) -> list[list]:
    """Fail with a table if anything answers outside its block; the rows of that."""
    raw = [f"<div>{attack.text}</div>" for attack in attacks]
    bare, contained = measure(raw, contained=False), measure(raw)
    rows, through = [], []
    for number, attack in enumerate(attacks):
        for form in attack.forms:
            html = made(attack.text, form == "output")
            rows.append([attack, form, bare[number], contained[number]])
            if html is not None:
                through.append((rows[-1], html))
    for (row, _), outside in zip(through, measure([html for _, html in through]), strict=True):
        row.append(outside)
    print(table(rows))
    acting = [row for row in rows if row[4:] > [0]]
    loose = [row for row in rows if row[3] and not row[0].on_top]
    assert not acting, f"these answer outside their block:\n{table(acting)}"
    assert not loose, f"the style sheet does not contain these:\n{table(loose)}"
    return rows


def table(rows: list[list]) -> str:
    """The attacks with the points outside: as they are, contained, through the engine."""
    lines = [f"{'bare':>6} {'contained':>9} {'engine':>8}  as      attack"]
    for attack, form, bare, contained, *outside in rows:
        result = str(*outside) or "refused"
        lines.append(f"{bare:6} {contained:9} {result:>8}  {form:6}  {attack.text[:90]!r}")
    kinds: dict[str, list] = {}
    for row in rows:
        kinds.setdefault(row[0].kind, []).append(row)
    names = ("forms", "refused", "through", "bare", "contained", "engine")
    lines.append("{:>6} {:>8} {:>8} {:>7} {:>9} {:>7}".format(*names))
    for kind, some in kinds.items():
        through = [row[4] for row in some if row[4:]]
        sums = (sum(row[2] for row in some), sum(row[3] for row in some), sum(through))
        counts = (len(some), len(some) - len(through), len(through))
        lines.append("{:6} {:8} {:8} {:7} {:9} {:7}  {}".format(*counts, *sums, kind))
    return "\n".join(lines)


def test_attacks_of_all_kinds_answer_within_their_block(made, measure):
    bare = [row[2] for row in look(SAMPLE, made, measure)]
    assert sum(map(bool, bare)) > len(SAMPLE) / 2  # the grid can tell


@pytest.mark.slow
@pytest.mark.parametrize("kind", dict.fromkeys(attack.kind for attack in ATTACKS))
def test_no_attack_of_a_kind_answers_outside_its_block(kind, made, measure):
    look([attack for attack in ATTACKS if attack.kind == kind], made, measure)
