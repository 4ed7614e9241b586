"""Rules about loops that a built-in function does better: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

COPY_FLAGGED = {
    "append": "def f(xs):\n    out = []\n    for x in xs:  # <-\n        out.append(x)\n    return out\n",
    "unpacked": "def f(ps):\n    out = []\n    for a, b in ps:  # <-\n        out.append((a, b))\n",
    "plus": "def f(xs):\n    out = []\n    for x in xs:  # <-\n        out += [x]\n",
    "deque": "from collections import deque\nq = deque()\nfor x in xs:  # <-\n    q.append(x)\n",
    "items": "def f(d):\n    e = {}\n    for k, v in d.items():  # <-\n        e[k] = v\n    return e\n",
    "keys": "def f(d):\n    e = {}\n    for k in d:  # <-\n        e[k] = d[k]\n    return e\n",
    "pairs": "def f(pairs):\n    table = dict(a=1)\n    for key, value in pairs:  # <-\n        table[key] = value\n",
    "annotated": "def f(out: list[int], xs):\n    for x in xs:  # <-\n        out.append(x)\n",
    "attribute": """
        class A:
            def __init__(self):
                self.rows = []
            def f(self, xs):
                for x in xs:  # <-
                    self.rows.append(x)
    """,
    "inner loop": """
        def f(groups):
            out = []
            for group in groups:
                for x in group:  # <-
                    out.append(x)
    """,
}
COPY_QUIET = {
    "into a list by places": "def f(n, d):\n    out = [0] * n\n    for i, x in d.items():\n        out[i] = x\n",
    "numbered": "def f(out, xs):\n    for i, x in enumerate(xs):\n        out[i] = x\n",
    "changed": "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x + 1)\n",
    "filtered": "def f(xs):\n    out = []\n    for x in xs:\n        if x:\n            out.append(x)\n",
    "more": "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n        use(x)\n",
    "unknown": "def f(out, xs):\n    for x in xs:\n        out.append(x)\n",
    "set": "def f(xs):\n    s = set()\n    for x in xs:\n        s.add(x)\n",
    "swapped": "def f(d):\n    e = {}\n    for k, v in d.items():\n        e[v] = k\n",
    "constant few": "out = []\nfor x in ('a', 'b'):\n    out.append(x)\n",
    "async": "async def f(xs):\n    out = []\n    async for x in xs:\n        out.append(x)\n",
    "own class": "class Out:\n    pass\nout = Out()\nfor x in xs:\n    out.append(x)\n",
    "the same list": "def f(xs: list):\n    for x in xs[:3]:\n        xs.append(x)\n",
    "list of the item": "def f(rows):\n    for row in rows:\n        row.parts.append(row)\n",
    "else": "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    else:\n        out.append(0)\n",
}

COMPREHENSION_FLAGGED = {
    "list": "def f(xs):\n    return [x for x in xs]  # <-\n",
    "dict": "def f(d):\n    return {k: v for k, v in d.items()}  # <-\n",
    "pairs": "def f(pairs):\n    return {key: value for key, value in pairs}  # <-\n",
    "argument": "print(','.join([word for word in words]))  # <-\n",
    "of a call": "rows = [row for row in read(path)]  # <-\n",
    "in a loop": "def f(groups):\n    return [[x for x in group] for group in groups]  # <-\n",
}
COMPREHENSION_QUIET = {
    "keys that are pairs": "def f():\n    d = {(1, 2): 3}\n    return {a: b for a, b in d}\n",
    "rows of a query": "def f(session, q):\n    return {a: b for a, b in session.execute(q)}\n",
    "changed": "def f(xs):\n    return [x + 1 for x in xs]\n",
    "filtered": "def f(xs):\n    return [x for x in xs if x]\n",
    "swapped": "def f(d):\n    return {v: k for k, v in d.items()}\n",
    "value changed": "def f(d):\n    return {k: v + 1 for k, v in d.items()}\n",
    "set": "def f(xs):\n    return {x for x in xs}\n",
    "generator": "def f(xs):\n    return (x for x in xs)\n",
    "pairs become tuples": "def f(xs):\n    return [(a, b) for a, b in xs]\n",
    "async": "async def f(xs):\n    return [x async for x in xs]\n",
    "constant few": "xs = [x for x in 'abc']\n",
    "two loops": "def f(xss):\n    return [x for xs in xss for x in xs]\n",
}

COUNT_FLAGGED = {
    "text": "def f(text: str):\n    return sum(1 for c in text if c == 'x')  # <-\n",
    "truth values": "def f(text: str):\n    return sum(c == 'x' for c in text)  # <-\n",
    "len": "def f(text: str):\n    return len([c for c in text if 'x' == c])  # <-\n",
    "list": "def f(xs: list, wanted):\n    return sum([1 for x in xs if x == wanted])  # <-\n",
    "loop": """
        def f(data: bytes):
            lines = 0
            for byte in data:  # <-
                if byte == 10:
                    lines += 1
            return lines
    """,
    "attribute": """
        class A:
            def __init__(self):
                self.votes = []
            def f(self, party):
                self.votes.append(party)
                return sum(1 for vote in self.votes if vote == party)  # <-
    """,
    "file": "text = open(p).read().lower()\nn = sum(1 for c in text if c == 'e')  # <-\n",
}
COUNT_QUIET = {
    "unknown": "def f(xs):\n    return sum(1 for x in xs if x == 1)\n",
    "generator": "xs = (g(y) for y in ys)\nn = sum(1 for x in xs if x == 1)\n",
    "of a part": "def f(xs: list):\n    return sum(1 for x in xs if x.kind == 'a')\n",
    "other test": """
        def f(text: str):
            return sum(1 for c in text if c in 'aeiou'), sum(1 for c in text if c > 'x')
    """,
    "weights": "def f(xs: list):\n    return sum(x for x in xs if x == 1)\n",
    "another each time": "def f(xs: list):\n    return sum(1 for x in xs if x == draw())\n",
    "constant few": "n = sum(1 for c in 'abc' if c == 'a')\n",
    "more": """
        def f(text: str):
            n = 0
            for c in text:
                if c == 'a':
                    n += 1
                    use(c)
    """,
}

PREFIX_FLAGGED = {
    "any": "def f(name, prefixes):\n    return any(name.startswith(p) for p in prefixes)  # <-\n",
    "endswith": "def f(files):\n    return [x for x in files if any(x.endswith(e) for e in ENDINGS)]  # <-\n",
    "constant few": "def f(name):\n    return any(name.startswith(p) for p in ('a', 'b', 'c'))  # <-\n",
    "list": "ok = not any([url.startswith(p) for p in allowed])  # <-\n",
    "return": """
        def f(name, ps):
            for p in ps:  # <-
                if name.startswith(p):
                    return True
            return False
    """,
    "break": """
        def f(names, ps):
            for name in names:
                skip = False
                for p in ps:  # <-
                    if name.startswith(p):
                        skip = True
                        break
                use(name, skip)
    """,
    "of a call": "ok = any(str(path).endswith(e) for e in endings)  # <-\n",
}
PREFIX_QUIET = {
    "tuple": "ok = name.startswith(('a', 'b'))\n",
    "which one": """
        def f(name, ps):
            for p in ps:
                if name.startswith(p):
                    return name[len(p):]
    """,
    "the other way round": "ok = any(p.startswith(name) for p in names)\n",
    "changed": "ok = any(name.startswith(p + '.') for p in names)\n",
    "filtered": "ok = any(name.startswith(p) for p in ps if p)\n",
    "all": "ok = all(name.startswith(p) for p in ps)\n",
    "from a place": "ok = any(name.startswith(p, 3) for p in ps)\n",
    "path": "ok = any(path.is_relative_to(p) for p in ps)\n",
}

RESCAN_FLAGGED = {
    "sum": "def f(xs):\n    return [sum(xs[:i]) for i in range(len(xs))]  # <-\n",
    "rest": "def f(xs, n):\n    for i in range(n):\n        print(max(xs[i:]))  # <-\n",
    "membership": """
        def f(xs: list):
            for i, x in enumerate(xs):
                if x in xs[:i]:  # <-
                    use(x)
    """,
    "different ones": "def f(xs, n):\n    for i in range(n):\n        print(len(set(xs[:i])))  # <-\n",
    "one more": "def f(xs):\n    for i in range(len(xs)):\n        use(min(xs[: i + 1]))  # <-\n",
    "from nothing": "def f(xs, n):\n    for i in range(n):\n        use(sum(xs[0:i]))  # <-\n",
    "while": "def f(xs):\n    i = 0\n    while i < len(xs):\n        use(sum(xs[:i]))  # <-\n        i += 1\n",
    "mean": "import statistics as st\ndef f(xs, n):\n    return [st.mean(xs[:i]) for i in range(1, n)]  # <-\n",
    "any": "def f(xs, n):\n    return [i for i in range(n) if any(xs[i:])]  # <-\n",
}
RESCAN_QUIET = {
    "window": "def f(xs, n):\n    return [sum(xs[i:i + 7]) for i in range(n)]\n",
    "same part": "def f(xs, n, k):\n    return [i * sum(xs[:k]) for i in range(n)]\n",
    "step": "def f(xs, n):\n    return [sum(xs[i::7]) for i in range(n)]\n",
    "batches": "def f(xs):\n    for i in range(0, len(xs), 100):\n        use(sum(xs[i:]))\n",
    "word of a text": "def f(s: str):\n    return [i for i in range(len(s)) if s[:i] in words or 'a' in s[:i]]\n",
    "length": "def f(xs, n):\n    return [len(xs[:i]) for i in range(n)]\n",
    "row of its own": "def f(rows):\n    return [sum(row[:3]) for row in rows]\n",
    "parts of the item": "def f(rows):\n    return [sum(row[:i]) for i, row in enumerate(rows)]\n",
    "constant few": "def f(xs):\n    return [sum(xs[:i]) for i in range(3)]\n",
    "given away": "def f(xs, n):\n    return [use(xs[:i]) for i in range(n)]\n",
}

CASES = {
    "item-by-item-copy": (COPY_FLAGGED, COPY_QUIET),
    "copy-by-comprehension": (COMPREHENSION_FLAGGED, COMPREHENSION_QUIET),
    "count-by-loop": (COUNT_FLAGGED, COUNT_QUIET),
    "startswith-per-prefix": (PREFIX_FLAGGED, PREFIX_QUIET),
    "prefix-rescan-in-loop": (RESCAN_FLAGGED, RESCAN_QUIET),
}
