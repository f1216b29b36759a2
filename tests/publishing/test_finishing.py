import base64
import hashlib

from publishing.finishing import copyable, finish, squeezed, with_policy


def test_the_style_sheet_of_nbconvert_is_cut_off_and_heading_anchors_are_materials():
    html = '<h1 id="a">A<a class="anchor-link" href="#a">¶</a></h1>\n<style>\n.x {}\n</style>\n'
    assert finish(html) == '<h1 id="a">A<a class="headerlink" title="Permanent link" href="#a">¶</a></h1>\n'


def test_indentation_of_templates_goes_and_code_and_scripts_stay():
    code, script = "<pre>a\n\n    b</pre>", "<script>if (x)\n\n  y</script>"
    assert (
        squeezed(f"<div>\n\n    <p>x\n  y</p>\n  {code}\n  {script}</div>")
        == f"<div>\n<p>x\ny</p>\n{code}\n{script}</div>"
    )


def test_each_block_of_code_has_a_button_that_copies_it_and_materials_script_finds_none_to_add():
    html = copyable("<pre><code>a = 1\n</code></pre><p><code>b</code></p><pre><span></span><code>c</code></pre>")
    button = '<button class="md-clipboard" title="Copy to clipboard" data-clipboard-target="#code-{}"></button>'
    first, second = (button.format(number) for number in (1, 2))
    assert html == f'{first}<pre id="code-1">a = 1\n</pre><p><code>b</code></p>{second}<pre id="code-2">c</pre>'


def test_outputs_are_not_code_to_copy():
    assert copyable('<div class="output"><pre>1</pre></div>') == '<div class="output"><pre>1</pre></div>'


def test_the_numbers_of_lines_go():
    numbered = (
        '<div class="highlight"><table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>'
        '<span></span>9</pre></div></td><td class="code"><div><pre><span></span><code>a</code></pre></div></td></tr>'
        "</table></div>"
    )
    html = copyable(numbered)
    assert html.startswith('<div class="highlight"><button')
    assert html.endswith('<pre id="code-1">a</pre></div>')
    assert "9" not in html


def test_the_policy_admits_the_inline_scripts_of_the_page_and_no_others():
    html = with_policy("<html><head></head><script>let a = 1</script><script src='x.js'></script></html>")
    digest = base64.b64encode(hashlib.sha256(b"let a = 1").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in html
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_a_page_without_inline_scripts_admits_none():
    assert "script-src 'self';" in with_policy("<html><head></head></html>")


def test_the_search_dialog_has_a_name():
    assert 'role="dialog" aria-label="Search"' in squeezed('<div data-md-component="search" role="dialog">')
