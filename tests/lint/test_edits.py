"""Edits in text: positions, line ends, and which of them go together."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.lint.edits import applied, fixed, is_import, overlap
from greenprof.model import Edit, Finding


def edit(line, column, end_line, end_column, text):
    return Edit(line=line, column=column, end_line=end_line, end_column=end_column, text=text)


def finding(line, *edits, safe=True, rule="some-rule"):
    return Finding(
        rule=rule,
        group="loops",
        path="code.py",
        line=line,
        column=1,
        end_line=line,
        message="",
        severity="warning",
        confidence="high",
        cost="cpu",
        edits=edits,
        fix_is_safe=safe if edits else None,
    )


@given(
    st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=6), min_size=1),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.data(),
)
def test_an_edit_replaces_its_text_and_nothing_else(lines, end, ends_with_one, data):
    source = end.join(lines) + (end if ends_with_one else "")
    first = data.draw(st.integers(1, len(lines)))
    last = data.draw(st.integers(first, len(lines)))
    start = data.draw(st.integers(1, len(lines[first - 1]) + 1))
    stop = data.draw(st.integers(start if first == last else 1, len(lines[last - 1]) + 1))
    new = applied(source, [edit(first, start, last, stop, "a\nb")])
    before = end.join([*lines[: first - 1], lines[first - 1][: start - 1]])
    after = end.join([lines[last - 1][stop - 1 :], *lines[last:]]) + (end if ends_with_one else "")
    expected_end = end if len(lines) > 1 or ends_with_one else "\n"
    assert new == f"{before}a{expected_end}b{after}"


def test_new_lines_end_as_the_line_does_that_they_are_put_into():
    assert applied("a\r\nb\nc", [edit(1, 2, 1, 2, "\n"), edit(2, 2, 2, 2, "\n")]) == "a\r\n\r\nb\n\nc"
    assert applied("a\r\nb", [edit(2, 2, 2, 2, "\nc")]) == "a\r\nb\r\nc"


def test_only_python_s_line_ends_are_counted():
    assert applied("a\x0cb\u2028c\nd\n", [edit(2, 1, 2, 2, "D")]) == "a\x0cb\u2028c\nD\n"


def test_a_byte_order_mark_is_no_column():
    assert applied("\ufeffa = 1\n", [edit(1, 1, 1, 2, "b")]) == "\ufeffb = 1\n"


@pytest.mark.parametrize(
    "edits",
    [
        [edit(1, 1, 1, 3, "x"), edit(1, 2, 1, 4, "y")],
        [edit(1, 1, 2, 1, "x"), edit(1, 3, 1, 3, "y")],
        [edit(1, 3, 1, 1, "x")],
        [edit(3, 1, 3, 1, "x")],
        [edit(1, 9, 1, 9, "x")],
    ],
)
def test_edits_that_overlap_or_reach_too_far_are_refused(edits):
    with pytest.raises(ValueError, match=r"overlap|there is no line"):
        applied("abcdef\nb", edits)


def test_edits_side_by_side_do_not_overlap():
    assert not overlap([edit(1, 1, 1, 3, "x"), edit(1, 3, 1, 4, "y"), edit(1, 3, 1, 3, "z")])
    assert applied("abcd", [edit(1, 3, 1, 4, "y"), edit(1, 3, 1, 3, "z"), edit(1, 1, 1, 3, "x")]) == "xzyd"


TWO_FUNCTIONS = "import re\n\n\ndef f():\n    a = 1\n    b = 2\n\n\ndef g():\n    c = 3\n\n\nd = 4\n"


def test_of_two_fixes_in_one_function_the_first_is_applied_and_both_in_two_functions():
    one, two, three = (
        finding(5, edit(5, 9, 5, 10, "10")),
        finding(6, edit(6, 9, 6, 10, "20")),
        finding(10, edit(10, 9, 10, 10, "30")),
    )
    text, done = fixed(TWO_FUNCTIONS, [three, two, one])
    assert done == (one, three)
    assert text == TWO_FUNCTIONS.replace("= 1", "= 10").replace("= 3", "= 30")


def test_a_fix_of_the_module_is_applied_alone():
    inside, outside = finding(5, edit(5, 9, 5, 10, "10")), finding(13, edit(13, 5, 13, 6, "40"))
    assert fixed(TWO_FUNCTIONS, [inside, outside])[1] == (inside,)
    assert fixed(TWO_FUNCTIONS, [outside])[1] == (outside,)


def test_findings_with_the_same_edits_are_fixed_together_and_an_import_is_added_once():
    add = edit(1, 1, 1, 1, "from collections import deque\n")
    one = finding(5, add, edit(5, 9, 5, 10, "10"))
    twin = finding(6, add, edit(5, 9, 5, 10, "10"))
    other = finding(10, add, edit(10, 9, 10, 10, "30"))
    text, done = fixed(TWO_FUNCTIONS, [one, twin, other])
    assert done == (one, twin, other)
    assert text.count("import deque") == 1
    assert text.count("= 10") == 1


def test_a_fix_whose_own_edits_overlap_is_left_out():
    broken = finding(5, edit(5, 5, 5, 10, "x"), edit(5, 9, 5, 10, "10"))
    assert fixed(TWO_FUNCTIONS, [broken]) == (TWO_FUNCTIONS, ())


def test_unsafe_fixes_have_to_be_asked_for():
    unsafe = finding(5, edit(5, 9, 5, 10, "10"), safe=False)
    assert fixed(TWO_FUNCTIONS, [unsafe, finding(6)]) == (TWO_FUNCTIONS, ())
    assert fixed(TWO_FUNCTIONS, [unsafe, finding(6)], unsafe=True)[1] == (unsafe,)


@pytest.mark.parametrize(
    ("source", "change", "expected"),
    [
        ("import re\n", edit(1, 1, 1, 1, "import ast\n"), True),
        ("import re\n", edit(2, 1, 2, 1, "\nfrom a.b import c\n\n\n"), True),
        ("from a import b\n", edit(1, 16, 1, 16, ", c"), True),
        ("from a import (\n    b,\n)\n", edit(2, 6, 2, 6, ",\n    c"), True),
        ("import re\n", edit(1, 1, 2, 1, "import ast\n"), False),
        ("import re\n", edit(1, 1, 1, 1, "import ast\nast.parse('')\n"), False),
        ("x = [a]\n", edit(1, 7, 1, 7, ", b"), False),
    ],
)
def test_what_adds_an_import_and_nothing_else(source, change, expected):
    assert is_import(change, ast.parse(source).body) is expected
