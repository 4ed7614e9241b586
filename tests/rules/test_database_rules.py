from rule_cases import test_rule, test_tables_mark_what_they_claim  # noqa: F401

SQLITE = "import sqlite3\ncon = sqlite3.connect('x')\n"
ALCHEMY = (
    "from sqlalchemy import select, insert, update, text, func, create_engine\n"
    "from sqlalchemy.orm import Session, sessionmaker, selectinload, joinedload, relationship\n"
    "from app.models import User, Order\n"
)
DJANGO = "from django.db import models, connection\nfrom shop.models import Book, Author\n"
MODELS = (
    ALCHEMY
    + """
class Profile(Base):
    pass
class Account(Base):
    profile = relationship("Profile")
    orders: Mapped[list["Order"]] = relationship(back_populates="account")
    eager = relationship("Profile", lazy="selectin")
    name = mapped_column(String)
"""
)
DJANGO_MODELS = (
    "from django.db import models\n"
    "class Author(models.Model):\n    name = models.TextField()\n"
    "class Book(models.Model):\n"
    "    author = models.ForeignKey(Author, on_delete=models.CASCADE)\n"
    "    tags = models.ManyToManyField('Tag')\n"
)

QUERY_FLAGGED = {
    "cursor of a connection": (
        SQLITE,
        """
        def f(ids):
            cur = con.cursor()
            for i in ids:
                cur.execute("SELECT a FROM t WHERE id = ?", (i,))  # <-
        """,
    ),
    "connection, in a comprehension": (
        SQLITE,
        "rows = [con.execute('SELECT a FROM t WHERE id = ?', (i,)).fetchone() for i in ids]  # <-\n",
    ),
    "name from an import with another name": (
        "import psycopg2 as pg\n",
        """
        with pg.connect(dsn) as c, c.cursor() as k:
            for i in ids:
                k.execute(sql, (i,))  # <-
        """,
    ),
    "unknown receiver, evident SQL": (
        "",
        """
        def f(thing, ids):
            for i in ids:
                thing.execute("select name from customer where id = %s", [i])  # <-
        """,
    ),
    "SQL in a name": (
        SQLITE,
        """
        sql = "SELECT a FROM t WHERE id = ?"
        for i in ids:
            con.execute(sql, (i,))  # <-
        """,
    ),
    "session of an annotated parameter": (
        ALCHEMY,
        """
        def f(db: Session, ids):
            for i in ids:
                user = db.get(User, i)  # <-
        """,
    ),
    "session in an attribute": (
        ALCHEMY,
        """
        class Shop:
            def __init__(self, db: Session) -> None:
                self.db = db
            def names(self, ids):
                return {i: self.db.scalar(select(User.name).where(User.id == i)) for i in ids}  # <-
        """,
    ),
    "session maker in a with": (
        ALCHEMY,
        """
        make = sessionmaker(create_engine(url))
        with make() as s:
            for i in ids:
                s.query(User).filter(User.id == i).first()  # <-
        """,
    ),
    "await, in an async for": (
        ALCHEMY,
        """
        async def f(session, ids):
            async for i in ids:
                r = await session.execute(select(User).where(User.id == i))  # <-
        """,
    ),
    "annotation in quotes, optional": (
        ALCHEMY,
        """
        def f(ids, s: "Session | None" = None):
            for i in ids:
                s.scalars(select(User).where(User.id == i)).one()  # <-
        """,
    ),
    "Django get": (DJANGO, "for i in ids:\n    Book.objects.get(pk=i)  # <-\n"),
    "Django filter and first": (DJANGO, "for a in authors:\n    b = Book.objects.filter(author=a).first()  # <-\n"),
    "Django filter in an inner loop": (
        DJANGO,
        "for a in authors:\n    for b in Book.objects.filter(author=a):  # <-\n        use(b)\n",
    ),
    "Django exists in a condition": (
        DJANGO,
        "for a in authors:\n    if Book.objects.filter(author=a).exists():  # <-\n        use(a)\n",
    ),
    "Django query that is gone through later": (
        DJANGO,
        "for a in authors:\n    books = Book.objects.filter(author=a)  # <-\n    for b in books:\n        use(b)\n",
    ),
    "while that assigns": (
        ALCHEMY,
        "def f(s: Session, i):\n    while row := s.execute(select(User).where(User.id == i)).first():  # <-\n"
        "        i = row.parent\n",
    ),
    "Django count in a comprehension": (
        DJANGO,
        "n = {a: Book.objects.filter(author=a).count() for a in authors}  # <-\n",
    ),
    "Django's raw cursor": (
        DJANGO,
        """
        with connection.cursor() as c:
            for i in ids:
                c.execute("SELECT x FROM y WHERE z = %s", [i])  # <-
        """,
    ),
    "while with a condition": (
        SQLITE,
        "while node:\n    node = con.execute('SELECT parent FROM t WHERE id = ?', (node,)).fetchone()  # <-\n",
    ),
    "inside try and if": (
        SQLITE,
        """
        for i in ids:
            try:
                if i:
                    con.execute("SELECT a FROM t WHERE id = ?", (i,))  # <-
            except ValueError:
                continue
        """,
    ),
    "long loop around a short one": (
        SQLITE,
        """
        for i in ids:
            for table in ("a", "b"):
                con.execute("SELECT a FROM t WHERE id = ? AND kind = ?", (i, table))  # <-
        """,
    ),
    "batches whose items are queried one by one": (
        SQLITE,
        """
        for start in range(0, len(ids), 100):
            for i in ids[start:start + 100]:
                con.execute("SELECT a FROM t WHERE id = ?", (i,))  # <-
        """,
    ),
    "lazy relation of a select": (
        MODELS,
        """
        def f(session):
            for a in session.scalars(select(Account)):
                print(a.profile)  # <-
        """,
    ),
    "lazy relation in a comprehension": (
        MODELS,
        """
        def f(session: Session):
            accounts = session.query(Account).limit(9).all()
            return [len(a.orders) for a in accounts]  # <-
        """,
    ),
    "another relation is loaded": (
        MODELS,
        """
        def f(session):
            q = select(Account).limit(9)
            q = q.options(joinedload(Account.orders))
            for a in session.scalars(q).unique().all():
                print(a.profile)  # <-
        """,
    ),
    "Django foreign key": (
        DJANGO_MODELS,
        "for b in Book.objects.filter(x=1):\n    print(b.author.name)  # <-\n",
    ),
    "one line": (SQLITE, "for i in ids: con.execute('SELECT a FROM t WHERE id = ?', (i,))  # <-\n"),
    "one-line function": (
        SQLITE,
        "def f(ids): return [con.execute('SELECT a FROM t WHERE id = ?', (i,)) for i in ids]  # <-\n",
    ),
    "second statement of a line": (
        SQLITE,
        "x = 1; y = [con.execute('SELECT a FROM t WHERE id = ?', (i,)) for i in ids]; z = 2  # <-\n",
    ),
    "in the condition of an elif": (
        SQLITE,
        """
        if a:
            pass
        elif any(con.execute('SELECT a FROM t WHERE id = ?', (i,)) for i in ids):  # <-
            pass
        """,
    ),
}

