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
        "given as a path": "from pathlib import Path\ndef f(path):\n    return ["
        "x for x in Path(path).open().readlines()]",
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
