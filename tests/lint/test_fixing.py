"""Fixes: what they leave alone, what they refuse, and that a program means the same after the safe ones."""

import ast
import codecs
import random
import shutil
import stat
import subprocess
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.lint import load_rules
from greenprof.lint.fixing import FixError, diff, fix_paths, fix_source

RULES = load_rules()

QUEUE = """\
x  =  { 'odd' :'layout' }
# Serves who came first.
def serve(customers):   # in order
    waiting = list( customers )    # a copy
    while waiting :
        print( waiting.pop(0) )  # the next
"""
FIXED_QUEUE = """\
from collections import deque

x  =  { 'odd' :'layout' }
# Serves who came first.
def serve(customers):   # in order
    waiting = deque( customers )    # a copy
    while waiting :
        print( waiting.popleft() )  # the next
"""
FIRST = "def first(rows):\n    return sorted(rows)[0]\n"


def fix(code, *, unsafe=False, names=None):
    rules = [rule for rule in RULES if names is None or rule.name in names]
    return fix_source(textwrap.dedent(code), "code.py", rules, keep=lambda finding: True, unsafe=unsafe)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_layout_and_comments_stay_as_they_are():
    result = fix(QUEUE)
    assert result.text == FIXED_QUEUE
    assert [one.rule for one in result.applied] == ["list-front-pop"]


def test_a_second_run_finds_nothing_to_fix():
    once = fix(QUEUE)
    again = fix(once.text)
    assert again.text == once.text
    assert again.applied == ()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("latin-1", b""), ("cp1251", b"")]
)
def test_line_ends_encoding_and_byte_order_mark_are_kept(tmp_path, end, last, encoding, mark):
    word = "Жук" if encoding == "cp1251" else "Käfer"
    cookie = "" if encoding == "utf-8" else f"# coding: {encoding}\n"

    def content(text):
        text = f"{cookie}import os\n{text}name = '{word}'\n"
        text = text if last else text.removesuffix("\n")
        return mark + text.replace("\n", end).encode(encoding)

    path = tmp_path / "code.py"
    path.write_bytes(content(QUEUE))
    assert fix_paths([path]).applied == 1
    body = FIXED_QUEUE.removeprefix("from collections import deque\n\n")
    assert path.read_bytes() == content("from collections import deque\n" + body)


def test_lines_of_several_kinds_keep_their_ends(tmp_path):
    path = tmp_path / "code.py"
    path.write_bytes(b"import os\r\ndef f(n):\n    q = list(range(n))\r\n    while q:\r        print(q.pop(0))")
    fix_paths([path], min_confidence="low")
    assert path.read_bytes() == (
        b"import os\r\nfrom collections import deque\n"
        b"def f(n):\n    q = deque(range(n))\r\n    while q:\r        print(q.popleft())"
    )


def test_a_line_that_is_added_behind_the_last_one_adds_no_line_end():
    code = "def f(n):\n    text = b''\n    for i in range(n):\n        text += b'%d' % i"
    result = fix(code)
    assert result.text == (
        "def f(n):\n    text_parts = []\n    for i in range(n):\n        text_parts.append(b'%d' % i)\n"
        '    text = b"".join(text_parts)'
    )


