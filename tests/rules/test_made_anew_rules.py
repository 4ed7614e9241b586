"""Rules about work that is done again in each round of a loop: what they must and must not flag."""

from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

INVARIANT_FLAGGED = {
    "share of the sum": "def f(xs: list):\n    return [x / sum(xs) for x in xs]  # <-\n",
    "extreme": "def f(xs):\n    for x in xs:\n        if x == max(xs):  # <-\n            use(x)\n",
    "condition of a while": """
        import re
        def f(text, words):
            i = 0
            while i < len(re.findall(r"a+", text)):  # <-
                i += 1
    """,
    "len of a set": "def f(xs, ys):\n    return [x for x in xs if x < len(set(ys))]  # <-\n",
    "json": "import json\ndef f(rows, text):\n    return [row * json.loads(text)['rate'] for row in rows]  # <-\n",
    "json by way of a name": """
        from json import loads as parse
        def f(rows, text):
            for row in rows:
                settings = parse(text)  # <-
                print(row, settings["rate"])
    """,
    "date": """
        from datetime import datetime
        def f(rows):
            return [row for row in rows if row.when > datetime.strptime("2024-01-01", "%Y-%m-%d")]  # <-
    """,
    "mean": "import statistics\ndef f(xs):\n    return [(x - statistics.mean(xs)) ** 2 for x in xs]  # <-\n",
    "hash": """
        import hashlib
        def f(xs, key):
            for x in xs:
                use(x, hashlib.sha256(key).hexdigest())  # <-
    """,
    "inner loop only": "def f(rows):\n    return [[x / sum(row) for x in row] for row in rows]  # <-\n",
    "sum of a generator": """
        def f(xs, ys):
            for x in xs:
                y = x / sum(y.size for y in ys)  # <-
                use(y)
    """,
    "async": "async def f(xs: list):\n    async for y in source():\n        use(y, sum(xs))  # <-\n",
    "attribute, nothing else called": """
        class A:
            def f(self, n):
                total = 0
                for i in range(n):
                    total += i * max(self.values)  # <-
                return total
    """,
}
INVARIANT_QUIET = {
    "before the loop": "def f(xs):\n    total = sum(xs)\n    return [x / total for x in xs]\n",
    "of the item": "def f(rows):\n    return [sum(row) for row in rows]\n",
    "changes in the loop": "def f(todo):\n    while todo:\n        x = max(todo)\n        todo.remove(x)\n",
    "grows in the loop": "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n        print(sum(out))\n",
    "of two": "def f(xs, limit):\n    return [min(x, limit) for x in xs] + [max(limit, 3) for x in xs]\n",
    "condition that something else changes": """
        def f(jobs):
            while sum(jobs.values()) > 0:
                work(jobs)
    """,
    "fresh dict that is changed": """
        import json
        def f(rows, text):
            out = []
            for row in rows:
                one = json.loads(text)
                one["row"] = row
                out.append(one)
    """,
    "fresh list that is kept": "import json\ndef f(rows, text):\n    return [json.loads(text) for row in rows]\n",
    "constant few": "def f(xs):\n    return [x / sum([1, 2, 3]) for x in xs]\n",
    "shape": "def f(xs, shape):\n    return [x / max(shape) for x in xs]\n",
    "message of an error": """
        def f(xs):
            for x in xs:
                if bad(x):
                    raise ValueError(f'{x} {max(xs)}')
    """,
    "random": "import random\ndef f(xs, n):\n    return [random.choice(xs) for _ in range(n)]\n",
    "clock": "import time\ndef f(end):\n    while time.time() < end:\n        work()\n",
    "changed by a function inside": """
        def f(xs):
            rest = list(xs)
            def take(x):
                rest.remove(x)
            for x in xs:
                take(x)
                print(sum(rest))
    """,
    "read again on purpose": "import json\ndef f(n):\n    for _ in range(n):\n        use(json.loads(fetch()))\n",
}

