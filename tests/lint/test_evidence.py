"""High confidence is for what the file itself shows to matter."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

BUILT_ANEW = """
    def known(items, others, rows, f):
        {before}
        for item in {items}:
            {round}
            if item in set(others):
                yield item
"""


def confidence(items, before="pass", in_round="pass"):
    code = textwrap.dedent(BUILT_ANEW).format(items=items, before=before, round=in_round)
    found = {one.rule: one.confidence for one in lint_source(code, "code.py", load_rules())}
    return found["lookup-rebuilt-in-loop"]


@pytest.mark.parametrize("items", ["rows", "cursor.fetchall()", "open('a.txt')", "range(1000)", "f.rows", "list(rows)"])
def test_loop_over_data_is_sure(items):
    assert confidence(items) == "high"


@pytest.mark.parametrize("items", ["items", "range(50)", "rows[:20]", "f.parts.split(':')", "f(rows)"])
def test_loop_of_which_nothing_is_known_is_likely(items):
    assert confidence(items) == "medium"


@pytest.mark.parametrize("dearer", ["open(item)", "subprocess.run(item)", "time.sleep(1)"])
def test_what_is_small_beside_the_rest_of_a_round_is_likely(dearer):
    assert confidence("rows", in_round=dearer) == "medium"


def test_what_is_few_is_few_by_any_name():
    assert confidence("rows[:]", before="rows = f.most_common(3)") == "medium"
