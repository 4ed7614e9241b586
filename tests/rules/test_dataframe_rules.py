"""Rules about frames and arrays: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

PANDAS = "import pandas as pd\n"
NUMPY = "import numpy as np\n"

APPLY_FLAGGED = {
    "unknown frame": "def f(df):\n    return df.apply(lambda row: row['a'] + row['b'], axis=1)  # <-\n",
    "columns": "def f(df):\n    df['c'] = df.apply(total, axis='columns')  # <-\n",
    "axis by place": "def f(df):\n    return df.apply(total, 1)  # <-\n",
    "part of a frame": PANDAS + "df = pd.read_csv('a')\nx = df[['a', 'b']].apply(tuple, axis=1)  # <-\n",
    "chain": PANDAS + "x = pd.read_csv('a').dropna().apply(f, axis=1).sum()  # <-\n",
    "method": "class A:\n    def f(self):\n        return self.df.apply(self.g, axis=1, args=(2,))  # <-\n",
    "array": NUMPY + "def f(a):\n    return np.apply_along_axis(g, 1, a)  # <-\n",
    "array, by name": "from numpy import apply_along_axis as along\ndef f(a):\n    return along(g, 0, a)  # <-\n",
}
APPLY_QUIET = {
    "columns by columns": "def f(df):\n    return df.apply(sum)\n",
    "axis 0": "def f(df):\n    return df.apply(sum, axis=0)\n",
    "series": "def f(df):\n    return df['a'].apply(str)\n",
    "styler": "def f(df):\n    return df.style.apply(colour, axis=1)\n",
    "sum of rows": "def f(df):\n    return df.sum(axis=1)\n",
    "arrays of rows": "def f(df):\n    return df.apply(g, axis=1, raw=True)\n",
    "own function": "def f(df):\n    return apply(df, axis=1)\n",
    "migration": "def f(self, state):\n    return operation.apply(state, schema)\n",
    "drop": "def f(df):\n    return df.drop('a', axis=1)\n",
}

FRAME_FLAGGED = {
    "concat": PANDAS + "def f(xs):\n    df = pd.DataFrame()\n    for x in xs:\n        df = pd.concat([df, x])  # <-\n",
    "other order": "from pandas import concat\ndef f(xs, d):\n    for x in xs:\n        d = concat((x, d))  # <-\n",
    "while": PANDAS + "def f(q, df):\n    while q:\n        df = pd.concat([df, q.pop()], ignore_index=True)  # <-\n",
    "none at first": PANDAS
    + """
def f(xs):
    df = None
    for x in xs:
        if df is None:
            df = x
        else:
            df = pd.concat([df, x])  # <-