DATE_FLAGGED = {
    "date": """
        from datetime import datetime
        def f(rows):
            return [datetime.strptime(row["day"], "%Y-%m-%d").date() for row in rows]  # <-
    """,
    "module": "import datetime\nfor t in ts:\n    datetime.datetime.strptime(t, '%Y-%m-%dT%H:%M:%S')  # <-\n",
    "name of the format": """
        import datetime as dt
        F = '%Y-%m-%d %H:%M'
        xs = [dt.datetime.strptime(t, F) for t in ts]  # <-
    """,
    "microseconds": """
        from datetime import datetime as when
        while lines:
            t = when.strptime(lines.pop(), "%Y-%m-%d %H:%M:%S.%f")  # <-
    """,
    "zone": "from datetime import datetime\nfor t in ts:\n    datetime.strptime(t, '%Y-%m-%dT%H:%M:%S%z')  # <-\n",
    "guessing": "from dateutil import parser\nfor t in ts:\n    use(parser.parse(t))  # <-\n",
    "guessing, name": "from dateutil.parser import parse\nxs = [parse(t) for t in ts]  # <-\n",
}
DATE_QUIET = {
    "no ISO": "from datetime import datetime\nfor t in ts:\n    datetime.strptime(t, '%d.%m.%Y')\n",
    "iso": "from datetime import datetime\nfor t in ts:\n    datetime.fromisoformat(t)\n",
    "no loop": "from datetime import datetime\nx = datetime.strptime(t, '%Y-%m-%d')\n",
    "the same text": """
        from datetime import datetime
        for x in xs:
            use(x, datetime.strptime('2024-01-01', '%Y-%m-%d'))
    """,
    "unknown format": """
        from datetime import datetime
        def f(ts, fmt):
            return [datetime.strptime(t, fmt) for t in ts]
    """,
    "written": "from datetime import datetime\nfor t in ts:\n    t.strftime('%Y-%m-%d')\n",
    "another parse": """
        from urllib import parse
        from app.parser import parse as p
        for t in ts:
            p(t)
            parse.quote(t)
    """,
    "constant few": """
        from datetime import datetime
        for t in ('2024-01-01', '2024-02-01'):
            datetime.strptime(t, '%Y-%m-%d')
    """,
}

TEMPLATE_FLAGGED = {
    "template": "from jinja2 import Template\nfor x in xs:\n    use(Template('{{ x }}').render(x=x))  # <-\n",
    "text in a name": """
        import jinja2
        def f(text, xs):
            return [jinja2.Template(text).render(x=x) for x in xs]  # <-
    """,
    "environment": """
        from jinja2 import Environment
        env = Environment()
        for x in xs:
            t = env.from_string(SOURCE)  # <-
            print(t.render(x=x))
    """,
    "environment made anew": """
        from jinja2 import Environment, FileSystemLoader
        def f(xs, folder):
            for x in xs:
                env = Environment(loader=FileSystemLoader(folder))  # <-
                env.get_template("a.html").render(x=x)
    """,
    "mako": "from mako.template import Template as T\nfor x in xs:\n    T(text).render()  # <-\n",
    "django": "from django.template import Template\nwhile xs:\n    Template(TEXT).render(xs.pop())  # <-\n",
    "xpath": "from lxml import etree\nfor node in nodes:\n    use(etree.XPath('//a')(node))  # <-\n",
}
TEMPLATE_QUIET = {
    "before the loop": "from jinja2 import Template\nt = Template('{{ x }}')\nfor x in xs:\n    t.render(x=x)\n",
    "each its own": "from jinja2 import Template\ntemplates = [Template(text) for text in texts]\n",
    "string.Template": "from string import Template\nfor x in xs:\n    use(Template('$x').substitute(x=x))\n",
    "get_template": """
        from jinja2 import Environment
        env = Environment()
        for x in xs:
            env.get_template('a').render(x=x)
    """,
    "no loop": "from jinja2 import Template\nprint(Template('a').render())\n",
    "constant few": "from jinja2 import Template\nfor x in ('a', 'b'):\n    Template('{{ x }}').render(x=x)\n",
    "own class": "from app import Template\nimport jinja2\nfor x in xs:\n    Template('a').render(x)\n",
}

EVAL_FLAGGED = {
    "constant": "for x in xs:\n    use(eval('x * 2'))  # <-\n",
    "name": "def f(rule, rows):\n    return [eval(rule, {}, row) for row in rows]  # <-\n",
    "exec": "def f(code: str, n):\n    for _ in range(n):\n        exec(code)  # <-\n",
    "compile": "def f(text, xs):\n    for x in xs:\n        use(compile(text, 'a', 'eval'), x)  # <-\n",
    "while": "def f(test):\n    while eval(test):  # <-\n        work()\n",
    "attribute": "class A:\n    def f(self, xs):\n        return [eval(self.rule, {'x': x}) for x in xs]  # <-\n",
}
EVAL_QUIET = {
    "another text each time": "xs = [eval(line) for line in lines]\n",
    "built from the item": "for x in xs:\n    eval(f'{x} + 1')\n",
    "compiled before": """
        def f(rule, rows):
            code = compile(rule, 'r', 'eval')
            return [eval(code, row) for row in rows]
    """,
    "no loop": "x = eval('1 + 1')\n",
    "frame's eval": "for x in xs:\n    df.eval('a + b')\n",
    "model": "for model in models:\n    model.eval()\n    model.compile('adam')\n",
    "regex": "import re\nfor x in xs:\n    re.compile('a')\n",
    "literal": "import ast\nfor x in xs:\n    ast.literal_eval(x)\n",
}

