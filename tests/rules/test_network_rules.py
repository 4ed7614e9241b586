from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

ASYNC = "import asyncio, aiohttp, httpx, time, requests, subprocess\n"

AWAITS_FLAGGED = {
    "httpx in a comprehension": (
        ASYNC,
        "async def f(urls):\n    async with httpx.AsyncClient() as c:\n"
        "        return [await c.get(u) for u in urls]  # <-\n",
    ),
    "typed client": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, ids):\n    out = []\n    for i in ids:\n"
        "        r = await c.get(f'/x/{i}')  # <-\n        out.append(r.json())\n    return out\n",
    ),
    "aiohttp": (
        ASYNC,
        """
        async def f(urls):
            texts = {}
            async with aiohttp.ClientSession() as session:
                for url in urls:
                    async with session.get(url) as answer:  # <-
                        texts[url] = await answer.text()
            return texts
        """,
    ),
    "function of the file": (
        ASYNC,
        """
        async def load(client: httpx.AsyncClient, i):
            answer = await client.get(f"/x/{i}")
            return answer.json()

        async def f(client, ids):
            for i in ids:
                print(await load(client, i))  # <-
        """,
    ),
    "method of the class": (
        ASYNC,
        """
        class Api:
            def __init__(self):
                self.http = aiohttp.ClientSession()
            async def price(self, i):
                async with self.http.get(f"/x/{i}") as answer:
                    return await answer.json()
            async def prices(self, ids):
                return {i: await self.price(i) for i in ids}  # <-
        """,
    ),
    "name that says it": (ASYNC, "async def f(urls):\n    for u in urls:\n        keep(await fetch(u))  # <-\n"),
    "with a time limit": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n"
        "    return [await asyncio.wait_for(c.get(u), 5) for u in urls]  # <-\n",
    ),
    "a task that is awaited at once": (
        ASYNC,
        "async def f(urls):\n    for u in urls:\n        keep(await asyncio.create_task(fetch_page(u)))  # <-\n",
    ),
    "sum": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    n = 0\n"
        "    for u in urls:\n        n += len((await c.get(u)).text)  # <-\n",
    ),
    "argument made in the loop": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, ids):\n    for i in ids:\n"
        "        url = f'/x/{i}'\n        keep(await c.get(url))  # <-\n",
    ),
    "threads": (
        ASYNC,
        "def load(u):\n    return requests.get(u).text\n"
        "async def f(urls):\n    return [await asyncio.to_thread(load, u) for u in urls]  # <-\n",
    ),
    "error handled in the round": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    for u in urls:\n        try:\n"
        "            keep(await c.get(u))  # <-\n        except httpx.HTTPError:\n            continue\n",
    ),
}
AWAITS_QUIET = {
    "together": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    return await asyncio.gather(*[c.get(u) for u in urls])\n",
    ),
    "first that fits": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    for u in urls:\n"
        "        r = await c.get(u)\n        if r.is_success:\n            return r\n",
    ),
    "next page": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, n):\n    token = ''\n    for i in range(n):\n"
        "        token = (await c.get(f'/x/{i}?after={token}')).text\n",
    ),
    "what was seen": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    for u in urls:\n        if u in seen:\n"
        "            continue\n        seen.add(u)\n        await c.get(u)\n",
    ),
    "rate limit": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    for u in urls:\n"
        "        await c.get(u)\n        await asyncio.sleep(1)\n",
    ),
    "lock": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    for u in urls:\n"
        "        async with lock:\n            await c.get(u)\n",
    ),
    "generator": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    for u in urls:\n        yield await c.get(u)\n",
    ),
    "database session": (
        "from sqlalchemy.ext.asyncio import AsyncSession\n",
        "async def f(session: AsyncSession, ids):\n    for i in ids:\n"
        "        await session.get(User, i)\n        await fetch_all(session)\n",
    ),
    "queue": (ASYNC, "async def f(queue, items):\n    for i in items:\n        await queue.put(i)\n"),
    "stream": (
        ASYNC,
        "async def f(writer, items):\n    for i in items:\n        writer.write(i)\n        await writer.drain()\n",
    ),
    "few": (ASYNC, "async def f(c: httpx.AsyncClient):\n    for p in ('/a', '/b'):\n        await c.get(p)\n"),
    "batches that are gathered": (
        ASYNC,
        "async def f(batches):\n    for batch in batches:\n        await asyncio.gather(*map(fetch, batch))\n",
    ),
    "retry": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, url):\n    for attempt in range(tries):\n        await c.get(url)\n",
    ),
    "async for": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, urls):\n    async for u in urls:\n        await c.get(u)\n",
    ),
    "same thing each time": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, n):\n    for i in range(n):\n        await c.get('/tick')\n",
    ),
    "unknown": (ASYNC, "async def f(devices):\n    for d in devices:\n        await d.update()\n"),
    "while": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, url):\n    while url:\n        url = (await c.get(url)).json()['next']\n",
    ),
}

