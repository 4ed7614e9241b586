from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

from greenprof.lint import lint_source

SQLITE = "import sqlite3\ncon = sqlite3.connect('x')\n"
ALCHEMY = (
    "from sqlalchemy import select, func, create_engine\n"
    "from sqlalchemy.orm import Session, sessionmaker, joinedload\n"
    "from app.models import User, Order\n"
)
DJANGO = (
    "from django.db import models\nfrom django.core.paginator import Paginator\nfrom shop.models import Book, Author\n"
)
MODEL = (
    ALCHEMY
    + """
class Item(Base):
    name: Mapped[str] = mapped_column()
    price = mapped_column(Integer)
    owner: Mapped["User"] = relationship()
    @property
    def label(self):
        return self.name.upper()
"""
)

COUNT_FLAGGED = {
    "len of all": (ALCHEMY, "def f(s: Session):\n    return len(s.scalars(select(User)).all())  # <-\n"),
    "len of a name": (
        ALCHEMY,
        "def f(s: Session):\n    rows = s.query(User).filter_by(a=1).all()\n"
        "    n = len(rows)  # <-\n    return n * 2\n",
    ),
    "asked for their truth, a list all the same": (
        ALCHEMY,
        "def f(s: Session):\n    rows = s.query(User).all()\n    if rows:\n        print(len(rows))  # <-\n",
    ),
    "asked for their truth afterwards": (
        DJANGO,
        "def f():\n    qs = Book.objects.filter(x=1)\n    n = len(qs)  # <-\n    if qs:\n        print(n)\n",
    ),
    "asked for their number before": (
        DJANGO,
        "def f():\n    qs = Book.objects.filter(x=1)\n    if len(qs) > 3:  # <-\n        print(len(qs))  # <-\n",
    ),
    "len of fetchall": (SQLITE, "n = len(con.execute('SELECT a FROM t WHERE b = 1').fetchall())  # <-\n"),
    "len of a cursor's fetchall": (
        SQLITE,
        "cur = con.cursor()\ncur.execute('SELECT a FROM t')\nn = len(cur.fetchall())  # <-\n",
    ),
    "len of a Django query": (DJANGO, "n = len(Book.objects.filter(x=1))  # <-\n"),
    "len of a list of it": (DJANGO, "n = len(list(Book.objects.exclude(x=1).order_by('y')))  # <-\n"),
    "a query in two steps": (
        DJANGO,
        "def f(x):\n    qs = Book.objects.all()\n    if x:\n        qs = qs.filter(x=x)\n    return len(qs)  # <-\n",
    ),
    "condition": (DJANGO, "n = len([b for b in Book.objects.all() if b.price > 3])  # <-\n"),
    "sum of ones": (SQLITE, "n = sum(1 for r in con.execute('SELECT a FROM t') if r[0] == 'x')  # <-\n"),
    "awaited": (ALCHEMY, "async def f(session):\n    n = len((await session.scalars(select(User))).all())  # <-\n"),
    "related, filtered": (DJANGO, "def f(order):\n    return len(order.lines.filter(paid=True))  # <-\n"),
    "nested function, walrus": (
        SQLITE,
        "def f():\n    def g():\n"
        "        if (n := len(con.execute('SELECT a FROM t').fetchall())) > 3:  # <-\n            return n\n",
    ),
    "method of a class": (
        ALCHEMY,
        """
        class Shop:
            def __init__(self, db: Session):
                self.db = db
            def size(self):
                return len(self.db.query(User).all())  # <-
        """,
    ),
    "Flask-SQLAlchemy": (
        "from app import db, User\n",
        "def f():\n    return len(User.query.filter_by(a=1).all())  # <-\n",
    ),
}
COUNT_QUIET = {
    "a truth test has fetched them": (
        DJANGO,
        "def f():\n    qs = Book.objects.filter(x=1)\n    if qs:\n        print(len(qs))\n",
    ),
    "so has one that returns": (
        DJANGO,
        "def f():\n    qs = Book.objects.filter(x=1)\n    if not qs:\n        return 0\n    return len(qs) + 1\n",
    ),
    "rows are used": (
        ALCHEMY,
        "def f(s: Session):\n    rows = s.query(User).all()\n    print(len(rows))\n    return rows\n",
    ),
    "rows are gone through": (
        DJANGO,
        "def f():\n    qs = Book.objects.filter(x=1)\n    print(len(qs))\n    for b in qs:\n        print(b)\n",
    ),
    "limited": (ALCHEMY, "def f(s: Session):\n    return len(s.scalars(select(User).limit(9)).all())\n"),
    "SQL limited": (SQLITE, "n = len(con.execute('SELECT a FROM t LIMIT 3').fetchall())\n"),
    "list": ("import sqlite3\n", "rows = [1, 2]\nn = len(rows)\nm = len([r for r in rows if r.x])\n"),
    "argument": (DJANGO, "def f(qs):\n    return len(qs)\n"),
    "related, may be prefetched": (DJANGO, "def f(order):\n    return len(order.lines.all())\n"),
    "a test of existence": (DJANGO, "if len(Book.objects.filter(x=1)) > 0:\n    pass\n"),
    "numpy": ("import numpy as np\nimport sqlite3\n", "n = len((a == b).all())\n"),
    "condition in Python": (DJANGO, "n = len([b for b in Book.objects.all() if check(b)])\n"),
    "a column that holds several": (DJANGO, "n = len([b for b in Book.objects.all() if 'x' in b.tags])\n"),
    "PRAGMA": (SQLITE, "n = len(con.execute('PRAGMA table_info(t)').fetchall())\n"),
    "insert": (SQLITE, "n = len(con.execute('INSERT INTO t VALUES (1) RETURNING a').fetchall())\n"),
}