def test_unsafe_fixes_are_counted_and_left_unless_asked_for(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(FIRST)
    result = fix_paths([path])
    assert (result.applied, result.offered_unsafe, result.diff) == (0, 1, "")
    assert path.read_text() == FIRST
    result = fix_paths([path], unsafe=True)
    assert (result.applied, result.offered_unsafe, result.by_rule) == (1, 0, {"sorted-for-extreme": 1})
    assert path.read_text() == FIRST.replace("sorted(rows)[0]", "min(rows)")


def test_what_is_ignored_not_selected_or_not_sure_enough_is_not_fixed(tmp_path):
    path = tmp_path / "code.py"
    ignored = FIRST.replace("[0]", "[0]  # greenprof: ignore")
    path.write_text(ignored)
    assert fix_paths([path], unsafe=True).applied == 0
    path.write_text(FIRST)
    assert fix_paths([path], unsafe=True, select=["network"]).applied == 0
    assert fix_paths([path], unsafe=True, ignore=["sorted-for-extreme"]).applied == 0
    low = "import re\ndef f(texts):\n    for text in texts:\n        print(re.search('a+', text))\n"
    path.write_text(low)
    assert fix_paths([path]).applied == 0
    assert fix_paths([path], min_confidence="low").applied == 1


def test_without_writing_nothing_is_written_and_the_difference_is_the_same(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(QUEUE)
    shown = fix_paths([path], write=False)
    assert path.read_text() == QUEUE
    done = fix_paths([path])
    assert shown == done
    assert shown.diff == diff(QUEUE, FIXED_QUEUE, str(path))
    assert fix_paths([path]).diff == ""


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize("change", [lambda text: text, lambda text: text.replace("\n", "\r\n"), str.rstrip])
def test_patch_takes_the_difference(tmp_path, change):
    path = tmp_path / "code.py"
    before = change("\x0c" + QUEUE).encode()
    path.write_bytes(before)
    result = fix_paths([path])
    after = path.read_bytes()
    assert before != after
    path.write_bytes(before)
    subprocess.run(
        ["patch", "--binary", "-p0", str(path)], input=result.diff.encode(), check=True, stdout=subprocess.PIPE
    )
    assert path.read_bytes() == after


def test_the_mode_stays_and_a_link_stays_a_link(tmp_path):
    path, link = tmp_path / "code.py", tmp_path / "link.py"
    path.write_text(QUEUE)
    path.chmod(0o755)
    link.symlink_to(path)
    assert fix_paths([link]).applied == 1
    assert link.is_symlink()
    assert path.read_text() == FIXED_QUEUE
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert names_in(tmp_path) == ["code.py", "link.py"]


def test_a_file_that_cannot_be_written_is_an_error_and_stays_whole(tmp_path, monkeypatch):
    bad, good = tmp_path / "a.py", tmp_path / "b.py"
    for path in (bad, good):
        path.write_text(QUEUE)
    replace = Path.replace

    def full(self, target):
        if Path(target).name == "a.py":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    result = fix_paths([tmp_path])
    assert [(one.path, one.message) for one in result.left.errors] == [(str(bad), "not fixed: No space left on device")]
    assert [file.path for file in result.files] == [str(good)]
    assert bad.read_text() == QUEUE
    assert {one.path for one in result.left.findings} == {str(bad)}
    assert names_in(tmp_path) == ["a.py", "b.py"]


OTHER_RULE = """
from greenprof.lint import Hit, Repair, Rule, Screen


class {name}(Rule):
    name = "{id}"
    group = "loops"
    message = "-"
    screen = Screen(words=frozenset({{"{word}"}}), loop=False)

    def visit_Call(self, node, here):
        return Hit(node) if here.method(node) == "{word}" else None

    def repair(self, site):
        return Repair(({edit},), safe=True)
"""


@pytest.fixture
def with_rules(tmp_path):
    """Makes rules that replace a call of `word` as `edit` says; gives their folders' parent."""

    def make(**edits):
        for word, edit in edits.items():
            folder = tmp_path / "own" / word
            folder.mkdir(parents=True)
            text = OTHER_RULE.format(name=word.title(), id=f"no-{word}", word=word, edit=edit)
            (folder / "rule.py").write_text(text)
        return tmp_path / "own"

    return make


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ({"spam": "site.rewrite(site.code.span(site.node), 'a b', inside=site.node)"}, "would not give valid Python"),
        ({"spam": "site.replace(site.node, 'eggs()')", "eggs": "site.replace(site.node, 'spam()')"}, "undo each other"),
        ({"spam": "site.put_before(site.statement(site.node), 'x = 1')"}, "always more fixes"),
    ],
)
def test_fixes_that_go_wrong_leave_the_file_as_it_was(tmp_path, with_rules, edits, words):
    path = tmp_path / "code.py"
    path.write_text("spam()\n")
    result = fix_paths([path], extra_rules=[with_rules(**edits)], select=["loops"])
    assert path.read_text() == "spam()\n"
    assert (result.applied, result.diff) == (0, "")
    assert [words in one.message for one in result.left.errors] == [True]
    assert [one.path for one in result.left.errors] == [str(path)]


def test_an_edit_of_code_that_was_parsed_again_is_a_broken_rule(with_rules):
    rules = load_rules([with_rules(spam="site.replace(__import__('ast').parse('spam()').body[0].value, 'x')")])
    with pytest.raises(Exception, match="no-spam"):
        fix_source("spam()\n", "code.py", [rule for rule in rules if rule.name == "no-spam"])


