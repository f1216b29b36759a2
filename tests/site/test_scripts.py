"""site.js: each of its features works by itself, whatever the others miss or do."""

import json
import re

import pytest
from pages import SAMPLE
from playwright.sync_api import Page

from publishing.site.look import LOOK

pytestmark = pytest.mark.xdist_group("scripts")

# It has what every feature is for, except the cards of the front page.
PAGE = "tutorials/haiku/regression/"
SOURCE = (LOOK / "assets/site.js").read_text(encoding="utf-8")
BODIES = dict(
    re.findall(
        r"^features\.(\w+) = (.*?)(?=^// |^features|^const start|\Z)",
        SOURCE,
        re.MULTILINE | re.DOTALL,
    )
)
STRING = r"""(?:"([^"\n]+)"|'([^'\n]+)')"""
SELECTOR = re.compile(
    rf"(?:querySelector(?:All)?|getElementById|closest)\({STRING}\)|\[(?:\")(\.[^\"]+)\", \{{"
)
# What a feature does, seen from outside: an expression that becomes true.
WORKS = {
    "labels": "document.querySelector('.md-search').ariaLabel + probes.list.role == 'Searchlist'",
    "code": "probes.nav.getAttribute('role') == 'none'",
    "buttons": "document.querySelectorAll('.md-header__button > button[aria-label]').length == 2",
    "menu": "probes.closed",
    "palette": "document.querySelector('.palette').title.startsWith('Switch to')",
    "reading": "document.querySelector('.where .here.seen') != null",
    "exercises": "document.querySelectorAll('.exercise-kind input').length >= 3",
    "predictions": "document.querySelector('[data-predict]').scrollIntoView(), "
    "document.querySelector('form.predict').textContent.includes('largest_rate')",
    "choices": "document.querySelector('.choose li > button') != null",
    "today": "document.querySelector('.today.live select') != null",
    "filter": "document.querySelector('.filter p').textContent == '2 entries'",
    "names": "document.querySelector('.long td code > wbr') != null",
    "contents": "probes.contents",
    "terms": "probes.term",
    "missing": "document.querySelector('.missing').previousElementSibling.textContent"
    ".startsWith('Perhaps you want')",
    "answers": "document.querySelector('.abstract > button.answers') != null",
    "aims": "document.querySelector('.abstract > .admonition-title > button[aria-expanded]') "
    "!= null",
    "frames": "document.querySelector('.frames.live input').ariaValueText.length > 0",
    "handles": "document.querySelector('[data-handle]').scrollIntoView(), "
    "document.querySelector('[data-handle].live button') != null",
    "ties": "document.querySelector('[data-ties]').scrollIntoView(), "
    "document.querySelector('.live[data-ties] > .steps') != null",
    "copying": "probes.copied.includes('$')",
    "search": "probes.told().textContent.includes('zzzz')",
}
# What a reader does that features answer to.
ACT = """window.probes = {};
    probes.list = document.querySelector("article ul.md-search-result__list");
    probes.nav = document.createElement("nav");
    probes.nav.className = "md-code__nav";
    document.querySelector("article.md-content__inner").append(probes.nav);
    const drawer = document.querySelector("#__drawer"), term = document.querySelector(".term > a");
    document.querySelector("#contents").showPopover();
    const both = {bubbles: true, cancelable: true};
    addEventListener("click", event => event.preventDefault(), {once: true});
    document.querySelector("#contents a").dispatchEvent(new MouseEvent("click", both));
    probes.contents = !document.querySelector("#contents").matches(":popover-open");
    document.querySelector("#contents").hidePopover();
    term.focus();
    if (!drawer.checked) drawer.click();
    document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
    probes.closed = !drawer.checked;
    probes.term = term.parentElement.classList.contains("away");
    const range = document.createRange(), data = new DataTransfer();
    range.selectNode(document.querySelector(".md-content p math").parentElement);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, ...both}));
    probes.copied = data.getData("text/plain");
    document.querySelector("[data-handle]")?.scrollIntoView();"""
# What Material's search shows where no page has the word typed; an answer to what was typed
# before may still come.
NOTHING_FOUND = """window.probes.told = () => document.querySelector("div.md-search-result__meta");
    const input = document.querySelector("input.md-search__input");
    input.value = "zzzzzz";
    input.dispatchEvent(new Event("keyup"));
    probes.told().textContent = "No matching documents";"""
# What other pages have.
MORE = """<div class="filter rows"></div>
    <div class="long"><table><tbody><tr><td><code>a.b</code><tr><td>b</table></div>
    <div class="today"></div>
    <div data-handle="cache" data-values='{"calls": []}'></div>
    <figure data-ties><img src="../../jax/gradients/figure-1.svg" width="9" height="9" alt="">
    <figcaption></figcaption></figure>
    <ul class="md-search-result__list"></ul>
    <ul class="missing"><li><a href="../regressions/">Regressions</a></ul></article>"""
