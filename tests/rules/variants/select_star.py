# --- variant: psycopg dict rows in a for loop
import psycopg
from psycopg.rows import dict_row


def mails(dsn, send):
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        for user in connection.execute("SELECT * FROM users WHERE active"):  # expect: select-star
            send(user["email"])


# --- variant: fetchall, then a dict comprehension
import sqlite3


def names(path):
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    people = connection.execute("SELECT * FROM person").fetchall()
    return {person["id"]: person["name"] for person in people}  # expect: select-star


# --- variant: positions, a while loop with fetchone
# not found: a loop over fetchone is not read as one over rows
def sizes(cursor):
    cursor.execute("select * from file where kind = 'image'")
    total = 0
    row = cursor.fetchone()
    while row:  # expect: select-star
        total += row[4]
        row = cursor.fetchone()
    return total


# --- variant: asyncpg fetch in a list comprehension
import asyncpg


async def ids(pool: asyncpg.Pool, owner):
    return [record["id"] for record in await pool.fetch("SELECT * FROM file WHERE owner = $1", owner)]  # expect: select-star


# --- variant: SQLAlchemy text, attributes of the rows
from sqlalchemy import text


def cities(engine):
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM address"))
        return sorted({row.city for row in rows})  # expect: select-star


# --- variant: a join with a star of one table
import pymysql


def titles(connection: pymysql.Connection, author):
    with connection.cursor(pymysql.cursors.DictCursor) as cursor:
        cursor.execute("SELECT b.* FROM book b JOIN author a ON a.id = b.author_id WHERE a.name = %s", (author,))
        for book in cursor:  # expect: select-star
            print(book["title"], book["year"])


# --- variant: one row, one column of it
# not found: one row saves little
import sqlite3


class Users:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.row_factory = sqlite3.Row

    def mail_of(self, number):
        row = self.db.execute("SELECT * FROM users WHERE id = ?", (number,)).fetchone()
        return row["email"]  # expect: select-star


# --- variant: the statement is a constant with line breaks
import mysql.connector

OPEN_ORDERS = """
    SELECT *
    FROM orders
    WHERE state = 'open'
"""


def numbers(**settings):
    cursor = mysql.connector.connect(**settings).cursor(dictionary=True)
    cursor.execute(OPEN_ORDERS)
    return [order["number"] for order in cursor.fetchall()]  # expect: select-star


# --- variant: aiosqlite, async for
import aiosqlite


async def show(path):
    async with aiosqlite.connect(path) as db:
        db.row_factory = aiosqlite.Row
        async with db.execute("SELECT * FROM track ORDER BY title") as cursor:
            async for track in cursor:  # expect: select-star
                print(track["title"])


# --- variant: map with a lambda
def codes(cursor):
    cursor.execute("SELECT * FROM country ORDER BY code")
    return list(map(lambda row: row[0], cursor.fetchall()))  # expect: select-star


# --- variant: a generator with enumerate and continue
def lines(conn):
    rows = conn.execute("SELECT * FROM verse WHERE book = 'Genesis'").fetchall()
    for number, row in enumerate(rows):  # expect: select-star
        if row["hidden"]:
            continue
        yield f"{number}: {row['text']}"


# --- quiet: rows handed on whole
def dump(cursor, write):
    cursor.execute("SELECT * FROM orders")
    for row in cursor:
        write(row)


# --- quiet: named columns
def dump(cursor):
    cursor.execute("SELECT id, name FROM orders")
    return {row["id"]: row["name"] for row in cursor}


# --- quiet: a count of all
def number(cursor):
    cursor.execute("SELECT count(*) FROM orders")
    for row in cursor:
        return row[0]