FILTER_FLAGGED = {
    "list": (MODEL, "def f(s: Session):\n    return [i for i in s.scalars(select(Item)) if i.price > 3]  # <-\n"),
    "of all": (
        MODEL,
        "def f(s: Session):\n    rows = s.query(Item).all()\n    return [i for i in rows if i.name == 'a']  # <-\n",
    ),
    "SQL by place": (SQLITE, "rows = [r for r in con.execute('SELECT a, b FROM t') if r[1] > 3]  # <-\n"),
    "SQL by name": (
        SQLITE,
        "rows = {r['a']: r for r in con.execute('SELECT a, b FROM t').fetchall() if r['b'] in (1, 2)}  # <-\n",
    ),
    "loop with if": (
        DJANGO,
        "for b in Book.objects.all():  # <-\n    if b.price < 10 and b.year == 2020:\n        send(b)\n",
    ),
    "loop with continue": (
        DJANGO,
        "for b in Book.objects.filter(x=1):  # <-\n    if b.price is None:\n        continue\n    send(b)\n",
    ),
    "the first that fits": (DJANGO, "b = next((b for b in Book.objects.all() if b.isbn == isbn), None)  # <-\n"),
    "text": (DJANGO, "bs = [b for b in Book.objects.all() if b.title.lower().startswith('a')]  # <-\n"),
    "id in keys": (DJANGO, "bs = [b for b in Book.objects.all() if b.id in keys]  # <-\n"),
    "declared truth": (
        "from django.db import models\nclass Book(models.Model):\n    sold = models.BooleanField()\n",
        "bs = [b for b in Book.objects.all() if not b.sold]  # <-\n",
    ),
    "sorted over it": (DJANGO, "bs = sorted(b for b in Book.objects.all() if b.price > 2)  # <-\n"),
}
FILTER_QUIET = {
    "a property": (MODEL, "def f(s: Session):\n    return [i for i in s.scalars(select(Item)) if i.label == 'A']\n"),
    "a relation": (MODEL, "def f(s: Session):\n    return [i for i in s.scalars(select(Item)) if i.owner == me]\n"),
    "a related object's": (DJANGO, "bs = [b for b in Book.objects.all() if b.author.name == 'x']\n"),
    "a method": (DJANGO, "bs = [b for b in Book.objects.all() if b.is_sold()]\n"),
    "a function": (DJANGO, "bs = [b for b in Book.objects.all() if fits(b)]\n"),
    "truth of something unknown": (DJANGO, "bs = [b for b in Book.objects.all() if b.cover]\n"),
    "what the loop has seen": (
        DJANGO,
        "seen = set()\nfor b in Book.objects.all():\n    if b.isbn in seen:\n"
        "        continue\n    seen.add(b.isbn)\n    send(b)\n",
    ),
    "used again": (
        DJANGO,
        "def f():\n    bs = Book.objects.all()\n    cheap = [b for b in bs if b.price < 3]\n    return cheap, bs\n",
    ),
    "list": ("import sqlite3\n", "xs = [x for x in items if x.price > 3]\n"),
    "dict": (DJANGO, "xs = {k: v for k, v in d.items() if v.price > 3}\n"),
    "few": (ALCHEMY, "def f(s: Session):\n    return [u for u in s.scalars(select(User).limit(9)) if u.id > 3]\n"),
    "both branches": (
        DJANGO,
        "for b in Book.objects.all():\n    if b.price < 3:\n        send(b)\n    else:\n        drop(b)\n",
    ),
    "not in many": (DJANGO, "bs = [b for b in Book.objects.all() if b.id not in keep]\n"),
}

SUM_FLAGGED = {
    "sum": (MODEL, "def f(s: Session):\n    return sum(i.price for i in s.scalars(select(Item)))  # <-\n"),
    "product": (DJANGO, "t = sum([b.price * b.amount for b in Book.objects.filter(x=1)])  # <-\n"),
    "max": (DJANGO, "t = max(b.price for b in Book.objects.all())  # <-\n"),
    "max with default": (DJANGO, "t = max((b.price for b in Book.objects.all()), default=0)  # <-\n"),
    "mean": (DJANGO + "import statistics\n", "t = statistics.mean(b.price for b in Book.objects.all())  # <-\n"),
    "counter": (
        DJANGO + "from collections import Counter\n",
        "t = Counter(b.city for b in Book.objects.all())  # <-\n",
    ),
    "loop": (SQLITE, "t = 0\nfor row in con.execute('SELECT a, b FROM t'):  # <-\n    t += row[0] * row[1]\n"),
    "loop with a condition": (
        DJANGO,
        "t = 0\nfor b in Book.objects.all():  # <-\n    if b.year == 2020:\n        t += b.price\n",
    ),
    "grouped": (DJANGO, "for b in Book.objects.all():  # <-\n    totals[b.city] += b.price\n"),
    "counted by group": (DJANGO, "for b in Book.objects.all():  # <-\n    totals[b.city] += 1\n"),
    "a name, twice": (
        DJANGO,
        "def f():\n    bs = Book.objects.filter(x=1)\n    return sum(b.price for b in bs) / len(bs)  # <-\n",
    ),
}
SUM_QUIET = {
    "one row for each value": (
        "from shop.models import Artifact\n",
        "def f():\n    return sum(Artifact.objects.distinct('content').values_list('size', flat=True))\n",
    ),
    "list": ("import sqlite3\n", "t = sum(x.price for x in items)\n"),
    "method": (DJANGO, "t = sum(b.total() for b in Book.objects.all())\n"),
    "property": (MODEL, "def f(s: Session):\n    return sum(i.label for i in s.scalars(select(Item)))\n"),
    "function": (DJANGO, "t = sum(price(b) for b in Book.objects.all())\n"),
    "related": (DJANGO, "t = sum(b.author.age for b in Book.objects.all())\n"),
    "rows are used": (
        DJANGO,
        "def f():\n    bs = Book.objects.filter(x=1)\n    return bs, sum(b.price for b in bs)\n",
    ),
    "by a function of the row": (DJANGO, "for b in Book.objects.all():\n    totals[key(b)] += b.price\n"),
    "two things": (DJANGO, "for b in Book.objects.all():\n    t += b.price\n    send(b)\n"),
    "text": (DJANGO, "t = ''\nfor b in Book.objects.all():\n    t += f'{b.name}, '\n"),
    "argument": (DJANGO, "def f(books):\n    return sum(b.price for b in books)\n"),
    "limited": (ALCHEMY, "def f(s: Session):\n    return sum(u.age for u in s.scalars(select(User).limit(9)))\n"),
}

