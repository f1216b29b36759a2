"""What axe, the checker of accessibility, finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from pages import wait_until
from playwright.sync_api import Page

AXE = Axe()
# The map of the front page, too.
ALL_DRAWN = ".cards, .cards > li { content-visibility: visible !important }"

IN_ONE_CORNER = (
    "article pre { position: fixed !important; top: 0; height: 9px; overflow: hidden }"
    "article * { contain: none !important }"  # or it would be the corner of a block
)


def violations(page: Page, *, code: bool = False) -> list[str]:
    """What axe finds on a page.

    A page has thousands of pieces of coloured code, in the same few colours as any other. Unless
    they are wanted, they become plain text first: axe is slow with many nodes, and slower with
    excluded ones.
    """
    if not code:
        page.evaluate("""for (const code of document.querySelectorAll('.highlight code'))
            code.textContent = code.textContent""")
    found = AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}"
        for one in found
    ]


def small_targets(page: Page) -> list[str]:
    """Links and buttons that a finger misses; the target of WCAG 2.2 has 24 pixels."""
    found = AXE.run(
        page, options={"runOnly": {"type": "rule", "values": ["target-size"]}}
    ).response["violations"]
    return [f"{node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def unfold(page: Page) -> None:
    """Open every fold and draw what is drawn on sight."""
    page.add_style_tag(content=ALL_DRAWN)
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")


def see_all_code(page: Page) -> None:
    """Bring each block of code into view once, all in one corner, at which it gets its button."""
    page.evaluate("window.folded = [...document.querySelectorAll('details:not([open])')]")
    page.evaluate("folded.forEach(fold => fold.open = true)")
    corner = page.add_style_tag(content=IN_ONE_CORNER)
    wait_until(
        page,
        """() => [...document.querySelectorAll("article :not([hidden]) > pre > code")]
        .every(code => code.parentElement.querySelector("button"))""",
    )
    corner.evaluate("style => style.remove()")
    page.evaluate("folded.forEach(fold => fold.open = false)")
