"""What a page is on a phone: code keeps its indentation, tables their edge, contents are near."""

import pytest
from axe import see_all_code
from pages import EXECUTED, PAGES, TUTORIALS

pytestmark = pytest.mark.xdist_group("phone")

CODE = [
    "",
    "tutorials/look_up/errors/",
    "tutorials/networks/transformer/",
    "tutorials/porting/leaving_haiku/",
]


@pytest.fixture(scope="module")
def phone(new_page):
    """A page 390 pixels wide, for all tests of this file."""
    page = new_page(390)
    yield page
    page.close()


@pytest.mark.parametrize("path", CODE)
def test_what_follows_a_broken_line_of_code_stands_right_of_where_the_line_begins(
    phone, address, path
):
    phone.goto(address + path)
    broken = phone.evaluate("""() => {
        document.querySelectorAll("details").forEach(fold => fold.open = true);
        return [...document.querySelectorAll(".highlight code")].flatMap(code => {
            const places = [];  // of each sign: its line of code, where it stands
            let number = 0;
            const walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) for (let at = 0; at < walk.currentNode.data.length; at++) {
                const sign = walk.currentNode.data[at], range = document.createRange();
                if (sign == "\\n") { number++; continue; }
                range.setStart(walk.currentNode, at);
                range.setEnd(walk.currentNode, at + 1);
                const {left, top, width} = range.getBoundingClientRect();
                places.push({number, sign, left, top, width});
            }
            const lines = code.textContent.split("\\n"), first = new Map();
            for (const place of places.toReversed()) first.set(place.number, place);
            const wraps = ({number, sign, top}) => sign != " " && top > first.get(number).top + 4;
            return places.filter(wraps)
                .map(({number, left}) => {
                    const begins = first.get(number);
                    return left - begins.left - begins.width * lines[number].search(/\\S/);
                });
        });
    }""")
    assert len(broken) > (100 if path else 10)
    assert min(broken) > 12  # pixels: two signs


@pytest.mark.parametrize("path", ["", *CODE[2:]])
def test_a_short_comment_stays_on_one_line(phone, address, path):
    phone.goto(address + path)
    heights = phone.evaluate("""() => {
        document.querySelectorAll("details").forEach(fold => fold.open = true);
        return [...document.querySelectorAll(".highlight i.c.short")]
            .filter(comment => comment.checkVisibility())
            .map(comment => comment.getClientRects().length);
    }""")
    assert heights
    assert {*heights} == {1}


def test_a_name_in_a_table_breaks_at_its_dots_and_underscores_alone(phone, address):
    phone.goto(f"{address}tutorials/porting/leaving_haiku/")
    torn, names = phone.evaluate("""() => {
        const torn = [], names = [...document.querySelectorAll("article td code")];
        for (const name of names) for (const piece of name.childNodes) {
            const range = document.createRange();
            range.selectNodeContents(piece);
            if (/^\\S+$/.test(piece.data ?? "") && range.getClientRects().length > 1)
                torn.push(piece.data);
        }
        return [torn, names.length];
    }""")
    assert names > 20
    assert torn == []


@pytest.mark.parametrize("path", ["tutorials/haiku/state/", "tutorials/porting/leaving_haiku/"])
def test_the_header_has_the_whole_title_of_a_page(phone, address, path):
    phone.goto(address + path)
    phone.evaluate("scrollTo({top: 2000, behavior: 'instant'})")
    title = phone.locator("[data-md-component=header-topic] + [data-md-component=header-topic]")
    title.or_(phone.locator(".md-header__topic + .md-header__topic")).first.wait_for()
    cut = phone.locator(".md-header__topic + .md-header__topic .md-ellipsis").evaluate(
        "text => [text.scrollWidth > text.clientWidth, text.scrollHeight > 48]"
    )
    assert cut == [False, False]


def test_nothing_lies_over_the_text_when_a_reader_scrolls_back(phone, address):
    phone.goto(f"{address}tutorials/haiku/state/")
    for top in (3000, 2500):
        phone.evaluate(f"scrollTo({{top: {top}, behavior: 'instant'}})")
        phone.wait_for_timeout(200)
    assert not phone.locator(".md-top").is_visible()


LONG = [
    *CODE[2:],
    "tutorials/look_up/names/",
    "tutorials/about/original/",
    "tutorials/haiku/state/",
]


LINES_THAT_ARE_TORN = """() => {
    document.querySelectorAll("details").forEach(fold => fold.open = true);
    const lengths = [], torn = [];
    for (const code of document.querySelectorAll(".highlight code")) {
        if (!code.checkVisibility()) continue;
        const walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT), nodes = [];
        for (let at = 0; walk.nextNode(); at += walk.currentNode.length)
            nodes.push([at, walk.currentNode]);
        const top = place => {
            const [at, node] = nodes.findLast(([at]) => at <= place), sign = document.createRange();
            sign.setStart(node, place - at);
            sign.setEnd(node, place - at + 1);
            return sign.getBoundingClientRect().top;
        };
        for (const line of code.textContent.matchAll(/^( +)\\S+/gm)) {
            lengths.push(line[0].length);
            if (top(line.index + line[1].length) > top(line.index) + 4) torn.push(line[0]);
        }
    }
    return [lengths, torn];
}"""


