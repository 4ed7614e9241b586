from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

REQUEST_FLAGGED = {
    "requests.get": ("import requests\n", "for u in urls:\n    requests.get(u)  # <-\n"),
    "name from requests": ("from requests import post as send\n", "for u in urls:\n    send(u, json=x)  # <-\n"),
    "httpx in a comprehension": ("import httpx\n", "pages = [httpx.get(u).text for u in urls]  # <-\n"),
    "urlopen": (
        "from urllib.request import urlopen\n",
        "def f(urls):\n    for u in urls:\n        with urlopen(u) as a:  # <-\n            use(a)\n",
    ),
    "urllib.request.urlretrieve": (
        "import urllib.request\n",
        "for u in us:\n    urllib.request.urlretrieve(u)  # <-\n",
    ),
    "session made anew": ("import requests\n", "for u in urls:\n    s = requests.Session()  # <-\n    s.get(u)\n"),
    "client made anew, awaited": (
        "import httpx\n",
        "async def f():\n    for u in us:\n"
        "        async with httpx.AsyncClient() as c:  # <-\n            await c.get(u)\n",
    ),
    "aiohttp session made anew": (
        "import aiohttp\n",
        "async def f():\n    for u in us:\n        async with aiohttp.ClientSession() as s:  # <-\n            pass\n",
    ),
    "connection made anew": (
        "from http.client import HTTPSConnection\n",
        "for p in paths:\n    c = HTTPSConnection(host)  # <-\n    c.request('GET', p)\n",
    ),
    "while": ("import requests\n", "while url:\n    url = requests.get(url).json()['next']  # <-\n"),
}
REQUEST_QUIET = {
    "session before the loop": ("import requests\n", "s = requests.Session()\nfor u in urls:\n    s.get(u)\n"),
    "client of a with": ("import httpx\n", "with httpx.Client() as c:\n    for u in urls:\n        c.get(u)\n"),
    "dict.get": ("import requests\n", "requests_made = {}\nfor u in urls:\n    requests_made.get(u)\n"),
    "constant few": ("import requests\n", "for u in ('http://a', 'http://b'):\n    requests.get(u)\n"),
    "retry": (
        "import requests\n",
        "def f(u):\n    while True:\n        try:\n"
        "            return requests.get(u)\n        except OSError:\n            pass\n",
    ),
    "poll": ("import requests, time\n", "while not ok:\n    ok = requests.get(u).ok\n    time.sleep(5)\n"),
    "own module of the same name": ("from app import requests\n", "for u in urls:\n    requests.get(u)\n"),
    "what the loop goes over": ("import requests\n", "for line in requests.get(u).iter_lines():\n    use(line)\n"),
    "request object": ("import urllib.request\n", "for u in urls:\n    r = urllib.request.Request(u)\n"),
}

CONCAT_FLAGGED = {
    "an inner function reads it": (
        "",
        "def f(xs):\n    def g():\n        return s\n    s = ''\n"
        "    for x in xs:\n        s += x  # <-\n    return g\n",
    ),
    "attribute": (
        "",
        """
        class A:
            def __init__(self):
                self.text = ""
            def f(self, xs):
                for x in xs:
                    self.text += x  # <-
        """,
    ),
    "global": ("", "log = ''\ndef f(xs):\n    global log\n    for x in xs:\n        log += x  # <-\n"),
    "module level": ("", "text = ''\nfor x in xs:\n    text += str(x)  # <-\n"),
    "bytes": ("", "def f(xs):\n    data = b''\n    for x in xs:\n        data += x  # <-\n    return data\n"),
    "bytes in a while": ("", "def f(s):\n    data = b''\n    while c := s.read(9):\n        data += c  # <-\n"),
    "three terms": ("", "def f(xs):\n    s = ''\n    for x in xs:\n        s = s + x + ','  # <-\n"),
    "in front": ("", "def f(xs):\n    s = ''\n    for x in xs:\n        s = x + s  # <-\n"),
    "closure": ("", "def f(xs):\n    s = ''\n    for x in xs:\n        s += x  # <-\n    return lambda: s\n"),
    "f-string parts": ("", "s = f'{a}'\nfor x in xs:\n    s += f'{x},'  # <-\n"),
}
CONCAT_QUIET = {
    "plain local: CPython grows it in place": (
        "",
        "def f(xs):\n    s = ''\n    for x in xs:\n        s += x\n    return s\n",
    ),
    "plain local of the same name as one of an inner function": (
        "",
        "def f(xs):\n    def g(x):\n        s = str(x)\n        return s\n    s = ''\n"
        "    for x in xs:\n        s += g(x)\n    return s\n",
    ),
    "plain local, spelt out": ("", "def f(xs):\n    s = ''\n    for x in xs:\n        s = s + x\n    return s\n"),
    "sum in parentheses": ("", "def f(xs):\n    s = ''\n    for x in xs:\n        s = s + (x + ',')\n"),
    "numbers": ("", "n = 0\nfor x in xs:\n    n += x\n    n = n + x + 1\n"),
    "lists": ("", "parts = []\nfor x in xs:\n    parts += [x]\n"),
    "constant few": ("", "s = ''\nfor x in ('a', 'b', 'c'):\n    s += x\n"),
    "starts anew in each round": ("", "for row in rows:\n    line = ''\n    for x in row:\n        line += x\n"),
    "unknown type": ("", "def f(s, xs):\n    for x in xs:\n        s = s + x + x\n"),
    "bytearray": ("", "data = bytearray()\nfor x in xs:\n    data += x\n"),
    "then leaves": ("", "s = ''\nfor x in xs:\n    if x:\n        s += x\n        break\n"),
    "digits of a number": (
        "",
        "def f(n):\n    s = ''\n    while n:\n        n, d = divmod(n, 36)\n        s = A[d] + s\n",
    ),
}