def test_what_is_no_python_cannot_be_fixed():
    with pytest.raises(SyntaxError):
        fix_source("def f(:\n", "code.py", RULES)
    assert issubclass(FixError, Exception)


# What a reviewer would send back: each looks like something that is fixed, and would mean something else.
LEFT_ALONE = [
    # the list is somebody else's, or goes to somebody
    "def f(waiting):\n    while waiting:\n        print(waiting.pop(0))\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        g(q)\n        q.pop(0)\n",
    "def f(n):\n    q = list(range(n))\n    r = q\n    while q:\n        q.pop(0)\n    return r\n",
    "def f(n):\n    q = list(range(n))\n    def g():\n        return q\n    while q:\n        q.pop(0)\n    return g\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n    print(q)\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n        print(locals())\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n        print(f'{q}')\n",
    "q = list(range(9999))\nwhile q:\n    q.pop(0)\n",
    # used in a way that a deque does not know
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n        q.sort()\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n        print(q[1:])\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n        print(q + [1])\n",
    "def f(n):\n    q = list(range(n))\n    while q:\n        q.pop(0)\n        print(q == [1])\n",
    "def f(n):\n    q = list(range(n))\n    for x in q:\n        q.pop(0)\n        q.append(x)\n",
    # a set would drop what is there twice, or forget the order
    (
        "def f(n):\n    p = [i % 3 for i in range(n)]\n    for i in range(n):\n"
        "        if i in p:\n            print(len(p))\n"
    ),
    (
        "def f(n):\n    p = [2 * i for i in range(n)]\n    for i in range(n):\n"
        "        if i in p:\n            print(i)\n    return p\n"
    ),
    (
        "def f(n):\n    p = [2 * i for i in range(n)]\n    for i in range(n):\n"
        "        if i in p:\n            p.remove(i)\n"
    ),
    # somebody sees the text while it grows
    "def f(n):\n    t = b''\n    for i in range(n):\n        t += b'x'\n        print(len(t))\n    return t\n",
    (
        "def f(n):\n    t = b''\n    try:\n        for i in range(n):\n            t += g(i)\n"
        "    except ValueError:\n        return t\n"
    ),
    (
        "def f(n):\n    t = b''\n    with suppress(ValueError):\n        for i in range(n):\n            t += g(i)\n"
        "    return t\n"
    ),
    # the pattern is no pattern, or not known
    "import re\ndef f(ts):\n    for t in ts:\n        re.compile('(').search(t)\n",
    "import re\ndef f(ts, p):\n    for t in ts:\n        re.compile(p).search(t)\n",
    # the loop's variable is read behind the loop
    (
        "def f(xs):\n    out = []\n    for i in range(9):\n        for x in xs:\n"
        "            out.append(x)\n    return out, x\n"
    ),
    # an event of somebody else's making
    "def f(event):\n    while not event.is_set():\n        pass\n",
    "import threading\ndef f():\n    e = threading.Event()\n    while not e.is_set():\n        work()\n",
    # a comment would be lost
    (
        "import threading\ndef f():\n    e = threading.Event()\n    while not e.is_set():\n        # until it happens\n"
        "        pass\n"
    ),
    # inside of text
    'def f(xs):\n    xs = [str(x) for x in range(9999)]\n    return f"{set(sorted(xs))}"\n',
    # a name of a class's body is an attribute of the class
    "import re\nclass A:\n    for n in dir(object):\n        print(re.match('_a', n))\n",
    # the name means something else here
    "def f(sum, xs):\n    xs = [[x] for x in xs]\n    return sum(xs, [])\n",
    "def list(x):\n    return x\ndef f(n):\n    xs = [i for i in range(n)]\n    return [x for x in xs]\n",
    # growing in place would be seen
    "def f(n):\n    a = []\n    b = a\n    for i in range(n):\n        a = a + [i]\n    return a, b\n",
    (
        "def f(n):\n    a = []\n    out = []\n    for i in range(n):\n        a = a + [i]\n"
        "        out.append(a)\n    return out\n"
    ),
    "def f(n):\n    a = [1]\n    for i in a:\n        if n:\n            a = a + [i]\n    return a\n",
    # the list changes in the loop
    (
        "def f(n):\n    v = [2 * i for i in range(n)]\n    for i in range(n):\n"
        "        print(v.count(i))\n        v.append(i)\n"
    ),
    (
        "def f(n):\n    v = [2 * i for i in range(n)]\n    for i in range(n):\n"
        "        if i in set(v):\n            v.append(i)\n"
    ),
    (
        "def f(n, v):\n    v = [2 * i for i in range(n)]\n    for i in range(n):\n"
        "        print(sum(v))\n        v[i] = 0\n"
    ),
]


