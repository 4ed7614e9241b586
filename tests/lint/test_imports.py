"""Where the import goes that a fix needs."""

import ast
import textwrap

import pytest

from greenprof.lint import load_rules
from greenprof.lint.fixing import fix_source

QUEUE = """
def f(n):
    waiting = list(range(n))
    while waiting:
        print(waiting.pop(0))
"""
RULES = [rule for rule in load_rules() if rule.name == "list-front-pop"]


def fixed(head, code=QUEUE):
    source = textwrap.dedent(head) + code
    result = fix_source(source, "code.py", RULES, keep=lambda finding: True)
    ast.parse(result.text)
    return result


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "\nfrom collections import deque\n\n\ndef"),
        ('"""Doc."""\n', '"""Doc."""\n\nfrom collections import deque\n\ndef'),
        ("#!/usr/bin/env python\n# coding: utf-8\n", "#!/usr/bin/env python\n# coding: utf-8\n\nfrom collections"),
        (
            '"""Doc."""\nfrom __future__ import annotations\n',
            '"""Doc."""\nfrom __future__ import annotations\n\nfrom collections import deque\n\ndef',
        ),
        ("import ast\nimport re\n", "import ast\nimport re\nfrom collections import deque\n\ndef"),
        (
            "import ast\nfrom sys import exit\n",
            "import ast\nfrom collections import deque\nfrom sys import exit\n\ndef",
        ),
        ("import requests\n", "from collections import deque\n\nimport requests\n\ndef"),
        ("from . import other\n", "from collections import deque\n\nfrom . import other\n\ndef"),
        ("from collections import Counter\n", "from collections import Counter, deque\n\ndef"),
        ("from collections import Counter  # noqa\n", "from collections import Counter, deque  # noqa\n\ndef"),
        (
            "from collections import (\n    Counter,\n)\n",
            "from collections import (\n    Counter,\n    deque,\n)\n\ndef",
        ),
        ("from collections import (Counter)\n", "from collections import (Counter, deque)\n\ndef"),
        ("from collections import deque\n", "from collections import deque\n\ndef"),
        ("from collections import deque as queue\n", "from collections import deque as queue\n\ndef"),
        ("import collections\n", "import collections\n\ndef"),
        ("import collections as c\n", "import collections as c\n\ndef"),
        ("from x import *\n", "from collections import deque\n\nfrom x import *\n\ndef"),
        (
            "try:\n    import a\nexcept ImportError:\n    a = None\n",
            "from collections import deque\n\ntry:\n    import a\n",
        ),
        ("import re; x = 1\n", "import re; x = 1\nfrom collections import deque\n\ndef"),
    ],
)
def test_an_import_goes_where_a_reader_looks_for_it(head, expected):
    result = fixed(head)
    assert result.applied
    assert result.text.startswith(expected)


@pytest.mark.parametrize(
    ("head", "call"),
    [
        ("from collections import deque as queue\n", "queue(range(n))"),
        ("import collections\n", "collections.deque(range(n))"),
        ("import collections as c\n", "c.deque(range(n))"),
    ],
)
def test_a_name_that_is_there_is_used(head, call):
    assert call in fixed(head).text


@pytest.mark.parametrize(
    "head",
    [
        "deque = None\n",
        "def deque(): pass\n",
        "def g(deque): pass\n",
        "from queue import Queue as deque\n",
        "x.deque = 1\n",
        "import re; x = [\n1]; import sys\n",
    ],
)
def test_where_the_name_means_something_else_nothing_is_changed(head):
    result = fixed(head)
    assert result.applied == () or "deque" not in head
    ast.parse(result.text)


def test_code_before_the_imports_is_left_alone():
    late = QUEUE + "\n\nimport re\n"
    result = fix_source(late, "code.py", RULES, keep=lambda finding: True)
    assert result.applied == ()
    assert result.text == late
