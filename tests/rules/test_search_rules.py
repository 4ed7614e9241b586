"""Rules of the group data-structures about looking something up: what they must and must not flag."""

import pytest
from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

from greenprof.lint import lint_source

REBUILT_FLAGGED = {
    "set": "def f(xs, known):\n    for x in xs:\n        if x in set(known):  # <-\n            use(x)\n",
    "in a comprehension": "def f(xs, known):\n    return [x for x in xs if x not in set(known)]  # <-\n",
    "comprehension": "def f(xs, rows):\n    return [x for x in xs if x in [row.id for row in rows]]  # <-\n",
    "generator": """
        def f(xs, rows):
            for x in xs:
                if x in (row.id for row in rows):  # <-
                    use(x)
    """,
    "dict of pairs": "def f(keys, pairs):\n    for key in keys:\n        use(dict(pairs)[key])  # <-\n",
    "dict comprehension, get": (
        "def f(keys, rows):\n    return [{r.id: r for r in rows}.get(key) for key in keys]  # <-\n"
    ),
    "name that is only read": """
        def f(orders, customers):
            for order in orders:
                names = {c.id: c.name for c in customers}  # <-
                print(names[order.customer])
    """,
    "while": """
        def f(todo, known):
            while todo:
                x = todo.pop()
                if x in sorted(known):  # <-
                    use(x)
    """,
    "choice": (
        "import random\ndef f(names, n):\n    for _ in range(n):\n        print(random.choice(list(names)))  # <-\n"
    ),
    "invariant in the inner loop only": """
        def f(groups):
            for group in groups:
                for x in group.items:
                    if x in frozenset(group.known):  # <-
                        use(x)
    """,
    "attribute": """
        class A:
            def f(self, xs):
                return [x for x in xs if x in set(self.known)]  # <-
    """,
}
REBUILT_QUIET = {
    "before the loop": "def f(xs, known):\n    known = set(known)\n    return [x for x in xs if x in known]\n",
    "depends on the loop": "def f(rows):\n    return [row for row in rows if 'a' in set(row.tags)]\n",
    "changes in the loop": """
        def f(xs, known):
            for x in xs:
                if x in set(known):
                    known.append(x)
    """,
    "changed by a method that is called": """
        class A:
            def add(self, x):
                self.known.append(x)
            def f(self, xs):
                for x in xs:
                    if x not in set(self.known):
                        self.add(x)
    """,
    "fresh copy that is changed": """
        def f(xs, defaults):
            for x in xs:
                row = dict(defaults)
                row['x'] = x
                use(row['x'])
    """,
    "fresh lists that are filled": """
        def f(xs, k):
            for x in xs:
                boxes = [[] for _ in range(k)]
                for y in x:
                    boxes[y % k].append(y)
                if boxes[0]:
                    print(len(boxes[1]))
    """,
    "returned": """
        def f(xs, known):
            for x in xs:
                found = set(known)
                if x in found:
                    return found
    """,
    "given away": "def f(xs, known):\n    for x in xs:\n        found = set(known)\n        use(found)\n",
    "constant few": "def f(xs):\n    return [x for x in xs if x in set('abc') or x in set([1, 2])]\n",
    "no loop": "def f(x, known):\n    return x in set(known)\n",
    "constant few rounds": "def f(known):\n    return [x for x in ('a', 'b') if x in set(known)]\n",
    "message of an error": """
        def f(xs, known):
            for x in xs:
                if x.bad:
                    raise ValueError(f"{x} {x in sorted(known)}")
    """,
    "what the loop goes over": "def f(xs, known):\n    for x in [y for y in xs if y in known]:\n        use(x)\n",
    "iterated": "def f(xs, known):\n    for x in xs:\n        for y in list(known):\n            use(x, y)\n",
}