@pytest.mark.parametrize("code", LEFT_ALONE)
def test_no_safe_fix_where_the_meaning_would_change(code):
    ast.parse(code)
    result = fix(code)
    assert result.text == code
    assert result.applied == ()


# What is not fixed even when asked for: it broke the tests of projects, or would have.
NEVER_FIXED = [
    # no dict: it has no update, or means something else by it
    "def f(n, pairs):\n    out = [0] * n\n    for i, x in pairs:\n        out[i] = x\n    return out\n",
    "import numpy as np\ndef f(xs):\n    a = np.empty(9)\n    for i, x in enumerate(xs):\n        a[i] = x\n",
    "def f(rows, d):\n    for i, row in d.items():\n        for j, x in row.items():\n            rows[i][j] = x\n",
    "from app import response\nfor k, v in headers.items():\n    response[k] = v\n",
    (
        "from collections import Counter\ndef f(d):\n    c = Counter()\n    for k, v in d.items():\n"
        "        c[k] = v\n    return c\n"
    ),
    # a dict whose keys are pairs
    "def f():\n    d = {(1, 2): 3}\n    out = {}\n    for a, b in d:\n        out[a] = b\n    return out\n",
    "def f():\n    d = {(1, 2): 3}\n    return {a: b for a, b in d}\n",
    # rows have keys, for which dict would ask
    "def f(session, q):\n    return {a: b for a, b in session.execute(q)}\n",
    "def f(result):\n    return {a: b for a, b in result}\n",
    # rows, where tuples are put in
    "def f(rows):\n    out = []\n    for a, b in rows:\n        out.append((a, b))\n    return out\n",
    # it would ask itself for ever
    "class A:\n    def __contains__(self, x):\n        return x in list(self)\n",
    "class A:\n    def __len__(self):\n        return len([x for x in self])\n",
    # a part of text is in it, too
    "def f(x):\n    return x in list('<^>')\n",
    # somebody waits for the IndexError
    "def f(xs):\n    try:\n        return list(xs)[0]\n    except IndexError:\n        return None\n",
    "def f(xs):\n    try:\n        return [x for x in xs if x][0]\n    except (KeyError, LookupError):\n        pass\n",
    "def f(xs):\n    with suppress(IndexError):\n        return list(xs)[0]\n",
    "class A:\n    def __getitem__(self, i):\n        return list(self.rows[i:i + 1])[0]\n",
    "def f(xss):\n    return list(map(lambda xs: list(xs)[0], xss))\n",
    # lists have no hash
    (
        "def f(lines):\n    seen = []\n    for line in lines:\n        if line in seen:\n            continue\n"
        "        seen.append(line)\n        line.append(0)\n"
    ),
    "def f(n):\n    p = [[i] for i in range(n)]\n    return [i for i in range(n) if [i] in p]\n",
    "def f(rows, xs):\n    p = [row[1] for row in rows]\n    return [x for x, params in xs if (x, params) in p]\n",
    # who called would see it grow, and each round would get the same dict
    "def f(out, n):\n    for i in range(n):\n        out = out + [i]\n    return out\n",
    "def f(a, n):\n    out = a.rows\n    for i in range(n):\n        out = out + [i]\n    return out\n",
    "def f(n):\n    d = {}\n    for i in range(n):\n        d = {**d, 'id': i}\n        use(d)\n",
    # text of 0.0 is no text of 0
    "import numpy as np\ndef f(n):\n    return np.zeros(n).astype(str)\n",
    "import numpy as np\ndef f(n):\n    return np.zeros(n).astype(object)\n",
]


@pytest.mark.parametrize("code", NEVER_FIXED)
def test_what_would_break_is_not_fixed_even_when_asked_for(code):
    ast.parse(code)
    assert fix(code, unsafe=True).text == code