BLOCKING_FLAGGED = {
    "sleep": (ASYNC, "async def f():\n    time.sleep(1)  # <-\n"),
    "sleep from import": ("from time import sleep as pause\n", "async def f():\n    pause(1)  # <-\n"),
    "requests": (ASYNC, "async def f(u):\n    return requests.get(u).json()  # <-\n"),
    "session": (
        ASYNC,
        "async def f(u):\n    s = requests.Session()\n    with s.post(u) as r:  # <-\n        return r\n",
    ),
    "client of httpx": (
        ASYNC,
        "class A:\n    def __init__(self):\n        self.c = httpx.Client()\n"
        "    async def f(self, u):\n        return self.c.get(u)  # <-\n",
    ),
    "urllib": (
        "from urllib.request import urlopen\n",
        "async def f(u):\n    with urlopen(u) as r:  # <-\n        return r.read()\n",
    ),
    "process": (ASYNC, "async def f():\n    subprocess.run(['ls'], check=True)  # <-\n"),
    "output of a process": (ASYNC, "async def f():\n    if subprocess.check_output(['ls']):  # <-\n        pass\n"),
    "shell": ("import os\n", "async def f():\n    os.system('ls')  # <-\n"),
    "queue": ("import queue\nq = queue.Queue()\n", "async def f():\n    while True:\n        use(q.get())  # <-\n"),
    "thread": (
        "import threading\n",
        "async def f():\n    t = threading.Thread(target=g)\n    t.start()\n    t.join()  # <-\n",
    ),
    "cloud": (
        "import boto3\ns3 = boto3.client('s3')\n",
        "async def f(k):\n    return s3.get_object(Bucket='b', Key=k)  # <-\n",
    ),
    "language model": (
        "from openai import OpenAI\nclient = OpenAI()\n",
        "async def f(m):\n    return client.chat.completions.create(model='x', messages=m)  # <-\n",
    ),
    "in a comprehension": (ASYNC, "async def f(urls):\n    return [requests.get(u) for u in urls]  # <-\n"),
}
BLOCKING_QUIET = {
    "of what a client has answered": (
        "import asyncio, boto3\nA = boto3.client('s3').list_buckets()\n",
        "async def f(h):\n    await asyncio.gather(h(), h())\n    return A.get('Buckets')\n",
    ),
    "not a coroutine": (ASYNC, "def f():\n    time.sleep(1)\n    requests.get('x')\n"),
    "function inside": (ASYNC, "async def f():\n    def g():\n        time.sleep(1)\n    await asyncio.to_thread(g)\n"),
    "lambda": (ASYNC, "async def f(loop, u):\n    await loop.run_in_executor(None, lambda: requests.get(u))\n"),
    "handed on": (ASYNC, "async def f(u):\n    await asyncio.to_thread(requests.get, u)\n"),
    "asyncio": (ASYNC, "async def f():\n    await asyncio.sleep(1)\n    await asyncio.create_subprocess_exec('ls')\n"),
    "asynchronous client": (ASYNC, "async def f(c: httpx.AsyncClient):\n    await c.get('x')\n"),
    "process of asyncio, by another's attribute": (
        ASYNC,
        """
        class Job:
            def start(self):
                self.process = subprocess.Popen(["x"])
            async def start_async(self):
                self.process = await asyncio.create_subprocess_exec("x")
            async def wait(self):
                await asyncio.wait_for(self.process.wait(), 5)
        """,
    ),
    "Redis of asyncio": (
        "from redis import asyncio as redis\n",
        "async def f():\n    return redis.Sentinel([]).master_for('a')\n",
    ),
    "asynchronous queue": (ASYNC, "q = asyncio.Queue()\nasync def f():\n    await q.get()\n"),
    "does not wait": (
        "import queue\nq = queue.Queue()\n",
        "async def f():\n    q.get(block=False)\n    q.get_nowait()\n    q.put(1)\n",
    ),
    "dict": (ASYNC, "async def f():\n    d = {}\n    d.get('x')\n    d.run()\n"),
    "text": (ASYNC, "async def f(parts):\n    return ', '.join(parts)\n"),
    "no sleep": (ASYNC, "async def f():\n    time.sleep(0)\n"),
    "another library's sleep": ("import trio\n", "async def f():\n    await trio.sleep(1)\n"),
    "asynchronous model": (
        "from openai import AsyncOpenAI\nclient = AsyncOpenAI()\n",
        "async def f(m):\n    return await client.chat.completions.create(model='x', messages=m)\n",
    ),
    "client that is only made": (ASYNC, "async def f():\n    return requests.Session()\n"),
}

