# --- variant: psycopg, while True with an offset that grows
import psycopg


def export(dsn, write):
    with psycopg.connect(dsn) as connection:
        offset = 0
        while True:
            rows = connection.execute("SELECT id, name FROM person ORDER BY id LIMIT 500 OFFSET %s", (offset,)).fetchall()  # expect: offset-pagination
            if not rows:
                break
            write(rows)
            offset += 500


# --- variant: f-string with the page number
def pages(cursor, count):
    for page in range(count):
        cursor.execute(f"SELECT * FROM log ORDER BY at LIMIT 1000 OFFSET {page * 1000}")  # expect: offset-pagination
        yield cursor.fetchall()


# --- variant: MySQL's other spelling of the limit
import pymysql


def walk(connection: pymysql.Connection, size=200):
    start = 0
    with connection.cursor() as cursor:
        while cursor.execute("SELECT id, body FROM mail ORDER BY id LIMIT %s, %s", (start, size)):  # expect: offset-pagination
            yield from cursor.fetchall()
            start += size


# --- variant: SQLAlchemy select built before the loop
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Event


def events(session: Session, total: int, size: int = 500):
    query = select(Event).order_by(Event.id)
    for start in range(0, total, size):
        yield session.scalars(query.offset(start).limit(size)).all()  # expect: offset-pagination


# --- variant: SQLAlchemy legacy query with slice()
from .models import Photo


def photos(session, step=100):
    at = 0
    while chunk := session.query(Photo).order_by(Photo.id).slice(at, at + step).all():  # expect: offset-pagination
        yield from chunk
        at += step


# --- variant: async session, page numbers by itertools.count
from itertools import count

from sqlalchemy import select

from .models import Row


async def rows(db_session, size):
    for page in count():
        result = await db_session.execute(select(Row).order_by(Row.id).limit(size).offset(page * size))  # expect: offset-pagination
        found = result.scalars().all()
        if not found:
            return
        for row in found:
            yield row


# --- variant: Django slices in a method, the queryset is a local name
from .models import Measurement


class Export:
    step = 2000

    def chunks(self):
        everything = Measurement.objects.order_by("pk")
        for start in range(0, everything.count(), self.step):
            yield list(everything[start : start + self.step])  # expect: offset-pagination


# --- variant: Django paginator over page_range
from django.core.paginator import Paginator

from .models import User


def mail_all(send):
    paginator = Paginator(User.objects.order_by("id"), 500)
    for number in paginator.page_range:
        send(paginator.page(number).object_list)  # expect: offset-pagination


# --- variant: Django paginator, iterated
from django.core.paginator import Paginator

from .models import Entry


def reindex(index):
    for page in Paginator(Entry.objects.all().order_by("pk"), 1000):  # expect: offset-pagination
        index(page.object_list)


# --- variant: asyncpg, fetch with two parameters
import asyncpg


async def copy(source: asyncpg.Connection, target):
    position, size = 0, 10_000
    while True:
        block = await source.fetch("SELECT * FROM reading ORDER BY at OFFSET $1 LIMIT $2", position, size)  # expect: offset-pagination
        if not block:
            return
        await target.copy_records_to_table("reading", records=block)
        position += len(block)


# --- variant: Peewee paginate
from peewee import Model, TextField


class Note(Model):
    text = TextField()


def notes():
    page = 1
    while True:
        found = list(Note.select().order_by(Note.id).paginate(page, 100))  # expect: offset-pagination
        if not found:
            break
        yield from found
        page += 1


# --- variant: a helper of the file takes the offset
# not found: needs to follow a call into the function that it calls
import sqlite3


def page(connection: sqlite3.Connection, start, size):
    return connection.execute("SELECT id, t FROM note ORDER BY id LIMIT ? OFFSET ?", (size, start)).fetchall()


def all_notes(path):
    connection = sqlite3.connect(path)
    start = 0
    while notes := page(connection, start, 100):  # expect: offset-pagination
        yield from notes
        start += 100


# --- quiet: one page that a user asked for
from .models import Entry


def index(request, page: int):
    return list(Entry.objects.order_by("-id")[page * 20 : page * 20 + 20])


# --- quiet: by the last key
def walk(cursor):
    last = 0
    while True:
        cursor.execute("SELECT id, body FROM mail WHERE id > %s ORDER BY id LIMIT 500", (last,))
        rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]


# --- quiet: slices of a list
def chunks(words, size):
    for start in range(0, len(words), size):
        yield words[start : start + size]