FIRST_FLAGGED = {
    "max": (DJANGO, "b = max(Book.objects.filter(x=1), key=lambda b: b.price)  # <-\n"),
    "sorted, cut": (
        MODEL,
        "def f(s: Session):\n    return sorted(s.query(Item).all(), key=lambda i: i.price)[:10]  # <-\n",
    ),
    "sorted, first": (DJANGO, "b = sorted(Book.objects.filter(x=1), key=attrgetter('price'), reverse=True)[0]  # <-\n"),
    "nlargest": (
        DJANGO + "import heapq\n",
        "bs = heapq.nlargest(3, Book.objects.filter(x=1), key=lambda b: b.price)  # <-\n",
    ),
    "all, first": (ALCHEMY, "def f(s: Session):\n    return s.query(User).filter_by(a=1).all()[0]  # <-\n"),
    "fetchall, first": (SQLITE, "r = con.execute('SELECT a FROM t WHERE b = 1').fetchall()[0]  # <-\n"),
    "name, first": (
        ALCHEMY,
        "def f(s: Session):\n    us = s.query(User).filter_by(a=1).all()  # <-\n    return us[0]\n",
    ),
    "list of a Django query, first": (DJANGO, "b = list(Book.objects.filter(x=1))[0]  # <-\n"),
    "by place": (SQLITE, "r = min(con.execute('SELECT a, b FROM t WHERE a > 3'), key=itemgetter(1))  # <-\n"),
}
FIRST_QUIET = {
    "Django slices": (DJANGO, "b = Book.objects.filter(x=1)[0]\nc = Book.objects.all()[:10]\n"),
    "name of a Django query": (DJANGO, "def f():\n    bs = Book.objects.filter(x=1)\n    return bs[0]\n"),
    "key is a function": (DJANGO, "b = max(Book.objects.filter(x=1), key=worth)\n"),
    "key calls": (DJANGO, "b = max(Book.objects.filter(x=1), key=lambda b: worth(b.price))\n"),
    "list": ("import sqlite3\n", "x = sorted(items, key=lambda i: i.price)[0]\ny = items[0]\n"),
    "all sorted, all used": (DJANGO, "bs = sorted(Book.objects.filter(x=1), key=lambda b: b.price)\n"),
    "used again": (
        ALCHEMY,
        "def f(s: Session):\n    us = s.query(User).filter_by(a=1).all()\n    return us[0], us\n",
    ),
    "numpy": ("import numpy as np\nimport sqlite3\n", "x = a.all()[0]\n"),
    "one row": (SQLITE, "r = con.execute('SELECT a FROM t WHERE b = 1').fetchone()[0]\n"),
    "limited": (ALCHEMY, "def f(s: Session):\n    return s.scalars(select(User).limit(1)).all()[0]\n"),
}

EXISTS_FLAGGED = {
    "if a Django query": (DJANGO, "if Book.objects.filter(x=1):  # <-\n    pass\n"),
    "if not a name": (DJANGO, "def f():\n    bs = Book.objects.filter(x=1)\n    if not bs:  # <-\n        return 1\n"),
    "if all": (ALCHEMY, "def f(s: Session):\n    if s.query(User).filter_by(a=1).all():  # <-\n        return 1\n"),
    "name of all": (
        ALCHEMY,
        "def f(s: Session):\n    us = s.scalars(select(User).where(User.a == 1)).all()\n"
        "    return 1 if us else 2  # <-\n",
    ),
    "bool": (DJANGO, "def f():\n    return bool(Book.objects.filter(x=1))  # <-\n"),
    "len above none": (SQLITE, "if len(con.execute('SELECT a FROM t WHERE b = 1').fetchall()) > 0:  # <-\n    pass\n"),
    "len is none": (DJANGO, "def f():\n    bs = Book.objects.filter(x=1)\n    return len(bs) == 0  # <-\n"),
    "not fetchall": (SQLITE, "if not con.execute('SELECT a FROM t WHERE b = 1').fetchall():  # <-\n    pass\n"),
    "one of several conditions": (DJANGO, "if x and not Book.objects.filter(x=1):  # <-\n    pass\n"),
    "elif": (DJANGO, "if x:\n    pass\nelif Book.objects.exclude(x=1):  # <-\n    pass\n"),
    "while": (DJANGO, "while Book.objects.filter(slug=slug):  # <-\n    slug = other(slug)\n"),
    "any": (DJANGO, "if any(Book.objects.filter(x=1)):  # <-\n    pass\n"),
    "related, filtered": (DJANGO, "def f(order):\n    if order.lines.filter(paid=True):  # <-\n        return 1\n"),
}
EXISTS_QUIET = {
    "used afterwards": (
        DJANGO,
        "def f():\n    bs = Book.objects.filter(x=1)\n    if bs:\n        for b in bs:\n            print(b)\n",
    ),
    "handed on": (
        DJANGO,
        "def f():\n    bs = Book.objects.filter(x=1)\n    if not bs:\n        return None\n    return bs\n",
    ),
    "exists": (DJANGO, "if Book.objects.filter(x=1).exists():\n    pass\n"),
    "first": (DJANGO, "if Book.objects.filter(x=1).first():\n    pass\n"),
    "one row": (SQLITE, "if con.execute('SELECT a FROM t WHERE b = 1').fetchone():\n    pass\n"),
    "a query object": (ALCHEMY, "def f(s: Session):\n    q = s.query(User)\n    if q:\n        pass\n"),
    "a result": (ALCHEMY, "def f(s: Session):\n    r = s.execute(select(User))\n    if r:\n        pass\n"),
    "argument": (DJANGO, "def f(qs):\n    if qs:\n        pass\n"),
    "or": (DJANGO, "bs = Book.objects.filter(x=1) or Book.objects.none()\n"),
    "numpy all": ("import numpy as np\nimport sqlite3\n", "if a.all():\n    pass\nif (a == b).all():\n    pass\n"),
    "all of things": (DJANGO, "if all(xs) and things.all():\n    pass\n"),
    "number is used": (DJANGO, "def f():\n    bs = Book.objects.filter(x=1)\n    if len(bs) > 3:\n        pass\n"),
}