QUERY_QUIET = {
    "dict.get": ("", "d = {}\nfor k in keys:\n    d.get(k, None)\n"),
    "get of an unknown name": ("import sqlite3\n", "def f(d, keys):\n    return [d.get(k, User) for k in keys]\n"),
    "thread pool": (
        "import sqlite3\nfrom concurrent.futures import ThreadPoolExecutor\n",
        "with ThreadPoolExecutor() as session:\n    for i in ids:\n        session.execute(i)\n",
    ),
    "task runner": ("import sqlite3\n", "for task in tasks:\n    task.execute(host)\n    runner.execute('ls -l')\n"),
    "requests session": (
        "import requests, sqlite3\n",
        "session = requests.Session()\nfor u in urls:\n    session.get(u, Headers)\n",
    ),
    "constant few items": (SQLITE, "for i in (1, 2, 3):\n    con.execute('SELECT a FROM t WHERE id = ?', (i,))\n"),
    "constant few items behind a name": (
        SQLITE,
        "KINDS = ['a', 'b']\ndef f():\n    for k in KINDS:\n        con.execute('SELECT a FROM t WHERE k = ?', (k,))\n",
    ),
    "short range": (SQLITE, "for i in range(3):\n    con.execute('SELECT a FROM t WHERE id = ?', (i,))\n"),
    "retry that returns": (
        SQLITE,
        """
        def f():
            for attempt in tries:
                try:
                    return con.execute("SELECT a FROM t").fetchone()
                except sqlite3.OperationalError:
                    pass
        """,
    ),
    "retry that breaks in else": (
        SQLITE,
        """
        while True:
            try:
                row = con.execute("SELECT a FROM t").fetchone()
            except sqlite3.OperationalError:
                continue
            else:
                break
        """,
    ),
    "named retry": (SQLITE, "for attempt in range(max_retries):\n    con.execute('SELECT a FROM t').fetchone()\n"),
    "batches by range": (
        SQLITE,
        """
        for i in range(0, len(ids), 500):
            con.execute(f"SELECT a FROM t WHERE id IN ({marks})", ids[i:i + 500])
        """,
    ),
    "batches by a helper": (
        SQLITE,
        "for part in itertools.batched(ids, 500):\n    con.execute(f'SELECT a FROM t WHERE id IN ({m})', part)\n",
    ),
    "fetchmany": (
        SQLITE,
        """
        cur = con.execute("SELECT a FROM t WHERE b = 1")
        while rows := cur.fetchmany(100):
            use(rows)
        """,
    ),
    "what the loop goes over": (SQLITE, "for row in con.execute('SELECT a FROM t WHERE b = 1'):\n    print(row)\n"),
    "after the loop": (SQLITE, "for i in ids:\n    pass\nelse:\n    con.execute('SELECT a FROM t WHERE b = 1')\n"),
    "function defined in a loop": (
        SQLITE,
        "for i in ids:\n    def later():\n        return con.execute('SELECT a FROM t WHERE b = 1')\n",
    ),
    "script of statements": (SQLITE, "for statement in script.split(';'):\n    con.execute(statement)\n"),
    "one to each database": (SQLITE, "for db in databases:\n    db.execute('SELECT a FROM t WHERE b = 1')\n"),
    "DDL": (SQLITE, "for t in tables:\n    con.execute(f'DROP TABLE {t}')\n    con.execute('PRAGMA x')\n"),
    "another table each time": (SQLITE, "for t in tables:\n    con.execute(f'SELECT count(*) FROM {t}')\n"),
    "polling": (SQLITE, "while not stop:\n    con.execute('SELECT a FROM jobs')\n    time.sleep(5)\n"),
    "a query that is only built": (
        DJANGO,
        "for a in authors:\n    q = q | Q(pk=a)\n    use(Book.objects.filter(author=a))\n",
    ),
    "a query built upon": (
        DJANGO,
        "for a in authors:\n    other = Book.objects.filter(author=OuterRef('pk'))\n"
        "    q = q.annotate(Exists(other))\n",
    ),
    "until there is none": (DJANGO, "while Book.objects.filter(slug=slug).exists():\n    slug = another(slug)\n"),
    "names of tables": (
        SQLITE,
        "for t in names:\n    con.execute('SELECT sql FROM sqlite_master WHERE name = ?', (t,))\n",
    ),
    "an update with parameters": (
        ALCHEMY,
        "def f(s: Session):\n    for i in ids:\n        s.execute(text('UPDATE t SET a = 1').params(i=i))\n",
    ),
    "numpy all and any": ("import numpy as np, sqlite3\n", "for a in arrays:\n    a.all()\n    any(a)\n    all(a)\n"),
    "list count, path first": (
        "import sqlite3\n",
        "for x in xs:\n    xs.count(x)\n    thing.first()\n    s.filter(x)\n",
    ),
    "relation that is loaded": (
        MODELS,
        """
        async def f(session):
            result = await session.execute(select(Account).options(selectinload(Account.profile)).limit(100))
            for a in result.scalars().all():
                print(a.profile, a.name, a.eager)
        """,
    ),
    "relation loaded by a name": (
        MODELS,
        "def f(session, how):\n    for a in session.scalars(select(Account).options(how)):\n        print(a.profile)\n",
    ),
    "relation that is set": (
        MODELS,
        "def f(session):\n    for a in session.scalars(select(Account)):\n        a.profile = None\n",
    ),
    "attribute of something else": (MODELS, "for a in accounts:\n    print(a.profile)\n"),
    "Django select_related": (
        DJANGO_MODELS,
        "for b in Book.objects.select_related('author'):\n    print(b.author.name, b.author_id)\n",
    ),
    "statement in a docstring": ("", 'for i in ids:\n    """cursor.execute("SELECT a FROM t")"""\n'),
}

