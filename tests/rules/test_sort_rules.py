"""Rules of the group data-structures about order: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

EXTREME_FLAGGED = {
    "first": "def f(xs):\n    return sorted(xs)[0]  # <-\n",
    "last with a key": "best = sorted(rows, key=lambda row: row.score)[-1]  # <-\n",
    "reverse": "top = sorted(rows, reverse=True)[0].name  # <-\n",
    "first three": "def f(xs):\n    return sorted(xs)[:3]  # <-\n",
    "last five": "def f(xs):\n    return sorted(xs, key=len)[-5:]  # <-\n",
    "pop": "latest = sorted(files).pop()  # <-\n",
    "next of iter": "first = next(iter(sorted(names)))  # <-\n",
    "by way of a name": """
        def f(xs):
            ordered = sorted(xs)  # <-
            print(ordered[0])
            return ordered[0], ordered[-1]
    """,
    "in a loop": "def f(groups):\n    return [sorted(group)[0] for group in groups]  # <-\n",
    "walrus": "def f(xs):\n    if found := sorted(xs):  # <-\n        return found[-1]\n",
    "of a view": "def f(d):\n    return sorted(d.values())[-1]  # <-\n",
    "in a condition": "if sorted(xs)[-1] > 3:  # <-\n    use(xs)\n",
}
EXTREME_QUIET = {
    "second": "def f(xs):\n    return sorted(xs)[1]\n",
    "median": "def f(xs):\n    return sorted(xs)[len(xs) // 2]\n",
    "all but the first": "def f(xs):\n    return sorted(xs)[1:]\n",
    "many": "def f(xs):\n    return sorted(xs)[:100]\n",
    "as many as asked": "def f(xs, k):\n    return sorted(xs)[:k]\n",
    "backwards": "def f(xs):\n    return sorted(xs)[::-1]\n",
    "constant few": "def f(a, b):\n    return sorted([a, b])[0], sorted((a, b))[-1]\n",
    "name that is used otherwise": "def f(xs):\n    ordered = sorted(xs)\n    print(ordered)\n    return ordered[0]\n",
    "name that an inner function sees": "def f(xs):\n    o = sorted(xs)\n    return lambda: o[0]\n",
    "name that others see": "ordered = sorted(xs)\nfirst = ordered[0]\n",
    "own function": "def sorted(xs):\n    return xs\nfirst = sorted(rows)[0]\n",
    "method": "first = rows.sorted()[0]\n",
    "kept": "def f(xs):\n    return sorted(xs)\n",
}

FILTER_FLAGGED = {
    "comprehension": "def f(rows):\n    return [row for row in sorted(rows) if row.open]  # <-\n",
    "with a key": "open_ones = [r.id for r in sorted(rows, key=lambda r: r.date) if r.open and r.id]  # <-\n",
    "generator": "def f(xs):\n    for x in (x for x in sorted(xs) if x > 3):  # <-\n        use(x)\n",
    "continue": """
        def f(xs):
            for x in sorted(xs):  # <-
                if x < 3:
                    continue
                use(x)
    """,
    "only an if": "def f(xs):\n    for x in sorted(xs):  # <-\n        if x.startswith('a'):\n            print(x)\n",
    "filter": "def f(xs):\n    return list(filter(None, sorted(xs)))  # <-\n",
    "unpacked": "def f(pairs):\n    return [a for a, b in sorted(pairs) if b]  # <-\n",
    "dict comprehension": "def f(d):\n    return {k: v for k, v in sorted(d.items()) if v}  # <-\n",
}
FILTER_QUIET = {
    "sorted after": "def f(rows):\n    return sorted(row for row in rows if row.open)\n",
    "no condition": "def f(rows):\n    return [row.id for row in sorted(rows)]\n",
    "not seen before": """
        def f(xs):
            seen = set()
            for x in sorted(xs):
                if x in seen:
                    continue
                seen.add(x)
    """,
    "same as the one before": """
        def f(xs):
            last = None
            for x in sorted(xs):
                if x == last:
                    continue
                last = x
    """,
    "else": "def f(xs):\n    for x in sorted(xs):\n        if x:\n            a(x)\n        else:\n            b(x)\n",
    "condition of something else": "def f(xs, on):\n    return [x for x in sorted(xs) if on]\n",
    "constant few": "def f(a, b):\n    return [x for x in sorted([a, b]) if x]\n",
    "more before the if": "def f(xs):\n    for x in sorted(xs):\n        use(x)\n        if x:\n            print(x)\n",
    "settings of an object": """
        def f(self):
            for name, value in sorted(self.params.items()):
                if value is None:
                    continue
                print(name, value)
    """,
    "set comprehension": "def f(xs):\n    return {x.id for x in xs if x}\n",
}

DISCARDED_FLAGGED = {
    "set": "def f(xs):\n    return set(sorted(xs))  # <-\n",
    "frozenset": "def f(xs):\n    return frozenset(sorted(xs, key=str))  # <-\n",
    "len": "def f(xs):\n    return len(sorted(xs))  # <-\n",
    "max": "def f(xs):\n    return max(sorted(xs))  # <-\n",
    "any": "def f(xs):\n    return any(sorted(xs))  # <-\n",
    "sorted again": "def f(xs):\n    return sorted(sorted(xs), reverse=True)  # <-\n",
    "Counter": "from collections import Counter\ndef f(xs):\n    return Counter(sorted(xs))  # <-\n",
    "len of the different ones": "def f(xs):\n    return len(set(sorted(xs)))  # <-\n",
}
DISCARDED_QUIET = {
    "list": "def f(xs):\n    return list(sorted(xs)), tuple(sorted(xs))\n",
    "sum, which rounds": "def f(xs):\n    return sum(sorted(xs))\n",
    "second key": "def f(xs):\n    return sorted(sorted(xs), key=len)\n",
    "first of equals": "def f(xs):\n    return max(sorted(xs), key=len)\n",
    "of something else": "def f(xs):\n    return set(x for x in sorted(xs) if take(x))\n",
    "constant few": "def f(a, b):\n    return set(sorted([a, b]))\n",
    "own set": "from app import set\ndef f(xs):\n    return set(sorted(xs))\n",
    "text": "def f(xs):\n    return ','.join(sorted(xs))\n",
}

SORT_FLAGGED = {
    "append and sort": """
        def f(xs):
            o = []
            for x in xs:
                o.append(x)
                o.sort()  # <-
            return o
    """,
    "with a key": """
        def f(xs):
            o = []
            for x in xs:
                o.append(x)
                o.sort(key=len)  # <-
            return o
    """,
    "sorted": """
        def f(xs):
            o = []
            for x in xs:
                o.append(x)
                print(sorted(o)[len(o) // 2])  # <-
    """,
    "sorted sum": "def f(xs):\n    o = []\n    for x in xs:\n        o = sorted(o + [x])  # <-\n    return o\n",
    "while, a queue": """
        def f(todo):
            queue = list(todo)
            while queue:
                queue.sort()  # <-
                one = queue.pop()
                queue.append(one - 1)
    """,
    "attribute": """
        class A:
            def __init__(self):
                self.best = []
            def f(self, xs):
                for x in xs:
                    self.best.append(x)
                    self.best.sort()  # <-
    """,
    "plus": "def f(xs):\n    o = []\n    for x in xs:\n        o += [x]\n        o.sort()  # <-\n",
    "insert": "def f(xs):\n    o = []\n    for x in xs:\n        o.insert(0, x)\n        o.sort()  # <-\n",
}
SORT_QUIET = {
    "once after": "def f(xs):\n    o = []\n    for x in xs:\n        o.append(x)\n    o.sort()\n",
    "each its own": "def f(groups):\n    for group in groups:\n        group.sort()\n",
    "made in each round": """
        def f(groups):
            for group in groups:
                names = []
                for one in group:
                    names.append(one.name)
                names.sort()
    """,
    "no new items": "def f(xs, rounds):\n    for _ in range(rounds):\n        xs.sort(key=score)\n",
    "constant few": "def f():\n    o = []\n    for x in (1, 2, 3):\n        o.append(x)\n        o.sort()\n",
    "then leaves": """
        def f(xs):
            o = []
            for x in xs:
                o.append(x)
                if x:
                    o.sort()
                    return o
    """,
    "frame": "def f(df, xs):\n    for x in xs:\n        df.append(x)\n        df.sort_values('a')\n",
    "sorted groups": "def f(groups):\n    o = []\n    for g in groups:\n        o.append(sorted(g))\n",
}

QUEUE_FLAGGED = {
    "list": "def f(todo):\n    while todo:\n        x = min(todo)  # <-\n        todo.remove(x)\n",
    "set with a key": """
        def f(open_set, cost):
            while open_set:
                node = min(open_set, key=lambda one: cost[one])  # <-
                open_set.remove(node)
                use(node)
    """,
    "dict": "def f(d):\n    while d:\n        k = min(d, key=d.get)  # <-\n        use(d.pop(k))\n",
    "index": "def f(xs: list):\n    while xs:\n        i = xs.index(min(xs))  # <-\n        use(xs.pop(i))\n",
    "del": "def f(xs: list):\n    while xs:\n        i = max(range(len(xs)), key=score)  # <-\n        del xs[i]\n",
    "for": "def f(xs: list, n):\n    for _ in range(n):\n        x = max(xs)  # <-\n        xs.remove(x)\n",
    "discard": "def f(xs: set):\n    while xs:\n        x = min(xs)  # <-\n        xs.discard(x)\n",
}
QUEUE_QUIET = {
    "heap": "import heapq\ndef f(todo):\n    while todo:\n        x = heapq.heappop(todo)\n        use(min(x.parts))\n",
    "not taken out": "def f(xs, n):\n    for _ in range(n):\n        use(min(xs))\n        xs.append(1)\n",
    "taken from the end": "def f(xs):\n    while xs:\n        use(min(xs))\n        xs.pop()\n",
    "of two": "def f(xs: list):\n    while xs:\n        n = min(len(xs), 3)\n        xs.remove(n)\n",
    "another collection": "def f(xs: list, ys):\n    while xs:\n        x = min(ys)\n        xs.remove(x)\n",
    "made in each round": "def f(groups):\n    for g in groups:\n        xs = list(g)\n        xs.remove(min(xs))\n",
    "no loop": "def f(xs: list):\n    xs.remove(min(xs))\n",
}

CASES = {
    "sorted-for-extreme": (EXTREME_FLAGGED, EXTREME_QUIET),
    "sort-before-filter": (FILTER_FLAGGED, FILTER_QUIET),
    "discarded-sort": (DISCARDED_FLAGGED, DISCARDED_QUIET),
    "sort-in-loop": (SORT_FLAGGED, SORT_QUIET),
    "list-as-priority-queue": (QUEUE_FLAGGED, QUEUE_QUIET),
}
