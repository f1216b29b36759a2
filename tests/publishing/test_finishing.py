import base64
import hashlib

from publishing.finishing import finish, squeezed, with_policy


def test_the_style_sheet_of_nbconvert_is_cut_off_and_heading_anchors_are_materials():
    html = '<h1 id="a">A<a class="anchor-link" href="#a">¶</a></h1>\n<style>\n.x {}\n</style>\n'
    assert finish(html) == '<h1 id="a">A<a class="headerlink" title="Permanent link" href="#a">¶</a></h1>\n'


def test_indentation_of_templates_goes_and_code_and_scripts_stay():
    code, script = "<pre>a\n\n    b</pre>", "<script>if (x)\n\n  y</script>"
    assert (
        squeezed(f"<div>\n\n    <p>x\n  y</p>\n  {code}\n  {script}</div>")
        == f"<div>\n<p>x\ny</p>\n{code}\n{script}</div>"
    )


def test_the_policy_admits_the_inline_scripts_of_the_page_and_no_others():
    html = with_policy("<html><head></head><script>let a = 1</script><script src='x.js'></script></html>")
    digest = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in html
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_a_page_without_inline_scripts_admits_none():
    assert "script-src 'self';" in with_policy("<html><head></head></html>")


def test_the_search_dialog_has_a_name():
    assert 'role="dialog" aria-label="Search"' in squeezed('<div data-md-component="search" role="dialog">')
