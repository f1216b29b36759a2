"""How long each page keeps an emulated phone from answering, beside an empty page of Material, in one run.

    uv run mkdocs build && uv run python tests/benchmark/blocking.py

Total blocking time: of each task longer than 50 ms while a page loads, what exceeds 50 ms. The processor is slowed down
six times; each page is loaded several times in turn, and the median counts.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
EMPTY = "site_name: Empty\ntheme: { name: material, font: false, features: [content.code.copy] }\nplugins: [search]\n"
SLOWER = 6
TIMES = 7
OBSERVE = """window.blocked = 0;
new PerformanceObserver(list => {
  for (const task of list.getEntries()) window.blocked += Math.max(0, task.duration - 50);
}).observe({ type: 'longtask', buffered: true });"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which a folder is served."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def blocked(browser: Browser, address: str) -> float:
    """The total blocking time of one visit with an empty cache, in milliseconds."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(OBSERVE)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(1000)
    milliseconds = page.evaluate("window.blocked")
    context.close()
    return milliseconds


def main() -> None:
    """Measure, and print a line for each page."""
    chromium = shutil.which("chromium") or sys.exit("there is no chromium; install it to run this benchmark")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        (folder / "docs").mkdir()
        (folder / "docs/index.md").write_text("# Empty\n")
        (folder / "mkdocs.yml").write_text(EMPTY)
        environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=folder, env=environment, check=True)
        pages = [
            "",
            *(f"{path.parent.relative_to(ROOT / 'site')}/" for path in (ROOT / "site").glob("*/**/index.html")),
        ]
        with served(folder / "site") as empty, served(ROOT / "site") as ours, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            addresses = {"an empty page of Material": empty} | {page or "home": ours + page for page in sorted(pages)}
            found: dict[str, list[float]] = {name: [] for name in addresses}
            for _ in range(TIMES):
                for name, address in addresses.items():
                    found[name].append(blocked(browser, address))
    medians = {name: statistics.median(values) for name, values in found.items()}
    base = medians["an empty page of Material"]
    for name, milliseconds in medians.items():
        print(f"{name:36} {milliseconds:6.0f} ms  {milliseconds / base:5.2f}")


if __name__ == "__main__":
    main()
