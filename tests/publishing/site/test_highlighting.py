import html
import re

from publishing.highlighting import Link, code_html

CODE = '''import jax.numpy as jnp


@decorated
def f(x):
    """What it does."""
    return f"{x:.2f} < " + str(x) if x is not None else 1.5 * x  # why
'''


def spans(source: str) -> list[tuple[str, str]]:
    return [
        (kind, html.unescape(text)) for kind, text in re.findall(r'<span class="(\w+)">(.*?)</span>', code_html(source))
    ]


def test_the_text_of_the_code_is_kept():
    assert html.unescape(re.sub(r"<[^>]+>", "", code_html(CODE))) == CODE.rstrip("\n")


def test_tokens_of_one_colour_are_one_span():
    assert ("s", 'f"{') in spans(CODE)
    assert ("c", '"""What it does."""') in spans(CODE)
    assert ("c", "# why") in spans(CODE)


def test_keywords_numbers_functions_and_builtins_have_their_colours():
    found = spans(CODE)
    for span in [("k", "def"), ("k", "not"), ("m", "1.5"), ("nf", "f"), ("nb", "str"), ("nd", "@decorated")]:
        assert span in found


def test_names_operators_and_spaces_have_no_markup():
    assert code_html("y = a + b[0:n]") == 'y = a + b[<span class="m">0</span>:n]'


def linked(source: str, *names: str) -> str:
    return code_html(source, [Link(source.index(n), source.index(n) + len(n), f"https://d/{n}") for n in names])


def test_a_link_wraps_its_name_and_nothing_else():
    assert linked("y = jnp.abs(x)", "jnp.abs") == 'y = <a href="https://d/jnp.abs">jnp.abs</a>(x)'


def test_a_link_that_begins_within_a_colour_and_ends_outside_it_cuts_the_span():
    assert linked("@jax.jit\ndef f(): 1", "jax.jit").startswith(
        '<span class="nd">@</span><a href="https://d/jax.jit"><span class="nd">jax</span>.jit</a>\n<span class="k">def'
    )


def test_links_side_by_side_stay_apart_and_are_closed():
    assert linked("f.g[h.i", "f.g", "h.i") == '<a href="https://d/f.g">f.g</a>[<a href="https://d/h.i">h.i</a>'


def test_the_address_and_the_code_are_escaped():
    assert code_html('a<b&"c"', [Link(0, 1, 'x?a=1&b="2"')]) == (
        '<a href="x?a=1&amp;b=&quot;2&quot;">a</a>&lt;b&amp;<span class="s">"c"</span>'
    )


def test_links_stand_where_they_should_in_code_that_begins_with_a_blank_line():
    assert linked("\n\ny = jnp.abs(x)", "jnp.abs") == '\n\ny = <a href="https://d/jnp.abs">jnp.abs</a>(x)'
