# --- variant: Django, len of a filtered queryset in an f-string
from .models import Order


def line(user):
    return f"{user}: {len(Order.objects.filter(user=user))} orders"  # expect: rows-counted-in-python


# --- variant: Django, a variable of which only the length is used
from .models import Message


def badge(request):
    unread = Message.objects.filter(to=request.user, read=False)
    return {"unread": len(unread)}  # expect: rows-counted-in-python


# --- variant: SQLAlchemy legacy query
from .models import User


def users_of(session, city):
    return len(session.query(User).filter(User.city == city).all())  # expect: rows-counted-in-python


# --- variant: async session, two steps
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Like


async def likes(db: AsyncSession, post: int) -> int:
    result = await db.execute(select(Like).where(Like.post == post))
    rows = result.scalars().all()
    return len(rows)  # expect: rows-counted-in-python


# --- variant: sqlite in a method, cursor an attribute
import sqlite3


class Store:
    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.cursor = self.connection.cursor()

    def __len__(self):
        self.cursor.execute("SELECT id FROM item WHERE deleted = 0")
        return len(self.cursor.fetchall())  # expect: rows-counted-in-python


# --- variant: asyncpg fetch
import asyncpg


async def how_many(pool: asyncpg.Pool, state: str):
    return len(await pool.fetch("SELECT id FROM job WHERE state = $1", state))  # expect: rows-counted-in-python


# --- variant: sum of ones over a cursor
import psycopg


def late(dsn):
    with psycopg.connect(dsn) as connection:
        cursor = connection.execute("SELECT id FROM parcel WHERE due < now()")
        return sum(1 for _ in cursor)  # expect: rows-counted-in-python


# --- variant: a counter in a for loop over rows
# not found: a loop that counts is not read as len
from .models import Visit


def visits(day):
    count = 0
    for visit in Visit.objects.filter(day=day):  # expect: rows-counted-in-python
        count += 1
    return count


# --- variant: len of a comprehension with a condition on a column
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Order


def paid(session: Session, year):
    orders = session.scalars(select(Order).where(Order.year == year)).all()
    return len([order for order in orders if order.paid])  # expect: rows-counted-in-python


# --- variant: percent, the length is part of arithmetic
from .models import Answer


def share(question):
    right = Answer.query.filter_by(question=question, right=True).all()
    asked = question.asked or 1
    return 100 * len(right) / asked  # expect: rows-counted-in-python


# --- variant: PyMySQL with dict cursor and a with block
import pymysql


def members(settings, group):
    connection = pymysql.connect(**settings)
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM member WHERE group_id = %s", (group,))
        users = cursor.fetchall()
    print("members:", len(users))  # expect: rows-counted-in-python


# --- variant: Django, len of list of values_list
from .models import Visitor


def unique(day):
    return len(list(Visitor.objects.filter(day=day).values_list("cookie", flat=True).distinct()))  # expect: rows-counted-in-python


# --- quiet: the rows are used as well
from .models import Order


def show(user):
    orders = Order.objects.filter(user=user)
    print(len(orders), "orders")
    for order in orders:
        print(order.number)


# --- quiet: count in the database
from .models import Order


def number(user):
    return Order.objects.filter(user=user).count()


# --- quiet: the length of a list of arguments
def number(words):
    return len([word for word in words if word.title])
