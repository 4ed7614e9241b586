"""Rules about copies that nobody needs: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

SUM_FLAGGED = {
    "sum": "def f(lists):\n    return sum(lists, [])  # <-\n",
    "start": "def f(lists):\n    return sum(lists, start=[])  # <-\n",
    "of a generator": "def f(rows):\n    return sum((row.items for row in rows), [])  # <-\n",
    "tuples": "def f(rows):\n    return sum((tuple(row) for row in rows), ())  # <-\n",
    "list()": "def f(lists):\n    return sum(lists, list())  # <-\n",
    "reduce": "import functools, operator\ndef f(lists):\n    return functools.reduce(operator.add, lists, [])  # <-\n",
    "reduce with a lambda": "from functools import reduce as fold\nx = fold(lambda a, b: a + b, lists, [])  # <-\n",
    "reduce of evident lists": """
        from functools import reduce
        from operator import concat
        def f(rows):
            return reduce(concat, [[row.a, row.b] for row in rows])  # <-
    """,
    "dict values": "def f(d):\n    return sum(d.values(), [])  # <-\n",
}
SUM_QUIET = {
    "numbers": "def f(xs):\n    return sum(xs), sum(xs, 0), sum(xs, start=1.5)\n",
    "unknown start": "def f(xs, zero):\n    return sum(xs, zero)\n",
    "constant few": "def f(a, b):\n    return sum([a, b], [])\n",
    "reduce of numbers": "import functools, operator\nx = functools.reduce(operator.add, xs)\n",
    "reduce in place": "import functools, operator\nx = functools.reduce(operator.iconcat, lists, [])\n",
    "reduce, multiplied": "from functools import reduce\nx = reduce(lambda a, b: a * b, xs, [])\n",
    "chain": "from itertools import chain\nx = list(chain.from_iterable(lists))\n",
    "own sum": "from app import sum\nx = sum(lists, [])\n",
    "of a vector class": "def f(xs):\n    return sum(xs, Vector(0, 0))\n",
}

GROW_FLAGGED = {
    "list": "def f(xs):\n    out = []\n    for x in xs:\n        out = out + [x]  # <-\n    return out\n",
    "in front": "def f(xs):\n    out = []\n    for x in xs:\n        out = [x] + out  # <-\n",
    "unpacked": "def f(xs):\n    out = []\n    for x in xs:\n        out = [*out, x]  # <-\n",
    "tuple": "def f(xs):\n    out = ()\n    for x in xs:\n        out += (x,)  # <-\n",
    "dict": "def f(xs):\n    d = {}\n    for x in xs:\n        d = {**d, x.id: x}  # <-\n",
    "dict or": "def f(xs):\n    d = {}\n    for x in xs:\n        d = d | {x.id: x}  # <-\n",
    "dict()": "def f(xs):\n    d = {}\n    for x in xs:\n        d = dict(d, last=x)  # <-\n",
    "set": "def f(xs):\n    s = set()\n    for x in xs:\n        s = s | {x}  # <-\n",
    "union": "def f(xs):\n    s = set()\n    for x in xs:\n        s = s.union(x.parts)  # <-\n",
    "comprehension on the other side": """
        def f(xs):
            out = []
            for x in xs:
                out = out + [y for y in x]  # <-
    """,
    "while": "def f(todo):\n    out = []\n    while todo:\n        out = out + [todo.pop()]  # <-\n",
    "attribute": """
        class A:
            def __init__(self):
                self.rows = []
            def f(self, xs):
                for x in xs:
                    self.rows = self.rows + [x]  # <-
    """,
    "inner loop": """
        def f(groups):
            for group in groups:
                names = []
                for one in group:
                    names = names + [one.name]
    """.replace("[one.name]", "[one.name]  # <-"),
}
GROW_QUIET = {
    "append": """
        def f(xs):
            out = []
            for x in xs:
                out.append(x)
                out += [x]
                out.extend([x])
    """,
    "numbers": "def f(xs):\n    n = 0\n    for x in xs:\n        n = n + x\n",
    "unknown": "def f(xs, out):\n    for x in xs:\n        out = out + x\n",
    "text: another rule": "def f(xs):\n    s = ''\n    for x in xs:\n        s = s + x + ','\n",
    "made in each round": "def f(xs, base):\n    for x in xs:\n        row = base + [x]\n        use(row)\n",
    "starts anew": "def f(xs):\n    for x in xs:\n        row = []\n        row = row + [x]\n        use(row)\n",
    "item's own": "def f(rows):\n    for row in rows:\n        row.tags = row.tags + ['new']\n",
    "in place": "def f(xs):\n    s = set()\n    for x in xs:\n        s |= {x}\n        s.update({x})\n",
    "constant few": "def f():\n    out = []\n    for x in (1, 2):\n        out = out + [x]\n",
    "no loop": "def f(out, x):\n    out = [*out, x]\n    return {**out, 'a': x}\n",
    "copy only": "def f(xs):\n    d = {}\n    for x in xs:\n        d = {**d}\n",
    "flags": "def f(xs):\n    flags = 0\n    for x in xs:\n        flags = flags | x\n",
    "immutable by design": """
        class A:
            def __init__(self):
                self.parts = ()
            def f(self, xs):
                for x in xs:
                    self.parts += (x,)
    """,
}

FIRST_FLAGGED = {
    "list": "first = list(table)[0]  # <-\n",
    "values": "def f(d):\n    return list(d.values())[0]  # <-\n",
    "last key": "def f(d):\n    return list(d.keys())[-1]  # <-\n",
    "last of a dict": "d = dict(pairs)\nlast = list(d)[-1]  # <-\n",
    "tuple": "def f(s):\n    return tuple(s)[0]  # <-\n",
    "first that fits": "def f(xs):\n    return [x for x in xs if x.ok][0]  # <-\n",
    "first of what is computed": "def f(xs):\n    return [g(x) for x in xs][0].name  # <-\n",
    "filter": "def f(xs):\n    return list(filter(None, xs))[0]  # <-\n",
    "in a loop": "def f(cache: dict, n):\n    while len(cache) > n:\n        cache.pop(list(cache)[0])  # <-\n",
}
FIRST_QUIET = {
    "next": "first = next(iter(table))\n",
    "second": "def f(d):\n    return list(d)[1], list(d)[:1]\n",
    "last of what has no end": "def f(xs):\n    return list(xs)[-1]\n",
    "name": "def f(xs):\n    all_of_them = list(xs)\n    return all_of_them[0]\n",
    "place that varies": "def f(xs, i):\n    return list(xs)[i]\n",
    "constant few": "x = list('ab')[0]\ny = [k for k in ('a', 'b') if k][0]\n",
    "own list": "from app import list\nx = list(xs)[0]\n",
    "set to": "def f(xs):\n    list(xs)\n    xs[0] = 1\n",
    "empty": "x = list()[0:1]\n",
    "async": "async def f(xs):\n    return [x async for x in xs][0]\n",
}

SLICE_FLAGGED = {
    "list": "def f(xs: list):\n    while xs:\n        use(xs[0])\n        xs = xs[1:]  # <-\n",
    "list()": "todo = list(rows)\nwhile todo:\n    todo = todo[1:]  # <-\n",
    "pair": "def f(xs: list):\n    while xs:\n        x, xs = xs[0], xs[1:]  # <-\n        use(x)\n",
    "star": "def f(xs: list):\n    while xs:\n        x, *xs = xs  # <-\n        use(x)\n",
    "bytes": "def f(data: bytes):\n    while data:\n        n = data[0]\n        data = data[n:]  # <-\n",
    "last": "def f():\n    xs = [r for r in rows]\n    while xs:\n        xs = xs[:-1]  # <-\n",
    "text of a file": """
        def f(path):
            content = open(path).read()
            while content:
                content = content[take(content):]  # <-
    """,
    "attribute": """
        class A:
            def __init__(self, rows):
                self.rows = list(rows)
            def f(self):
                while self.rows:
                    use(self.rows[0])
                    self.rows = self.rows[1:]  # <-
    """,
    "batches": "def f(xs: list):\n    while xs:\n        some, xs = xs[:100], xs[100:]  # <-\n        use(some)\n",
}
SLICE_QUIET = {
    "short text": "def f(line: str):\n    while line:\n        line = line[1:]\n",
    "unknown": "def f(xs):\n    while xs:\n        xs = xs[1:]\n",
    "memoryview": "def f(data):\n    view = memoryview(data)\n    while view:\n        view = view[4:]\n",
    "once": "def f(xs: list):\n    xs = xs[1:]\n    return xs\n",
    "starts anew": """
        def f(rows):
            for row in rows:
                cells = row.split()
                cells = cells[1:]
                use(cells)
    """,
    "of another": "def f(xs: list, ys: list):\n    while ys:\n        xs = ys[1:]\n        ys.pop()\n",
    "window": "def f(xs: list, n):\n    for i in range(n):\n        xs = xs[i:i + 3]\n",
    "whole copy": "def f(xs: list, n):\n    for i in range(n):\n        xs = xs[:]\n",
    "item of the loop": "def f(rows):\n    for row in rows:\n        row = row[1:]\n",
    "arguments": "import sys\nargs = list(sys.argv)\nwhile args:\n    args = args[1:]\n",
}

CASES = {
    "sum-of-lists": (SUM_FLAGGED, SUM_QUIET),
    "copied-to-grow-in-loop": (GROW_FLAGGED, GROW_QUIET),
    "list-copy-for-first-item": (FIRST_FLAGGED, FIRST_QUIET),
    "slice-copy-in-loop": (SLICE_FLAGGED, SLICE_QUIET),
}
