# --- variant: psycopg2, an f-string for the table, while over a queue
import psycopg2


def store(dsn, pending, table):
    conn = psycopg2.connect(dsn)
    cur = conn.cursor()
    while pending:
        row = pending.popleft()
        cur.execute(f"INSERT INTO {table} (a, b) VALUES (%s, %s)", row)  # expect: insert-in-loop
    conn.commit()


# --- variant: asyncpg, an async for over a feed
import asyncpg


async def keep(pool: asyncpg.Pool, feed):
    async with pool.acquire() as connection:
        async for tick in feed:
            await connection.execute("INSERT INTO tick (at, price) VALUES ($1, $2)", tick.at, tick.price)  # expect: insert-in-loop


# --- variant: mysql.connector, the statement is a constant of the module
import mysql.connector

ADD_PERSON = """
    INSERT INTO person (name, born)
    VALUES (%(name)s, %(born)s)
"""


def add_all(people, **settings):
    connection = mysql.connector.connect(**settings)
    cursor = connection.cursor()
    for person in people:
        cursor.execute(ADD_PERSON, person)  # expect: insert-in-loop
    connection.commit()


# --- variant: sqlite3, a helper method writes one row
# not found: needs to follow a call into the function that it calls
import sqlite3


class Log:
    def __init__(self, path):
        self._db = sqlite3.connect(path)

    def _write(self, line):
        self._db.execute("insert into log values (?)", (line,))

    def extend(self, lines):
        for line in lines:
            self._write(line)  # expect: insert-in-loop
        self._db.commit()


# --- variant: SQLAlchemy core, table.insert() with values
from sqlalchemy import Column, Integer, MetaData, Table, create_engine

metadata = MetaData()
points = Table("points", metadata, Column("x", Integer), Column("y", Integer))


def save(url, pairs):
    engine = create_engine(url)
    with engine.begin() as conn:
        for x, y in pairs:
            conn.execute(points.insert().values(x=x, y=y))  # expect: insert-in-loop


# --- variant: SQLAlchemy update for each key of a dict
from sqlalchemy import update
from sqlalchemy.orm import Session

from .models import Price


def reprice(session: Session, prices: dict[int, int]):
    for item, cents in prices.items():
        session.execute(update(Price).where(Price.item == item).values(cents=cents))  # expect: insert-in-loop


# --- variant: SQLAlchemy async, add and flush
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Reading


async def ingest(session: AsyncSession, values):
    for sensor, value in values:
        reading = Reading(sensor=sensor, value=value)
        session.add(reading)
        await session.flush()  # expect: insert-in-loop


# --- variant: Django, get_or_create in a loop over csv rows
import csv

from .models import City


def load(path):
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            City.objects.get_or_create(name=row["name"], defaults={"country": row["country"]})  # expect: insert-in-loop


# --- variant: Django, objects changed and saved in a method
from .models import Invoice


class Closing:
    def run(self, year):
        for invoice in Invoice.objects.filter(year=year):
            invoice.closed = True
            invoice.number = f"{year}-{invoice.pk}"
            invoice.save(update_fields=["closed", "number"])  # expect: insert-in-loop


# --- variant: Django, create in a list comprehension with zip
from .models import Seat


def seats(hall, rows, numbers):
    return [Seat.objects.create(hall=hall, row=row, number=number) for row, number in zip(rows, numbers)]  # expect: insert-in-loop


# --- variant: Peewee create
from peewee import IntegerField, Model


class Score(Model):
    points = IntegerField()


def record(scores):
    for points in scores:
        Score.create(points=points)  # expect: insert-in-loop


# --- variant: delete one by one in try/except, unpacked connection and cursor
import sqlite3


def open_db(path):
    connection = sqlite3.connect(path)
    return connection, connection.cursor()


def forget(path, keys):
    connection, cursor = open_db(path)
    for key in keys:
        try:
            cursor.execute("DELETE FROM cache WHERE key = ?", (key,))  # expect: insert-in-loop
        except sqlite3.OperationalError as error:
            print(key, error)
    connection.commit()


# --- quiet: executemany
import sqlite3


def save(path, rows):
    with sqlite3.connect(path) as connection:
        connection.executemany("INSERT INTO t VALUES (?, ?)", rows)


# --- quiet: batches go through executemany in a loop
import psycopg


def save(dsn, rows, size=1000):
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        for start in range(0, len(rows), size):
            cursor.executemany("INSERT INTO t VALUES (%s, %s)", rows[start : start + size])


# --- quiet: save of a form and of a file, no model
def save_drawings(figures, folder):
    for name, figure in figures.items():
        figure.save(folder / f"{name}.png")
