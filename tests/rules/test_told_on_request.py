"""What is true, and yet seldom worth a change where the file stands: told on request, or not at all."""

import pytest

from greenprof.lint import lint_source

pytestmark = pytest.mark.usefixtures("as_sure_as_the_file_shows")

DJANGO = "from django.db.models import Count, Sum\nfrom shop.models import Order, Shop\nimport requests\n"
ASYNC = "import asyncio, queue, subprocess\n"
JSON = "import json\nfrom http import HttpResponse\n"
GOT = ASYNC + "q = queue.Queue()\nasync def f():\n"
WORKS = (
    "import asyncio, subprocess, threading, time\nasync def f(self, url, interval):\n    {0}\n\n\nasync def all():\n"
    "    await asyncio.gather(f(1), f(2))\n"
)
PAUSES = WORKS.format(
    "while url:\n        try:\n            url = await self.session.get(url)\n            {0}\n"
    "        except OSError:\n            {1}"
)
PAUSE = "time.sleep({0})"
PAGES = DJANGO + "def f(shops):\n    at = 0\n    while at < shops.count():\n        {0}        at += 100\n"
ROWS = "for shop in Shop.objects.order_by('id')[at:at + 100]:\n"
SUMS = (
    DJANGO
    + "def f():\n    totals = {{}}\n    for row in {0}:\n        totals[row['shop']] += row['n']\n    return totals\n"
)
CHUNK = "def f(a, n):\n    rows = list(a)\n    while rows:\n        send(rows[:{0}])\n        rows = rows[{1}:]\n"
CASES = {
    "asyncio-run-in-loop": {
        "an event loop of its own": ("import asyncio\nfor u in urls:\n    asyncio.run(f(u))\n", "medium"),
        "for each row": ("import asyncio\nfor u in db.execute(q).fetchall():\n    asyncio.run(f(u))\n", "high"),
        "a server's": ("from asgiref.sync import async_to_sync\nfor u in urls:\n    async_to_sync(f)(u)\n", "low"),
    },
    "sum-of-lists": {
        "of many": ("def f(rows):\n    return sum([list(row.items) for row in rows], [])\n", "high"),
        "by a name": ("def f(rows):\n    xs = [[r.a, r.b] for r in rows]\n    return sum(xs, [])\n", "high"),
        "a query each": (
            DJANGO + "def f(rows):\n    return sum([[Order.objects.get(pk=r.a)] for r in rows], [])\n",
            "medium",
        ),
        "a call each": ("def f(rows):\n    return sum((look_up(r) for r in rows), [])\n", "medium"),
        "groups": (
            "def f(rows, by):\n    for r in rows:\n        by[r.a].append(r)\n    return sum(by.values(), [])\n",
            "low",
        ),
        "awaited": ("async def f(rows):\n    return sum([await r.items for r in rows], [])\n", "medium"),
    },
    "slice-copy-in-loop": {
        "one by one": (CHUNK.format(1, 1), "high"),
        "chunks": (CHUNK.format("n", "n"), "low"),
        "chunks of a number": (CHUNK.format(500, 500), "low"),
        "the rest": (CHUNK.format(1, "n"), "high"),
    },
    "blocking-call-in-async": {
        "of a queue": (GOT + "    return q.get()\n", "medium"),
        "behind a test": (GOT + "    if not q.empty():\n        return q.get()\n", None),
        "while there are some": (GOT + "    while q.qsize() > 0 and f:\n        use(q.get())\n", None),
        "otherwise": (GOT + "    if q.empty():\n        return 0\n    else:\n        return q.get()\n", None),
        "after it was left": (GOT + "    if q.empty() or g:\n        return 0\n    return q.get()\n", None),
        "in one line": (GOT + "    return q.get() if not q.empty() else None\n", None),
        "where there are none": (GOT + "    if q.empty():\n        return q.get()\n", "medium"),
        "one of two": (GOT + "    if q.empty() and g:\n        return 0\n    return q.get()\n", "medium"),
        "of another": (GOT + "    if not other.empty():\n        return q.get()\n", "medium"),
        "a pause between requests": (PAUSES.format(PAUSE.format("self.interval"), "pass"), "medium"),
        "said to be for a limit": (PAUSES.format(f"log('rate limit'); {PAUSE.format(1)}", "pass"), "medium"),
        "after a failure": (PAUSES.format("pass", PAUSE.format(30)), "medium"),
        "in a loop that asks": (PAUSES.format(PAUSE.format(30), "pass"), "high"),
        "in a loop that asks nobody": (WORKS.format("while busy():\n        time.sleep(interval)"), "high"),
        "in a dialogue": (WORKS.format("name = input()\n    time.sleep(1)"), "medium"),
        "for a thread": (WORKS.format("threading.Thread(target=g).join()"), "medium"),
        "in no loop": (WORKS.format("await g()\n    time.sleep(interval)"), "high"),
        "another call after a failure": (PAUSES.format("pass", "subprocess.run(command)"), "high"),
        "twice": (GOT + "    if not q.empty():\n        q.get()\n    return q.get()\n", "medium"),
    },
    "rows-summed-in-python": {
        "rows": (SUMS.format("Order.objects.values('shop', 'n')"), "high"),
        "numbers of groups": (SUMS.format("Order.objects.values('shop').annotate(n=Count('id'))"), None),
        "a number for each": (SUMS.format("Order.objects.annotate(n=Count('lines')).values('shop', 'n')"), "high"),
        "sorted groups": (SUMS.format("Order.objects.values('shop').annotate(n=Sum('a')).order_by('shop')"), None),
    },
    "indented-json-on-the-wire": {
        "data": (JSON + "def f(x):\n    return HttpResponse(json.dumps(x, indent=4))\n", "high"),
        "errors of a form": (JSON + "def f(x):\n    return HttpResponse(json.dumps(x.errors, indent=4))\n", "low"),
        "an error": (
            JSON + "def f(x):\n    try:\n        g(x)\n    except OSError as e:\n"
            "        return HttpResponse(json.dumps(e.message_dict, indent=4))\n",
            "low",
        ),
        "as plain text": (
            JSON + "def f(x):\n    return HttpResponse(json.dumps(x, indent=4), content_type='text/plain')\n",
            "low",
        ),
        "as JSON": (
            JSON + "def f(x):\n    return HttpResponse(json.dumps(x, indent=4), content_type='application/json')\n",
            "high",
        ),
    },
    "offset-pagination": {
        "pages": (PAGES.format(ROWS + "            use(shop)\n"), "high"),
        "a request for each row": (PAGES.format(ROWS + "            requests.get(shop.url)\n"), "low"),
        "a request for each page": (
            PAGES.format("requests.get('x')\n        " + ROWS + "            use(shop)\n"),
            "high",
        ),
        "another machine that may be down": (
            PAGES.format(
                "try:\n            "
                + ROWS
                + "                shop.sync()\n        except DirectoryConnectionError:\n            break\n"
            ),
            "low",
        ),
        "another error": (
            PAGES.format(
                "try:\n            "
                + ROWS
                + "                shop.sync()\n        except KeyError:\n            break\n"
            ),
            "high",
        ),
    },
}