COUNTED_FLAGGED = {
    "above none": (DJANGO, "if Book.objects.filter(x=1).count() > 0:  # <-\n    pass\n"),
    "truth": (ALCHEMY, "def f(s: Session):\n    if s.query(User).filter_by(a=1).count():  # <-\n        return 1\n"),
    "none": (DJANGO, "def f():\n    return Book.objects.filter(x=1).count() == 0  # <-\n"),
    "not": (DJANGO, "if not Book.objects.exclude(x=1).count():  # <-\n    pass\n"),
    "at least one": (DJANGO, "ok = Book.objects.all().count() >= 1  # <-\n"),
    "SQL": (SQLITE, "if con.execute('SELECT COUNT(*) FROM t WHERE a = ?', (1,)).fetchone()[0] > 0:  # <-\n    pass\n"),
    "SQL, two steps": (
        SQLITE,
        "def f():\n    found = con.execute('select count(*) from t')\n    return found.fetchone()[0] != 0  # <-\n",
    ),
    "select": (
        ALCHEMY,
        "def f(s: Session):\n"
        "    return s.scalar(select(func.count()).select_from(User).where(User.a == 1)) > 0  # <-\n",
    ),
    "execute scalar": (
        ALCHEMY,
        "def f(s: Session):\n    if s.execute(select(func.count(User.id))).scalar_one():  # <-\n        pass\n",
    ),
    "related": (DJANGO, "def f(order):\n    if order.lines.count() > 0:  # <-\n        pass\n"),
    "Flask-SQLAlchemy": ("from app import User\n", "if User.query.filter_by(a=1).count():  # <-\n    pass\n"),
}
COUNTED_QUIET = {
    "list": (DJANGO, "if [1, 2].count(3) > 0:\n    pass\n"),
    "text": (DJANGO, "if 'abc'.count('a') > 0 and name.count('x') == 0:\n    pass\n"),
    "more than one": (DJANGO, "if Book.objects.filter(x=1).count() > 1:\n    pass\n"),
    "number is kept": (DJANGO, "n = Book.objects.filter(x=1).count()\nprint(n)\n"),
    "grouped": (SQLITE, "if con.execute('SELECT count(*) FROM t GROUP BY a').fetchone()[0] > 0:\n    pass\n"),
    "dataframe": ("import polars as pl\n", "def f(col, query):\n    return col.count() > 0\n"),
    "exists": (DJANGO, "if Book.objects.filter(x=1).exists():\n    pass\n"),
    "another number": (SQLITE, "if con.execute('SELECT max(a) FROM t').fetchone()[0] > 0:\n    pass\n"),
    "counter": ("import itertools\nimport sqlite3\n", "counter = itertools.count()\nif counter:\n    pass\n"),
    "two columns": (SQLITE, "if con.execute('SELECT count(*), a FROM t').fetchone()[1] > 0:\n    pass\n"),
    "one of several": (
        ALCHEMY,
        "def f(s: Session):\n    return s.execute(select(func.count(), User.a).group_by(User.a)).first()\n",
    ),
}