HIDE = """for (const [owner, method, none] of [
    [Document, "querySelector", null], [Document, "querySelectorAll", []],
    [Document, "getElementById", null], [Element, "querySelector", null],
    [Element, "querySelectorAll", []], [Element, "closest", null]]) {
    const find = owner.prototype[method];
    owner.prototype[method] = function (selector) {
        return selector == SELECTOR ? none : find.call(this, selector);
    };
}
"""


def selectors(code: str) -> set[str]:
    return {next(filter(None, found)) for found in SELECTOR.findall(code)}


def missed(page, names: set[str], without: set[str]) -> set[str]:
    """Those of the features that do not work, as soon as all others than `without` do."""
    checks = ", ".join(
        f"{name}: () => {{ try {{ return {WORKS[name]} }} catch {{ return false }} }}"
        for name in names
    )
    return set(
        page.evaluate(f"""async () => {{
            const checks = {{{checks}}}, wanted = {json.dumps([*names - without])};
            const end = Date.now() + 20_000;
            while (Date.now() < end && !wanted.every(name => checks[name]()))
                await new Promise(go => setTimeout(go, 20));
            return Object.keys(checks).filter(name => !checks[name]());
        }}""")
    )


@pytest.fixture
def dead(light, address):
    """Loads the page with another text of site.js: the features that fail, and the console.

    It waits for all features but those `without` which the page is expected to be, and for the
    search after all others.
    """

    def load(source: str, without: set[str] = frozenset()) -> tuple[set[str], list[str]]:
        said, url = [], address + PAGE
        light.on("console", lambda message: said.append(message.text))
        light.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
        light.add_init_script("""for (const name of ["/course/.course", "course"])
            localStorage.setItem(name, '{"seen": {"/a/": 1}, "done": {}}')""")
        light.route(
            "**/assets/site.js",
            lambda route: route.fulfill(body=source, content_type="text/javascript"),
        )
        light.route(
            url,
            lambda route: route.fulfill(
                response=(got := route.fetch()), body=got.text().replace("</article>", MORE)
            ),
        )
        light.goto(url)
        for width in (390, 1280):  # a phone turned on its side
            light.set_viewport_size({"width": width, "height": 900})
            light.wait_for_timeout(100)
        light.evaluate(f"() => {{ {ACT} }}")
        broken = missed(light, WORKS.keys() - {"search"}, without)
        light.evaluate(f"() => {{ {NOTHING_FOUND} }}")
        return broken | missed(light, {"search"}, without), said

    return load


@pytest.mark.sample
def test_all_features_work_and_each_is_tested(dead):
    assert BODIES.keys() == WORKS.keys()
    assert dead(SOURCE) == (set(), [])


@pytest.mark.parametrize(
    "name",
    [name if name == "menu" else pytest.param(name, marks=pytest.mark.slow) for name in WORKS],
)
def test_a_feature_that_fails_is_named_in_the_console_and_the_others_work(dead, name):
    start = SOURCE.replace(
        "const start =", f"features.{name} = () => {{ throw new Error('broken') }};\nconst start ="
    )
    broken, said = dead(start, {name})
    assert broken == {name}
    (message,) = said
    assert message.startswith(f'The feature "{name}" of site.js failed: Error: broken')


@pytest.mark.slow
@pytest.mark.parametrize("selector", sorted(set().union(*map(selectors, BODIES.values()))))
def test_where_an_element_is_missing_only_the_features_that_ask_for_it_do_nothing(dead, selector):
    asking = {name for name, body in BODIES.items() if selector in selectors(body)}
    broken, said = dead(HIDE.replace("SELECTOR", repr(selector)) + SOURCE, asking)
    assert broken <= asking
    assert said == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("__md_get", set()),
        ("__md_set", set()),
        ("__md_scope", {"search"}),
        ("document$", set()),
        ("paint", {"palette"}),
    ],
)
def test_what_a_theme_does_not_define_is_missed_by_those_that_need_it_alone(dead, name, needed):
    broken, said = dead(f"window['{name}'] = undefined;\n{SOURCE}", needed)
    assert broken == needed
    assert said == []


def test_what_fails_later_is_told_too(dead):
    late = SOURCE.replace("drawer.click();", "throw new Error('late');", 1)
    assert late != SOURCE
    broken, said = dead(late, {"menu"})
    assert broken == {"menu"}
    assert [message.partition(": ")[0] for message in said] == [
        'The feature "menu" of site.js failed'
    ]


