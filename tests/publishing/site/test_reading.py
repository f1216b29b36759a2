"""What a page says of itself before it is read."""

import pytest
from answers import variants

from publishing.reading import description, minutes
from publishing.tutorial import read_tutorial
from publishing.variants import solved


@pytest.fixture
def variant(tmp_path):
    def make(text):
        path = tmp_path / "tutorials/one.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return solved(read_tutorial(path, "one"), tmp_path / "snippets")

    return make


OBJECTIVES = """\
# %% [markdown]
# # Title
#
# An opening. Another sentence.
#
# <div class="admonition abstract">
# <p class="admonition-title">After this page you can</p>
#
# - use `jax.grad` with `in_axes` and
#   read [its page](x.md);
# - do a second *thing*.
#
# </div>

# %%
1 + 1
"""


def test_the_description_is_made_of_the_objectives_without_their_markup(variant):
    expected = "After this page you can use jax.grad with in_axes and read its page; do a second thing."
    assert description(variant(OBJECTIVES)) == expected


def test_objectives_that_do_not_fit_into_160_characters_are_left_out(variant):
    long = variant(OBJECTIVES.replace("do a second *thing*", "x" * 150))
    assert description(long) == "After this page you can use jax.grad with in_axes and read its page."


def test_without_objectives_the_description_is_the_first_sentence(variant):
    plain = variant("# %% [markdown]\n# # Title\n#\n# Two words. And more.\n\n# %%\n1\n")
    assert description(plain) == "Two words."


@pytest.mark.parametrize("name", variants())
def test_every_tutorial_describes_itself_in_plain_text(name):
    said = description(variants()[name])
    assert 60 <= len(said) <= 200
    assert not set("<>`*$") & set(said)


def test_reading_takes_longer_where_there_is_more_to_read(variant):
    words = "word " * 3900
    prose = variant(f"# %% [markdown]\n# # Title\n#\n# {words}\n\n# %%\n1\n")
    code = variant("# %% [markdown]\n# # Title\n#\n# Words.\n\n# %%\n" + "x = 1\n" * 490)
    hidden = variant('# %% [markdown]\n# # Title\n#\n# Words.\n\n# %% tags=["hidden"]\n' + "x = 1\n" * 500)
    assert (minutes(prose), minutes(code), minutes(hidden)) == (20, 20, 5)