POLL_FLAGGED = {
    "endless, in the body": (
        ASYNC,
        """
        def f(u):
            while True:  # <-
                r = requests.get(u).json()
                if r["done"]:
                    return r
                time.sleep(0.1)
        """,
    ),
    "in the condition": (
        ASYNC,
        "def f(u):\n    while requests.get(u).json()['state'] != 'done':  # <-\n        time.sleep(0.2)\n",
    ),
    "asynchronous": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, u):\n    done = False\n    while not done:  # <-\n"
        "        done = (await c.get(u)).json()\n        await asyncio.sleep(0.05)\n",
    ),
    "constant": (
        ASYNC,
        "PAUSE = 1 / 10\ndef f(u):\n    while not requests.get(u).ok:  # <-\n        time.sleep(PAUSE)\n",
    ),
    "function of the file": (
        ASYNC,
        "def state(u):\n    return requests.get(u).text\ndef f(u):\n"
        "    while state(u) != 'done':  # <-\n        time.sleep(0.25)\n",
    ),
    "method of the class": (
        ASYNC,
        """
        class Job:
            def is_done(self):
                return requests.get(self.url).json()["done"]
            def wait(self):
                while not self.is_done():  # <-
                    time.sleep(0.1)
        """,
    ),
    "client by its name": (
        ASYNC,
        "def f(client, i):\n    while client.get_job_status(i) == 'running':  # <-\n        time.sleep(0.5)\n",
    ),
    "cloud": (
        "import boto3, time\n",
        "def f(i):\n    c = boto3.client('athena')\n"
        "    while c.get_query_execution(Id=i)['S'] == 'RUNNING':  # <-\n        time.sleep(0.5)\n",
    ),
}
POLL_QUIET = {
    "long pause": (ASYNC, "def f(u):\n    while not requests.get(u).ok:\n        time.sleep(10)\n"),
    "growing pause": (
        ASYNC,
        "def f(u):\n    pause = 0.1\n    while not requests.get(u).ok:\n"
        "        time.sleep(pause)\n        pause *= 2\n",
    ),
    "unknown pause": (ASYNC, "def f(u, pause):\n    while not requests.get(u).ok:\n        time.sleep(pause)\n"),
    "no request": (ASYNC, "def f(e):\n    while not e.done:\n        time.sleep(0.1)\n"),
    "one request after the other": (
        ASYNC,
        "def f(urls):\n    for u in urls:\n        requests.get(u)\n        time.sleep(0.1)\n",
    ),
    "pause only after a failure": (
        ASYNC,
        "def f(u):\n    while True:\n        try:\n            return requests.get(u)\n"
        "        except OSError:\n            time.sleep(0.1)\n",
    ),
    "gives way": (
        "import asyncio, requests\n",
        "async def f(u):\n    while not stop():\n        requests.get(u)\n        await asyncio.sleep(0)\n",
    ),
    "server of this machine": (
        ASYNC,
        "def f(port):\n    while not requests.get(f'http://localhost:{port}/health').ok:\n        time.sleep(0.1)\n",
    ),
    "local server that starts": (
        ASYNC,
        "def f(u):\n    p = subprocess.Popen(['server'])\n    while not requests.get(u).ok:\n"
        "        if p.poll():\n            raise OSError\n        time.sleep(0.1)\n",
    ),
    "drawing": ("import time\n", "while running:\n    screen.update()\n    time.sleep(0.02)\n"),
}