# Findings whose fix is only safe with what the second version shows.
GUARDED = [
    (
        "def f(xs):\n    return set(sorted(xs))\n",
        "def f():\n    xs = [str(i) for i in range(999)]\n    return set(sorted(xs))\n",
    ),
    (
        "def f(d, keys):\n    return [k for k in keys if k in list(d.keys())]\n",
        "def f(n):\n    d = {i: i for i in range(n)}\n    return [k for k in range(n) if k in list(d.keys())]\n",
    ),
    (
        "def f(ts, ps):\n    return [t for t in ts if any(t.startswith(p) for p in ps)]\n",
        (
            "PS = ('a', 'b')\ndef f(n):\n    ts = [str(i) for i in range(n)]\n"
            "    return [t for t in ts if any(t.startswith(p) for p in PS)]\n"
        ),
    ),
    (
        "def f(xss):\n    return sum(xss, [])\n",
        "def f(n):\n    xss = [[i] for i in range(n)]\n    return sum(xss, [])\n",
    ),
    (
        "def f(d):\n    return {k: v for k, v in d.items()}\n",
        "def f(n):\n    d = {i: i for i in range(n)}\n    return {k: v for k, v in d.items()}\n",
    ),
    (
        "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    return out\n",
        (
            "def f(n):\n    xs = [i for i in range(n) if i]\n    out = []\n    for x in xs:\n"
            "        out.append(x)\n    return out\n"
        ),
    ),
    (
        "import numpy as np\ndef f(n, kind):\n    return np.zeros(n).astype(kind)\n",
        "import numpy as np\ndef f(n):\n    return np.zeros(n).astype(np.float32), np.ones(n).astype('i4')\n",
    ),
    (
        "import numpy as np\ndef f(n):\n    return np.full(n, -1).astype(np.uint8)\n",
        "import numpy as np\ndef f(n):\n    return np.full(n, 7).astype(np.uint8)\n",
    ),
    (
        "def f(xs):\n    return [x for x in xs]\n",
        "def f(n):\n    xs = [i for i in range(n) if i]\n    return [x for x in xs]\n",
    ),
]


@pytest.mark.parametrize(("unknown", "known"), GUARDED)
def test_a_fix_is_safe_where_the_file_shows_the_types_only(unknown, known):
    assert fix(unknown).applied == ()
    assert fix(unknown, unsafe=True).applied
    assert fix(known).applied


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return set(sorted(x for x in xs))", "return set(x for x in xs)"),
        ("return max(sorted(xs))", "return max(xs)"),
        ("return sorted(xs, reverse=True)[0]", "return max(xs)"),
        ("return sorted(xs, key=len)[-1]", "return max(xs, key=len)"),
        (
            "return sorted(\n        xs,  # all\n        key=len,\n    )[0]",
            "return min(\n        xs,  # all\n        key=len,\n    )",
        ),
        ("return(sorted(xs)[0])", "return(min(xs))"),
        ("return 1 in[x for x in xs]", "return 1 in xs"),
        ("return 1 in list(xs or ys)", "return 1 in (xs or ys)"),
        ("return 1 in list(\n        xs\n        .ys)", "return 1 in (xs\n        .ys)"),
        ("return {k: v for k, v in xs.items()}", "return dict(xs.items())"),
        ("return {k: v for k, v in xs.__dict__.items()}", "return dict(xs.__dict__)"),
        ("return {k: v for k, v in zip(xs, ys)}", "return dict(zip(xs, ys))"),
        ("return [x for x in sorted(xs)]", "return sorted(xs)"),
        ("return list(sorted(xs))[0]", "return min(xs)"),
        ("return [x - min(xs) for x in xs]", "smallest = min(xs, default=None)\n    return [x - smallest for x in xs]"),
        ("return [y - min(xs) for y in ys]", "smallest = min(xs)\n    return [y - smallest for y in ys]"),
        ("return list(x for x in xs if x.ok)[0]", "return next(x for x in xs if x.ok)"),
        ("return list(xs)[0].name", "return next(iter(xs)).name"),
        ("return [x for x in xs if x.ok][0]", "return next(x for x in xs if x.ok)"),
        ("return sum(1 for x in str(xs) if x == '-')", "return str(xs).count('-')"),
        ("return sum(1 for x in str(xs) + 'a' if x == '-')", "return (str(xs) + 'a').count('-')"),
    ],
)
def test_a_fix_puts_parentheses_and_spaces_where_they_have_to_be(before, after):
    head = "def f(xs, ys):\n    "
    result = fix(head + before + "\n", unsafe=True)
    assert result.text == head + after + "\n"