ENTITY_FLAGGED = {
    "list": (MODEL, "def f(s: Session):\n    return [i.name for i in s.scalars(select(Item))]  # <-\n"),
    "dict": (MODEL, "def f(s: Session):\n    return {i.name: i.price for i in s.query(Item).all()}  # <-\n"),
    "not declared here, named like a column": (DJANGO, "ids = [b.id for b in Book.objects.filter(x=1)]  # <-\n"),
    "foreign key's id": (DJANGO, "ids = {b.author_id for b in Book.objects.filter(x=1)}  # <-\n"),
    "joined": (DJANGO, "text = ', '.join(b.title for b in Book.objects.filter(x=1))  # <-\n"),
    "loop": (DJANGO, "for b in Book.objects.filter(x=1):  # <-\n    send(b.title, b.isbn)\n"),
    "name": (ALCHEMY, "def f(s: Session):\n    us = s.query(User).all()\n    return [u.email for u in us]  # <-\n"),
    "awaited": (
        ALCHEMY,
        "async def f(session):\n    return [u.email for u in await session.scalars(select(User))]  # <-\n",
    ),
    "from scalars of a result": (
        ALCHEMY,
        "async def f(s):\n    r = await s.execute(select(User))\n"
        "    return [u.email for u in r.scalars().all()]  # <-\n",
    ),
    "text method": (DJANGO, "xs = [b.title.lower() for b in Book.objects.filter(x=1)]  # <-\n"),
}
ENTITY_QUIET = {
    "three columns": (
        MODEL,
        "def f(s: Session):\n    return [(i.name, i.price, i.id) for i in s.scalars(select(Item))]\n",
    ),
    "a property": (MODEL, "def f(s: Session):\n    return [i.label for i in s.scalars(select(Item))]\n"),
    "a relation": (MODEL, "def f(s: Session):\n    return [i.owner for i in s.scalars(select(Item))]\n"),
    "unknown, may be a relation": (DJANGO, "xs = [b.author for b in Book.objects.filter(x=1)]\n"),
    "loaded relation": (DJANGO, "xs = [b.author for b in Book.objects.select_related('author')]\n"),
    "method": (DJANGO, "xs = [b.get_title() for b in Book.objects.filter(x=1)]\n"),
    "whole": (DJANGO, "xs = [(b.id, b) for b in Book.objects.filter(x=1)]\n"),
    "changed": (DJANGO, "for b in Book.objects.filter(x=1):\n    b.title = 'x'\n    b.save()\n"),
    "columns asked for": (ALCHEMY, "def f(s: Session):\n    return [r.email for r in s.execute(select(User.email))]\n"),
    "values": (DJANGO, "xs = [b['title'] for b in Book.objects.values('title')]\n"),
    "only": (DJANGO, "xs = [b.title for b in Book.objects.only('title')]\n"),
    "limited": (ALCHEMY, "def f(s: Session):\n    return [u.email for u in s.scalars(select(User).limit(9))]\n"),
    "list": ("import sqlite3\n", "xs = [x.name for x in items]\n"),
    "used again": (ALCHEMY, "def f(s: Session):\n    us = s.query(User).all()\n    return us, [u.email for u in us]\n"),
}

STAR_FLAGGED = {
    "by name": (SQLITE, "xs = [r['a'] for r in con.execute('SELECT * FROM t')]  # <-\n"),
    "by place": (
        SQLITE,
        "for r in con.execute('select * from t where b = 1').fetchall():  # <-\n    print(r[0], r[3])\n",
    ),
    "one table's": (SQLITE, "xs = {r['a']: r['b'] for r in con.execute('SELECT t.* FROM t JOIN u')}  # <-\n"),
    "cursor": (
        SQLITE,
        "cur = con.cursor()\ncur.execute('SELECT * FROM t')\nfor r in cur.fetchall():  # <-\n    print(r[0])\n",
    ),
    "name": (
        SQLITE,
        "def f():\n    rows = con.execute('SELECT * FROM t WHERE b > 1')\n    return [r[1] for r in rows]  # <-\n",
    ),
    "statement in a name": (SQLITE, "sql = 'SELECT * FROM t'\nxs = [r['a'] for r in con.execute(sql)]  # <-\n"),
    "connection by name": (
        "import psycopg2\n",
        "def f(conn):\n    return [r[0] for r in conn.execute('SELECT * FROM t')]  # <-\n",
    ),
}
STAR_QUIET = {
    "columns named": (SQLITE, "xs = [r['a'] for r in con.execute('SELECT a, b FROM t')]\n"),
    "four columns": (SQLITE, "for r in con.execute('SELECT * FROM t'):\n    print(r[0], r[1], r[2], r[3])\n"),
    "whole rows": (SQLITE, "xs = [dict(r) for r in con.execute('SELECT * FROM t')]\n"),
    "limited": (SQLITE, "xs = [r[0] for r in con.execute('SELECT * FROM t LIMIT 1')]\n"),
    "count": (SQLITE, "xs = [r[0] for r in con.execute('SELECT count(*) FROM t GROUP BY a')]\n"),
    "product": (SQLITE, "xs = [r[0] for r in con.execute('SELECT a * b FROM t')]\n"),
    "used again": (
        SQLITE,
        "def f():\n    rows = con.execute('SELECT * FROM t').fetchall()\n    return rows, [r[1] for r in rows]\n",
    ),
}

OFFSET_FLAGGED = {
    "SQL": (
        SQLITE,
        """
        start = 0
        while True:
            rows = con.execute("SELECT a FROM t ORDER BY a LIMIT 100 OFFSET ?", (start,)).fetchall()  # <-
            if not rows:
                break
            start += 100
        """,
    ),
    "SQL in an f-string, by page": (
        SQLITE,
        "for page in range(pages):\n    con.execute(f'SELECT a FROM t LIMIT {n} OFFSET {page * n}')  # <-\n",
    ),
    "select": (
        ALCHEMY,
        "def f(s: Session, n):\n    for start in range(0, n, 100):\n"
        "        yield from s.scalars(select(User).limit(100).offset(start))  # <-\n",
    ),
    "query": (
        ALCHEMY,
        "def f(s: Session):\n    page = 0\n    while users := s.query(User).offset(page * 50).limit(50).all():  # <-\n"
        "        page += 1\n        use(users)\n",
    ),
    "Django slice": (
        DJANGO,
        "books = Book.objects.order_by('id')\nfor i in range(0, books.count(), 100):\n"
        "    use(list(books[i:i + 100]))  # <-\n",
    ),
    "Django slice, direct": (
        DJANGO,
        "start = 0\nwhile start < n:\n"
        "    use(Book.objects.order_by('id')[start:start + 100])  # <-\n    start += 100\n",
    ),
    "paginator": (
        DJANGO,
        "p = Paginator(Book.objects.order_by('id'), 100)\n"
        "for n in p.page_range:\n    use(p.page(n).object_list)  # <-\n",
    ),
}
OFFSET_QUIET = {
    "one page": (
        ALCHEMY,
        "def f(s: Session, page):\n    return s.scalars(select(User).limit(50).offset(page * 50)).all()\n",
    ),
    "one page of a view": (
        DJANGO,
        "def f(request):\n    return Paginator(Book.objects.all(), 9).get_page(request.GET['page'])\n",
    ),
    "from the last key": (
        SQLITE,
        "while rows := con.execute('SELECT a FROM t WHERE a > ? LIMIT 9', (last,)).fetchall():\n"
        "    last = rows[-1][0]\n",
    ),
    "same offset each time": (
        SQLITE,
        "while x:\n    con.execute('SELECT a FROM t LIMIT 9 OFFSET ?', (start,))\n    x = g()\n",
    ),
    "list slices": ("import sqlite3\n", "for i in range(0, len(items), 100):\n    use(items[i:i + 100])\n"),
    "offset of a date": (DJANGO, "for n in months:\n    d = date.offset(n)\n"),
    "retry": (
        SQLITE,
        "for attempt in range(tries):\n    con.execute('SELECT a FROM t LIMIT 9 OFFSET ?', (attempt,))\n",
    ),
    "pandas": ("import pandas as pd\nimport sqlite3\n", "for i in range(n):\n    df[i:i + 10]\n"),
}