INSERT_FLAGGED = {
    "execute INSERT": (SQLITE, "for r in rows:\n    con.execute('INSERT INTO t VALUES (?)', r)  # <-\n"),
    "execute UPDATE": (SQLITE, "for r in rows:\n    con.execute('UPDATE t SET a = ? WHERE b = ?', r)  # <-\n"),
    "execute DELETE in a comprehension": (
        SQLITE,
        "[con.execute('DELETE FROM t WHERE a = ?', r) for r in rows]  # <-\n",
    ),
    "INSERT OR REPLACE": (SQLITE, "for r in rows:\n    con.execute('insert or replace into t values (?)', r)  # <-\n"),
    "unknown receiver, evident SQL": ("", "for r in rows:\n    db.run.execute('INSERT INTO t VALUES (%s)', r)  # <-\n"),
    "insert of SQLAlchemy": (
        ALCHEMY,
        "def f(s: Session, rows):\n    for r in rows:\n        s.execute(insert(User).values(name=r))  # <-\n",
    ),
    "flush per object": (
        ALCHEMY,
        "def f(s: Session, rows):\n    for r in rows:\n        s.add(User(r))\n        s.flush()  # <-\n",
    ),
    "Django create": (DJANGO, "for r in rows:\n    Book.objects.create(title=r)  # <-\n"),
    "Django get_or_create": (DJANGO, "for r in rows:\n    Book.objects.get_or_create(title=r)  # <-\n"),
    "Django save of a new object": (
        DJANGO_MODELS,
        "for r in rows:\n    book = Book(title=r)\n    book.save()  # <-\n",
    ),
    "Django save of what was queried": (
        DJANGO,
        "for book in Book.objects.filter(x=1):\n    book.price += 1\n    book.save()  # <-\n",
    ),
    "Django update per object": (DJANGO, "for b in ids:\n    Book.objects.filter(pk=b).update(x=1)  # <-\n"),
    "inside with": (
        SQLITE,
        "with con:\n    for r in rows:\n        con.execute('INSERT INTO t VALUES (?)', r)  # <-\n",
    ),
}