RETRY_FLAGGED = {
    "pass": (
        ASYNC,
        "def f(u):\n    while True:  # <-\n        try:\n            return requests.get(u)\n"
        "        except requests.ConnectionError:\n            pass\n",
    ),
    "continue and break": (
        ASYNC,
        "def f(u):\n    while True:  # <-\n        try:\n            r = requests.get(u)\n"
        "            break\n        except OSError:\n            continue\n    return r\n",
    ),
    "else": (
        ASYNC,
        "def f(u):\n    while True:  # <-\n        try:\n            r = requests.post(u)\n"
        "        except OSError as e:\n            print(e)\n        else:\n            return r\n",
    ),
    "condition": (
        ASYNC,
        "def f(u):\n    answer = None\n    while answer is None:  # <-\n        try:\n"
        "            answer = requests.get(u)\n        except OSError:\n            log('again')\n",
    ),
    "counted, many": (
        ASYNC,
        "def f(u):\n    for _ in range(100):  # <-\n        try:\n"
        "            return requests.get(u)\n        except OSError:\n            pass\n",
    ),
    "counted, unknown": (
        ASYNC,
        "def f(u, tries):\n    for attempt in range(tries):  # <-\n        try:\n"
        "            return requests.get(u)\n        except OSError:\n            print(attempt)\n",
    ),
    "asynchronous": (
        ASYNC,
        "async def f(c: httpx.AsyncClient, u):\n    while True:  # <-\n        try:\n"
        "            return await c.get(u)\n        except httpx.HTTPError:\n            pass\n",
    ),
    "socket": (
        "import socket\n",
        "def f(a):\n    s = socket.socket()\n    while True:  # <-\n        try:\n            s.connect(a)\n"
        "            break\n        except ConnectionRefusedError:\n            pass\n",
    ),
    "urllib": (
        "from urllib.request import urlopen\n",
        "def f(u):\n    while True:  # <-\n        try:\n"
        "            return urlopen(u).read()\n        except OSError:\n            pass\n",
    ),
    "database": (
        "import psycopg2\n",
        "def f(d):\n    while True:  # <-\n        try:\n            return psycopg2.connect(d)\n"
        "        except psycopg2.Error:\n            pass\n",
    ),
    "tenacity": (
        "from tenacity import retry, stop_after_attempt\n",
        "@retry(stop=stop_after_attempt(9))  # <-\ndef f(u):\n    return g(u)\n",
    ),
    "tenacity, bare": ("import tenacity\n", "@tenacity.retry  # <-\ndef f(u):\n    return g(u)\n"),
    "urllib3": (
        "from urllib3.util import Retry\n",
        "adapter = HTTPAdapter(max_retries=Retry(total=9, status_forcelist=[503]))  # <-\n",
    ),
}
RETRY_QUIET = {
    "sleep": (
        ASYNC,
        "def f(u):\n    while True:\n        try:\n            return requests.get(u)\n"
        "        except OSError:\n            time.sleep(1)\n",
    ),
    "sleep in a helper": (
        ASYNC,
        "def f(u):\n    while True:\n        try:\n            return requests.get(u)\n"
        "        except OSError:\n            self.backoff()\n",
    ),
    "gives up": (
        ASYNC,
        "def f(u):\n    while True:\n        try:\n            return requests.get(u)\n"
        "        except OSError:\n            raise Failed\n",
    ),
    "one after the other": (
        ASYNC,
        "def f(urls):\n    for u in urls:\n        try:\n"
        "            use(requests.get(u))\n        except OSError:\n            continue\n",
    ),
    "another each time": (
        ASYNC,
        "def f(n):\n    for i in range(n):\n        try:\n"
        "            return requests.get(f'/x/{i}')\n        except OSError:\n            pass\n",
    ),
    "three tries": (
        ASYNC,
        "def f(u):\n    for _ in range(3):\n        try:\n"
        "            return requests.get(u)\n        except OSError:\n            pass\n",
    ),
    "no request": (
        "",
        "while True:\n    try:\n        n = int(text())\n        break\n    except ValueError:\n        pass\n",
    ),
    "a person is asked": (
        ASYNC,
        "while True:\n    try:\n        r = requests.get(input('address: '))\n"
        "        break\n    except OSError:\n        print('again')\n",
    ),
    "tenacity waits": (
        "from tenacity import retry, wait_random_exponential\n",
        "@retry(wait=wait_random_exponential(max=60))\ndef f(u):\n    return g(u)\n",
    ),
    "another retry": ("from mylib import retry\n", "@retry(times=3)\ndef f(u):\n    return g(u)\n"),
    "urllib3 waits": (
        "from urllib3.util import Retry\n",
        "r = Retry(total=9, backoff_factor=0.5)\nq = Retry(connect=0)\n",
    ),
    "server": (
        "import socket\n",
        "def f(s):\n    while True:\n        try:\n            use(s.accept())\n"
        "        except OSError:\n            pass\n",
    ),
}

