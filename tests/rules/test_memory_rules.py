"""Rules of the group memory, and recursion: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

DEEPCOPY_FLAGGED = {
    "flat constant": """
        import copy
        BASE = {'a': 1}
        for x in xs:
            row = copy.deepcopy(BASE)  # <-
            use(row, x)
    """,
    "steady": "from copy import deepcopy\ndef f(base, xs):\n    return [deepcopy(base) for x in xs]  # <-\n",
    "another name": """
        from copy import deepcopy as clone
        def f(base, n):
            for i in range(n):
                one = clone(base)  # <-
                one.parts.append(i)
    """,
    "only its own keys": """
        import copy
        def f(rows):
            for row in rows:
                fresh = copy.deepcopy(row)  # <-
                fresh["state"] = "new"
                use(fresh)
    """,
    "only its own attributes": """
        import copy
        def f(todo):
            while todo:
                order = copy.deepcopy(todo.pop())  # <-
                order.state = "new"
                use(order)
    """,
    "attribute": """
        import copy
        class A:
            def f(self, n):
                return [copy.deepcopy(self.template) for _ in range(n)]  # <-
    """,
}
DEEPCOPY_QUIET = {
    "no loop": "import copy\nx = copy.deepcopy(y)\n",
    "shallow": "import copy\nfor x in xs:\n    copy.copy(x)\n    x.copy()\n",
    "each item, all of it": "import copy\nfresh = [copy.deepcopy(x) for x in xs]\n",
    "changed inside": """
        import copy
        def f(rows):
            for row in rows:
                fresh = copy.deepcopy(row)
                fresh["parts"]["a"] = 1
                fresh["state"] = "new"
                use(fresh)
    """,
    "with a memo": "import copy\ndef f(xs, memo):\n    return [copy.deepcopy(x, memo) for x in xs]\n",
    "constant few": "import copy\nfor k in ('a', 'b'):\n    d[k] = copy.deepcopy(base)\n",
    "own deepcopy": "from app import deepcopy\nfor x in xs:\n    deepcopy(base)\n",
}

CACHE_FLAGGED = {
    "cache": "from functools import cache\nclass A:\n    @cache  # <-\n    def f(self):\n        return 1\n",
    "no bound": """
        import functools
        class A:
            @functools.lru_cache(maxsize=None)  # <-
            def f(self, x):
                return x
    """,
    "positional": """
        from functools import lru_cache
        class A(B):
            @lru_cache(None)  # <-
            def f(self, x):
                return x
    """,
    "another name": """
        from functools import cache as keep
        class A:
            @keep  # <-
            def f(self):
                return 1
    """,
    "property": """
        from functools import cache
        class A:
            @property
            @cache  # <-
            def f(self):
                return 1
    """,
    "class in a function": """
        import functools
        def g():
            class A:
                @functools.cache  # <-
                def f(self):
                    return 1
    """,
}
CACHE_QUIET = {
    "function": "from functools import cache\n@cache\ndef f(x):\n    return x\n",
    "static": "from functools import cache\nclass A:\n    @staticmethod\n    @cache\n    def f(x):\n        return x\n",
    "class method": """
        from functools import cache
        class A:
            @classmethod
            @cache
            def f(cls):
                return 1
    """,
    "bound": """
        from functools import lru_cache
        class A:
            @lru_cache(maxsize=100)
            def f(self, x):
                return x
    """,
    "bound by default": """
        from functools import lru_cache
        class A:
            @lru_cache
            def f(self, x):
                return x
    """,
    "property": """
        from functools import cached_property
        class A:
            @cached_property
            def f(self):
                return 1
    """,
    "enum": """
        from enum import Enum
        from functools import cache
        class A(Enum):
            @cache
            def f(self):
                return 1
    """,
    "metaclass": "from functools import cache\nclass A(type):\n    @cache\n    def f(cls):\n        return 1\n",
    "cleared": """
        from functools import cache
        class A:
            @cache
            def f(self):
                return 1
            def g(self):
                self.f.cache_clear()
    """,
    "own cache": "from app import cache\nimport functools\nclass A:\n    @cache\n    def f(self):\n        return 1\n",
}

ITERATOR_FLAGGED = {
    "combinations": "from itertools import combinations\nfor a, b in list(combinations(xs, 2)):  # <-\n    use(a, b)\n",
    "module": "import itertools as it\nn = sum(1 for p in list(it.permutations(xs)))  # <-\n",
    "tuple": "import itertools\nfor p in tuple(itertools.product(xs, ys)):  # <-\n    use(p)\n",
    "range": "def f(n):\n    for i in list(range(n)):  # <-\n        use(i)\n",
    "zip": "def f(xs, ys):\n    return [x * y for x, y in list(zip(xs, ys))]  # <-\n",
    "map, summed": "def f(xs):\n    return sum(list(map(int, xs)))  # <-\n",
    "any": "def f(xs):\n    return any(list(map(is_bad, xs)))  # <-\n",
    "enumerate": "def f(xs):\n    for i, x in list(enumerate(xs)):  # <-\n        use(i, x)\n",
}
ITERATOR_QUIET = {
    "iterator": "from itertools import product\nfor p in product(xs, ys):\n    use(p)\n",
    "changed meanwhile": "def f(xs):\n    for i, x in list(enumerate(xs)):\n        xs.remove(x)\n",
    "dict changed meanwhile": """
        def f(d):
            for k in list(d):
                del d[k]
            for k, v in list(d.items()):
                d.pop(k)
    """,
    "kept": "from itertools import combinations\npairs = list(combinations(xs, 2))\n",
    "length": "from itertools import combinations\nn = len(list(combinations(xs, 2)))\n",
    "list": "def f(xs):\n    for x in list(xs):\n        use(x)\n",
    "files": "def f(folder):\n    for p in list(folder.glob('*')):\n        p.unlink()\n",
    "given on": "use(list(map(int, xs)))\n",
    "constant few": "for i in list(range(3)):\n    use(i)\n",
    "transposed": "for column in list(zip(*rows)):\n    use(column)\n",
}

RECURSION_FLAGGED = {
    "fib": "def fib(n):\n    if n < 2:\n        return n\n    return fib(n - 1) + fib(n - 2)  # <-\n",
    "if else": "def f(n):\n    return 1 if n < 3 else f(n - 1) + f(n - 3)  # <-\n",
    "knapsack": """
        def best(i, room, weights, values):
            if i == len(weights):
                return 0
            without = best(i + 1, room, weights, values)  # <-
            if weights[i] > room:
                return without
            return max(without, values[i] + best(i + 1, room - weights[i], weights, values))
    """,
    "coins in a loop": """
        def fewest(amount, coins):
            if amount == 0:
                return 0
            result = 10 ** 9
            for coin in coins:
                if coin <= amount:
                    result = min(result, 1 + fewest(amount - coin, coins))  # <-
            return result
    """,
    "coins in a generator": """
        def fewest(amount, coins):
            return 0 if amount <= 0 else 1 + min(fewest(amount - coin, coins) for coin in coins)  # <-
    """,
    "common subsequence of texts": """
        def lcs(a, b):
            if not a or not b:
                return 0
            if a[0] == b[0]:
                return 1 + lcs(a[1:], b[1:])  # <-
            return max(lcs(a[1:], b), lcs(a, b[1:]))
    """,
    "grid": """
        def paths(r, c):
            if r == 0 or c == 0:
                return 1
            return paths(r - 1, c) + paths(r, c - 1)  # <-
    """,
    "method": """
        class A:
            def steps(self, n):
                if n <= 1:
                    return 1
                return self.steps(n - 1) + self.steps(n - 2)  # <-
    """,
    "static method": """
        class A:
            @staticmethod
            def steps(n):
                return 1 if n < 2 else A.steps(n - 1) + A.steps(n - 2)  # <-
    """,
    "boolean": """
        def can(i, target, xs):
            if target == 0:
                return True
            if i == len(xs):
                return False
            return can(i + 1, target, xs) or can(i + 1, target - xs[i], xs)  # <-
    """,
    "matrix chain": """
        def cost(i, j, dims):
            if i == j:
                return 0
            return min(cost(i, k, dims) + cost(k + 1, j, dims) + dims[k] for k in range(i, j))  # <-
    """,
}
RECURSION_QUIET = {
    "cache": "from functools import cache\n@cache\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n",
    "memo": """
        memo = {}
        def fib(n):
            if n in memo:
                return memo[n]
            memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
            return memo[n]
    """,
    "one call": "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\n",
    "one of two": "def f(n):\n    if n % 2:\n        return f(n - 1)\n    return f(n - 2)\n",
    "one or the other": "def gcd(a, b):\n    return a if b == 0 else gcd(a - b, b) if a > b else gcd(a, b - a)\n",
    "tree": "def depth(node):\n    return 0 if node is None else 1 + max(depth(node.left), depth(node.right))\n",
    "children": "def size(node):\n    return 1 + sum(size(child) for child in node.children)\n",
    "merge sort": """
        def sort(xs):
            if len(xs) < 2:
                return xs
            mid = len(xs) // 2
            return merge(sort(xs[:mid]), sort(xs[mid:]))
    """,
    "quick sort": """
        def sort(xs):
            if not xs:
                return []
            small = [x for x in xs[1:] if x < xs[0]]
            large = [x for x in xs[1:] if x >= xs[0]]
            return sort(small) + [xs[0]] + sort(large)
    """,
    "halves": """
        def total(lo, hi):
            if hi - lo == 1:
                return value(lo)
            mid = (lo + hi) // 2
            return total(lo, mid) + total(mid, hi)
    """,
    "towers": """
        def move(n, a, b, c):
            if n:
                move(n - 1, a, c, b)
                print(a, c)
                move(n - 1, b, a, c)
    """,
    "backtracking": """
        def solve(board, i):
            if i == 9:
                return True
            for v in range(9):
                board[i] = v
                if solve(board, i + 1):
                    return True
            return False
    """,
    "generator": "def walk(n):\n    if n:\n        yield from walk(n - 1)\n        yield from walk(n - 2)\n",
    "another of the same name": "def f(n):\n    from app import f as g\n    return g(n - 1) + g(n - 2)\n",
}

CASES = {
    "deepcopy-in-loop": (DEEPCOPY_FLAGGED, DEEPCOPY_QUIET),
    "cache-on-method": (CACHE_FLAGGED, CACHE_QUIET),
    "iterator-made-a-list": (ITERATOR_FLAGGED, ITERATOR_QUIET),
    "recursion-without-cache": (RECURSION_FLAGGED, RECURSION_QUIET),
}
