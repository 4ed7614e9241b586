"""Rules about looking in place of waiting, text sent as it is, and frames gone through again."""

import pytest

POLL = "import asyncio, queue, subprocess, threading, time\n"
POLL_FLAGGED = {
    "process": "def f(p: subprocess.Popen):\n    while p.poll() is None:  # <-\n        time.sleep(0.1)\n",
    "thread": "t = threading.Thread(target=print)\nwhile t.is_alive():  # <-\n    time.sleep(0.2)\n",
    "task": "async def f(x):\n    t = asyncio.create_task(x)\n    while not t.done():  # <-\n"
    "        await asyncio.sleep(0.05)\n",
    "queue": "q = queue.Queue()\nwhile q.empty():  # <-\n    time.sleep(0.1)\n",
    "gives up": "def f(done, end):\n    while not done.is_set():  # <-\n        if time.monotonic() > end:\n"
    "            raise TimeoutError\n        time.sleep(0.1)\n",
    "flag": "class A:\n    def go(self):\n        self.ready = True\n    def f(self):\n"
    "        while not self.ready:  # <-\n            time.sleep(0.1)\n",
}
POLL_QUIET = {
    "works": "def f(e: threading.Event):\n    while not e.is_set():\n        work()\n        time.sleep(0.1)\n",
    "seldom": "def f(e: threading.Event):\n    while not e.is_set():\n        time.sleep(5)\n",
    "Ctrl-C": "def f(t: threading.Thread):\n    try:\n        while t.is_alive():\n            time.sleep(0.5)\n"
    "    except KeyboardInterrupt:\n        stop()\n",
    "for ever": "while True:\n    time.sleep(0.1)\n",
    "file": "def f(path):\n    while not path.exists():\n        time.sleep(0.1)\n",
    "until it is cleared": "def f(e: threading.Event):\n    while e.is_set():\n        time.sleep(0.1)\n",
    "a wait would stop the loop": "async def f(e: threading.Event):\n    while not e.is_set():\n"
    "        await asyncio.sleep(0.1)\n",
}
WIRE = "import aiohttp, httpx, requests, urllib.request\n"
REFUSED = {
    "header": 'def f(u):\n    return httpx.get(u, headers={"accept-encoding": "identity"}).text  # <-\n',
    "session": 's = requests.Session()\ns.headers["Accept-Encoding"] = "identity"  # <-\nprint(s.get(u).json())\n',
    "added": 'def f(u):\n    r = urllib.request.Request(u)\n    r.add_header("Accept-Encoding", "")  # <-\n'
    "    return urllib.request.urlopen(r).read().decode()\n",
    "left out": "async def f(u):\n"
    '    async with aiohttp.ClientSession(skip_auto_headers=["Accept-Encoding"]) as s:  # <-\n'
    "        return await (await s.get(u)).text()\n",
}
NOT_REFUSED = {
    "part": 'requests.get(u, headers={"Accept-Encoding": "identity", "Range": "bytes=0-9"})\n',
    "asks": 'requests.get(u, headers={"Accept-Encoding": "gzip"})\n',
    "no client": 'def f(response):\n    response.headers["Accept-Encoding"] = "identity"\n',
    "download": 'def f(u):\n    r = requests.get(u, headers={"Accept-Encoding": "identity"})\n    return r.content\n',
}
SERVED = {
    "uvicorn": "import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\n"
    'uvicorn.run(app, port=443, ssl_certfile="a", ssl_keyfile="b")  # <-\n',
    "aiohttp": "from aiohttp import web\napp = web.Application()\nweb.run_app(app, ssl_context=context)  # <-\n",
}
NOT_SERVED = {
    "no certificate": "import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nuvicorn.run(app)\n",
    "compresses": "import uvicorn\nfrom fastapi import FastAPI\nfrom fastapi.middleware.gzip import GZipMiddleware\n"
    'app = FastAPI()\napp.add_middleware(GZipMiddleware)\nuvicorn.run(app, ssl_certfile="a")\n',
    "for trying": 'from flask import Flask\napp = Flask("a")\napp.run(ssl_context="adhoc")\n',
}
FRAME = "import pandas as pd\n"
FILTERED = {
    "unique": 'def f(p):\n    df = pd.read_csv(p)\n    for c in df["a"].unique():\n'
    '        use(df[df["a"] == c])  # <-\n',
    "by name": "def f(p):\n    df = pd.read_csv(p)\n    names = sorted(set(df.a))\n    for c in names:\n"
    '        use(df.loc[df.a == c, "x"])  # <-\n',
    "query": 'def f(df, cs):\n    for c in cs:\n        use(df.query("a == @c"))  # <-\n',
    "ids": 'def f(df, orders):\n    return [len(df[df["id"] == one.id]) for one in orders]  # <-\n',
}
NOT_FILTERED = {
    "few": 'def f(df):\n    for c in ("a", "b"):\n        use(df[df.a == c])\n',
    "written": 'def f(df, cs):\n    for c in cs:\n        df.loc[df.a == c, "x"] = 1\n',
    "narrowed": "def f(df, cs):\n    for c in cs:\n        df = df[df.a == c]\n",
    "other question": "def f(df, cs):\n    for c in cs:\n        use(df[df.a > c], df[c])\n",
    "columns": "def f(df):\n    for c in df.columns:\n        use(df[df[c] == 1])\n",
}
GROUPED = {
    "stripped": 'def f(p):\n    df = pd.read_csv(p)\n    df["a"] = df["a"].str.strip()\n'
    '    use(df.groupby("a").x.sum())  # <-\n    use(df.groupby(by=["a", "b"]).x.sum())\n'
    '    use(df.pivot_table(index="a", values="x"))\n',
}
NOT_GROUPED = {
    "numbers": 'def f(df):\n    use(df.groupby("a").x.sum(), df.groupby("a").y.sum(), df.groupby("a").z.sum())\n',
    "twice": 'def f(df):\n    use(df[df["a"] == "b"])\n    use(df.groupby("a").x.sum(), df.groupby("a").y.sum())\n',
    "category": 'def f(df):\n    df["a"] = df["a"].str.strip().astype("category")\n'
    '    use(df.groupby("a").x.sum(), df.groupby("a").y.sum(), df.groupby("a").z.sum())\n',
}
TORCH = "import torch\nt, u = torch.zeros(1000), torch.rand(1000)\n"
TAKEN = {
    "pairs": "for a, b in zip(t, u):\n    use(a.item())  # <-\n",
    "by place": "for i in range(len(u)):\n    use(u[i].item())  # <-\n",
    "comprehension": "x = [one.item() for one in u]  # <-\n",
}
NOT_TAKEN = {
    "a number of each process": "for rank in range(size):\n    use(u[rank, 0].item())\n",
    "batches": "for batch in loader:\n    use(batch.item())\n",
    "all at once": "for x in u.tolist():\n    use(x)\n",
    "step": "for x in loader:\n    loss = m(x.cuda())\n    loss.backward()\n    o.step()\n    use(loss.item())\n",
}


def cases(rule, imports, *codes):
    return [pytest.param(rule, imports, code, id=f"{rule}: {name}") for each in codes for name, code in each.items()]


@pytest.mark.parametrize(
    ("rule", "imports", "code"),
    cases("sleep-poll", POLL, POLL_FLAGGED, POLL_QUIET)
    + cases("compression-refused", WIRE, REFUSED, NOT_REFUSED)
    + cases("responses-uncompressed", "", SERVED, NOT_SERVED)
    + cases("frame-filtered-in-loop", FRAME, FILTERED, NOT_FILTERED)
    + cases("tensor-item-in-loop", TORCH, TAKEN, NOT_TAKEN)
    + cases("text-grouped-again", FRAME, GROUPED, NOT_GROUPED),
)
def test_waiting_and_wire_rules(rule, imports, code, assert_flagged):
    assert_flagged(rule, code, imports)
