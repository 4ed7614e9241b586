"""What a finding is estimated to cost: what is repeated, and how often as far as the source says."""

import json
import textwrap

import pytest

from greenprof.estimate import estimate
from greenprof.lint import lint_source, load_rules

RULES = load_rules()


def estimates(code):
    return [estimate(one) for one in lint_source(textwrap.dedent(code), "app.py", RULES)]


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        ("for key in keys:", "query × n"),
        ("for key in range(500):", "query × 500"),
        ("for key in range(-100, 500):", "query × 600"),
        ("for key in 'abcdefghijklmnopqrstuvwxyz':", "query × 26"),
        ("for key in KEYS:", "query × 24"),
        ("for _, key in enumerate(KEYS):", "query × 24"),
        ("for key, other in zip(KEYS, others):", "query × 24"),
        ("while key := next(keys):", "query × n"),
    ],
)
def test_rounds(loop, expected):
    code = f"""
        KEYS = [{", ".join(map(str, range(24)))}]
        def load(cursor, keys, others):
            {loop}
                cursor.execute("SELECT name FROM t WHERE id = ?", (key,))
    """
    assert estimates(code) == [expected]


@pytest.mark.parametrize(
    ("outer", "expected"),
    [("for group in groups:", "query × n²"), ("for group in range(3):", "query × 3 × n"), ("if groups:", "query × n")],
)
def test_nested_loops_multiply(outer, expected):
    code = f"""
        def load(cursor, groups):
            {outer}
                for key in group.keys:
                    cursor.execute("SELECT name FROM t WHERE id = ?", (key,))
    """
    assert estimates(code) == [expected]


def test_of_a_search_the_items_count_too():
    searched = """
        def common(ones, others):
            known = list(others)
            return [one for one in ones if one in known]
    """
    assert estimates(searched) == ["cpu × n²"]


def test_a_loop_that_is_left_at_once_is_no_round():
    code = """
        def first(groups, cursor):
            for group in groups:
                for key in group.keys:
                    cursor.execute("SELECT name FROM t WHERE id = ?", (key,))
                return
    """
    assert estimates(code) == ["query × n"]


def test_what_nothing_repeats_here_is_done_as_often_as_it_is_asked_for():
    assert estimates("def first(rows):\n    ys = [f(x) for x in rows]\n    return sorted(ys)[0]\n") == ["cpu × n"]


MIXED = """
def work(cursor, groups, rows, done):
    while not done.is_set():
        pass
    ys = [f(x) for x in rows]
    least = sorted(ys)[0]
    for key in range(700):
        cursor.execute("SELECT name FROM a WHERE id = ?", (key,))
    for key in range(800):
        cursor.execute("SELECT name FROM b WHERE id = ?", (key,))
    for group in groups:
        for key in group.keys:
            cursor.execute("SELECT name FROM c WHERE id = ?", (key,))
    for key in groups:
        cursor.execute("SELECT name FROM d WHERE id = ?", (key,))
"""
DEAREST_FIRST = ["query × n²", "query × n", "query × 800", "query × 700", "cpu × n", "idle × n"]


def test_lint_orders_by_it_and_every_format_that_can_says_it(greenprof, project):
    project({"app.py": MIXED})
    lines = greenprof("lint", "--sort", "cost", "--no-show-source").lines
    assert [
        line.rpartition("(")[2].rstrip(")").partition(",")[0] for line in lines if line[:6] == "app.py"
    ] == DEAREST_FIRST
    found = json.loads(greenprof("lint", "--sort", "cost", "-f", "json").out)["findings"]
    assert [one["estimate"] for one in found] == DEAREST_FIRST
    assert [(one["rounds"], one["open_loops"]) for one in found[:3]] == [(1, 2), (1, 1), (800, 0)]
    results = json.loads(greenprof("lint", "--sort", "cost", "-f", "sarif").out)["runs"][0]["results"]
    assert [one["properties"]["estimate"] for one in results] == DEAREST_FIRST
    assert [one["properties"]["rounds"] for one in results[2:4]] == [800, 700]


def test_it_is_the_same_from_the_cache(greenprof, project):
    project({"app.py": MIXED})
    assert greenprof("lint", "--sort", "cost").out == greenprof("lint", "--sort", "cost").out
