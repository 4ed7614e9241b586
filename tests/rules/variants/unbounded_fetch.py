# --- variant: aiosqlite, fetchall awaited
import aiosqlite


async def tracks(path):
    async with aiosqlite.connect(path) as db:
        cursor = await db.execute("SELECT id, title FROM track")
        return await cursor.fetchall()  # expect: unbounded-fetch


# --- variant: asyncpg fetch
import asyncpg


async def export(dsn):
    connection = await asyncpg.connect(dsn)
    records = await connection.fetch("SELECT id, payload FROM event ORDER BY id")  # expect: unbounded-fetch
    return [dict(record) for record in records]


# --- variant: mysql.connector, a for loop over fetchall
import mysql.connector


def write(settings, out):
    connection = mysql.connector.connect(**settings)
    cursor = connection.cursor()
    cursor.execute("SELECT name, mail FROM customer")
    for name, mail in cursor.fetchall():  # expect: unbounded-fetch
        out.write(f"{name},{mail}\n")


# --- variant: psycopg, chained
import psycopg


def readings(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT at, value FROM reading").fetchall()  # expect: unbounded-fetch


# --- variant: SQLAlchemy 2.0, execute then scalars then all
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Visit


def visits(session: Session):
    result = session.execute(select(Visit).order_by(Visit.at))
    return result.scalars().all()  # expect: unbounded-fetch


# --- variant: Flask-SQLAlchemy
# not found: only `User.query` tells of a database, and no word that the rule wants stands in the file
from .models import User


def index():
    return [user.as_dict() for user in User.query.all()]  # expect: unbounded-fetch


# --- variant: SQLAlchemy async, list around scalars
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Item


async def items(db: AsyncSession) -> list[Item]:
    return list(await db.scalars(select(Item)))  # expect: unbounded-fetch


# --- variant: Django, list in a view
from django.http import JsonResponse

from .models import Order


def orders(request):
    return JsonResponse({"orders": list(Order.objects.values("id", "total"))})  # expect: unbounded-fetch


# --- variant: Django, sorted over everything
from .models import Player


class Board:
    def ranking(self):
        return sorted(Player.objects.all(), key=lambda player: player.points, reverse=True)  # expect: unbounded-fetch


# --- variant: SQLAlchemy legacy query through an attribute
from sqlalchemy.orm import Session

from .models import Paper


class Papers:
    def __init__(self, session: Session):
        self.session = session

    def everything(self):
        return self.session.query(Paper).order_by(Paper.year).all()  # expect: unbounded-fetch


# --- variant: Peewee, list of select
from peewee import Model, TextField


class Note(Model):
    text = TextField()


def notes():
    return list(Note.select())  # expect: unbounded-fetch


# --- variant: SQLAlchemy core table, text by name
from sqlalchemy import create_engine, text


def dump(url):
    with create_engine(url).connect() as connection:
        rows = connection.execute(text("SELECT id, name FROM product ORDER BY name")).mappings().all()  # expect: unbounded-fetch
    return {row["id"]: row["name"] for row in rows}


# --- quiet: with a condition
import psycopg


def readings(dsn, day):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT at, value FROM reading WHERE day = %s", (day,)).fetchall()


# --- quiet: an aggregate has few rows
def totals(cursor):
    cursor.execute("SELECT city, sum(total) FROM orders GROUP BY city")
    return dict(cursor.fetchall())


# --- quiet: a limit that is set later
from .models import Order


def newest(count):
    orders = Order.objects.order_by("-id")
    return list(orders[:count])