COPY_FLAGGED = {
    "list of keys": "if key in list(table.keys()):  # <-\n    use(key)\n",
    "list of a dict": "table = {}\ntable[a] = b\nok = key in list(table)  # <-\n",
    "not in": "def f(d: dict, k):\n    return k not in list(d)  # <-\n",
    "tuple of keys": "ok = [k for k in ks if k in tuple(d.keys())]  # <-\n",
    "set of keys": "while k in set(d.keys()):  # <-\n    k += 1\n",
    "sorted keys": "import json\nif k in sorted(json.loads(text).keys()):  # <-\n    use(k)\n",
    "unpacked": "d = dict(pairs)\nok = k in [*d]  # <-\n",
    "comprehension": "ok = k in [one for one in d.keys()]  # <-\n",
    "list of a list": "def f(x, rows):\n    rows = rows + [1]\n    return x in list(rows)  # <-\n",
    "attribute": """
        class A:
            def __init__(self):
                self.table = dict(rows)
            def f(self, k):
                self.table = {one: 1 for one in self.table}
                return k in list(self.table)  # <-
    """,
}
COPY_QUIET = {
    "dict": "ok = key in table or key in table.keys() or value in table.values()\n",
    "set made for one question": "ok = x in set(xs)\n",
    "made anew for many: another rule": "def f(xs, ys):\n    return [x for x in xs if x in list(ys)]\n",
    "filtered": "ok = k in [one for one in d if one]\n",
    "mapped": "ok = k in [one.id for one in d]\n",
    "own list": "def list(x):\n    return x\nok = k in list(d)\n",
    "constant few": "ok = k in list('abc')\n",
    "with more": "ok = k in [*d, 'all']\n",
    "generator in a list": "ok = k in list(x for x in xs)\n",
    "copy for the loop": "for k in list(d.keys()):\n    del d[k]\n",
}

NESTED_FLAGGED = {
    "for in for": """
        def f(orders, customers):
            for order in orders:
                for customer in customers:  # <-
                    if customer.id == order.customer_id:
                        use(order, customer)
    """,
    "break": """
        def f(orders, customers):
            for order in orders:
                for customer in customers:  # <-
                    if order.customer_id == customer.id and customer.active:
                        order.name = customer.name
                        break
    """,
    "continue": """
        def f(a, b):
            for x in a:
                for y in b:  # <-
                    if y['id'] != x['id']:
                        continue
                    use(x, y)
    """,
    "next": "def f(a, b):\n    return [next(y for y in b if y.id == x.id) for x in a]  # <-\n",
    "next with default": """
        def f(a, b):
            for x in a:
                y = next((one for one in b if one.id == x), None)  # <-
                use(y)
    """,
    "any": "def f(a, b):\n    return [x for x in a if any(y.id == x.id for y in b)]  # <-\n",
    "not any": "def f(a, b):\n    for x in a:\n        if not any(x == y for y in b):  # <-\n            use(x)\n",
    "list of matches": """
        def f(a, b):
            for x in a:
                found = [y for y in b if y[0] == x[0]]  # <-
                use(found)
    """,
    "two clauses": "def f(a, b):\n    return [(x, y) for x in a for y in b if x.id == y.id]  # <-\n",
    "by index": """
        def f(a, b):
            for i in range(len(a)):
                for j in range(len(b)):  # <-
                    if a[i].id == b[j].id:
                        use(a[i], b[j])
    """,
    "value that was worked out": """
        def f(lines, rows):
            for line in lines:
                key = line.split(';')[0].strip()
                for row in rows:  # <-
                    if row.key == key:
                        use(row)
    """,
    "while outside": """
        def f(todo, rows):
            while todo:
                key = todo.pop()
                match = [row for row in rows if row.key == key]  # <-
                use(match)
    """,
    "attribute": """
        class A:
            def f(self, orders):
                for order in orders:
                    for customer in self.customers:  # <-
                        if customer.id == order.customer:
                            use(customer)
    """,
}
NESTED_QUIET = {
    "of the outer item": """
        def f(orders):
            for order in orders:
                for line in order.lines:
                    if line.order == order.id:
                        use(line)
    """,
    "constant key": """
        def f(a, b):
            for x in a:
                for y in b:
                    if y.kind == 'x':
                        use(x, y)
    """,
    "constant few": """
        def f(a):
            for x in a:
                for y in ('a', 'b'):
                    if x == y:
                        use(x)
    """,
    "constant few outside": """
        def f(b):
            for x in ('a', 'b'):
                for y in b:
                    if x == y:
                        use(x)
    """,
    "not equal": """
        def f(a, b):
            for x in a:
                for y in b:
                    if x.id < y.id:
                        use(x)
    """,
    "all pairs are used": """
        def f(a, b):
            for x in a:
                for y in b:
                    if x == y:
                        same(x)
                    else:
                        different(x, y)
    """,
    "more in the body": """
        def f(a, b):
            for x in a:
                for y in b:
                    use(y)
                    if x == y:
                        use(x)
    """,
    "inner list changes": """
        def f(a, b):
            for x in a:
                for y in b:
                    if x == y:
                        b.remove(y)
    """,
    "one loop": "def f(b, key):\n    return [y for y in b if y.id == key]\n",
    "key of both": "def f(a, b):\n    return [(x, y) for x in a for y in b if x.id + y.id == 10]\n",
    "same key in each round": """
        def f(a, b, key):
            for x in a:
                for y in b:
                    if y.id == key:
                        use(x)
    """,
    "called for each": """
        def f(a, read):
            for x in a:
                for y in read(x):
                    if x == y:
                        use(x)
    """,
}

