"""What saves little of each item is shown where the file shows that there are many, or that each costs much."""

import pytest

from greenprof.lint import lint_source

SHOWN = {
    "copy-by-comprehension": {"rows": "def f(c): return [x for x in c.fetchall()]"},
    "item-by-item-copy": {
        "rows": "def f(c):\n    out = []\n    for x in c.fetchall():\n        out.append(x)\n    return out"
    },
    "startswith-per-prefix": {
        "rows": "def f(c, a):\n    for x in c.fetchall():\n        yield any(x.startswith(p) for p in a)"
    },
    "string-concat-in-loop": {
        "bytes, chunks": "def f(x):\n    data = b''\n    for c in x.chunks():\n        data += c\n    return data",
        "bytes, received": "def f(s):\n    data = b''\n    while True:\n        x = s.recv(9)\n        if not x:\n"
        "            return data\n        data += x",
    },
    "lines-read-at-once": {
        "given": "def f(path):\n    with open(path) as file:\n        return [x for x in file.readlines() if x]",
        "given as a path": "from pathlib import Path\ndef f(p):\n    return {x for x in Path(p).open().readlines()}",
    },
    "class-created-in-loop": {
        "each call": "from collections import namedtuple\ndef f(x):\n    return namedtuple('A', 'b c')(x, x)\n"
        "def g(xs):\n    for x in xs:\n        f(x)",
    },
    "tiny-reads": {"recv": "def f(s):\n    while (x := s.recv(1)) != b'a':\n        use(x)"},
    "eager-log-format": {
        "laid out for a request": "import logging, pprint\nlog = logging.getLogger()\n@app.get('/')\ndef f(x):\n"
        "    log.debug(pprint.pformat(x))\n    log.debug(f'{pprint.pformat(x)}')"
    },
}
SURE = {
    "lines-read-at-once": {"pipe": "import sys\nfor line in sys.stdin.readlines():\n    use(line)"},
    "tiny-reads": {
        "whole file": "def f(path):\n    file = open(path)\n    while x := file.read(1):\n        use(x)",
        "iter": "def f(path):\n    file = open(path)\n    for x in iter(lambda: file.read(1), ''):\n        use(x)",
    },
}


def cases(table):
    return [
        pytest.param(rule, code, id=f"{rule}: {what}")
        for rule, of_rule in table.items()
        for what, code in of_rule.items()
    ]


def confidences(rule, code, rules):
    return {one.confidence for one in lint_source(code, "code.py", [rules[rule]])}


@pytest.mark.parametrize(("rule", "code"), cases(SHOWN))
def test_is_shown(rule, code, rules):
    assert confidences(rule, code, rules) == {"medium"}


@pytest.mark.parametrize(("rule", "code"), cases(SURE))
def test_is_sure(rule, code, rules):
    assert confidences(rule, code, rules) == {"high"}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (
            "string-concat-in-loop",
            "def f(s):\n    b = b''\n    for x in s:\n        b += x\n        b = b[4:]\n        use(b)",
        ),
        (
            "date-parse-in-loop",
            "import pandas as pd\ndef f(xs):\n    for x in xs:\n        x.index = pd.to_datetime(x.index)",
        ),
    ],
)
def test_is_left_alone(rule, code, rules):
    assert confidences(rule, code, rules) == set()


EACH = "import re, datetime\ndef f(xs, s):\n    for {name} in xs.get():\n        {code}\n"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("startswith-per-prefix", "use(any({name}.startswith(p) for p in s))"),
        ("date-parse-in-loop", "use(datetime.datetime.strptime({name}, '%Y-%m-%d'))"),
        ("invariant-call-in-loop", "use({name} / max(s))"),
    ],
)
@pytest.mark.parametrize(
    ("name", "sure"), [("line", "medium"), ("csv_row", "medium"), ("x", "low"), ("outline", "low")]
)
def test_one_for_each_line_or_row_is_shown(rule, code, name, sure, rules):
    assert confidences(rule, EACH.format(name=name, code=code.format(name=name)), rules) == {sure}


def test_the_length_of_a_list_is_not_told_by_a_row_that_it_is_searched_for(rules):
    code = "def f(xs, seen):\n    for row in xs.get():\n        if row.name in seen:\n            use(row)\n"
    assert confidences("list-membership-in-loop", "seen = list(a)\n" + code.replace(", seen", ""), rules) <= {"low"}


def test_a_text_made_in_vain_is_left_to_a_run(rules):
    code = (
        "import logging\nlog = logging.getLogger()\ndef f(rows):\n    for row in rows:\n        log.debug(f'{row}')\n"
    )
    assert confidences("eager-log-format", code, rules) == {"low"}