# Where each round talks to another host, no connection can be shared.
MANY = "import requests, paramiko\nfrom urllib.parse import urljoin\nfor {0} in db.execute(q).fetchall():\n    {1}\n"
CASES["request-in-loop"] = {
    **{
        code: (MANY.format(name, code), "low")
        for name, code in [
            ("mirror", "requests.get(f'{mirror.url}/news')"),
            ("host", "requests.get(host + '/news')"),
            ("host", "requests.get('https://' + host + '/news')"),
            ("one", "requests.get(f'https://{one.name}.example.org/')"),
            ("one", "requests.get(urljoin(one.url, 'news'), timeout=5)"),
            ("one", "requests.request('GET', f'{one.base}/news')"),
            ("one", "requests.get(url=one['base'] + '/news')"),
            ("instance", "requests.get(instance.url)"),
            ("one", "address = f'{one.base}/news'\n    requests.get(address)"),
            ("name, host", "requests.get(host.rstrip('/') + '/news')"),
        ]
    },
    **{
        code: (MANY.format(name, code), "high")
        for name, code in [
            ("one", "requests.get(f'https://example.org/{one}')"),
            ("one", "requests.get(BASE + one.path)"),
            ("one", "requests.get(urljoin(base, one.url))"),
            ("one", "requests.get(base, params={'host': one.host})"),
            ("url", "requests.get(url)"),
            ("page", "requests.get(page.url)"),  # pages are mostly of one site
            ("host", "requests.post(f'{base}/hosts', json=host.data)"),
            ("host", "requests.post(api, data=host.url)"),
        ]
    },
}
TRY = "import requests\ndef f(url, node):\n    while True:\n        try:\n            return requests.get({0})\n"
CASES["retry-without-backoff"] = {
    "the same again": (TRY.format("url") + "        except OSError:\n            continue\n", "high"),
    "another server": (TRY.format("node") + "        except OSError:\n            node = other()\n", "low"),
    "another answer": (TRY.format("node") + "        except OSError as error:\n            seen = error\n", "high"),
}
POLL = (
    "import requests, time\ndef f(url):\n    done = False\n    while not done:\n        {0}\n        time.sleep(0.1)\n"
)
CASES["short-polling"] = {
    "a job": (POLL.format("done = requests.get(url).json()['done']"), "high"),
    "until it is there": (
        POLL.format("try:\n            done = requests.get(url).ok\n        except OSError:\n            done = False"),
        "medium",
    ),
}
GROWN = "import os, numpy as np\na = np.array([])\nfor line in {0}:\n    a = np.append(a, line)\n"
CASES["array-grown-in-loop"] = {
    "lines of a file": (GROWN.format("open(path)"), "high"),
    "what a program prints": (GROWN.format("os.popen(c).readlines()"), "low"),
}
CASES["discarded-sort"] = {
    "in a set": ("def f(rows):\n    return len(set(sorted(rows)))\n", "high"),
    "in a set that is gone through": ("def f(rows):\n    return list(set(sorted(rows)))\n", "low"),
    "before it is shuffled": (
        "import os, random\ndef f(path):\n    a = sorted(os.listdir(path))\n    random.shuffle(a)\n    return a\n",
        "low",
    ),
}
CASES["busy-wait"] = {
    "without a pause": ("def f(server):\n    while not server.started:\n        pass\n", "high"),
    "a moment each": (
        "import time\ndef f(server):\n    while not server.started:\n        time.sleep(0.001)\n",
        "medium",
    ),
}
CASES["list-count-in-loop"] = {
    "of many": ("def f(rows):\n    return [one for one in rows if rows.count(one) > 1]\n", "high"),
    "on the way to an error": (
        "def f(rows):\n    if rows != sorted(rows):\n        twice = [one for one in rows if rows.count(one) > 1]\n"
        "        raise ValueError(twice)\n    return rows\n",
        "low",
    ),
}
CASES["client-in-loop"] = {
    "one host": (MANY.format("one", "c = paramiko.SSHClient()\n    c.connect(host)\n    c.exec_command(one)"), "high"),
    "a host each": (MANY.format("hop", "c = paramiko.SSHClient()\n    c.connect(hop['host'], timeout=5)"), None),
    "another's": (MANY.format("hop", "c = paramiko.SSHClient()\n    d.connect(hop['host'])\n    c.connect(h)"), "high"),
}


@pytest.mark.parametrize(
    ("rule", "code", "confidence"),
    [pytest.param(rule, *case, id=f"{rule}: {name}") for rule, table in CASES.items() for name, case in table.items()],
)
def test_confidence(rule, code, confidence, rules):
    found = {one.confidence for one in lint_source(code, "code.py", [rules[rule]])}
    assert (found == set()) if confidence is None else (confidence in found), found


AWAITED = (
    ASYNC
    + """
async def shoot(name):
    subprocess.run(["shoot", name])

async def main():
    for name in names:
        await shoot(name)
"""
)


@pytest.mark.parametrize(
    ("start", "sure"),
    [
        ("asyncio.run(main())\n", "medium"),
        ("asyncio.get_event_loop().run_until_complete(main())\n", "medium"),
        ("", "high"),  # others may run beside it
        ("asyncio.run(asyncio.gather(main(), main()))\n", "high"),
        ("asyncio.run(asyncio.start_server(main, port=1))\n", "high"),
    ],
)
def test_a_script_whose_coroutines_wait_for_each_other(start, sure, rules):
    found = lint_source(AWAITED + start, "code.py", [rules["blocking-call-in-async"]])
    assert [one.confidence for one in found] == [sure]