EMBED_FLAGGED = {
    "OpenAI": (
        "from openai import OpenAI\n",
        "def f(texts):\n    c = OpenAI()\n    for t in texts:\n        c.embeddings.create(model='m', input=t)  # <-\n",
    ),
    "list of one": (
        "from openai import OpenAI\nclient = OpenAI()\n",
        "vectors = [client.embeddings.create(model='m', input=[t]).data[0] for t in texts]  # <-\n",
    ),
    "unknown client": (
        "",
        "def f(client, texts):\n    return [client.embeddings.create(input=t.strip()) for t in texts]  # <-\n",
    ),
    "asynchronous": (
        "from openai import AsyncOpenAI\n",
        "async def f(texts):\n    c = AsyncOpenAI()\n    for t in texts:\n"
        "        await c.embeddings.create(model='m', input=t)  # <-\n",
    ),
    "sentence transformer": (
        "from sentence_transformers import SentenceTransformer\nmodel = SentenceTransformer('m')\n",
        "def f(docs):\n    return [model.encode(d) for d in docs]  # <-\n",
    ),
    "sentence transformer in an attribute": (
        "from sentence_transformers import SentenceTransformer\n",
        "class A:\n    def __init__(self):\n        self.m = SentenceTransformer('m')\n"
        "    def f(self, docs):\n        for d in docs:\n            self.m.encode(d['text'])  # <-\n",
    ),
    "LangChain": ("", "def f(embedder, texts):\n    for t in texts:\n        keep(embedder.embed_query(t))  # <-\n"),
    "litellm": ("import litellm\n", "for t in texts:\n    litellm.embedding(model='m', input=[t])  # <-\n"),
    "ollama": ("import ollama\n", "for t in texts:\n    ollama.embeddings(model='m', prompt=t)  # <-\n"),
    "text made in the loop": (
        "from openai import OpenAI\nclient = OpenAI()\n",
        "for r in rows:\n    text = r.title + r.body\n    client.embeddings.create(model='m', input=text)  # <-\n",
    ),
}
EMBED_QUIET = {
    "list": ("from openai import OpenAI\nc = OpenAI()\n", "c.embeddings.create(model='m', input=texts)\n"),
    "batches": (
        "from openai import OpenAI\nc = OpenAI()\n",
        "for i in range(0, len(texts), 100):\n    c.embeddings.create(model='m', input=texts[i:i + 100])\n",
    ),
    "a list each": (
        "from openai import OpenAI\nc = OpenAI()\n",
        "for d in documents:\n    c.embeddings.create(model='m', input=[p.text for p in d.parts])\n",
    ),
    "text": ("", "for t in texts:\n    out.write(t.encode('utf-8'))\n"),
    "json": ("import json\n", "for t in texts:\n    json.JSONEncoder().encode(t)\n"),
    "same text": (
        "from openai import OpenAI\nc = OpenAI()\n",
        "for i in range(n):\n    c.embeddings.create(model='m', input=text)\n",
    ),
    "server": (
        "from openai import OpenAI\nc = OpenAI()\n",
        "while True:\n    t = queue.get()\n    c.embeddings.create(model='m', input=t)\n",
    ),
    "where a list is not taken": (
        "",
        "def f(e, ts):\n    try:\n        return e.embed_documents(ts)\n"
        "    except NotImplementedError:\n        return [e.embed_query(t) for t in ts]\n",
    ),
    "few": ("import ollama\n", "for t in ('a', 'b'):\n    ollama.embeddings(model='m', prompt=t)\n"),
    "create of something else": (
        "from openai import OpenAI\nc = OpenAI()\n",
        "for t in ts:\n    c.files.create(file=t)\n",
    ),
}

