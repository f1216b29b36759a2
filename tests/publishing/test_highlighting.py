import html
import re

from publishing.highlighting import code_html

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