# What a browser may do with its store: throw where it is looked at, not have it, have no room in
# it, hold what others left there.
STORES = {
    "refused": "{get() { throw new DOMException('denied', 'SecurityError') }}",
    "absent": "{value: undefined}",
    "full": """{value: {getItem: () => null, setItem: () => {
        throw new DOMException('full', 'QuotaExceededError') }}}""",
    "damaged": "{value: {getItem: () => '{', setItem: () => {}}}",
    "of another": '{value: {getItem: () => \'{"seen": null, "done": 3}\', setItem: () => {}}}',
}


@pytest.fixture
def forgetful(new_page, address):
    """Opens a page in a browser with such a store; what its console says."""

    def load(store: str, path: str) -> tuple[Page, list[str]]:
        page, said = new_page(), []
        define = f"Object.defineProperty(window, 'localStorage', {STORES[store]})"
        page.add_init_script(define)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
        page.goto(address + path, wait_until="networkidle")
        return page, said

    return load


@pytest.mark.parametrize("store", STORES)
def test_whatever_a_browser_stores_every_feature_of_a_page_is_there(forgetful, store):
    for path in SAMPLE:
        page, said = forgetful(store, path)
        page.locator(".palette[title]").wait_for()
        assert page.locator(".exercise-kind input").count() == page.locator(".exercise").count()
        for stub in page.locator("[data-predict]").all():
            stub.evaluate("stub => stub.scrollIntoView()")
            page.locator("form.predict input").first.wait_for()
        filters, told = page.locator(".filter"), page.locator(".filter [role=status]")
        assert filters.count() == told.filter(has_text="entries").count()
        assert all(" of " in line for line in page.locator(".progress").all_inner_texts())
        assert said == []
        page.context.close()


@pytest.mark.parametrize("store", ["refused", "absent", "full"])
def test_what_cannot_be_stored_is_kept_as_long_as_the_page(forgetful, store):
    page, said = forgetful(store, PAGE)
    palettes = []
    for _ in range(3):
        page.locator(".palette").click()
        palettes.append(page.evaluate("document.documentElement.dataset.palette"))
    assert palettes == ["light", "dark", ""]
    boxes, all_ = page.locator(".exercise-kind input"), page.locator(".progress")
    for done, box in enumerate(boxes.all(), 1):
        box.check()
        assert all_.inner_text().startswith(f"{done} of ")
    boxes.first.uncheck()
    assert all_.inner_text().startswith(f"{boxes.count() - 1} of ")
    page.locator("[data-predict]").evaluate("stub => stub.scrollIntoView()")
    page.locator("form.predict input").first.fill("9")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator("form.predict > p.wrong").wait_for()
    choose = page.locator(".choose").first
    choose.get_by_role("button").first.click()
    assert choose.get_by_role("status").inner_text() in ("Right.", "Not so.")
    assert page.locator(".where .here.seen").count() == 1
    assert said == []
    page.context.close()


# As Firefox does where it refuses cookies; in a worker, too.
REFUSED = """for (const name of
    ["localStorage", "sessionStorage", "BroadcastChannel", "indexedDB", "caches"])
    Object.defineProperty(globalThis, name, {
        get() { throw new DOMException("denied", "SecurityError") } });
"""


@pytest.mark.sample
def test_where_a_browser_stores_nothing_every_form_answers(new_page, address):
    page, said = new_page(), []
    page.add_init_script(REFUSED)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(f"uncaught: {error}"))
    page.context.route(
        "**/assets/search.js*",
        lambda route: route.fulfill(
            body=REFUSED + route.fetch().text(), content_type="text/javascript"
        ),
    )
    page.goto(address + PAGE)
    choose = page.locator(".choose").first
    choose.get_by_role("button").first.click()
    assert choose.get_by_role("status").inner_text() in ("Right.", "Not so.")
    page.locator(".exercise-kind input").first.check()
    assert page.locator(".progress").inner_text().startswith("1 of ")
    page.locator("input.md-search__input").click()
    page.keyboard.type("vmap")
    page.locator(".md-search-result__item").first.wait_for()
    page.goto(address + "tutorials/look_up/errors/")
    page.locator(".filter input").fill("Abstract tracer value encountered")
    told = page.locator(".filter [role=status]", has_text=" of ")
    told.wait_for()
    page.goto(address + "exercises/")
    page.locator(".filter select").first.select_option("repair")
    told.wait_for()
    page.goto(address + "your-file/")
    page.get_by_role("button", name="an error").click()
    page.locator(".answer").wait_for(timeout=60_000)
    assert page.locator(".answer").inner_text()
    assert said == []
    page.context.close()
