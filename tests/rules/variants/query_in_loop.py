# --- variant: psycopg 3 in a method, the cursor is an attribute
import psycopg


class Stock:
    def __init__(self, dsn):
        self.connection = psycopg.connect(dsn)
        self.cur = self.connection.cursor()

    def levels(self, skus):
        found = {}
        for sku in skus:
            self.cur.execute("SELECT level FROM stock WHERE sku = %s", (sku,))  # expect: query-in-loop
            found[sku] = self.cur.fetchone()[0]
        return found


# --- variant: asyncpg in an async comprehension
import asyncpg


async def names(dsn, ids):
    connection = await asyncpg.connect(dsn)
    return [await connection.fetchval("SELECT name FROM users WHERE id = $1", i) for i in ids]  # expect: query-in-loop


# --- variant: aiosqlite, async with around the cursor
import aiosqlite


async def prices(path, items):
    out = []
    async with aiosqlite.connect(path) as db:
        for item in items:
            async with db.execute("SELECT price FROM item WHERE id = ?", (item,)) as cursor:  # expect: query-in-loop
                out.append(await cursor.fetchone())
    return out


# --- variant: PyMySQL with a dict cursor, while loop over a worklist
import pymysql
from pymysql.cursors import DictCursor


def parents(host, todo):
    connection = pymysql.connect(host=host, cursorclass=DictCursor)
    owners = []
    with connection.cursor() as cursor:
        while todo:
            account = todo.pop()
            cursor.execute("SELECT owner FROM account WHERE id = %s", (account,))  # expect: query-in-loop
            owners.append(cursor.fetchone()["owner"])
    return owners


# --- variant: SQLAlchemy, a helper of the file sends the query
# not found: needs to follow a call into the function that it calls
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Customer


def customer_of(session: Session, number):
    return session.execute(select(Customer).where(Customer.number == number)).scalar_one_or_none()


def report(session: Session, orders):
    for order in orders:
        print(order.id, customer_of(session, order.customer))  # expect: query-in-loop


# --- variant: SQLAlchemy, legacy query in a dict comprehension
from app.models import Tag


def tag_sizes(db_session, names):
    return {name: db_session.query(Tag).filter_by(name=name).one().size for name in names}  # expect: query-in-loop


# --- variant: SQLAlchemy async session, an annotated attribute
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Seat


class Seats:
    db: AsyncSession

    async def taken(self, numbers):
        taken = []
        for number in numbers:
            seat = await self.db.scalar(select(Seat).where(Seat.number == number))  # expect: query-in-loop
            if seat is None:
                continue
            taken.append(seat)
        return taken


# --- variant: Django, exists in a generator expression
from .models import Product


def unknown_codes(codes):
    return set(code for code in codes if not Product.objects.filter(code=code).exists())  # expect: query-in-loop


# --- variant: Django, get with walrus in try/except
from .models import Customer


def import_rows(rows):
    seen = []
    for row in rows:
        try:
            if (customer := Customer.objects.get(email=row["email"])).active:  # expect: query-in-loop
                seen.append(customer)
        except Customer.DoesNotExist:
            continue
    return seen


# --- variant: Peewee get_or_none
from peewee import CharField, Model, SqliteDatabase

db = SqliteDatabase("people.db")


class Person(Model):
    name = CharField()

    class Meta:
        database = db


def known(names):
    result = []
    for name in names:
        person = Person.get_or_none(Person.name == name)  # expect: query-in-loop
        if person:
            result.append(person)
    return result


# --- variant: Django relation read for each row, the query is not in the same statement
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=80)


class Book(models.Model):
    title = models.CharField(max_length=80)
    author = models.ForeignKey(Author, on_delete=models.CASCADE)


def listing(year):
    books = Book.objects.filter(year=year).order_by("title")
    lines = []
    for number, book in enumerate(books, 1):
        lines.append(f"{number}. {book.title} ({book.author.name})")  # expect: query-in-loop
    return lines


# --- variant: sqlite3 imported under another name, a nested function, map with a lambda
# not found: needs to follow a call into the function that it calls
import sqlite3 as sql


def titles(path, keys):
    connection = sql.connect(path)

    def title(key):
        return connection.execute("SELECT title FROM page WHERE key = ?", [key]).fetchone()[0]

    return list(map(lambda key: title(key), keys))  # expect: query-in-loop


# --- variant: match statement, cursor only known by its name
def apply(cursor, events):
    for event in events:
        match event:
            case {"kind": "price", "item": item}:
                cursor.execute("SELECT price FROM item WHERE id = %s", (item,))  # expect: query-in-loop
                print(cursor.fetchone())
            case _:
                pass


# --- quiet: one query for all of them
import psycopg


def levels(dsn, skus):
    with psycopg.connect(dsn) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT sku, level FROM stock WHERE sku = ANY(%s)", (list(skus),))
        return {sku: level for sku, level in cursor}


# --- quiet: chunks of five hundred keys
from itertools import batched

from .models import Product


def names(keys):
    found = {}
    for chunk in batched(keys, 500):
        found.update(Product.objects.filter(key__in=chunk).values_list("key", "name"))
    return found


# --- quiet: execute of something that is no database
class Machine:
    def execute(self, step):
        return step.run()


def play(steps):
    machine = Machine()
    for step in steps:
        machine.execute(step)
# --- quiet: one for all that stand on a level of a graph
import psycopg2


def ancestors(dsn, front):
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    seen = set(front)
    while front:
        cursor.execute("SELECT parent FROM edges WHERE child = ANY(%s)", (list(front),))
        front = {parent for (parent,) in cursor} - seen
        seen |= front
    return seen
