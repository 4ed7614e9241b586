"""What is said of frames, arrays and requests is as sure as what the file shows of how much it matters."""

import pytest

from greenprof.lint import lint_source

pytestmark = pytest.mark.usefixtures("as_sure_as_the_file_shows")

FRAME = "import pandas as pd\nimport numpy as np\nimport requests, urllib.request\n"
READ = "df = pd.read_csv(path)\n"
LOOP = "for _, row in df.iterrows():\n    "
CASES = {
    "dataframe-iterrows": {
        "columns of many rows": (READ + LOOP + "use = row['a'] + row.b\n", "high"),
        "columns": ("def f(df):\n    return {i: int(row.get('a', 0)) for i, row in df.iterrows()}\n", "medium"),
        "whole row as a dict": ("def f(df):\n    return [row.to_dict() for _, row in df.iterrows()]\n", "medium"),
        "handed on": (READ + LOOP + "row = store(row)\n", "low"),
        "another function works": ("def f(df):\n    for _, row in df.iterrows():\n        create(row.a)\n", "low"),
        "a column worked out": ("def f(df, k):\n    return [row[k] for _, row in df.iterrows()]\n", "low"),
        "rows of its own": ("class Sheet:\n    def f(self):\n        return [x for x in self.iterrows()]\n", None),
    },
    "apply-per-row": {
        "takes an axis": ("def f(df):\n    return df.apply(np.min, axis=1)\n", "high"),
        "takes an axis and more": (
            "def f(df, w):\n    return df.apply(lambda x: np.average(x, weights=w), axis=1)\n",
            "high",
        ),
        "takes an axis, of an array": ("def f(a):\n    return np.apply_along_axis(np.argmax, 1, a)\n", "high"),
        "arithmetic": (
            "def f(df):\n    return df.apply(lambda row: row['a'] * row.b if row.a else 0, axis=1)\n",
            "medium",
        ),
        "a function": ("def f(df, g):\n    return df.apply(g, axis=1)\n", "low"),
        "weights of each row": ("def f(df):\n    return df.apply(lambda x: np.average(x, weights=x), axis=1)\n", "low"),
    },
    "builtin-on-array": {
        "array": ("def f(a: np.ndarray):\n    return sum(a)\n", "medium"),
        "column": (READ + "print(max(df['a']))\n", "high"),
        "worked out of a few": (
            "def f(a, b, c):\n    a = np.array([a, b])\n    return all(abs(a - c) / c < 1)\n",
            "low",
        ),
        "in a warning": ("def f(log, a: np.ndarray):\n    log.warning(f'{sum(a)} lack')\n", "low"),
        "raised": ("def f(a: np.ndarray):\n    raise ValueError(f'{sum(a)} lack')\n", "low"),
    },
    "dataframe-grown-in-loop": {
        "unknown": ("def f(df, xs):\n    for x in xs:\n        df = pd.concat([df, x])\n", "low"),
        "rows": ("def f(df, c):\n    for x in c.fetchall():\n        df = pd.concat([df, x])\n", "high"),
    },
    "frame-filtered-in-loop": {
        "some values": (READ + "def f(keys):\n    for k in keys:\n        use(df[df.a == k])\n", "low"),
        "all values": (READ + "for k in df.a.unique():\n    use(df[df.a == k])\n", "medium"),
        "all of many": (READ + "for k in df.user_id.unique():\n    use(df[df.user_id == k])\n", "high"),
    },
    "request-in-loop": {
        "session at hand": ("def f(urls):\n    for u in urls:\n        requests.get(u)\n", "medium"),
        "no session": ("def f(urls):\n    for u in urls:\n        urllib.request.urlopen(u)\n", "low"),
    },
    "float64-by-accident": {"unknown": ("def f(n):\n    return np.ones(n).astype(bool)\n", "medium")},
}


@pytest.mark.parametrize(
    ("rule", "code", "confidence"),
    [pytest.param(rule, *case, id=f"{rule}: {name}") for rule, table in CASES.items() for name, case in table.items()],
)
def test_confidence(rule, code, confidence, rules):
    found = lint_source(FRAME + code, "code.py", [rules[rule]])
    assert [one.confidence for one in found] == [confidence][: confidence is not None]