MEMBERSHIP_FLAGGED = {
    "list()": ("", "known = list(rows)\nfor x in xs:\n    if x in known:  # <-\n        use(x)\n"),
    "comprehension in a comprehension": (
        "",
        "ids = [r.id for r in rows]\nnew = [x for x in xs if x not in ids]  # <-\n",
    ),
    "grows": (
        "",
        "def f(xs):\n    seen = []\n    for x in xs:\n        if x not in seen:  # <-\n            seen.append(x)\n",
    ),
    "annotation": ("", "def f(xs, known: list[str]):\n    return [x for x in xs if x in known]  # <-\n"),
    "sorted": ("", "words = sorted(text)\nn = sum(1 for x in xs if x in words)  # <-\n"),
    "split": ("", "stop = open(p).read().split()\nfor w in ws:\n    if w in stop and w:  # <-\n        use(w)\n"),
    "attribute": (
        "",
        """
        class A:
            def __init__(self, rows):
                self.known = [r.id for r in rows]
            def f(self, xs):
                return [x for x in xs if x in self.known]  # <-
        """,
    ),
    "fetchall": ("", "ids = cur.fetchall()\nwhile todo:\n    x = todo.pop()\n    ok = x in ids  # <-\n"),
}
MEMBERSHIP_QUIET = {
    "set": ("", "known = set(rows)\nfor x in xs:\n    x in known\n"),
    "dict": ("", "known = {}\nfor x in xs:\n    x in known\n"),
    "string": ("", "for x in xs:\n    if x in 'abc' or x in text:\n        use(x)\n"),
    "literal": ("", "for x in xs:\n    if x in [1, 2, 3] or x in ('a', 'b'):\n        use(x)\n"),
    "constant few behind a name": ("", "KINDS = ['a', 'b']\nfor x in xs:\n    if x in KINDS:\n        use(x)\n"),
    "made anew in each round": (
        "",
        "for line in lines:\n    parts = line.split()\n    if key(line) in parts:\n        use(line)\n",
    ),
    "list or set": ("", "known = list(a) if a else set()\nfor x in xs:\n    x in known\n"),
    "no loop": ("", "known = list(rows)\nif x in known:\n    use(x)\n"),
    "constant few items looked for": ("", "known = list(rows)\nfor x in ('a', 'b'):\n    x in known\n"),
    "constant looked for": ("", "parts = list(rows)\nwhile '' in parts:\n    parts.remove('')\n"),
    "lists in a list": ("", "seen = []\nfor x in xs:\n    if [x] in seen:\n        continue\n    seen.append([x])\n"),
    "unknown": ("", "def f(xs, known):\n    return [x for x in xs if x in known]\n"),
    "what the loop goes over": ("", "known = list(rows)\nfor x in [y in known]:\n    use(x)\n"),
}