@pytest.mark.parametrize("path", LONG)
def test_no_line_of_code_begins_with_an_empty_one_however_long_its_first_piece_is(
    phone, address, path
):
    phone.goto(address + path)
    found = {}
    for width in (320, 390):
        phone.set_viewport_size({"width": width, "height": 900})
        lengths, found[width] = phone.evaluate(LINES_THAT_ARE_TORN)
        assert max(lengths) > 40  # signs, more than there is room for
    assert found == {320: [], 390: []}


@pytest.mark.parametrize("path", CODE)
def test_no_button_covers_code(phone, address, path):
    phone.goto(address + path)
    see_all_code(phone)
    covered = phone.evaluate("""() => [...document.querySelectorAll(".highlight pre")]
    .filter(pre => {
        const button = pre.querySelector(".md-code__button")?.getBoundingClientRect();
        const text = document.createRange();
        if (!button?.width) return false;
        text.selectNodeContents(pre.querySelector("code"));
        return [...text.getClientRects()].some(line => line.width && line.right > button.left + 1
            && line.top < button.bottom && line.bottom > button.top && line.left < button.left);
    }).map(pre => pre.innerText)""")
    assert covered == []


@pytest.mark.parametrize("path", EXECUTED[:1] + CODE[1:])
def test_what_a_phone_copies_has_each_line_break_once(phone, address, path):
    phone.goto(address + path)
    block = phone.locator("article .highlight:visible", has=phone.locator("span.w2")).first
    block.scroll_into_view_if_needed()
    block.get_by_title("Copy to clipboard").click()
    phone.get_by_role("status").get_by_text("Copied to clipboard").wait_for()
    assert (
        phone.evaluate("navigator.clipboard.readText()")
        == block.locator("code").text_content().rstrip()
    )


@pytest.mark.parametrize("path", ["exercises/", "reference/api/", "report/"])
def test_a_row_of_a_long_table_is_a_card_within_the_screen(phone, address, path):
    phone.goto(address + path)
    tables = phone.locator(".long table")
    rows = tables.locator("tbody tr")
    assert rows.count() >= 30
    edges = rows.evaluate_all("""all => all.flatMap(row => [...row.cells].flatMap(cell =>
        [...cell.querySelectorAll("a, code"), cell]
            .map(part => part.getBoundingClientRect().right)))""")
    assert max(edges) <= 390
    boxes = phone.locator(".md-typeset__table, .md-typeset__scrollwrap")
    assert all(boxes.evaluate_all("all => all.map(box => box.scrollWidth <= box.clientWidth + 1)"))


def test_the_row_of_an_exercise_says_what_its_numbers_are_and_has_its_notebook(phone, address):
    phone.goto(address + "exercises/")
    row = phone.locator(".exercises tbody tr").first
    told = row.locator("td").evaluate_all("""all => all.map(cell => ["::before", "::after"].map(
        part => getComputedStyle(cell, part).content.replace(/^"|"$/g, "")
    ).filter(text => text != "none").join())""")
    assert told == ["", "", "you define ", "", " minutes", "", ""]
    assert row.get_by_role("link", name="notebook").is_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_contents_of_a_page_are_behind_a_button_of_the_header(browser, address, scripts):
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=scripts
    )
    page = context.new_page()
    page.goto(address + "tutorials/networks/transformer/")
    contents = page.locator("#contents")
    assert not contents.is_visible()
    button = page.locator("button.contents")
    button.focus()
    page.keyboard.press("Enter")
    links = contents.locator("a:visible")
    assert links.count() > 8
    assert all(link.bounding_box()["x"] >= 0 for link in links.all())
    link = links.nth(2)
    target = link.get_attribute("href")
    link.click()
    assert page.url.endswith(target)
    if scripts:
        assert not contents.is_visible()
    page.keyboard.press("Escape")
    assert not contents.is_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    assert contents.bounding_box()["y"] < 100  # beside the page
    assert contents.locator("a").first.bounding_box()["y"] < 200
    assert not button.is_visible()
    context.close()


@pytest.mark.parametrize("path", ["", "about/", "exercises/"])
def test_a_page_without_contents_has_no_button_for_them(phone, address, path):
    phone.goto(address + path)
    has = phone.locator("#contents:not([hidden]) li").count() > 0
    assert phone.locator("button.contents").count() == has


@pytest.mark.parametrize(
    "path", ["", "tutorials/jax/batching/", "tutorials/look_up/errors/", "exercises/", "404.html"]
)
def test_no_page_is_wider_than_a_small_phone(phone, address, path):
    phone.goto(address + path)
    widths = (320, 360, 390)
    found = []
    for width in widths:
        phone.set_viewport_size({"width": width, "height": 900})
        found.append(phone.evaluate("document.documentElement.scrollWidth"))
    assert found == [*widths]


def test_every_page_begins_on_the_first_screen_and_a_tutorial_comes_to_its_aims_there(
    phone, address
):
    phone.set_viewport_size({"width": 390, "height": 844})
    tops = {}
    for path in PAGES:
        phone.goto(address + path)
        first = phone.locator("article h1 ~ p:visible, .hero p:visible").first
        tops[path] = first.bounding_box()["y"]
    assert {path: top for path, top in tops.items() if top > 400} == {}
    for path in TUTORIALS:
        phone.goto(address + path)
        aims = phone.locator(".abstract").get_by_role("button", name="After this page you can")
        tops[path] = aims.bounding_box()["y"]
        assert not phone.get_by_text("You need:").is_visible()
        aims.click()
        assert phone.get_by_text("You need:").is_visible()
    assert {path: top for path, top in tops.items() if top > 844} == {}
