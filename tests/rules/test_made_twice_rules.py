"""Rules about what is made, read or started where less would do: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

PANDAS = "import pandas as pd\n"
NUMPY = "import numpy as np\n"
THREADS = "from threading import Thread\nfrom multiprocessing import Process\nimport threading\n"

FLOAT_FLAGGED = {
    "zeros": "def f(n):\n    return np.zeros(n).astype(np.float32)  # <-\n",
    "shape of two": "def f(n):\n    a = np.ones((n, 3)).astype('f4')  # <-\n    return a\n",
    "by keyword": "def f(n):\n    return np.empty(n, order='F').astype(dtype=int)  # <-\n",
    "full": "def f(n):\n    return np.full(n, 0.5).astype(np.float32)  # <-\n",
    "like": "def f(a):\n    return g(np.zeros_like(a).astype(np.float16))  # <-\n",
    "by name": "from numpy import zeros as z\ndef f(n):\n    return z(n).astype('float32')  # <-\n",
    "large constant": "a = np.zeros((1000, 1000)).astype(np.float32)  # <-\n",
}
FLOAT_QUIET = {
    "type is said": "def f(n):\n    return np.zeros(n, dtype=np.int64).astype(np.float32)\n",
    "type by place": "def f(n):\n    return np.zeros(n, int).astype(np.float32)\n",
    "of values": "def f(xs):\n    return np.array(xs).astype(np.float32)\n",
    "a few": "a = np.zeros(3).astype(np.float32)\nb = np.ones((3, 3)).astype('f4')\n",
    "is used between": "def f(n):\n    a = np.zeros(n)\n    fill(a)\n    return a.astype(np.float32)\n",
    "own function": "def f(n):\n    return zeros(n).astype(np.float32)\n",
    "with casting": "def f(n):\n    return np.zeros(n).astype(np.float32, casting='safe')\n",
    "given arguments": "def f(*given):\n    return np.zeros(*given).astype(np.float32)\n",
}

PRODUCT_FLAGGED = {
    "generator": "def f(a, b):\n    return sum(x * y for x, y in zip(a, b))  # <-\n",
    "list": "def f(a, b):\n    return sum([x * y for x, y in zip(a, b)])  # <-\n",
    "other order": "def f(a, b):\n    return sum(y * x for x, y in zip(a, b, strict=True))  # <-\n",
    "fsum": "from math import fsum\ndef f(a, b):\n    return fsum(x * y for x, y in zip(a, b))  # <-\n",
    "squares": "def f(xs):\n    ys = [g(x) for x in xs]\n    return sum(y * y for y in ys)  # <-\n",
    "in a loop": "def f(rows, b):\n    return [sum(x * y for x, y in zip(row, b)) for row in rows]  # <-\n",
}
PRODUCT_QUIET = {
    "condition": "def f(a, b):\n    return sum(x * y for x, y in zip(a, b) if x)\n",
    "three": "def f(a, b, c):\n    return sum(x * y * z for x, y, z in zip(a, b, c))\n",
    "other product": "def f(a, b, k):\n    return sum(x * k for x, y in zip(a, b))\n",
    "start": "def f(a, b):\n    return sum((x * y for x, y in zip(a, b)), start=1)\n",
    "quotient": "def f(a, b):\n    return sum(x / y for x, y in zip(a, b))\n",
    "a few": "def f(a):\n    return sum(x * y for x, y in zip(a, (1, 2, 3)))\n",
    "arrays": NUMPY + "def f(n):\n    a = np.zeros(n)\n    return sum(x * y for x, y in zip(a, a))\n",
    "iterator": "def f(path):\n    ys = (len(x) for x in open(path))\n    return sum(y * y for y in ys)\n",
    "own sum": "from sympy import sum\ndef f(a, b):\n    return sum(x * y for x, y in zip(a, b))\n",
}

CSV_FLAGGED = {
    "name": "def f(df, path):\n    df.to_csv(path)\n    return pd.read_csv(path)  # <-\n",
    "constant": "def f(df):\n    df.to_csv('a.csv', index=False)\n    b = pd.read_csv('a.csv')  # <-\n    return b\n",
    "script": "df = load()\ndf.to_csv('a.csv')\nagain = pd.read_csv('a.csv')  # <-\n",
    "json": "def f(df, p):\n    df.to_json(p)\n    return pd.read_json(p)  # <-\n",
    "polars": "import polars as pl\ndef f(df, p):\n    df.write_csv(p)\n    return pl.read_csv(p)  # <-\n",
    "in a loop": "def f(frames, p):\n    for df in frames:\n        df.to_csv(p)\n        g(pd.read_csv(p))  # <-\n",
}
CSV_QUIET = {
    "other path": "def f(df, a, b):\n    df.to_csv(a)\n    return pd.read_csv(b)\n",
    "read before": "def f(path):\n    df = pd.read_csv(path)\n    df.to_csv(path)\n",
    "each is changed": "def f(paths):\n    for p in paths:\n        df = pd.read_csv(p)\n        df.to_csv(p)\n",
    "other function": "def f(df, path):\n    df.to_csv(path)\ndef g(path):\n    return pd.read_csv(path)\n",
    "path that is made": "def f(df):\n    df.to_csv(new_path())\n    return pd.read_csv(new_path())\n",
    "other format": "def f(df, p):\n    df.to_parquet(p)\n    return pd.read_csv(p)\n",
    "text": "def f(df):\n    text = df.to_csv()\n    return pd.read_csv(text)\n",
    "own reader": "def f(df, p):\n    df.to_csv(p)\n    return read_csv(p)\n",
}

COLUMN_FLAGGED = {
    "one": "def f(p):\n    df = pd.read_csv(p)  # <-\n    return df['a'].sum()\n",
    "two, counted": "def f(p):\n    df = pd.read_csv(p, sep=';')  # <-\n    return len(df), df[['a', 'b']].mean()\n",
    "at once": "def f(p):\n    return pd.read_csv(p)['a'].sum()  # <-\n",
    "parquet": "def f(p):\n    df = pd.read_parquet(p)  # <-\n    return df['a'] * df['b']\n",
    "by name": "from pandas import read_csv as r\ndef f(p):\n    df = r(p)  # <-\n    return df['a'].max()\n",
    "script": "df = pd.read_csv('p')  # <-\nprint(df['a'])\n",
    "new column": "def f(p):\n    df = pd.read_csv(p)  # <-\n    df['b'] = df['a'] * 2\n    return df['b'].sum()\n",
}
COLUMN_QUIET = {
    "said": "def f(p):\n    df = pd.read_csv(p, usecols=['a'])\n    return df['a'].sum()\n",
    "handed on": "def f(p):\n    df = pd.read_csv(p)\n    g(df)\n    return df['a'].sum()\n",
    "returned": "def f(p):\n    df = pd.read_csv(p)\n    print(df['a'])\n    return df\n",
    "many": "def f(p):\n    df = pd.read_csv(p)\n    return df[['a', 'b', 'c', 'd']]\n",
    "method": "def f(p):\n    df = pd.read_csv(p)\n    return df.dropna()['a']\n",
    "names are given": "def f(p):\n    df = pd.read_csv(p, names=['a', 'b'])\n    return df['a']\n",
    "any column": "def f(p, c):\n    df = pd.read_csv(p)\n    return df[c]\n",
    "filter": "def f(p):\n    df = pd.read_csv(p)\n    return df[df['a'] > 1]\n",
    "for other modules": "df = pd.read_csv('p')\nprices = df['a']\n",
    "read again": "def f(p):\n    df = pd.read_csv(p)\n    df = g(df)\n    return df['a']\n",
}

THREAD_FLAGGED = {
    "args": "def f(urls):\n    for url in urls:\n        Thread(target=get, args=(url,)).start()  # <-\n",
    "kept": "def f(urls):\n    ts = [Thread(target=get, args=(u,)) for u in urls]  # <-\n    run(ts)\n",
    "module": "def f(us):\n    for u in us:\n        threading.Thread(target=get, kwargs={'u': u}).start()  # <-\n",
    "process": "def f(paths):\n    for p in paths:\n        Process(target=convert, args=(p,)).start()  # <-\n",
    "lines": "def f(path):\n    for line in open(path):\n        Thread(target=print, args=[line]).start()  # <-\n",
}
THREAD_QUIET = {
    "workers": "def f(queue):\n    for _ in range(8):\n        Thread(target=work, args=(queue,)).start()\n",
    "numbered": "def f(workers):\n    for i in range(workers):\n        Thread(target=work, args=(i,)).start()\n",
    "a few": "def f():\n    for name in ('a', 'b'):\n        Thread(target=listen, args=(name,)).start()\n",
    "server": "def f(s):\n    while True:\n        c = s.accept()\n        Thread(target=serve, args=c).start()\n",
    "once": "def f(x):\n    Thread(target=work, args=(x,)).start()\n",
    "devices": "def f(world):\n    for rank in range(world):\n        Process(target=train, args=(rank,)).start()\n",
    "own class": "from mine import Thread\ndef f(us):\n    for u in us:\n        Thread(target=get, args=(u,))\n",
}

COPY_FLAGGED = {
    "behind": "def f(df):\n    return df.reset_index().copy()  # <-\n",
    "before": "def f(df):\n    return df.copy().sort_values('a')  # <-\n",
    "known": "def f(p, other):\n    orders = pd.read_csv(p)\n    g(orders.merge(other, on='a').copy())  # <-\n",
    "twice": "def f(df):\n    return df.copy().copy()  # <-\n",
    "assign": "def f(df):\n    g(df.copy().assign(b=1))  # <-\n",
}
COPY_QUIET = {
    "part": "def f(df):\n    return df[df['a'] > 1].copy()\n",
    "columns": "def f(df):\n    return df[['a', 'b']].copy()\n",
    "alone": "def f(df):\n    return df.copy()\n",
    "in place": "def f(df):\n    df.copy().sort_values('a', inplace=True)\n",
    "of a dict": "def f(settings):\n    return settings.copy().replace(1)\n",
    "may be a part": "def f(df):\n    return df.dropna().copy()\n",
    "shallow": "def f(df):\n    return df.reset_index().copy(deep=False)\n",
}

CASES = {
    "float64-by-accident": (NUMPY, FLOAT_FLAGGED, FLOAT_QUIET),
    "products-summed-in-python": ("", PRODUCT_FLAGGED, PRODUCT_QUIET),
    "csv-as-intermediate": (PANDAS, CSV_FLAGGED, CSV_QUIET),
    "unused-columns-read": (PANDAS, COLUMN_FLAGGED, COLUMN_QUIET),
    "thread-per-item": (THREADS, THREAD_FLAGGED, THREAD_QUIET),
    "frame-copied-twice": (PANDAS, COPY_FLAGGED, COPY_QUIET),
}