CLASS_FLAGGED = {
    "namedtuple": """
        from collections import namedtuple
        for x in xs:
            P = namedtuple('P', 'a b')  # <-
            use(P(x, x))
    """,
    "module": "import collections as c\nxs = [c.namedtuple('P', ['a'])(x) for x in xs]  # <-\n",
    "class": "def f(xs):\n    for x in xs:\n        class P:  # <-\n            a = 1\n        use(P(), x)\n",
    "base class": """
        def f(xs):
            while xs:
                class P(Base):  # <-
                    def g(self, y):
                        return y
                xs.pop()
    """,
    "type": "for x in xs:\n    use(type('P', (), {'a': 1}), x)  # <-\n",
    "dataclass": "import dataclasses\nfor x in xs:\n    C = dataclasses.make_dataclass('C', ['a', 'b'])  # <-\n",
    "enum": "from enum import Enum\nfor x in xs:\n    Kind = Enum('Kind', 'A B')  # <-\n    use(Kind.A, x)\n",
}
CLASS_QUIET = {
    "before the loop": "from collections import namedtuple\nP = namedtuple('P', 'a b')\nfor x in xs:\n    P(x, x)\n",
    "each its own": "from collections import namedtuple\nkinds = [namedtuple(name, fields) for name, fields in rows]\n",
    "filled afterwards": "for x in xs:\n    use(type('P', (), {'steps': []}), x)\n",
    "named for the item": "for name in names:\n    use(type(name, (Base,), {}))\n",
    "class of the item": "def f(xs):\n    for x in xs:\n        class P:\n            a = x\n        use(P)\n",
    "method of the item": """
        def f(xs):
            for x in xs:
                class P:
                    def g(self):
                        return x
                use(P)
    """,
    "type of": "for x in xs:\n    type(x)\n",
    "constant few": "for x in ('a', 'b'):\n    class P:\n        pass\n",
    "in a function": "def f():\n    class P:\n        pass\n    return P()\n",
}

EXCEPTION_FLAGGED = {
    "pass": """
        def f(ks, d):
            for k in ks:
                try:
                    use = d[k]
                except KeyError:  # <-
                    pass
    """,
    "continue": """
        for row in rows:
            try:
                name = row["name"]
            except KeyError:  # <-
                continue
            use(name)
    """,
    "default": "for k in ks:\n    try:\n        v = d[k]\n    except KeyError:  # <-\n        v = None\n",
    "sum": "while ks:\n    try:\n        n += d[ks.pop]\n    except KeyError:  # <-\n        n += 0\n",
    "attribute": "for x in xs:\n    try:\n        n = x.size\n    except AttributeError:  # <-\n        n = 0\n",
    "two levels": "for x in xs:\n    try:\n        out = x.a.b\n    except AttributeError:  # <-\n        out = ''\n",
}
EXCEPTION_QUIET = {
    "get": "for k in ks:\n    v = d.get(k)\n",
    "no loop": "try:\n    v = d[k]\nexcept KeyError:\n    v = None\n",
    "more is tried": "for k in ks:\n    try:\n        v = d[k]\n        use(v)\n    except KeyError:\n        pass\n",
    "a call": "for k in ks:\n    try:\n        v = read(d[k])\n    except KeyError:\n        v = None\n",
    "raises another": """
        for k in ks:
            try:
                v = d[k]
            except KeyError:
                raise ValueError(k) from None
    """,
    "is told": "for k in ks:\n    try:\n        v = d[k]\n    except KeyError:\n        print(k)\n",
    "else": "for k in ks:\n    try:\n        v = d[k]\n    except KeyError:\n        pass\n    else:\n        use(v)\n",
    "several": "for k in ks:\n    try:\n        v = d[k]\n    except (KeyError, IndexError):\n        pass\n",
    "leaves": "for k in ks:\n    try:\n        v = d[k]\n    except KeyError:\n        break\n",
}

CASES = {
    "invariant-call-in-loop": (INVARIANT_FLAGGED, INVARIANT_QUIET),
    "date-parse-in-loop": (DATE_FLAGGED, DATE_QUIET),
    "template-compile-in-loop": (TEMPLATE_FLAGGED, TEMPLATE_QUIET),
    "eval-in-loop": (EVAL_FLAGGED, EVAL_QUIET),
    "class-created-in-loop": (CLASS_FLAGGED, CLASS_QUIET),
    "exception-per-item": (EXCEPTION_FLAGGED, EXCEPTION_QUIET),
}