SETUP = """
    numbers = [i * {a} % {b} for i in range(n)]
    words = [f"word {{i % {b}}}" for i in range(n)]
    table = {{i * {a}: i for i in range(n)}}
    nested = [[i, i + {a}] for i in range(n % 50)]
    found = []
"""
STEPS = [
    "queue{k} = list(range(n % 40))\nwhile queue{k}:\n    x = queue{k}.pop(0)\n    found.append(x)\n"
    "    if x % {b} == 1:\n        queue{k}.append(x - 1)",
    "queue{k} = []\nfor i in range(n % 60):\n    queue{k}.insert(0, i)\nfound.append(tuple(queue{k}))",
    "for i in range(n % 30):\n    if i in list(table.keys()):\n        found.append(i)",
    (
        "known{k} = [i * {a} for i in range(n)]\nfor i in range(n % 90):\n"
        "    if i not in known{k}:\n        found.append(i)"
    ),
    "for i in range(n % 90):\n    if i in set(numbers):\n        found.append(i)",
    "found.append(max(sorted(numbers + [0])))\nfound.append(sorted(set(sorted(words))))",
    "found.append(sorted(numbers)[:3])\nfound.append(sorted(words, reverse=True)[:2])",
    "found.append(sorted(numbers)[-2:])",
    "found.append(sum(nested, []))",
    "found.append([i for i in numbers])\nfound.append({{k: v for k, v in table.items()}})",
    "for i in numbers:\n    found.append(i)",
    "copy{k} = {{}}\nfor key, value in table.items():\n    copy{k}[key] = value\nfound.append(copy{k})",
    "text{k} = b''\nfor i in range(n):\n    text{k} += i.to_bytes(4, 'little')\nfound.append(text{k})",
    "line{k} = ''\nfor i in range(n):\n    line{k} = line{k} + str(i) + ','\nfound.append(line{k})",
    "for word in words:\n    number = re.compile(r'\\d+')\n    found.append(number.sub('{a}', word))",
    "for word in words:\n    found.append(re.split('[a-d]', word, maxsplit={a}))",
    "for i in numbers:\n    found.append(i * sum(numbers))",
    "found.append({{i: numbers.count(i) for i in set(numbers)}})",
    "best{k} = []\nfor i in numbers:\n    best{k}.append(i)\n    best{k}.sort()\n    found.append(best{k}[0])",
    (
        "grown{k} = []\nfor i in range(n):\n    if i % {b}:\n"
        "        grown{k} = grown{k} + [i]\nfound.append(tuple(grown{k}))"
    ),
    "found.append([word for word in words if any(word.startswith(p) for p in PREFIXES)])",
    "found.append([i for i in sorted(numbers) if i % {b}])",
    "for x, y in list(itertools.combinations(numbers[:9], 2)):\n    found.append(x - y)",
    "for i in range(n):\n    found.append(eval('1 + {a}'))",
    "commas{k} = ','.join(words)\nfound.append(sum(1 for c in commas{k} if c == ','))",
]


def program(picks, a, b):
    steps = "\n".join(STEPS[pick].format(k=k, a=a, b=b) for k, pick in enumerate(picks))
    body = textwrap.dedent(SETUP.format(a=a, b=b)) + steps + "\nreturn found\n"
    return "import itertools\nimport re\n\nPREFIXES = ('word 1', 'x')\n\n\ndef run(n):\n" + textwrap.indent(
        body, "    "
    )


def answers(text):
    names = {}
    exec(compile(text, "code.py", "exec"), names)
    return [names["run"](n) for n in (0, 1, 2, 57)]


def check_same_answers(code):
    result = fix(code)
    assert answers(result.text) == answers(code)
    assert fix(result.text).applied == ()
    return result


@pytest.mark.parametrize("pick", range(len(STEPS)))
def test_each_step_has_a_safe_fix_that_keeps_its_answer(pick):
    assert check_same_answers(program([pick], 3, 5)).applied


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, len(STEPS) - 1), min_size=2, max_size=6), st.integers(1, 7), st.integers(2, 9), st.randoms()
)
def test_programs_give_the_same_answers_after_all_safe_fixes(picks, a, b, chance):
    code = program(picks, a, b)
    assert isinstance(chance, random.Random)
    if chance.random() < 0.3:
        code = code.replace("\n    ", "\n\t")
    check_same_answers(code)