BATCH_FLAGGED = {
    "queue": (
        "import boto3\nsqs = boto3.client('sqs')\n",
        "for m in messages:\n    sqs.send_message(QueueUrl=url, MessageBody=m)  # <-\n",
    ),
    "queue, client unknown": (
        "",
        "def f(sqs, ms):\n    for m in ms:\n        sqs.send_message(QueueUrl=url, MessageBody=m)  # <-\n",
    ),
    "topic": (
        "import boto3\n",
        "def f(ms):\n    c = boto3.Session().client('sns')\n    [c.publish(TopicArn=a, Message=m) for m in ms]  # <-\n",
    ),
    "objects": (
        "import boto3\ns3 = boto3.client('s3')\n",
        "for k in keys:\n    s3.delete_object(Bucket='b', Key=k)  # <-\n",
    ),
    "table": (
        "import boto3\ntable = boto3.resource('dynamodb').Table('t')\n",
        "for i in items:\n    table.put_item(Item=i)  # <-\n",
    ),
    "search": (
        "from elasticsearch import Elasticsearch\nes = Elasticsearch()\n",
        "for d in docs:\n    es.index(index='i', id=d['id'], document=d)  # <-\n",
    ),
    "documents": (
        "from pymongo import MongoClient\norders = MongoClient().shop.orders\n",
        "for o in new:\n    orders.insert_one(o)  # <-\n",
    ),
    "document by key": (
        "import pymongo\n",
        "def f(ids):\n    db = pymongo.MongoClient()['shop']\n"
        "    return [db['orders'].find_one({'_id': i}) for i in ids]  # <-\n",
    ),
    "document, client unknown": (
        "from bson import ObjectId\n",
        "def f(coll, ids):\n    for i in ids:\n        coll.update_one({'_id': ObjectId(i)}, c)  # <-\n",
    ),
    "stream": (
        "import boto3\nk = boto3.client('kinesis')\n",
        "for d in ds:\n    k.put_record(StreamName='s', Data=d, PartitionKey='p')  # <-\n",
    ),
}
BATCH_QUIET = {
    "batch": ("import boto3\nsqs = boto3.client('sqs')\n", "sqs.send_message_batch(QueueUrl=url, Entries=entries)\n"),
    "one": ("import boto3\nsqs = boto3.client('sqs')\n", "sqs.send_message(QueueUrl=url, MessageBody='x')\n"),
    "another queue each time": (
        "import boto3\nsqs = boto3.client('sqs')\n",
        "for url in urls:\n    sqs.send_message(QueueUrl=url, MessageBody='x')\n",
    ),
    "worker": (
        "import boto3\nsqs = boto3.client('sqs')\n",
        "while True:\n    m = take()\n    sqs.delete_message(QueueUrl=url, ReceiptHandle=m.handle)\n",
    ),
    "list": ("", "for x in xs:\n    i = ys.index(x)\n    d.get(x)\n    d.update(x)\n"),
    "chat": ("import discord\n", "for u in users:\n    bot.send_message(u, 'hello')\n"),
    "paths": ("", "for p in paths:\n    client.delete(index=3)\n    p.publish(x)\n"),
    "few": (
        "import boto3\ns3 = boto3.client('s3')\n",
        "for k in ('a', 'b'):\n    s3.delete_object(Bucket='b', Key=k)\n",
    ),
    "find_one of something else": ("import tree\n", "for i in ids:\n    tree.find_one(i)\n"),
    "one of a resource": ("import boto3\n", "for k in keys:\n    boto3.resource('s3').Object('b', k).delete()\n"),
}

