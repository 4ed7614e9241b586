# --- variant: Django, a queryset in a variable that is only tested
from .models import Order


def has_open(user):
    orders = Order.objects.filter(user=user, closed=False)
    if orders:  # expect: existence-by-fetch
        return "open"
    return "done"


# --- variant: SQLAlchemy, legacy query with all() and not
from .models import User


def free(session, name):
    return not session.query(User).filter_by(name=name).all()  # expect: existence-by-fetch


# --- variant: async session, result in two steps
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Like


async def liked(db: AsyncSession, user: int, post: int):
    result = await db.execute(select(Like).where(Like.user == user, Like.post == post))
    return bool(result.scalars().all())  # expect: existence-by-fetch


# --- variant: psycopg2, fetchall compared with an empty list
import psycopg2


def exists(dsn, table):
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM pg_tables WHERE tablename = %s", (table,))
    return cursor.fetchall() != []  # expect: existence-by-fetch


# --- variant: asyncpg fetch, len zero
import asyncpg


async def unused(connection: asyncpg.Connection, code):
    rows = await connection.fetch("SELECT id FROM voucher WHERE code = $1", code)
    return len(rows) == 0  # expect: existence-by-fetch


# --- variant: sqlite, the cursor is an attribute
import sqlite3


class Seen:
    def __init__(self, path):
        self.cursor = sqlite3.connect(path).cursor()

    def has(self, url):
        self.cursor.execute("SELECT url FROM seen WHERE url = ?", (url,))
        if self.cursor.fetchall():  # expect: existence-by-fetch
            return True
        return False


# --- variant: while with a fetch as its condition, ORM
from .models import Lock


def taken(session, name):
    locks = session.query(Lock).filter(Lock.name == name).all()
    return True if locks else False  # expect: existence-by-fetch


# --- variant: walrus that nobody reads, Django values_list
# not found: needs uses of a name given inside an expression
from .models import Membership


def check(user, group):
    if not (members := Membership.objects.filter(user=user, group=group).values_list("id")):  # expect: existence-by-fetch
        raise PermissionError(group)


# --- variant: aiosqlite, in an assert-like guard
import aiosqlite


async def guard(path, token):
    async with aiosqlite.connect(path) as db:
        cursor = await db.execute("SELECT * FROM token WHERE token = ?", (token,))
        if not await cursor.fetchall():  # expect: existence-by-fetch
            raise LookupError(token)


# --- variant: any over rows, Django
from .models import Alert


def is_red(host):
    return any(Alert.objects.filter(host=host, level="red"))  # expect: existence-by-fetch


# --- variant: Flask-SQLAlchemy, len in a condition with or
from .models import Subscription


def must_pay(user):
    return user.guest or len(Subscription.query.filter_by(user_id=user.id).all()) < 1  # expect: existence-by-fetch


# --- variant: Django related manager, list around it
# not found: the file does not show that it is Django's
def has_photo(album):
    return len(list(album.photo_set.filter(public=True))) > 0  # expect: existence-by-fetch


# --- quiet: fetched once and used
from .models import Order


def show(user):
    orders = Order.objects.filter(user=user)
    if orders:
        for order in orders:
            print(order)


# --- quiet: a limit of one
from sqlalchemy import select

from .models import User


def free(session, name):
    return session.scalars(select(User.id).where(User.name == name).limit(1)).first() is None


# --- quiet: a plain list
def has_any(words):
    long_words = [word for word in words if len(word) > 9]
    return bool(long_words)
