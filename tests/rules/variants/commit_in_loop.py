# --- variant: psycopg 3, the connection is an attribute
import psycopg


class Writer:
    def __init__(self, dsn):
        self.conn = psycopg.connect(dsn)

    def write(self, rows):
        for row in rows:
            self.conn.execute("INSERT INTO t VALUES (%s)", (row,))
            self.conn.commit()  # expect: commit-in-loop


# --- variant: mysql.connector, while loop
import mysql.connector as db


def drain(queue, settings):
    link = db.connect(**settings)
    cursor = link.cursor()
    while not queue.empty():
        cursor.execute("UPDATE job SET state = 'done' WHERE id = %s", (queue.get(),))
        link.commit()  # expect: commit-in-loop
    link.close()


# --- variant: aiosqlite in a coroutine
import aiosqlite


async def keep(path, entries):
    async with aiosqlite.connect(path) as db:
        for key, value in entries.items():
            await db.execute("REPLACE INTO kv VALUES (?, ?)", (key, value))
            await db.commit()  # expect: commit-in-loop


# --- variant: SQLAlchemy session with add
from sqlalchemy.orm import sessionmaker

from .models import Event

Session = sessionmaker()


def store(payloads):
    with Session() as session:
        for payload in payloads:
            session.add(Event(**payload))
            session.commit()  # expect: commit-in-loop


# --- variant: Flask-SQLAlchemy
from app import db
from app.models import User


def deactivate(names):
    for name in names:
        user = User.query.filter_by(name=name).first()
        if user is None:
            continue
        user.active = False
        db.session.commit()  # expect: commit-in-loop


# --- variant: a helper commits for each item
# not found: needs to follow a call into the function that it calls
import sqlite3


def add(connection: sqlite3.Connection, word):
    connection.execute("INSERT INTO word VALUES (?)", (word,))
    connection.commit()


def add_all(path, words):
    connection = sqlite3.connect(path)
    for word in words:
        add(connection, word)  # expect: commit-in-loop


# --- variant: the connection as a context manager commits at the end of each round
import sqlite3


def move(path, pairs):
    connection = sqlite3.connect(path)
    for old, new in pairs:
        with connection:  # expect: commit-in-loop
            connection.execute("UPDATE file SET path = ? WHERE path = ?", (new, old))


# --- variant: Session.begin as a context manager for each item
from sqlalchemy.orm import Session

from .models import Line


def lines(session: Session, numbers):
    for number in numbers:
        with session.begin():  # expect: commit-in-loop
            session.add(Line(number=number))


# --- variant: Django atomic block for each row
# not found: such a block is mostly meant to keep rows apart
from django.db import transaction

from .models import Account


def bonus(ids, cents):
    for account_id in ids:
        with transaction.atomic():  # expect: commit-in-loop
            account = Account.objects.select_for_update().get(pk=account_id)
            account.cents += cents
            account.save()


# --- variant: async session, annotated parameter, nested loop
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Cell


async def fill(session: AsyncSession, grid):
    for y, row in enumerate(grid):
        for x, value in enumerate(row):
            session.add(Cell(x=x, y=y, value=value))
            await session.commit()  # expect: commit-in-loop


# --- variant: Peewee database
from peewee import PostgresqlDatabase

database = PostgresqlDatabase("shop")


def run(statements):
    for statement in statements:
        database.execute_sql(statement)
        database.commit()  # expect: commit-in-loop


# --- variant: try/except that only logs, parameter known by its name
import logging


def write(conn, rows):
    cur = conn.cursor()
    for row in rows:
        try:
            cur.execute("INSERT INTO t VALUES (%s, %s)", row)
            conn.commit()  # expect: commit-in-loop
        except ValueError:
            logging.exception("row %s left out", row)


# --- quiet: one commit after the loop
import sqlite3


def store(path, rows):
    connection = sqlite3.connect(path)
    for row in rows:
        connection.execute("INSERT INTO t VALUES (?)", row)
    connection.commit()


# --- quiet: every thousand rows
import psycopg


def store(dsn, rows):
    connection = psycopg.connect(dsn)
    for number, row in enumerate(rows):
        connection.execute("INSERT INTO t VALUES (%s)", row)
        if number % 1000 == 0:
            connection.commit()
    connection.commit()


# --- quiet: a commit of a version control system
from git import Repo


def snapshot(paths):
    for path in paths:
        repo = Repo(path)
        repo.index.commit("snapshot")