RUN_FLAGGED = {
    "run": (ASYNC, "for u in urls:\n    asyncio.run(fetch(u))  # <-\n"),
    "comprehension": (ASYNC, "def f(urls):\n    return [asyncio.run(fetch(u)) for u in urls]  # <-\n"),
    "from import": (
        "from asyncio import run as start\n",
        "def f(urls):\n    for u in urls:\n        if u:\n            start(fetch(u))  # <-\n",
    ),
    "while": (ASYNC, "while urls:\n    asyncio.run(fetch(urls.pop()))  # <-\n"),
    "anyio": ("import anyio\n", "for u in urls:\n    anyio.run(fetch, u)  # <-\n"),
    "new event loop": (
        ASYNC,
        "for u in urls:\n    loop = asyncio.new_event_loop()  # <-\n    loop.run_until_complete(fetch(u))\n",
    ),
}
RUN_QUIET = {
    "once": (ASYNC, "asyncio.run(main())\n"),
    "another run": ("import subprocess\n", "for c in commands:\n    subprocess.run(c)\n    app.run(c)\n"),
    "runner": (ASYNC, "with asyncio.Runner() as r:\n    for u in urls:\n        r.run(fetch(u))\n"),
    "few": (ASYNC, "for u in ('a', 'b'):\n    asyncio.run(fetch(u))\n"),
    "daemon": (ASYNC, "while True:\n    asyncio.run(serve())\n"),
    "retry": (ASYNC, "for attempt in range(tries):\n    asyncio.run(main())\n"),
}

CLIENT_FLAGGED = {
    "cloud": (
        "import boto3\n",
        "for k in keys:\n    s3 = boto3.client('s3')  # <-\n    s3.head_object(Bucket='b', Key=k)\n",
    ),
    "session of a cloud": (
        "import boto3\n",
        "for k in keys:\n    boto3.Session().resource('s3').Object('b', k)  # <-\n",
    ),
    "channel": (
        "import grpc\n",
        "for r in requests:\n    with grpc.insecure_channel(address) as c:  # <-\n        use(c, r)\n",
    ),
    "language model": (
        "from openai import OpenAI\n",
        "def f(ps):\n    return [OpenAI().responses.create(input=p) for p in ps]  # <-\n",
    ),
    "mail": (
        "import smtplib\n",
        "for m in mails:\n    with smtplib.SMTP('host') as s:  # <-\n        s.send_message(m)\n",
    ),
    "search": (
        "from elasticsearch import Elasticsearch\n",
        "while ids:\n    Elasticsearch('x').get(index='i', id=ids.pop())  # <-\n",
    ),
    "Google": (
        "from google.cloud import storage\n",
        "for n in names:\n    storage.Client().bucket('b').blob(n)  # <-\n",
    ),
    "Azure": (
        "from azure.storage.blob import BlobServiceClient\n",
        "for n in names:\n    BlobServiceClient.from_connection_string(s).get_blob_client('c', n)  # <-\n",
    ),
}
CLIENT_QUIET = {
    "one for each region": ("import boto3\n", "for region in regions:\n    boto3.client('ec2', region_name=region)\n"),
    "before": ("import boto3\ns3 = boto3.client('s3')\n", "for k in keys:\n    s3.head_object(Bucket='b', Key=k)\n"),
    "few": ("import boto3\n", "for name in ('s3', 'sqs'):\n    boto3.client(name)\n"),
    "another client": ("from tests import Client\n", "for u in urls:\n    Client().get(u)\n"),
    "one for each host": ("import smtplib\n", "for h in hosts:\n    host = h.strip()\n    smtplib.SMTP(host)\n"),
    "retry": ("import smtplib\n", "def f():\n    for attempt in range(tries):\n        return smtplib.SMTP('x')\n"),
    "daemon": ("import smtplib\n", "while True:\n    smtplib.SMTP('x').send_message(queue.get())\n"),
    "SQL": ("import sqlite3\n", "for i in ids:\n    sqlite3.connect('x')\n"),
}

