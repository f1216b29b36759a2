from publishing.finishing import finish, squeezed


def test_the_style_sheet_of_nbconvert_is_cut_off_and_heading_anchors_are_materials():
    html = '<h1 id="a">A<a class="anchor-link" href="#a">¶</a></h1>\n<style>\n.x {}\n</style>\n'
    assert finish(html) == '<h1 id="a">A<a class="headerlink" title="Permanent link" href="#a">¶</a></h1>\n'


def test_indentation_of_templates_goes_and_code_and_scripts_stay():
    code, script = "<pre>a\n\n    b</pre>", "<script>if (x)\n\n  y</script>"
    assert (
        squeezed(f"<div>\n\n    <p>x\n  y</p>\n  {code}\n  {script}</div>")
        == f"<div>\n<p>x\ny</p>\n{code}\n{script}</div>"
    )
