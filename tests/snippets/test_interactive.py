"""What a figure with a handle is drawn from comes through HTML, and its table is readable."""

import json

import pytest
from bs4 import BeautifulSoup

from publishing.read.markup import OUTPUT, clean
from snippets.interactive import Interactive


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"rates": [0.1, -2, 1e-7], "nested": {"a": [[1, 2], [3, 4]], "none": None}},
        {"text": "\"<b>'&amp;</b>\n| `code` \u2028 {{ x }}"},
    ],
)
def test_values_arrive_as_they_were_given_and_a_page_may_hold_them(values):
    text = Interactive("keys", {"a": [1]}, values)._repr_html_()
    assert json.loads(BeautifulSoup(text, "html.parser").div["data-values"]) == values
    assert clean(text, OUTPUT)[1] == []


def test_its_table_says_the_same_as_html_and_as_text():
    shown = Interactive("cache", {"call": ["f(<3>)", "f(4)"], "traced": [True, "no"]}, {})
    table = BeautifulSoup(shown._repr_html_(), "html.parser").table
    assert [[cell.text for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")] == [
        line.split() for line in repr(shown).splitlines()
    ]


def test_columns_of_unequal_lengths_and_what_json_lacks_are_refused():
    with pytest.raises(ValueError, match="zip"):
        Interactive("cache", {"a": [1], "b": []}, {})._repr_html_()
    with pytest.raises(TypeError, match="not JSON serializable"):
        Interactive("cache", {"a": [1]}, {"b": {1}})._repr_html_()


@pytest.mark.parametrize("name", ["../evil", "Big", "a b", ""])
def test_a_page_holds_no_figure_whose_name_could_be_an_address(name):
    assert clean(Interactive(name, {"a": [1]}, {})._repr_html_(), OUTPUT)[1] != []