ITERATED_FLAGGED = {
    "Django": (DJANGO, "for b in Book.objects.all():  # <-\n    b.price = 1\n    b.save()\n"),
    "Django, sorted": (DJANGO, "for b in Book.objects.order_by('x'):  # <-\n    send(b)\n"),
    "name": (DJANGO, "def f():\n    books = Book.objects.all()\n    for b in books:  # <-\n        send(b)\n"),
    "SQLAlchemy": (ALCHEMY, "def f(s: Session):\n    for u in s.scalars(select(User)):  # <-\n        send(u)\n"),
    "query": (ALCHEMY, "def f(s: Session):\n    for u in s.query(User):  # <-\n        send(u)\n"),
    "generator": (DJANGO, "def f():\n    for b in Book.objects.all():  # <-\n        yield b\n"),
}
ITERATED_QUIET = {
    "stream": (DJANGO, "for b in Book.objects.all().iterator():\n    send(b)\n"),
    "yield_per": (
        ALCHEMY,
        "def f(s: Session):\n    for u in s.scalars(select(User).execution_options(yield_per=9)):\n        send(u)\n",
    ),
    "yield_per of a query": (
        ALCHEMY,
        "def f(s: Session):\n    for u in s.query(User).yield_per(9):\n        send(u)\n",
    ),
    "filtered": (DJANGO, "for b in Book.objects.filter(x=1):\n    send(b)\n"),
    "prefetched": (DJANGO, "for b in Book.objects.prefetch_related('tags'):\n    send(b)\n"),
    "limited": (ALCHEMY, "def f(s: Session):\n    for u in s.scalars(select(User).limit(9)):\n        send(u)\n"),
    "sliced": (DJANGO, "for b in Book.objects.all()[:10]:\n    send(b)\n"),
    "kept": (DJANGO, "for b in Book.objects.all():\n    books.append(b)\n"),
    "kept by key": (DJANGO, "for b in Book.objects.all():\n    by_id[b.id] = b\n"),
    "used twice": (DJANGO, "def f():\n    bs = Book.objects.all()\n    for b in bs:\n        send(b)\n    return bs\n"),
    "list": ("import sqlite3\n", "for x in items.all():\n    send(x)\n"),
}

CONNECT_FLAGGED = {
    "driver": ("import sqlite3\n", "for i in ids:\n    con = sqlite3.connect('x')  # <-\n    use(con, i)\n"),
    "driver with another name": (
        "import psycopg2 as pg\n",
        "for i in ids:\n    with pg.connect(dsn) as c:  # <-\n        use(c, i)\n",
    ),
    "from import": (
        "from pymysql import connect\n",
        "while rows:\n    c = connect(host='x')  # <-\n    rows = use(c)\n",
    ),
    "engine": (ALCHEMY, "for i in ids:\n    engine = create_engine(url)  # <-\n    use(engine, i)\n"),
    "redis": ("import redis\n", "def f(ids):\n    return [redis.Redis(host='x').ping() for i in ids]  # <-\n"),
    "session": (
        ALCHEMY,
        "engine = create_engine('x')\ndef f(ids):\n    for i in ids:\n"
        "        with Session(engine) as s:  # <-\n            use(s, i)\n",
    ),
    "session maker": (
        ALCHEMY,
        "Maker = sessionmaker(create_engine('x'))\ndef f(ids):\n    for i in ids:\n"
        "        with Maker() as s:  # <-\n            use(s, i)\n",
    ),
    "connection of an engine": (
        ALCHEMY,
        "engine = create_engine('x')\nfor i in ids:\n    with engine.begin() as c:  # <-\n        use(c, i)\n",
    ),
    "asynchronous": (
        "import asyncpg\n",
        "async def f(ids):\n    for i in ids:\n        c = await asyncpg.connect(dsn)  # <-\n        use(c, i)\n",
    ),
    "mongo": ("from pymongo import MongoClient\n", "for i in ids:\n    MongoClient().db.things.drop(i)  # <-\n"),
}
CONNECT_QUIET = {
    "one for each file": ("import sqlite3\n", "for path in paths:\n    con = sqlite3.connect(path)\n"),
    "one for each file, made from it": (
        "import sqlite3\n",
        "for name in names:\n    path = folder / name\n    con = sqlite3.connect(path)\n",
    ),
    "before the loop": ("import sqlite3\n", "con = sqlite3.connect('x')\nfor i in ids:\n    use(con, i)\n"),
    "retry": (
        "import sqlite3\n",
        "def f():\n    while True:\n        try:\n            return sqlite3.connect('x')\n"
        "        except sqlite3.Error:\n            pause()\n",
    ),
    "daemon": ("import sqlite3\n", "while True:\n    con = sqlite3.connect('x')\n    time.sleep(60)\n"),
    "few": ("import sqlite3\n", "for i in (1, 2):\n    sqlite3.connect('x')\n"),
    "signals": ("import sqlite3\n", "for s in signals:\n    s.connect(handler)\n    button.clicked.connect(s)\n"),
    "requests session": ("import requests, sqlite3\n", "for u in urls:\n    s = Session()\n"),
    "session's own connection": (ALCHEMY, "def f(s: Session, ids):\n    for i in ids:\n        s.connection()\n"),
    "each engine": (ALCHEMY, "for engine in engines:\n    with engine.connect() as c:\n        use(c)\n"),
    "function defined in a loop": (
        "import sqlite3\n",
        "for i in ids:\n    def f():\n        return sqlite3.connect('x')\n",
    ),
}