""",
    "attribute": PANDAS
    + "class A:\n    def f(self, xs):\n        for x in xs:\n            self.df = pd.concat([self.df, x])  # <-\n",
    "append": PANDAS + "df = pd.DataFrame()\nfor x in xs:\n    df = df.append({'a': x}, ignore_index=True)  # <-\n",
    "next label": "def f(df, xs):\n    for x in xs:\n        df.loc[len(df)] = [x, 2]  # <-\n",
    "next label, of the index": "def f(df, xs):\n    for x in xs:\n        df.loc[len(df.index)] = x  # <-\n",
    "list so far": PANDAS
    + "def f(xs):\n    parts = []\n    for x in xs:\n        parts.append(x)\n        df = pd.concat(parts)  # <-\n",
    "polars": "import polars as pl\ndef f(xs, df):\n    for x in xs:\n        df = pl.concat([df, x])  # <-\n",
}
FRAME_QUIET = {
    "after the loop": PANDAS
    + "def f(xs):\n    parts = []\n    for x in xs:\n        parts.append(x)\n    return pd.concat(parts)\n",
    "no loop": PANDAS + "def f(df, x):\n    df = pd.concat([df, x])\n    return df\n",
    "afresh in each round": PANDAS
    + "def f(xs):\n    for x in xs:\n        df = read(x)\n        df = pd.concat([df, extra(x)])\n        save(df)\n",
    "two others": PANDAS
    + "def f(xs, ys):\n    for x, y in zip(xs, ys):\n        df = pd.concat([x, y])\n        use(df)\n",
    "constant few": PANDAS
    + "def f(df):\n    for x in ('a', 'b'):\n        df = pd.concat([df, read(x)])\n    return df\n",
    "list": "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n",
    "own append": "def f(xs, node):\n    for x in xs:\n        node = node.append(x)\n",
    "value at a label": "def f(df, xs):\n    for i, x in enumerate(xs):\n        df.loc[i, 'a'] = x\n",
    "item of the loop": PANDAS
    + "def f(dfs):\n    for df in dfs:\n        df = pd.concat([df, head])\n        save(df)\n",
    "own concat": "def f(xs, y):\n    for x in xs:\n        y = concat([y, x])\n",
}

ARRAY_FLAGGED = {
    "append": NUMPY + "def f(xs):\n    a = np.array([])\n    for x in xs:\n        a = np.append(a, x)  # <-\n",
    "concatenate": NUMPY + "def f(xs, a):\n    for x in xs:\n        a = np.concatenate([a, x])  # <-\n",
    "vstack": "import numpy\ndef f(xs, a):\n    for x in xs:\n        a = numpy.vstack((a, x))  # <-\n",
    "by name": "from numpy import hstack as h\ndef f(xs, a):\n    for x in xs:\n        a = h([a, x])  # <-\n",
    "while": NUMPY
    + "def f(n):\n    a = np.zeros(1)\n    while len(a) < n:\n        a = np.append(a, a[-1] + 1)  # <-\n",
    "under an if": NUMPY
    + "def f(xs, a):\n    for x in xs:\n        if x > 2:\n            a = np.append(a, x)  # <-\n",
    "torch": "import torch\ndef f(xs, a):\n    for x in xs:\n        a = torch.cat([a, model(x)])  # <-\n",
    "attribute": NUMPY
    + "class A:\n    def f(self, xs):\n        for x in xs:\n            self.a = np.append(self.a, x)  # <-\n",
}
ARRAY_QUIET = {
    "list": NUMPY + "def f(xs):\n    a = []\n    for x in xs:\n        a.append(x)\n    return np.array(a)\n",
    "once": NUMPY + "def f(a, b):\n    a = np.append(a, b)\n    return a\n",
    "two others": NUMPY + "def f(xs, b):\n    for x in xs:\n        a = np.concatenate([x, b])\n        use(a)\n",
    "afresh": NUMPY + "def f(xs):\n    for x in xs:\n        a = g(x)\n        a = np.append(a, 0)\n        use(a)\n",
    "constant few": NUMPY + "def f(a):\n    for x in (1, 2, 3):\n        a = np.append(a, x)\n    return a\n",
    "own append": "def f(xs, a):\n    for x in xs:\n        a = append(a, x)\n",
    "filled": NUMPY + "def f(n):\n    a = np.empty(n)\n    for i in range(n):\n        a[i] = g(i)\n",
    "leaves": NUMPY
    + "def f(xs, a):\n    for x in xs:\n        if x:\n            a = np.append(a, x)\n            return a\n",
}

ITEM_FLAGGED = {
    "two arrays": NUMPY
    + """
def f(n):
    a = np.zeros(n)
    b = np.ones(n)
    for i in range(len(a)):  # <-
        a[i] = a[i] * 2 + b[i]
    return a
""",
    "annotated": NUMPY
    + "def f(a: np.ndarray, k):\n    s = 0.0\n    for i in range(a.shape[0]):  # <-\n        s += a[i] ** 2\n",
    "items": NUMPY
    + "def f(n):\n    a = np.linspace(0, 1, n)\n    s = 0\n    for x in a:  # <-\n        s += x * x\n    return s\n",
    "random": NUMPY
    + """
def f(n):
    rng = np.random.default_rng(1)
    a = rng.normal(size=n)
    hits = 0
    for x in a:  # <-
        if abs(x) > 2:
            hits += 1
    return hits
""",
    "column": PANDAS
    + """
def f(path):
    df = pd.read_csv(path)
    a = df["a"].to_numpy()
    s = 0
    for i in range(len(a)):  # <-
        s += a[i]
