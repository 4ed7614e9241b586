from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.lint.manifests.quantities import as_memory, integer, quantity

SUFFIXES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 1000),
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
    "Ei": 2**60,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", Fraction(1, 4)),
        ("1", 1),
        ("1.5", Fraction(3, 2)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("128Mi", 2**27),
        ("1e3", 1000),
        ("1E3", 1000),
        ("12e-1", Fraction(6, 5)),
        ("1E", 10**18),
        ("2G", 2 * 10**9),
        ("-1", -1),
        ("+1", 1),
        ("0", 0),
        ("100n", Fraction(1, 10**7)),
    ],
)
def test_reads_what_kubernetes_reads(text, value):
    assert quantity(text) == value


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "m",
        "1 Gi",
        "1mi",
        "1KI",
        "1gb",
        "0x10",
        "1_000",
        "½",
        "٣",
        "1e",
        "1e9999",
        "{{ x }}",
        "9" * 41,
        "1.2.3",
        "NaN",
    ],
)
def test_knows_nothing_of_what_is_no_quantity(text):
    assert quantity(text) is None


@given(st.integers(0, 10**9), st.sampled_from(sorted(SUFFIXES)))
def test_a_number_with_a_suffix_is_its_product(number, suffix):
    assert quantity(f"{number}{suffix}") == number * SUFFIXES[suffix]


@given(
    st.decimals(min_value=0, max_value=10**6, places=3, allow_nan=False), st.sampled_from(["Ki", "Mi", "Gi", "m", ""])
)
def test_fractions_are_exact(number, suffix):
    assert quantity(f"{number:f}{suffix}") == Fraction(number) * SUFFIXES[suffix]


@given(st.text(max_size=60))
def test_never_fails(text):
    value = quantity(text)
    assert value is None or isinstance(value, Fraction)


@given(st.integers(0, 10**18))
def test_memory_in_words_is_the_same_memory_but_for_its_last_digit(number):
    words = quantity(as_memory(Fraction(number)))
    assert words is not None
    assert abs(words - number) <= Fraction(number, 10)


def test_whole_numbers():
    assert (integer("3"), integer("03")) == (3, 3)
    assert [integer(text) for text in (None, "", "-1", "3.0", "three", "9" * 10, "²")] == [None] * 7
