# --- variant: psycopg 3 with a with statement
import psycopg


def levels(dsn, skus):
    found = []
    for sku in skus:
        with psycopg.connect(dsn) as connection:  # expect: connection-in-loop
            found.append(connection.execute("SELECT level FROM stock WHERE sku = %s", (sku,)).fetchone())
    return found


# --- variant: asyncpg in a comprehension, through a helper of the file
# not found: connection-per-call tells of it, where the connection is opened
import asyncpg

DSN = "postgresql://shop"


async def price(item):
    connection = await asyncpg.connect(DSN)
    try:
        return await connection.fetchval("SELECT price FROM item WHERE id = $1", item)
    finally:
        await connection.close()


async def prices(items):
    return [await price(item) for item in items]  # expect: connection-in-loop


# --- variant: from-import under another name, settings as keywords
from pymysql import connect as open_mysql


def copy(rows, host, user):
    for row in rows:
        link = open_mysql(host=host, user=user, database="shop")  # expect: connection-in-loop
        with link.cursor() as cursor:
            cursor.execute("INSERT INTO t VALUES (%s)", row)
        link.commit()
        link.close()


# --- variant: aiosqlite, async with in a while loop
import aiosqlite


async def drain(queue, path):
    while not queue.empty():
        item = await queue.get()
        async with aiosqlite.connect(path) as db:  # expect: connection-in-loop
            await db.execute("INSERT INTO item VALUES (?)", (item,))
            await db.commit()


# --- variant: redis client built for each key
import redis


def warm(keys, load):
    for key in keys:
        client = redis.Redis(host="cache", port=6379)  # expect: connection-in-loop
        client.set(key, load(key))


# --- variant: redis.from_url in a method
import redis


class Counter:
    def __init__(self, url):
        self.url = url

    def bump(self, names):
        for name in names:
            redis.from_url(self.url).incr(name)  # expect: connection-in-loop


# --- variant: MongoDB client
from pymongo import MongoClient


def save(documents):
    for document in documents:
        MongoClient("mongodb://db").shop.orders.insert_one(document)  # expect: connection-in-loop


# --- variant: SQLAlchemy engine in a nested function called for each item
# not found: connection-per-call tells of it, where the engine is made
from sqlalchemy import create_engine, text

URL = "sqlite:///shop.db"


def total(items):
    def one(item):
        with create_engine(URL).connect() as connection:
            return connection.scalar(text("SELECT price FROM item WHERE id = :i"), {"i": item})

    return sum(one(item) for item in items)  # expect: connection-in-loop


# --- variant: a session from a sessionmaker for each item
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from .models import Log

make_session = sessionmaker(create_engine("sqlite:///log.db"))


def store(lines):
    for line in lines:
        with make_session() as session:  # expect: connection-in-loop
            session.add(Log(line=line))
            session.commit()


# --- variant: mysql.connector in try/except, dict of settings
import mysql.connector

SETTINGS = {"host": "db", "user": "shop"}


def check(numbers):
    missing = []
    for number in numbers:
        try:
            connection = mysql.connector.connect(**SETTINGS)  # expect: connection-in-loop
        except mysql.connector.Error:
            continue
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM orders WHERE number = %s", (number,))
        if not cursor.fetchone():
            missing.append(number)
        connection.close()
    return missing


# --- variant: async engine connect, annotated parameter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def touch(engine: AsyncEngine, ids):
    for number in ids:
        async with engine.begin() as connection:  # expect: connection-in-loop
            await connection.execute(text("UPDATE t SET seen = now() WHERE id = :id"), {"id": number})


# --- variant: contextlib.closing around pyodbc
from contextlib import closing

import pyodbc


def export(dsn, tables_of_day, day):
    for sheet in tables_of_day:
        with closing(pyodbc.connect(dsn)) as link:  # expect: connection-in-loop
            link.execute("INSERT INTO export VALUES (?, ?)", sheet, day)


# --- quiet: one connection for each file
import sqlite3
from pathlib import Path


def sizes(folder):
    for path in Path(folder).glob("*.db"):
        with sqlite3.connect(path) as connection:
            yield connection.execute("PRAGMA page_count").fetchone()


# --- quiet: signals are connected, not databases
def wire(signals, receiver):
    for signal in signals:
        signal.connect(receiver)


# --- quiet: opened again only after it was lost
import psycopg


def listen(dsn):
    connection = psycopg.connect(dsn)
    while True:
        try:
            for notice in connection.notifies():
                print(notice.payload)
        except psycopg.OperationalError:
            connection = psycopg.connect(dsn)
