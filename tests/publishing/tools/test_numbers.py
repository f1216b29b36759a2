import pytest

from publishing.tools.numbers import Tolerance, compare_texts

NEAR = {
    "the same text": ("loss 0.5", "loss 0.5"),
    "noise in the last digits": ("loss 0.123456 after", "loss 0.123459 after"),
    "noise about zero": ("off by 1.2e-08", "off by -3.4e-09"),
    "NumPy's padding": ("[ 0.10000001 -0.2]", "[0.1       -0.20000001]"),
    "an array that wraps elsewhere": ("[1.0 2.0\n 3.0]", "[1.0001 2.0 3.0]"),
    "nan and nan": ("loss nan", "loss NaN"),
    "inf and inf": ("-inf", "-inf"),
    "Matplotlib's minus": ("\u22121.5", "\u22121.50001"),
    "a whole number that gained a point": ("3", "3."),
    "a whole number too long for int()": ("+" + "9" * 5000, "9" * 5000),
    "a number with a unit": ("1.00001x faster", "1.0x faster"),
    "the end of a sentence": ("it is 3.\nYes", "it is 3.0001\nYes"),
}
FAR = {
    "a third digit": ("0.950", "0.952"),
    "a count": ("1000000 steps", "1000001 steps"),
    "a sign": ("1.5", "-1.5"),
    "a finite number that became nan": ("1.5", "nan"),
    "infinity's sign": ("inf", "-inf"),
    "inf against a large number": ("1e30", "inf"),
}
OTHER_WORDS = {
    "a word": ("loss 1.0", "lost 1.0"),
    "a type": ("float32", "float64"),
    "a version": ("jax 0.12.0.1", "jax 0.12.0.2"),
    "a version of three parts": ("jax 0.12.0", "jax 0.12.1"),
    "a colour that reads as a number": ("fill: #1e5000", "fill: #1e6000"),
    "one number more": ("[1 2]", "[1 2 3]"),
    "a name with a number": ("linear_1", "linear_2"),
    "nothing": ("1", ""),
}


@pytest.mark.parametrize("kind", NEAR)
def test_texts_are_near_whose_words_are_equal_and_numbers_near(kind):
    assert compare_texts(*NEAR[kind], Tolerance()) == []
    assert compare_texts(*reversed(NEAR[kind]), Tolerance()) == []


@pytest.mark.parametrize("kind", FAR)
def test_a_number_beyond_the_tolerance_is_named(kind):
    old, new = FAR[kind]
    (sentence,) = compare_texts(old, new, Tolerance())
    assert sentence.startswith(
        f"{old.removesuffix(' steps')} became {new.removesuffix(' steps')}, by "
    )


@pytest.mark.parametrize("kind", OTHER_WORDS)
def test_what_is_not_a_number_must_be_equal(kind):
    assert compare_texts(*OTHER_WORDS[kind], Tolerance(relative=1, absolute=100)) == [
        "the words differ."
    ]


def test_the_tolerance_is_relative_to_the_larger_number_or_absolute():
    assert Tolerance(0.1, 0).allows("100.0", "111.0")
    assert not Tolerance(0.1, 0).allows("100.0", "111.2")
    assert Tolerance(0, 0.5).allows("100.0", "100.5")
    assert not Tolerance(0, 0.5).allows("100.0", "100.6")


def test_only_numbers_beyond_the_tolerance_are_named():
    (sentence,) = compare_texts("a 1.0 b 2.0 c 3.0", "a 1.0001 b 2.5 c 3.0", Tolerance())
    assert sentence.startswith("2.0 became 2.5, ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2.0", "2.5", "2.0 became 2.5, by +0.5, 0.25 of it."),
        ("0", "2.5", "0 became 2.5, by +2.5."),
        ("1.0", "nan", "1.0 became nan, by +nan."),
    ],
)
def test_a_distance_is_given_in_both_measures(old, new, sentence):
    assert compare_texts(old, new, Tolerance()) == [sentence]