INDEX_FLAGGED = {
    "own list": "def f(xs: list):\n    for x in xs:\n        print(xs.index(x))  # <-\n",
    "comprehension": "names = sorted(rows)\nplaces = [names.index(x) for x in xs]  # <-\n",
    "list of another": """
        def f(rows, xs):
            order = [r.id for r in rows]
            for x in xs:
                use(order.index(x.id))  # <-
    """,
    "while": """
        def f(todo):
            names = open(p).readlines()
            while todo:
                use(names.index(todo.pop()))  # <-
    """,
    "unknown, but gone through": "def f(xs):\n    for x in xs:\n        print(xs.index(x))  # <-\n",
    "attribute": """
        class A:
            def __init__(self, rows):
                self.names = [r.name for r in rows]
            def f(self, xs):
                return {x: self.names.index(x) for x in xs}  # <-
    """,
    "key function in a loop": """
        def f(xs: list, ys):
            for y in ys:
                a, b = xs.index(y.a), y  # <-
                use(a, b)
    """,
}
INDEX_QUIET = {
    "text": "def f(text: str, marks):\n    for mark in marks:\n        use(text.index(mark))\n",
    "unknown": "def f(text, marks):\n    for mark in marks:\n        use(text.index(mark))\n",
    "same item": "def f(xs: list, ys, first):\n    for y in ys:\n        use(y, xs.index(first))\n",
    "list of the item": """
        def f(rows):
            for row in rows:
                parts = row.split()
                use(parts.index(row.key))
    """,
    "no loop": "def f(xs: list, x):\n    return xs.index(x)\n",
    "constant few": "KINDS = ['a', 'b']\nfor x in xs:\n    use(KINDS.index(x))\n",
    "from a place on": "def f(xs: list, ys):\n    for y in ys:\n        use(xs.index(y, 3))\n",
    "short by its name": "def f(columns: list, xs):\n    for x in xs:\n        use(columns.index(x))\n",
    "then leaves": "def f(xs: list, ys):\n    for y in ys:\n        if y:\n            return xs.index(y)\n",
}
COUNT_FLAGGED = {
    "of a set": "def f(xs: list):\n    return {x: xs.count(x) for x in set(xs)}  # <-\n",
    "own list": "def f(xs: list):\n    for x in xs:\n        if xs.count(x) > 1:  # <-\n            use(x)\n",
    "split": "words = open(p).read().split()\nfor w in vocabulary:\n    print(w, words.count(w))  # <-\n",
    "filter": "def f(xs: list):\n    return [x for x in xs if xs.count(x) == 1]  # <-\n",
    "unknown, but gone through": "def f(xs):\n    return [x for x in set(xs) if xs.count(x) > 1]  # <-\n",
    "range": "def f(xs: list, n):\n    return [xs.count(i) for i in range(n)]  # <-\n",
}
COUNT_QUIET = {
    "text": "def f(text: str):\n    for c in letters:\n        use(text.count(c))\n",
    "unknown": "def f(text):\n    for c in letters:\n        use(text.count(c))\n",
    "query": "def f(session, ids):\n    for i in ids:\n        use(session.query(A).filter_by(i=i).count())\n",
    "same item": "def f(xs: list):\n    for x in xs:\n        use(x, xs.count(None))\n",
    "list of the item": "def f(rows: list):\n    for row in rows:\n        use(row.split().count(row))\n",
    "constant few": "def f(xs: list):\n    return [xs.count(k) for k in ('a', 'b')]\n",
    "no loop": "def f(xs: list, x):\n    return xs.count(x)\n",
}
REMOVE_FLAGGED = {
    "what is gone": "def f(xs: list, gone):\n    for x in gone:\n        xs.remove(x)  # <-\n",
    "from its own copy": """
        def f(xs: list):
            for x in list(xs):
                if bad(x):
                    xs.remove(x)  # <-
    """,
    "slice": "xs = list(rows)\nfor x in xs[:]:\n    xs.remove(x)  # <-\n",
    "while": """
        def f(todo, rows):
            left = [r.id for r in rows]
            while todo:
                left.remove(todo.pop().id)  # <-
    """,
    "attribute": """
        class A:
            def __init__(self):
                self.open = []
            def f(self, done):
                for one in done:
                    self.open.remove(one)  # <-
    """,
    "with try": """
        def f(xs: list[int], ys):
            for y in ys:
                try:
                    xs.remove(y)  # <-
                except ValueError:
                    pass
    """,
}
REMOVE_QUIET = {
    "set": "def f(xs: set, gone):\n    for x in gone:\n        xs.remove(x)\n",
    "unknown": "def f(xs, gone):\n    for x in gone:\n        xs.remove(x)\n",
    "once": "def f(xs: list):\n    for x in xs:\n        if bad(x):\n            xs.remove(x)\n            break\n",
    "same item": "def f(xs: list):\n    while None in xs:\n        xs.remove(None)\n",
    "file": "import os\nfor p in paths:\n    os.remove(p)\n",
    "list of the item": """
        def f(rows):
            for row in rows:
                cells = list(row)
                cells.remove(row.key)
    """,
    "constant few": "def f(xs: list):\n    for x in ('a', 'b'):\n        xs.remove(x)\n",
    "self": "class A(list):\n    def f(self, gone):\n        for x in gone:\n            self.remove(x)\n",
}