PER_CALL_FLAGGED = {
    "route": (
        ALCHEMY,
        "@app.get('/x')\ndef handler():\n    engine = create_engine(url)  # <-\n"
        "    with engine.connect() as c:\n        return c.info\n",
    ),
    "asynchronous route": (
        "import asyncpg\n",
        "@router.post('/x')\nasync def handler(x: int):\n"
        "    con = await asyncpg.connect(dsn)  # <-\n    return await con.fetch('SELECT 1')\n",
    ),
    "Django view": (
        "import psycopg2\n",
        "def view(request):\n    con = psycopg2.connect(dsn)  # <-\n    return con.cursor().fetchone()\n",
    ),
    "task": ("import redis\n", "@shared_task\ndef work(x):\n    redis.Redis().set('a', x)  # <-\n"),
    "called in a loop": (
        ALCHEMY,
        "def price(i):\n    engine = create_engine(url)  # <-\n"
        "    return engine.connect().scalar(q)\ndef f(ids):\n    return [price(i) for i in ids]\n",
    ),
    "method called in a loop": (
        "import psycopg2\n",
        """
        class Shop:
            def price(self, i):
                with psycopg2.connect(self.dsn) as con:  # <-
                    return con.cursor().execute(q, i)
            def prices(self, ids):
                for i in ids:
                    yield self.price(i)
        """,
    ),
    "mapped": (
        ALCHEMY,
        "def price(i):\n    e = create_engine(url)  # <-\n"
        "    return e.connect().scalar(q)\nprices = list(map(price, ids))\n",
    ),
}
PER_CALL_QUIET = {
    "module level": (ALCHEMY, "engine = create_engine(url)\n"),
    "returned": (ALCHEMY, "def get_engine():\n    return create_engine(url)\n"),
    "returned to a handler": (
        ALCHEMY,
        "@app.get('/x')\ndef handler():\n    engine = create_engine(url)\n    return engine\n",
    ),
    "stored": (ALCHEMY, "def price(self):\n    self.engine = create_engine(url)\nfor i in ids:\n    price(i)\n"),
    "global": (
        ALCHEMY,
        "def price(i):\n    global engine\n    engine = create_engine(url)\nfor i in ids:\n    price(i)\n",
    ),
    "cached": (
        ALCHEMY,
        "@lru_cache\ndef price(i):\n    e = create_engine(url)\n"
        "    return e.connect().scalar(q)\nfor i in ids:\n    price(i)\n",
    ),
    "main": (ALCHEMY, "def main():\n    engine = create_engine(url)\n    use(engine.connect())\n"),
    "called once": (ALCHEMY, "def price(i):\n    e = create_engine(url)\n    e.connect()\nprice(3)\n"),
    "called for a few": (
        ALCHEMY,
        "def price(i):\n    e = create_engine(url)\n    e.connect()\nfor i in (1, 2):\n    price(i)\n",
    ),
    "startup": (
        ALCHEMY,
        "async def lifespan(app):\n    engine = create_engine(url)\n    app.state.engine = engine\n    yield\n",
    ),
    "SQLite in a view": (
        "import sqlite3\n",
        "def view(request):\n    con = sqlite3.connect('x')\n    return con.execute(q).fetchone()\n",
    ),
    "handed on": (ALCHEMY, "@app.get('/x')\ndef handler():\n    registry.register(create_engine(url))\n"),
}

