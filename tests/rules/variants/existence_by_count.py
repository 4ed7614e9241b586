# --- variant: Django, count in an if with and
from .models import Order


def may_delete(user):
    if user.is_active and Order.objects.filter(user=user).count():  # expect: existence-by-count
        return False
    return True


# --- variant: Django, the number kept in a variable that is only compared
from .models import Vote


def has_voted(user, poll):
    votes = Vote.objects.filter(user=user, poll=poll).count()  # expect: existence-by-count
    return votes != 0


# --- variant: SQLAlchemy legacy query, equal to zero
from .models import User


def name_is_free(session, name):
    return session.query(User).filter(User.name == name).count() == 0  # expect: existence-by-count


# --- variant: SQLAlchemy 2.0, func.count through scalar
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .models import Booking


def taken(session: Session, seat):
    return session.scalar(select(func.count()).select_from(Booking).where(Booking.seat == seat)) > 0  # expect: existence-by-count


# --- variant: async session, the statement in a variable
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Invite


async def invited(db: AsyncSession, email: str) -> bool:
    query = select(func.count(Invite.id)).where(Invite.email == email)
    count = (await db.execute(query)).scalar_one()  # expect: existence-by-count
    return count > 0


# --- variant: psycopg, fetchone unpacked
import psycopg


def is_known(dsn, email):
    with psycopg.connect(dsn) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM users WHERE email = %s", (email,)).fetchone()  # expect: existence-by-count
        return count > 0


# --- variant: asyncpg fetchval in an if
import asyncpg


async def ensure(pool: asyncpg.Pool, name):
    if await pool.fetchval("select count(*) from tag where name = $1", name) == 0:  # expect: existence-by-count
        await pool.execute("insert into tag (name) values ($1)", name)


# --- variant: a method, sqlite, bool of the count
import sqlite3


class Index:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def __contains__(self, word):
        return bool(self.db.execute("SELECT count(*) FROM word WHERE word = ?", (word,)).fetchone()[0])  # expect: existence-by-count


# --- variant: walrus, at least one
from .models import Ticket


def warn(queue):
    if (open_tickets := Ticket.objects.filter(queue=queue, closed=None).count()) >= 1:  # expect: existence-by-count
        print("there are tickets left")


# --- variant: Peewee, select().where().count()
from peewee import CharField, Model


class Word(Model):
    text = CharField()


def known(text):
    return Word.select().where(Word.text == text).count() > 0  # expect: existence-by-count


# --- variant: Django, ternary on a related manager
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=80)

    def label(self):
        return self.name if self.book_set.filter(published=True).count() > 0 else f"{self.name} (none)"  # expect: existence-by-count


# --- variant: DB-API cursor by its name, two statements
def has_children(cursor, node):
    cursor.execute("SELECT COUNT(1) FROM node WHERE parent = %s", (node,))
    return cursor.fetchone()[0] > 0  # expect: existence-by-count


# --- quiet: list.count
def has_twice(words, word):
    return words.count(word) > 0


# --- quiet: the number is shown as well
from .models import Order


def summary(user):
    count = Order.objects.filter(user=user).count()
    if count > 0:
        return f"{count} orders"
    return "no orders"


# --- quiet: compared with a limit
from .models import Session


def too_many(user):
    return Session.objects.filter(user=user).count() > 5