SCAN_FLAGGED = {
    "items": "def f(d, key):\n    for k, v in d.items():  # <-\n        if k == key:\n            return v\n",
    "keys": "def f(d, key):\n    for k in d.keys():  # <-\n        if key == k:\n            return d[k]\n",
    "dict": "d = {}\nd[a] = b\nfor k in d:  # <-\n    if k == key:\n        use(d[k])\n",
    "comprehension": "def f(d, key):\n    return [v for k, v in d.items() if k == key]  # <-\n",
    "next": "def f(d, row):\n    return next(v for k, v in d.items() if k == row.id)  # <-\n",
    "and": "def f(d, key):\n    for k, v in d.items():  # <-\n        if k == key and v:\n            use(v)\n",
    "constant": "def f(d):\n    return [v for k, v in d.items() if k == 'total']  # <-\n",
}
SCAN_QUIET = {
    "value": "def f(d, wanted):\n    return [k for k, v in d.items() if v == wanted]\n",
    "get": "def f(d, key):\n    return d.get(key)\n",
    "part of the key": "def f(d, key):\n    return [v for k, v in d.items() if k.lower() == key]\n",
    "not equal": "def f(d, key):\n    return {k: v for k, v in d.items() if k != key}\n",
    "key of the value": "def f(d):\n    return [v for k, v in d.items() if k == v.id]\n",
    "more": """
        def f(d, key):
            for k, v in d.items():
                if k == key:
                    a(v)
                else:
                    b(v)
    """,
    "list": "def f(xs, key):\n    for x in xs:\n        if x == key:\n            use(x)\n",
    "list of pairs": "def f(pairs, key):\n    return [v for k, v in pairs if k == key]\n",
    "arguments": "def f(**kwargs):\n    for key in kwargs:\n        if key == 'name':\n            use(kwargs[key])\n",
}

CASES = {
    "lookup-rebuilt-in-loop": (REBUILT_FLAGGED, REBUILT_QUIET),
    "membership-in-copy": (COPY_FLAGGED, COPY_QUIET),
    "nested-search-in-loop": (NESTED_FLAGGED, NESTED_QUIET),
    "dict-scan-for-key": (SCAN_FLAGGED, SCAN_QUIET),
    "list-index-in-loop": (INDEX_FLAGGED, INDEX_QUIET),
    "list-count-in-loop": (COUNT_FLAGGED, COUNT_QUIET),
    "list-remove-in-loop": (REMOVE_FLAGGED, REMOVE_QUIET),
}


@pytest.mark.parametrize(
    ("asked", "as_a_set"),
    [
        ("x in list(known)", True), ("x in [k.id for k in known]", True), ("x in set(known)", False),
        ("sorted(known)[-1]", False), ("dict(known)[x]", False), ("{k.id: k for k in known}.get(x)", False),
    ],
)  # fmt: skip
def test_a_set_is_advised_where_a_list_is_asked_for_what_is_in_it(rules, asked, as_a_set):
    code = f"def f(xs, known):\n    for x in xs:\n        use({asked})\n"
    (found,) = lint_source(code, "code.py", [rules["lookup-rebuilt-in-loop"]])
    assert found.fix == "build it once before the loop" + (", as a set or a dict" if as_a_set else "")