PER_CALL_FLAGGED = {
    "route": (
        ASYNC,
        "@app.get('/x')\nasync def handler():\n    async with httpx.AsyncClient() as c:  # <-\n"
        "        return (await c.get(u)).json()\n",
    ),
    "view": (ASYNC, "def view(request):\n    s = requests.Session()  # <-\n    return s.get(u).json()\n"),
    "gathered": (
        ASYNC,
        """
        async def fetch(url):
            async with aiohttp.ClientSession() as session:  # <-
                async with session.get(url) as answer:
                    return await answer.text()

        async def main(urls):
            return await asyncio.gather(*[fetch(url) for url in urls])
        """,
    ),
    "called in a loop": (
        "import boto3\n",
        "def size(k):\n    return boto3.client('s3').head_object(Bucket='b', Key=k)  # <-\n"
        "for k in keys:\n    print(size(k))\n",
    ),
    "mapped": (
        "import http.client\n",
        "def ask(i):\n    c = http.client.HTTPSConnection('h')  # <-\n"
        "    c.request('GET', i)\n    return c.getresponse().read()\npool.map(ask, ids)\n",
    ),
    "method": (
        "import httpx\n",
        "class A:\n    def one(self, i):\n        with httpx.Client() as c:  # <-\n"
        "            return c.get(i).json()\n    def all(self, ids):\n        return [self.one(i) for i in ids]\n",
    ),
    "task": (
        "from openai import OpenAI\n",
        "@celery.task\ndef work(p):\n    return OpenAI().responses.create(input=p).output_text  # <-\n",
    ),
    "request without a client": (
        ASYNC,
        "def price(i):\n    return requests.get(f'/x/{i}').json()  # <-\nprices = {i: price(i) for i in ids}\n",
    ),
}
PER_CALL_QUIET = {
    "module level": (ASYNC, "session = requests.Session()\ndef view(request):\n    return session.get(u)\n"),
    "made for others": (ASYNC, "def make():\n    return requests.Session()\nfor i in ids:\n    use(make())\n"),
    "stored": (
        ASYNC,
        "class A:\n    def connect(self, i):\n        self.s = requests.Session()\nfor i in ids:\n    connect(i)\n",
    ),
    "yielded": (
        ASYNC,
        "@app.get('/x')\nasync def client():\n    async with httpx.AsyncClient() as c:\n        yield c\n",
    ),
    "main": (ASYNC, "async def main():\n    async with aiohttp.ClientSession() as s:\n        await s.get(u)\n"),
    "called once": (
        ASYNC,
        "def get(u):\n    with requests.Session() as s:\n        return s.get(u).json()\nget('x')\n",
    ),
    "called in a retry": (
        ASYNC,
        "def get(u):\n    with requests.Session() as s:\n"
        "        return s.get(u).json()\nfor i in range(retries):\n    get('x')\n",
    ),
    "cached": (
        ASYNC,
        "@lru_cache\ndef get(u):\n    with requests.Session() as s:\n"
        "        return s.get(u).json()\nfor u in urls:\n    get(u)\n",
    ),
    "handed on": (ASYNC, "def view(request):\n    s = requests.Session()\n    return Api(s)\n"),
    "request of a handler": (ASYNC, "def view(request):\n    return requests.get(u).json()\n"),
    "lifespan": (
        ASYNC,
        "async def lifespan(app):\n    async with httpx.AsyncClient() as c:\n        app.state.c = c\n        yield\n",
    ),
}

CASES = {
    "awaits-one-by-one": (AWAITS_FLAGGED, AWAITS_QUIET),
    "blocking-call-in-async": (BLOCKING_FLAGGED, BLOCKING_QUIET),
    "short-polling": (POLL_FLAGGED, POLL_QUIET),
    "retry-without-backoff": (RETRY_FLAGGED, RETRY_QUIET),
    "embedding-per-item": (EMBED_FLAGGED, EMBED_QUIET),
    "unbatched-call-in-loop": (BATCH_FLAGGED, BATCH_QUIET),
    "asyncio-run-in-loop": (RUN_FLAGGED, RUN_QUIET),
    "client-in-loop": (CLIENT_FLAGGED, CLIENT_QUIET),
    "client-per-call": (PER_CALL_FLAGGED, PER_CALL_QUIET),
}
