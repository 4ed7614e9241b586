"""Rules about files, logs and texts that are written and read: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

LINES_FLAGGED = {
    "readlines": "def f(p):\n    with open(p) as file:\n        for line in file.readlines():  # <-\n"
    "            use(line)\n",
    "not shown to be a file": "def f(file):\n    return [line for line in file.readlines() if line]  # <-\n",
    "splitlines": "for line in open(p).read().splitlines():  # <-\n    use(line)\n",
    "split": "with open(p) as f:\n    for i, line in enumerate(f.read().split('\\n')):  # <-\n        use(i, line)\n",
    "path": "from pathlib import Path\nfor line in Path('a').read_text().splitlines():  # <-\n    use(line)\n",
    "path below a path": """
        from pathlib import Path
        ROOT = Path('a')
        def f(name):
            path = ROOT / name
            return {line for line in path.read_text(encoding='utf-8').splitlines()}  # <-
    """,
    "gzip": "import gzip as g\nwith g.open(p, 'rt') as f:\n    for line in f.readlines():  # <-\n        use(line)\n",
    "standard input": "import sys\nfor line in sys.stdin.readlines():  # <-\n    use(line)\n",
}
LINES_QUIET = {
    "stream": "with open(p) as f:\n    for line in f:\n        use(line)\n",
    "kept": "with open(p) as f:\n    lines = f.readlines()\n",
    "backwards": "with open(p) as f:\n    for line in reversed(f.readlines()):\n        use(line)\n",
    "a part": "with open(p) as f:\n    for line in f.readlines()[2:]:\n        use(line)\n",
    "sorted": "with open(p) as f:\n    for line in sorted(f.readlines()):\n        use(line)\n",
    "text": "def f(text):\n    for line in text.splitlines():\n        use(line)\n",
    "answer of a server": "for line in response.read().splitlines():\n    use(line)\n",
    "output of a command": "for line in subprocess.check_output(c).splitlines():\n    use(line)\n",
    "with a size": "for line in f.readlines(1000):\n    use(line)\n",
    "words": "for word in open(p).read().split():\n    use(word)\n",
}

FLUSH_FLAGGED = {
    "flush": "with open(p, 'w') as out:\n    for x in xs:\n        out.write(x)\n        out.flush()  # <-\n",
    "print": "with open(p, 'w') as out:\n    for x in xs:\n        print(x, file=out, flush=True)  # <-\n",
    "fsync": "import os\nfor x in xs:\n    out.write(x)\n    os.fsync(out.fileno())  # <-\n",
    "fsync by name": "from os import fsync as sync\nfor x in xs:\n    sync(fd)  # <-\n",
    "not shown to be a file": "def f(out, xs):\n    for x in xs:\n        out.write(x)\n        out.flush()  # <-\n",
    "attribute": """
        class A:
            def f(self, xs):
                for x in xs:
                    self.out.write(x)
                    self.out.flush()  # <-
    """,
    "while": "def f(xs):\n    with open(p, 'wb') as o:\n        while xs:\n"
    "            o.write(xs.pop())\n            o.flush()  # <-\n",
}
FLUSH_QUIET = {
    "after the loop": "for x in xs:\n    out.write(x)\nout.flush()\n",
    "at times": "for i, x in enumerate(xs):\n    out.write(x)\n    if i % 1000 == 0:\n        out.flush()\n",
    "standard output": "import sys\nfor x in xs:\n    sys.stdout.write(x)\n    sys.stdout.flush()\n",
    "own file": "for x in xs:\n    with open(x, 'w') as out:\n        out.write(x)\n        out.flush()\n",
    "own temporary file": "for x in xs:\n    out = stack.enter_context(f())\n    out.write(x)\n    out.flush()\n",
    "own file, synced": "import os\nfor x in xs:\n    out = f(x)\n    out.write(x)\n    os.fsync(out.fileno())\n",
    "print to a person": "for x in xs:\n    print(x, flush=True)\n",
    "error output": "import sys\nfor x in xs:\n    print(x, file=sys.stderr, flush=True)\n",
    "pipe": "for x in xs:\n    process.stdin.write(x)\n    process.stdin.flush()\n",
    "session": "for x in xs:\n    session.add(x)\n    session.flush()\n",
    "server": "def f(out):\n    while True:\n        out.write(q.get())\n        out.flush()\n",
    "waits": "import time\nfor x in xs:\n    out.write(x)\n    out.flush()\n    time.sleep(1)\n",
    "handlers": "for handler in logger.handlers:\n    handler.flush()\n",
}

COPY_FLAGGED = {
    "json": "import json\ndef f(x):\n    return json.loads(json.dumps(x))  # <-\n",
    "pickle": "import pickle\ny = pickle.loads(pickle.dumps(x, ))  # <-\n",
    "names": "from json import loads, dumps\ny = loads(dumps(x))  # <-\n",
    "aliases": "import pickle as p\ndef f(x):\n    y = p.loads(p.dumps(x))  # <-\n    return y\n",
    "by way of a name": "import json\ndef f(x):\n    text = json.dumps(x)\n    return json.loads(text)  # <-\n",
    "bytes": "import json\ny = json.loads(json.dumps(x).encode('utf-8'))  # <-\n",
    "sorted keys": "import json\ny = json.loads(json.dumps(x, sort_keys=True))  # <-\n",
    "orjson": "import orjson\nys = [orjson.loads(orjson.dumps(x)) for x in xs]  # <-\n",
}
COPY_QUIET = {
    "only tried": "import pickle\ntry:\n    pickle.loads(pickle.dumps(x))\nexcept Exception:\n    x = str(x)\n",
    "only read": "import json\ny = json.loads(text)\n",
    "asked for": "import pickle\nclass A:\n    def __deepcopy__(self, m):\n"
    "        return pickle.loads(pickle.dumps(self))\n",
    "read elsewhere": "import dill\ndef f(x):\n    text = dill.dumps(x)\n"
    "    def g():\n        return dill.loads(text)\n    return g\n",
    "only written": "import json\ny = json.dumps(x)\n",
    "text is used": "import json\ndef f(x):\n    text = json.dumps(x)\n    send(text)\n    return json.loads(text)\n",
    "two modules": "import json, pickle\ny = json.loads(pickle.dumps(x))\n",
    "converts": "import json\ny = json.loads(json.dumps(x, default=str))\n",
    "deepcopy": "import copy\ny = copy.deepcopy(x)\n",
    "own": "y = loads(dumps(x))\n",
    "changed between": "import json\ny = json.loads(json.dumps(x).replace('a', 'b'))\n",
    "kept text": "import json\nclass A:\n    def f(self, x):\n        self.text = json.dumps(x)\n"
    "        return json.loads(self.text)\n",
}

READS_FLAGGED = {
    "walrus": "with open(p, 'rb') as f:\n    while byte := f.read(1):  # <-\n        use(byte)\n",
    "while true": "def f(file):\n    while True:\n        c = file.read(1)  # <-\n        if not c:\n"
    "            break\n        use(c)\n",
    "socket": "import socket\ndef f(sock: socket.socket):\n    data = b''\n    while data[-1:] != b'x':\n"
    "        data += sock.recv(1)  # <-\n",
    "descriptor": "import os\nwhile b := os.read(fd, 1):  # <-\n    use(b)\n",
    "some bytes of a socket": "while True:\n    part = conn.recv(4)  # <-\n    use(part)\n",
    "for": "def f(file, n):\n    for _ in range(n):\n        use(file.read(1))  # <-\n",
    "attribute": "class A:\n    def f(self):\n        while self.more:\n"
    "            self.add(self.file.read(1))  # <-\n",
}
READS_QUIET = {
    "blocks": "while block := f.read(65536):\n    use(block)\n",
    "once": "first = f.read(1)\n",
    "once of each": "for x in xs:\n    with open(x) as f:\n        use(f.read(1))\n",
    "all": "for f in files:\n    use(f.read())\n",
    "name of a size": "while block := f.read(SIZE):\n    use(block)\n",
    "keys": "import sys\nwhile key := sys.stdin.read(1):\n    use(key)\n",
    "record": "while head := f.read(8):\n    use(head)\n",
    "asyncio": "async def f(reader):\n    while True:\n        use(await reader.read(1))\n",
    "four bytes, few times": "for name in ('a', 'b'):\n    use(f.read(1))\n",
    "model": "for x in xs:\n    env.read(1, x)\n",
}

APPEND_FLAGGED = {
    "with": "def f(p, xs):\n    for x in xs:\n        with open(p, 'a') as out:  # <-\n            out.write(x)\n",
    "constant": "for x in xs:\n    f = open('log.txt', mode='a+')  # <-\n    f.write(x)\n    f.close()\n",
    "path": "from pathlib import Path\nP = Path('a')\nfor x in xs:\n"
    "    with P.open('a') as out:  # <-\n        out.write(x)\n",
    "path, made": "from pathlib import Path\ndef f(d, xs):\n    for x in xs:\n"
    "        print(x, file=(Path(d) / 'a').open('a'))  # <-\n",
    "gzip": "import gzip\nfor x in xs:\n    with gzip.open('a.gz', 'at') as out:  # <-\n        out.write(x)\n",
    "attribute": "class A:\n    def f(self, xs):\n        for x in xs:\n"
    "            with open(self.path, 'a') as out:  # <-\n                out.write(x)\n",
    "while": "def f(p, xs):\n    while xs:\n        with open(p, 'ab') as out:  # <-\n"
    "            out.write(xs.pop())\n",
}
APPEND_QUIET = {
    "around": "with open(p, 'a') as out:\n    for x in xs:\n        out.write(x)\n",
    "a file each": "for name in names:\n    with open(name, 'a') as out:\n        out.write('x')\n",
    "named for the item": "for x in xs:\n    with open(f'{x}.txt', 'a') as out:\n        out.write('x')\n",
    "read": "for x in xs:\n    with open(p) as f:\n        use(f, x)\n",
    "written anew": "for x in xs:\n    with open(p, 'w') as f:\n        f.write(x)\n",
    "server": "import time\nwhile True:\n    with open(p, 'a') as f:\n        f.write(state())\n    time.sleep(60)\n",
    "something has gone wrong": """
        for x in xs:
            try:
                use(x)
            except ValueError:
                with open('errors.txt', 'a') as out:
                    out.write(x)
    """,
    "constant few": "for x in ('a', 'b'):\n    with open(p, 'a') as out:\n        out.write(x)\n",
    "own open": "from webbrowser import open\nfor x in xs:\n    open(p, 'a')\n",
}

WIRE_FLAGGED = {
    "response": "import json\ndef f(x):\n    return HttpResponse(json.dumps(x, indent=2), content_type='a')  # <-\n",
    "body": "import json\ndef f(x):\n    return Response(body=json.dumps(x, indent=4).encode())  # <-\n",
    "django": "def f(request):\n    return JsonResponse(data, json_dumps_params={'indent': 2})  # <-\n",
    "request": "import json, requests\nrequests.post(url, data=json.dumps(x, indent=2))  # <-\n",
    "client": "import json, httpx\nclient = httpx.Client()\nclient.put(url, content=json.dumps(x, indent=2))  # <-\n",
    "handler": "import json\nclass H:\n    def do_GET(self):\n"
    "        self.wfile.write(json.dumps(x, indent=1).encode())  # <-\n",
    "by way of a name": "from json import dumps\ndef f(x):\n    body = dumps(x, indent=2)  # <-\n"
    "    return Response(body)\n",
    "socket": "import json\nasync def f(ws, x):\n    await ws.send(json.dumps(x, indent=2))  # <-\n",
}
WIRE_QUIET = {
    "page": "import json\ndef f(x):\n    return HttpResponse('<pre>' + json.dumps(x, indent=4) + '</pre>')\n",
    "no indent": "import json\ndef f(x):\n    return HttpResponse(json.dumps(x))\n",
    "file": "import json\nPath('a').write_text(json.dumps(x, indent=2))\n",
    "printed": "import json\nprint(json.dumps(x, indent=2))\n",
    "dump": "import json\njson.dump(x, file, indent=2)\n",
    "one's choice": "import json\ndef f(x, indent):\n    return Response(json.dumps(x, indent=indent))\n",
    "none": "import json\ndef f(x):\n    return Response(json.dumps(x, indent=None))\n",
    "logged as well": "import json\ndef f(x):\n    body = json.dumps(x, indent=2)\n    print(body)\n"
    "    return Response(body)\n",
    "answer compared": "import json\nassert render(x) == json.dumps(x, indent=2)\n",
    "django": "def f(request):\n    return JsonResponse(data)\n",
}

LOG = "import logging\nlogger = logging.getLogger(__name__)\n"
LOG_FLAGGED = {
    "text": LOG + "for x in xs:\n    logger.debug(f'got {x}')  # <-\n",
    "percent": LOG + "for x in xs:\n    logger.debug('got %s' % x)  # <-\n",
    "format": LOG + "for x in xs:\n    logger.debug('got {}'.format(x))  # <-\n",
    "dear, no loop": "import json\n" + LOG + "def f(x):\n    logger.debug('got %s', json.dumps(x))  # <-\n",
    "comprehension": LOG + "def f(xs):\n    logger.debug('got %s', [x.name for x in xs])  # <-\n",
    "attribute": "class A:\n    def f(self, xs):\n        for x in xs:\n            self.logger.debug(f'{x}')  # <-\n",
    "imported": "from app import log\nfor x in xs:\n    log.debug(f'{x} of {len(xs)}')  # <-\n",
    "loguru": "from loguru import logger\nwhile_ = [logger.trace(f'{x}') for x in xs]  # <-\n",
}
LOG_QUIET = {
    "pattern": LOG + "for x in xs:\n    logger.debug('got %s', x)\n",
    "constant": LOG + "for x in xs:\n    logger.debug('next')\n",
    "no loop": LOG + "def f(x):\n    logger.debug(f'got {x}')\n",
    "info": LOG + "for x in xs:\n    logger.info(f'got {x}')\n",
    "guarded": LOG + "for x in xs:\n    if logger.isEnabledFor(logging.DEBUG):\n        logger.debug(f'got {x}')\n",
    "error": LOG + "for x in xs:\n    try:\n        use(x)\n    except OSError as e:\n        logger.debug(f'{e}')\n",
    "cheap value": LOG + "def f(xs):\n    logger.debug('%d items', len(xs))\n",
    "no logger": "for x in xs:\n    panel.debug(f'{x}')\n",
    "f-string without values": LOG + "for x in xs:\n    logger.debug(f'next')\n",
}

UNBUFFERED_FLAGGED = {
    "keyword": "def f(p, xs):\n    with open(p, 'wb', buffering=0) as o:  # <-\n        for x in xs:\n"
    "            o.write(x)\n",
    "by place": "def f(p, xs):\n    with open(p, 'w', 1) as o:  # <-\n        for x in xs:\n            o.write(x)\n",
    "append": "def f(p, xs):\n    o = open(p, mode='ab', buffering=0)  # <-\n    for x in xs:\n        o.write(x)\n",
    "path": "from pathlib import Path\ndef f(p, xs):\n    with Path(p).open('w', 1) as o:  # <-\n"
    "        for x in xs:\n            o.write(x)\n",
    "descriptor": "import os\ndef f(fd, xs):\n    o = os.fdopen(fd, 'wb', 0)  # <-\n    while xs:\n"
    "        o.write(xs.pop())\n",
    "csv": "import csv\ndef f(p, xs):\n    with open(p, 'a', buffering=1) as o:  # <-\n"
    "        w = csv.writer(o)\n        for x in xs:\n            w.writerow(x)\n",
}
UNBUFFERED_QUIET = {
    "plain": "def f(p, xs):\n    with open(p, 'wb') as o:\n        for x in xs:\n            o.write(x)\n",
    "large buffer": "def f(p, xs):\n    with open(p, 'wb', buffering=1 << 20) as o:\n        for x in xs:\n"
    "            o.write(x)\n",
    "read": "def f(p):\n    with open(p, 'rb', buffering=0) as o:\n        for x in xs:\n"
    "            use(o.read(), o.write)\n",
    "one write": "def f(p, x):\n    with open(p, 'wb', buffering=0) as o:\n        o.write(x)\n",
    "device": "def f(xs):\n    with open('/dev/ttyS0', 'wb', buffering=0) as o:\n        for x in xs:\n"
    "            o.write(x)\n",
    "process": "import subprocess\nfor x in xs:\n    p = subprocess.Popen(c, bufsize=0)\n    p.stdin.write(x)\n",
    "own open": "from app import open\ndef f(p, xs):\n    with open(p, 'wb', 0) as o:\n"
    "        for x in xs:\n            o.write(x)\n",
}

CASES = {
    "lines-read-at-once": (LINES_FLAGGED, LINES_QUIET),
    "flush-per-line": (FLUSH_FLAGGED, FLUSH_QUIET),
    "copy-by-serialising": (COPY_FLAGGED, COPY_QUIET),
    "tiny-reads": (READS_FLAGGED, READS_QUIET),
    "reopened-to-append": (APPEND_FLAGGED, APPEND_QUIET),
    "indented-json-on-the-wire": (WIRE_FLAGGED, WIRE_QUIET),
    "eager-log-format": (LOG_FLAGGED, LOG_QUIET),
    "unbuffered-file": (UNBUFFERED_FLAGGED, UNBUFFERED_QUIET),
}