COMMIT_FLAGGED = {
    "connection": (SQLITE, "for r in rows:\n    work(r)\n    con.commit()  # <-\n"),
    "session": (
        ALCHEMY,
        "def f(users, session):\n    for u in users:\n        session.add(u)\n        session.commit()  # <-\n",
    ),
    "awaited": (
        ALCHEMY,
        "async def f(session, users):\n    for u in users:\n"
        "        session.add(u)\n        await session.commit()  # <-\n",
    ),
    "typed": (ALCHEMY, "def f(s: Session, rows):\n    for r in rows:\n        s.add(r)\n        s.commit()  # <-\n"),
    "attribute": (
        ALCHEMY,
        "class A:\n    def f(self, rows):\n        for r in rows:\n"
        "            self.session.merge(r)\n            self.session.commit()  # <-\n",
    ),
    "Flask-SQLAlchemy": (
        "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
        "for r in rows:\n    db.session.add(r)\n    db.session.commit()  # <-\n",
    ),
    "while": (SQLITE, "while rows:\n    work(rows.pop())\n    con.commit()  # <-\n"),
}
COMMIT_QUIET = {
    "after the loop": (SQLITE, "for r in rows:\n    work(r)\ncon.commit()\n"),
    "batches": (SQLITE, "for batch in batches:\n    con.executemany(sql, batch)\n    con.commit()\n"),
    "steps": (SQLITE, "for i in range(0, n, 500):\n    work(rows[i:i + 500])\n    con.commit()\n"),
    "every hundredth": (
        SQLITE,
        "for i, r in enumerate(rows):\n    work(r)\n    if i % 100 == 0:\n        con.commit()\n",
    ),
    "each on its own": (
        SQLITE,
        "for r in rows:\n    try:\n        work(r)\n    except ValueError:\n        con.rollback()\n    con.commit()\n",
    ),
    "git": ("import sqlite3\n", "for repo in repos:\n    repo.commit('message')\n    repo.index.commit()\n"),
    "retry": (
        SQLITE,
        "while True:\n    try:\n        con.commit()\n        break\n    except sqlite3.Error:\n        pass\n",
    ),
    "few": (SQLITE, "for r in (1, 2):\n    work(r)\n    con.commit()\n"),
    "daemon": (SQLITE, "while True:\n    work(queue.get())\n    con.commit()\n"),
}

CACHE_FLAGGED = {
    "get": ("import redis\nr = redis.Redis()\n", "values = [r.get(k) for k in keys]  # <-\n"),
    "from a URL": ("import redis\nr = redis.from_url(u)\n", "for k, v in pairs:\n    r.set(k, v)  # <-\n"),
    "typed": (
        "from redis import Redis\n",
        "def f(cache: Redis, ids):\n    for i in ids:\n        cache.hget(f'user:{i}', 'name')  # <-\n",
    ),
    "asynchronous": (
        "import redis.asyncio as redis\n",
        "async def f(ids):\n    r = redis.Redis()\n    for i in ids:\n        await r.delete(i)  # <-\n",
    ),
    "Django": ("from django.core.cache import cache\n", "for i in ids:\n    cache.get(f'user:{i}')  # <-\n"),
    "Django's others": (
        "from django.core.cache import caches\n",
        "c = caches['x']\nfor k, v in d.items():\n    c.set(k, v)  # <-\n",
    ),
    "by name": (
        "import redis\n",
        "def f(redis_client, ids):\n    for i in ids:\n"
        "        redis_client.sadd('all', i)  # <-\n        redis_client.get(i)  # <-\n",
    ),
    "attribute": (
        "import redis\n",
        "class A:\n    def __init__(self):\n        self.r = redis.Redis()\n"
        "    def f(self, ids):\n        return {i: self.r.get(i) for i in ids}  # <-\n",
    ),
}
CACHE_QUIET = {
    "pipeline": ("import redis\nr = redis.Redis()\n", "p = r.pipeline()\nfor k in keys:\n    p.get(k)\np.execute()\n"),
    "dict": ("import redis\n", "cache = {}\nfor k in keys:\n    cache.get(k)\n    cache.setdefault(k, 1)\n"),
    "unknown": ("import redis\n", "def f(cache, keys):\n    for k in keys:\n        cache.get(k)\n"),
    "requests": ("import requests, redis\n", "s = requests.Session()\nfor u in urls:\n    s.get(u)\n"),
    "mget": ("import redis\nr = redis.Redis()\n", "values = r.mget(keys)\n"),
    "few": ("import redis\nr = redis.Redis()\n", "for k in ('a', 'b'):\n    r.get(k)\n"),
    "same key": ("import redis\nr = redis.Redis()\n", "for x in xs:\n    r.get('flag')\n"),
    "batches": ("import redis\nr = redis.Redis()\n", "for i in range(0, n, 100):\n    r.delete(*keys[i:i + 100])\n"),
    "worker": ("import redis\nr = redis.Redis()\n", "while True:\n    job = r.lpop('jobs')\n    r.get(job)\n"),
}

CASES = {
    "rows-counted-in-python": (COUNT_FLAGGED, COUNT_QUIET),
    "rows-filtered-in-python": (FILTER_FLAGGED, FILTER_QUIET),
    "rows-summed-in-python": (SUM_FLAGGED, SUM_QUIET),
    "all-rows-for-the-first": (FIRST_FLAGGED, FIRST_QUIET),
    "existence-by-fetch": (EXISTS_FLAGGED, EXISTS_QUIET),
    "existence-by-count": (COUNTED_FLAGGED, COUNTED_QUIET),
    "whole-entity-fetch": (ENTITY_FLAGGED, ENTITY_QUIET),
    "select-star": (STAR_FLAGGED, STAR_QUIET),
    "offset-pagination": (OFFSET_FLAGGED, OFFSET_QUIET),
    "whole-table-iterated": (ITERATED_FLAGGED, ITERATED_QUIET),
    "connection-in-loop": (CONNECT_FLAGGED, CONNECT_QUIET),
    "connection-per-call": (PER_CALL_FLAGGED, PER_CALL_QUIET),
    "commit-in-loop": (COMMIT_FLAGGED, COMMIT_QUIET),
    "cache-command-in-loop": (CACHE_FLAGGED, CACHE_QUIET),
}


def test_a_name_that_is_used_again_stands_for_what_it_was_last(rules):
    code = """
from sqlalchemy import delete, select
def f(conn, keys, t):
    stmt = select(t)
    known = conn.execute(stmt).all()
    for key in keys:
        stmt = delete(t).where(t.c.key == key)
        conn.execute(stmt)
    return known
"""
    both = [rules["query-in-loop"], rules["insert-in-loop"]]
    assert [(one.rule, one.line) for one in lint_source(code, "code.py", both)] == [("insert-in-loop", 8)]