INSERT_QUIET = {
    "executemany": (SQLITE, "con.executemany('INSERT INTO t VALUES (?)', [r for r in rows])\ncon.commit()\n"),
    "executemany per batch": (
        SQLITE,
        """
        for i in range(0, len(rows), 500):
            con.executemany("INSERT INTO t VALUES (?)", rows[i:i + 500])
            con.commit()
        """,
    ),
    "commit per batch": (SQLITE, "for batch in batches:\n    con.executemany(sql, batch)\n    con.commit()\n"),
    "bulk_create": (DJANGO, "Book.objects.bulk_create([Book(title=r) for r in rows])\n"),
    "add_all": (ALCHEMY, "def f(s: Session):\n    s.add_all([User(r) for r in rows])\n    s.commit()\n"),
    "add in a loop, commit after it": (
        ALCHEMY,
        "def f(s: Session):\n    for r in rows:\n        s.add(User(r))\n    s.commit()\n",
    ),
    "constant few rows": (SQLITE, "for r in (1, 2):\n    con.execute('INSERT INTO t VALUES (?)', (r,))\n"),
    "save of something else": (
        DJANGO,
        "for path in paths:\n    image = Image.open(path)\n    image.save(path)\n    form.save()\n",
    ),
    "figures and workbooks": ("import sqlite3\n", "for x in xs:\n    book = Workbook()\n    book.save(x)\n"),
    "create of something else": (DJANGO, "for x in xs:\n    client.containers.create(x)\n    venv.create(x)\n"),
    "update of a dict": (DJANGO, "for x in xs:\n    d.update(x)\n    self.seen.update(x)\n"),
    "delete of something else": ("import requests, sqlite3\n", "for x in xs:\n    s3.delete(x)\n    path.delete()\n"),
    "commit": (SQLITE, "for r in rows:\n    work(r)\n    con.commit()\n"),
    "git commit": ("import sqlite3\n", "for repo in repos:\n    repo.commit('message')\n    repo.index.commit()\n"),
    "retry": (
        SQLITE,
        """
        def f():
            while True:
                try:
                    con.execute("INSERT INTO t VALUES (1)")
                    return con.commit()
                except sqlite3.OperationalError:
                    pass
        """,
    ),
    "DDL": (SQLITE, "for t in tables:\n    con.execute(f'CREATE TABLE {t} (a)')\n"),
    "another table each time": (SQLITE, "for t in tables:\n    con.execute(f'DELETE FROM {t}')\n"),
}

