"""What a page is on a phone: code that keeps its indentation, tables without a hidden edge, contents within reach."""

import pytest
from axe import see_all_code
from pages import EXECUTED

pytestmark = pytest.mark.xdist_group("site")

CODE = ["", "tutorials/porting/errors/", "tutorials/beyond/transformer/", "tutorials/porting/leaving_haiku/"]


@pytest.fixture(scope="module")
def phone(new_page):
    """A page 390 pixels wide, for all tests of this file."""
    page = new_page(390)
    yield page
    page.close()


@pytest.mark.parametrize("path", CODE)
def test_what_follows_a_broken_line_of_code_stands_right_of_where_the_line_begins(phone, address, path):
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
                if (sign == " ") continue;
                range.setStart(walk.currentNode, at);
                range.setEnd(walk.currentNode, at + 1);
                const {left, top} = range.getBoundingClientRect();
                places.push([number, left, top]);
            }
            const first = new Map(places.toReversed().map(([number, left, top]) => [number, [left, top]]));
            return places.filter(([number, left, top]) => top > first.get(number)[1] + 4)
                .map(([number, left]) => left - first.get(number)[0]);
        });
    }""")
    assert len(broken) > (100 if path else 10)
    assert min(broken) > 12  # pixels: two signs


@pytest.mark.parametrize("path", CODE)
def test_no_button_covers_code(phone, address, path):
    phone.goto(address + path)
    see_all_code(phone)
    covered = phone.evaluate("""() => [...document.querySelectorAll(".highlight pre")].filter(pre => {
        const button = pre.querySelector(".md-code__button")?.getBoundingClientRect(), text = document.createRange();
        if (!button?.width) return false;
        text.selectNodeContents(pre.querySelector("code"));
        return [...text.getClientRects()].some(line => line.width && line.right > button.left + 1
            && line.top < button.bottom && line.bottom > button.top && line.left < button.left);
    }).map(pre => pre.innerText)""")
    assert covered == []


@pytest.mark.parametrize("path", EXECUTED[:1] + CODE[1:])
def test_what_a_phone_copies_has_each_line_break_once(phone, address, path):
    phone.goto(address + path)
    block = phone.locator("article .highlight:visible", has=phone.locator("span:is(.w0, .w1)")).first
    block.scroll_into_view_if_needed()
    block.get_by_title("Copy to clipboard").click()
    phone.get_by_role("status").get_by_text("Copied to clipboard").wait_for()
    assert phone.evaluate("navigator.clipboard.readText()") == block.locator("code").text_content().rstrip()
