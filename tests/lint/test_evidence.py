"""High confidence is for what the file itself shows to matter."""

import textwrap

import pytest

from greenprof.lint import lint_source, load_rules

pytestmark = pytest.mark.usefixtures("as_sure_as_the_file_shows")

BUILT_ANEW = """
    def known(items, others, rows, f):
        {before}
        for item in {items}:
            {round}
            if item in [one.key for one in others]:
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
def test_loop_of_which_nothing_is_known_is_told_on_request(items):
    assert confidence(items) == "low"


def test_a_query_in_a_loop_of_which_nothing_is_known_is_likely():
    code = "def f(keys, cursor):\n    for key in keys:\n        cursor.execute('SELECT a FROM b WHERE c = ?', (key,))\n"
    assert [one.confidence for one in lint_source(code, "code.py", load_rules())] == ["medium"]


@pytest.mark.parametrize("dearer", ["open(item)", "f.execute(item)", "f.savefig(item)"])
def test_what_is_small_beside_the_rest_of_a_round_is_likely(dearer):
    assert confidence("rows", in_round=dearer) == "medium"


@pytest.mark.parametrize("dwarf", ["requests.post(item)", "time.sleep(1)", "subprocess.run(item)", "f.throttle()"])
def test_what_is_nothing_beside_a_request_is_told_on_request(dwarf):
    assert confidence("rows", in_round=dwarf) == "low"


@pytest.mark.parametrize("slow", ["f.append(item)", "f.post(item)", "requested.append(item)", "f.get(item)"])
def test_what_is_as_quick_takes_nothing_away(slow):
    assert confidence("rows", in_round=slow) == "high"


@pytest.mark.parametrize(
    ("code", "sure"),
    [
        ("def f(a, b): return [x for x in a if x in set(b)]", "medium"),
        ("def f(a, b): return [x for x in a if x not in frozenset(b)]", "medium"),
        ("def f(a, b):\n    for x in a:\n        if x.ok:\n            print(x in set(b))", "low"),
        ("def f(a):\n    for x in a:\n        if x.ok:\n            print({y.key: y for y in a}[x.before])", "high"),
        ("def f(a, b):\n    for x in a:\n        print({y.key: y for y in b}[x.before])", "low"),
        ("def f(a): return sum(a, [])", "low"),
    ],
)
def test_what_is_worse_for_any_number_needs_no_evidence(code, sure):
    names = ("lookup-rebuilt-in-loop", "sum-of-lists")
    assert [one.confidence for one in lint_source(code, "code.py", load_rules()) if one.rule in names] == [sure]


@pytest.mark.parametrize(("count", "sure"), [("1000", "high"), ("50", "low"), ("1", "low")])
def test_a_number_that_is_written_down_says_more_than_its_name(count, sure):
    found = lint_source(
        textwrap.dedent(BUILT_ANEW).format(items="range(num_of_rows)", before=f"num_of_rows = {count}", round="pass"),
        "code.py",
        load_rules(),
    )
    assert [one.confidence for one in found if one.rule == "lookup-rebuilt-in-loop"] == [sure]


def test_what_is_few_is_few_by_any_name():
    assert confidence("rows[:]", before="rows = f.most_common(3)") == "low"


SEARCHED = {
    "many rows in a list of rows": (
        "medium",
        "def f(rows, c):\n    k = [r.a for r in c.fetchall()]\n    return [x for x in rows if x.a in k]",
    ),
    "rounds of which nothing is known": (
        "medium",
        "def f(xs, c):\n    k = [r.a for r in c.fetchall()]\n    return [x for x in xs if x in k]",
    ),
    "many rows in a list of which nothing is known": (
        "low",
        "def f(rows, a):\n    k = list(a)\n    return [x for x in rows if x.a in k]",
    ),
    "the lines that are new": (
        "medium",
        "def f(p):\n    k = []\n    for x in open(p):\n        if x not in k:\n            k.append(x)",
    ),
    "the kinds of the rows": (
        "low",
        "def f(rows):\n    k = []\n    for x in rows:\n        if x.a not in k:\n            k.append(x.a)",
    ),
    "a constant": (
        "low",
        "from a import NAMES\ndef f(rows):\n    k = list(NAMES)\n    return [x for x in rows if x.a in k]",
    ),
    "the rows of one row": (
        "low",
        "def f(rows, o):\n    k = [r.a for r in o.lines.all()]\n    return [x for x in rows if x.a in k]",
    ),
}


@pytest.mark.parametrize(("sure", "code"), SEARCHED.values(), ids=SEARCHED)
def test_what_is_searched_must_be_long_itself(sure, code):
    found = lint_source(code, "code.py", load_rules())
    assert {one.confidence for one in found if one.rule == "list-membership-in-loop"} == {sure}


SHORTER = {
    "list(keys)": ("high", "def f(t, k): return k in list(t.keys())"),
    "set(sorted)": ("high", "def f(a): return set(sorted(a))"),
    "sorted()[0]": ("medium", "def f(a): return sorted(a)[0]"),
    "sorted()[:3]": ("low", "def f(a): return sorted(a)[:3]"),
    "items + [item]": ("medium", "def f(a):\n    b = []\n    for x in a:\n        b = b + [x.y]\n    return b"),
    "[item] + items": ("low", "def f(a):\n    b = []\n    for x in a:\n        b = [x.y] + b\n    return b"),
    "kept by others": ("low", "def f(a, c):\n    b = []\n    for x in a:\n        b = b + [x.y]\n        c.append(b)"),
    "one key of all": ("medium", "def f(t, k):\n    for a, b in t.items():\n        if a == k:\n            return b"),
    "first key": ("low", "def f(t): return list(t.keys())[0]"),
    "cache of many": (
        "medium",
        "from functools import cache\nclass A:\n    @cache\n    def f(self): ...\ndef g(a): return [A() for x in a]",
    ),
    "cache of one": ("low", "from functools import cache\nclass A:\n    @cache\n    def f(self): return 1"),
}


@pytest.mark.parametrize(("sure", "code"), SHORTER.values(), ids=SHORTER)
def test_what_is_shorter_too_needs_no_evidence(sure, code):
    assert [one.confidence for one in lint_source(code, "code.py", load_rules())] == [sure]


def test_a_search_through_what_is_few_by_its_name_is_told_on_request():
    code = """
        def f(rows, columns):
            for row in rows:
                for column in columns:
                    if column.name == row.name:
                        use(column)
    """
    found = lint_source(textwrap.dedent(code), "code.py", load_rules())
    assert [(one.rule, one.confidence) for one in found] == [("nested-search-in-loop", "low")]