FETCH_FLAGGED = {
    "fetchall of a whole table": (SQLITE, "rows = con.execute('SELECT a, b FROM t').fetchall()  # <-\n"),
    "fetchall of a cursor": (
        SQLITE,
        "def f():\n    cur = con.cursor()\n"
        "    cur.execute('SELECT * FROM t ORDER BY a')\n    return cur.fetchall()  # <-\n",
    ),
    "scalars all": (ALCHEMY, "def f(s: Session):\n    return s.scalars(select(User)).all()  # <-\n"),
    "execute scalars all": (
        ALCHEMY,
        "async def f(s):\n    r = await s.execute(select(User).order_by(User.id))\n"
        "    return r.scalars().all()  # <-\n",
    ),
    "query all": (ALCHEMY, "def f(session):\n    return session.query(User).all()  # <-\n"),
    "query all, options only": (
        ALCHEMY,
        "def f(s: Session):\n    q = s.query(User).options(joinedload(User.x))\n    return q.all()  # <-\n",
    ),
    "Django list of all": (DJANGO, "def f():\n    return list(Book.objects.all())  # <-\n"),
    "Django list of all, sorted": (DJANGO, "books = list(Book.objects.all().order_by('x'))  # <-\n"),
    "then sliced": (ALCHEMY, "def f(s: Session):\n    return s.scalars(select(User)).all()[:20]  # <-\n"),
}

FETCH_QUIET = {
    "golden: limited": (
        ALCHEMY,
        """
        async def f(session):
            result = await session.execute(select(User).options(selectinload(User.profile)).limit(100))
            return result.scalars().all()
        """,
    ),
    "where": (ALCHEMY, "def f(s: Session):\n    return s.scalars(select(User).where(User.id > 3)).all()\n"),
    "filter_by": (ALCHEMY, "def f(session):\n    return session.query(User).filter_by(a=1).all()\n"),
    "yield_per": (ALCHEMY, "def f(session):\n    return session.query(User).yield_per(100).all()\n"),
    "few columns": (ALCHEMY, "def f(s: Session):\n    return s.execute(select(User.id)).all()\n"),
    "aggregate": (ALCHEMY, "def f(s: Session):\n    return s.execute(select(func.count())).all()\n"),
    "SQL with WHERE": (SQLITE, "rows = con.execute('SELECT a FROM t WHERE b = 1').fetchall()\n"),
    "SQL with LIMIT": (SQLITE, "rows = con.execute('SELECT a FROM t LIMIT 10').fetchall()\n"),
    "SQL aggregate": (SQLITE, "rows = con.execute('SELECT count(*) FROM t').fetchall()\n"),
    "PRAGMA": (SQLITE, "rows = con.execute('PRAGMA table_info(t)').fetchall()\n"),
    "unknown statement": ("import sqlite3\n", "def f(cursor):\n    return cursor.fetchall()\n"),
    "numpy": ("import numpy as np, sqlite3\n", "ok = (a == b).all() and all(x) and np.ones(3).all()\n"),
    "name of a statement that changes later": (
        SQLITE,
        """
        q = "SELECT a FROM t WHERE b = 1"
        found = con.execute(q)
        for row in found.fetchall():
            q = "SELECT a FROM t"
        """,
    ),
    "manager's own method": (DJANGO, "books = list(Book.objects.all().published())\n"),
    "lazy Django query": (DJANGO, "books = Book.objects.all()\n"),
    "filtered Django list": (DJANGO, "books = list(Book.objects.all().filter(x=1))\n"),
    "list of something else": (DJANGO, "books = list(things.all())\nxs = list(range(3))\n"),
}

CASES = {
    "query-in-loop": (QUERY_FLAGGED, QUERY_QUIET),
    "insert-in-loop": (INSERT_FLAGGED, INSERT_QUIET),
    "unbounded-fetch": (FETCH_FLAGGED, FETCH_QUIET),
}