BUSY_FLAGGED = {
    "event": ("", "while not done.is_set():  # <-\n    pass\n"),
    "attribute": ("", "def f(self):\n    while not self.ready:  # <-\n        continue\n"),
    "process": ("", "while p.poll() is None:  # <-\n    pass\n"),
    "thread, with break": ("", "while True:  # <-\n    if not t.is_alive():\n        break\n"),
    "clock": ("import time\n", "while time.monotonic() < end:  # <-\n    pass\n"),
    "sleep(0)": ("import time\n", "while not f.done():  # <-\n    time.sleep(0)\n"),
    "asyncio.sleep(0)": (
        "import asyncio\n",
        "async def f(t):\n    while not t.done():  # <-\n        await asyncio.sleep(0)\n",
    ),
    "get_nowait": (
        "import queue\n",
        "def f(q):\n    while True:  # <-\n        try:\n            x = q.get_nowait()\n            break\n"
        "        except queue.Empty:\n            continue\n",
    ),
    "lock": ("", "while not lock.acquire(blocking=False):  # <-\n    pass\n"),
    "file": ("import os\n", "while not os.path.exists(p):  # <-\n    ...\n"),
    "inside a with and a loop": (
        "",
        "for p in ps:\n    with lock:\n        while p.is_alive():  # <-\n            pass\n",
    ),
}
BUSY_QUIET = {
    "never entered": ("", "while 0:\n    pass\n"),
    "takes what there is": ("", "while lock.acquire(False):\n    pass\n"),
    "empties a queue": (
        "import queue\n",
        "while True:\n    try:\n        q.get_nowait()\n    except queue.Empty:\n        break\n",
    ),
    "takes out what is there": ("", "try:\n    while q.get_nowait():\n        pass\nexcept Empty:\n    pass\n"),
    "takes out while there is some": (
        "",
        "while not q.empty():\n    try:\n        q.get(block=False)\n    except Empty:\n        pass\n",
    ),
    "sleep": ("import time\n", "while not done.is_set():\n    time.sleep(0.1)\n"),
    "work": ("", "while not done.is_set():\n    work()\n"),
    "question that works": ("", "while stream.read(4096):\n    pass\n"),
    "queue that blocks": ("", "while queue.get(timeout=1):\n    pass\n"),
    "wait": ("", "while not event.wait(1):\n    pass\n"),
    "walk through links": ("", "while node := node.next:\n    if node.last:\n        return_it = node\n"),
    "walk that returns": (
        "",
        "def f(b):\n    while b := b.previous:\n        if not b.comment:\n            return False\n    return True\n",
    ),
    "counting": ("", "while i < n:\n    i += 1\n"),
    "await": ("", "async def f(t):\n    while not t.done():\n        await t\n"),
    "substitution until stable": ("", "while (new := sub(text)) != text:\n    text = new\n"),
    "event loop": ("", "while True:\n    handle(select(r, w, x))\n"),
}

REGEX_FLAGGED = {
    "constant": ("import re\n", "for s in ss:\n    p = re.compile(r'a+')  # <-\n"),
    "name bound before": (
        "import re\n",
        "def f(ss, word):\n    for s in ss:\n        re.compile(word + 'x').search(s)  # <-\n",
    ),
    "in a comprehension": ("from re import compile\n", "xs = [compile('a').match(s) for s in ss]  # <-\n"),
    "another name": ("import re as regexp\n", "while ss:\n    regexp.compile('a').match(ss.pop())  # <-\n"),
    "changes each round": ("import re\n", "for w in words:\n    re.search(rf'\\b{w}\\b', text)  # <-\n"),
    "changes each round, sum": ("import re\n", "for w in words:\n    text = re.sub('^' + w, '', text)  # <-\n"),
}
REGEX_QUIET = {
    "before the loop": ("import re\n", "p = re.compile('a')\nfor s in ss:\n    p.search(s)\n"),
    "a list of compiled patterns": ("import re\n", "ps = [re.compile(p) for p in patterns]\n"),
    "each item compiled once": ("import re\n", "for name, p in rules.items():\n    table[name] = re.compile(p)\n"),
    "constant search: the cache answers": ("import re\n", "for s in ss:\n    re.search('a', s)\n"),
    "string methods": ("import re\n", "for s in ss:\n    s.split(',')\n    s.match('a')\n"),
    "compile of something else": ("import re\n", "for s in ss:\n    compile(s, 'f', 'exec')\n    model.compile('a')\n"),
    "constant few": ("import re\n", "for k in ('a', 'b'):\n    re.compile('x')\n"),
    "function defined in a loop": ("import re\n", "for s in ss:\n    later = lambda: re.compile('a')\n"),
}