""",
    "inner loop": NUMPY
    + """
def f(rows, w: np.ndarray, v: np.ndarray):
    for row in rows:
        s = 0
        for k in range(w.size):  # <-
            s += w[k] * v[k]
        use(s)
""",
    "mathematical function": NUMPY
    + "import math\ndef f(a: np.ndarray, b: np.ndarray):\n    for i in range(a.size):  # <-\n"
    "        b[i] = math.exp(a[i])\n",
}
ITEM_QUIET = {
    "the item before": NUMPY
    + "def f(n):\n    a = np.zeros(n)\n    for i in range(1, n):\n        a[i] = a[i - 1] * 0.5 + 1\n    return a\n",
    "list": NUMPY + "def f(xs: list):\n    s = 0\n    for x in xs:\n        s += x\n    return np.sqrt(s)\n",
    "unknown": NUMPY + "def f(a, b):\n    for i in range(len(a)):\n        a[i] = b[i] + 1\n",
    "own function": NUMPY + "def f(a: np.ndarray):\n    for i in range(len(a)):\n        a[i] = solve(a[i])\n",
    "numba": "import numba\n"
    + NUMPY
    + "@numba.njit\ndef f(a: np.ndarray):\n    s = 0\n    for i in range(len(a)):\n        s += a[i]\n    return s\n",
    "state": NUMPY + "def f(a: np.ndarray):\n    s = 0\n    for x in a:\n        s += x * (1 - s)\n    return s\n",
    "printed": NUMPY + "def f(a: np.ndarray):\n    for x in a:\n        print(x)\n",
    "constant few": NUMPY + "def f(a: np.ndarray):\n    for i in range(3):\n        a[i] = a[i] * 2\n",
    "values of functions": NUMPY
    + "def f(n):\n    a = np.empty(n)\n    for i in range(n):\n        a[i] = measure(i)\n",
}

BUILTIN_FLAGGED = {
    "sum": NUMPY + "def f(n):\n    a = np.zeros(n)\n    return sum(a)  # <-\n",
    "max": NUMPY + "def f(a: np.ndarray):\n    return max(a)  # <-\n",
    "test": NUMPY + "def f(path):\n    a = np.load(path)\n    if any(a):  # <-\n        return 1\n",
    "sorted": "from numpy import arange as r\nx = sorted(r(n))  # <-\n",
    "arithmetic": NUMPY + "def f(a: np.ndarray, b):\n    return sum(a * b)  # <-\n",
    "in a loop": NUMPY + "def f(n):\n    a = np.random.rand(n)\n    for i in range(n):\n        use(min(a), i)  # <-\n",
    "to_numpy": PANDAS + "def f(p):\n    return sum(pd.read_csv(p)['a'].to_numpy())  # <-\n",
}
BUILTIN_QUIET = {
    "method": NUMPY + "def f(a: np.ndarray):\n    return a.sum()\n",
    "list": NUMPY + "def f(xs: list):\n    return sum(xs) + max(xs)\n",
    "unknown": NUMPY + "def f(xs):\n    return sum(xs)\n",
    "of two": NUMPY + "def f(a: np.ndarray, b):\n    return max(a, b)\n",
    "key": NUMPY + "def f(a: np.ndarray):\n    return sorted(a, key=len)\n",
    "numpy's": "from numpy import sum\ndef f(n, a):\n    return sum(a)\n",
    "written out": NUMPY + "def f():\n    a = np.array([1, 2, 3])\n    return sum(a)\n",
    "shape": NUMPY + "def f(a: np.ndarray):\n    return max(a.shape)\n",
}

CASES = {
    "apply-per-row": (APPLY_FLAGGED, APPLY_QUIET),
    "dataframe-grown-in-loop": (FRAME_FLAGGED, FRAME_QUIET),
    "array-grown-in-loop": (ARRAY_FLAGGED, ARRAY_QUIET),
    "array-item-by-item": (ITEM_FLAGGED, ITEM_QUIET),
    "builtin-on-array": (BUILTIN_FLAGGED, BUILTIN_QUIET),
}