ITERROWS_FLAGGED = {
    "for": ("import pandas as pd\n", "df = pd.read_csv(p)\nfor i, row in df.iterrows():  # <-\n    use(row)\n"),
    "unknown frame": ("", "def f(frame):\n    for _, row in frame.iterrows():  # <-\n        use(row)\n"),
    "comprehension": ("", "xs = [r.a for _, r in df.iterrows()]  # <-\n"),
    "enumerate": ("", "for n, (i, r) in enumerate(df.iterrows()):  # <-\n    use(r)\n"),
    "tqdm": ("", "for i, r in tqdm(df.iterrows(), total=n):  # <-\n    use(r)\n"),
    "head": ("", "for i, r in df[df.a > 1].iterrows():  # <-\n    use(r)\n"),
}
ITERROWS_QUIET = {
    "itertuples": ("", "for row in df.itertuples():\n    use(row)\n"),
    "items": ("", "for name, column in df.items():\n    use(column)\n"),
    "first row only": ("", "i, row = next(df.iterrows())\n"),
    "own definition": ("", "class Frame:\n    def iterrows(self):\n        return iter(())\n"),
    "with an argument": ("", "for row in sheet.iterrows(2):\n    use(row)\n"),
    "text": ("", "for w in ['iterrows']:\n    use('iterrows')\n"),
}

FRONT_FLAGGED = {
    "queue": (
        "",
        "def f():\n    todo = [1]\n    while todo:\n        x = todo.pop(0)  # <-\n        todo.append(x + 1)\n",
    ),
    "list()": ("", "todo = list(xs)\nwhile todo:\n    use(todo.pop(0))  # <-\n"),
    "while True": ("", "stack = []\nwhile True:\n    stack.append(a)\n    stack.pop(0)  # <-\n"),
    "attribute": (
        "",
        """
        class A:
            def __init__(self):
                self.waiting = []
            def f(self):
                while self.waiting:
                    use(self.waiting.pop(0))  # <-
        """,
    ),
    "insert at the front": ("", "out = []\nfor x in xs:\n    out.insert(0, x)  # <-\n"),
    "annotated": ("", "def f(todo: list[int]):\n    while todo:\n        use(todo.pop(0))  # <-\n"),
    "sorted": ("", "events = sorted(xs)\nwhile events:\n    e = events.pop(0)  # <-\n"),
}
FRONT_QUIET = {
    "deque": ("from collections import deque\n", "q = deque(xs)\nwhile q:\n    q.popleft()\n    q.insert(0, 1)\n"),
    "dict": ("", "d = {}\nfor x in xs:\n    d.pop(0)\n"),
    "last": ("", "s = list(xs)\nwhile s:\n    s.pop()\n    s.pop(-1)\n"),
    "no loop": ("", "s = list(xs)\nfirst = s.pop(0)\ns.insert(0, first)\n"),
    "unknown": ("", "def f(s):\n    while s:\n        s.pop(0)\n"),
    "arguments": ("import sys\n", "args = list(sys.argv)\nwhile args:\n    args.pop(0)\n"),
    "at a place": ("", "s = list(xs)\nfor i in range(n):\n    s.insert(i, 0)\n    s.pop(i)\n"),
    "once, then leaves": ("", "s = list(xs)\nfor x in xs:\n    if x:\n        s.pop(0)\n        break\n"),
    "few": ("", "out = []\nfor x in (1, 2, 3):\n    out.insert(0, x)\n"),
}

CASES = {
    "request-in-loop": (REQUEST_FLAGGED, REQUEST_QUIET),
    "string-concat-in-loop": (CONCAT_FLAGGED, CONCAT_QUIET),
    "list-membership-in-loop": (MEMBERSHIP_FLAGGED, MEMBERSHIP_QUIET),
    "busy-wait": (BUSY_FLAGGED, BUSY_QUIET),
    "regex-compile-in-loop": (REGEX_FLAGGED, REGEX_QUIET),
    "dataframe-iterrows": (ITERROWS_FLAGGED, ITERROWS_QUIET),
    "list-front-pop": (FRONT_FLAGGED, FRONT_QUIET),
}
