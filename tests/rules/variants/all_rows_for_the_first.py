# --- variant: Django, the first of a list
from .models import Release


def latest(project):
    return list(Release.objects.filter(project=project).order_by("-at"))[0]  # expect: all-rows-for-the-first


# --- variant: Django, sorted by a column, then a slice
from .models import Player


def top(game):
    players = Player.objects.filter(game=game)
    return sorted(players, key=lambda player: player.points, reverse=True)[:10]  # expect: all-rows-for-the-first


# --- variant: Django, min with attrgetter
from operator import attrgetter

from .models import Offer


def cheapest(item):
    return min(Offer.objects.filter(item=item), key=attrgetter("price"))  # expect: all-rows-for-the-first


# --- variant: SQLAlchemy legacy, all()[-1]
from .models import Message


def last(session, chat):
    return session.query(Message).filter_by(chat_id=chat).order_by(Message.at).all()[-1]  # expect: all-rows-for-the-first


# --- variant: async session, the list in a variable
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Price


async def current(db: AsyncSession, item: int):
    result = await db.execute(select(Price).where(Price.item == item).order_by(Price.since.desc()))
    prices = result.scalars().all()  # expect: all-rows-for-the-first
    return prices[0]


# --- variant: DB-API, fetchall()[0][0]
def version(cursor):
    cursor.execute("SELECT version FROM schema_version ORDER BY applied DESC")
    return cursor.fetchall()[0][0]  # expect: all-rows-for-the-first


# --- variant: asyncpg
import asyncpg


async def newest(connection: asyncpg.Connection, host):
    return (await connection.fetch("SELECT * FROM ping WHERE host = $1 ORDER BY at DESC", host))[0]  # expect: all-rows-for-the-first


# --- variant: heapq over rows
import heapq

from .models import Score


def best(session, count):
    return heapq.nlargest(count, session.query(Score).all(), key=lambda score: score.points)  # expect: all-rows-for-the-first


# --- variant: sqlite in a method, rows sorted in place and the last taken
# not found: unbounded-fetch tells of it: the query has neither a condition nor an order
import sqlite3


class Days:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def hottest(self):
        rows = self.db.execute("SELECT day, degrees FROM weather").fetchall()  # expect: all-rows-for-the-first
        rows.sort(key=lambda row: row[1])
        return rows[-1]


# --- variant: first by unpacking with a star
from .models import Bid


def winner(session, lot):
    first, *_ = session.query(Bid).filter_by(lot=lot).order_by(Bid.cents.desc()).all()  # expect: all-rows-for-the-first
    return first


# --- variant: next(iter()) of a fetched list
from .models import News


def headline(session):
    news = session.query(News).order_by(News.at.desc()).all()  # expect: all-rows-for-the-first
    return next(iter(news))


# --- variant: psycopg, if there are rows take the first
import psycopg


def owner(dsn, plate):
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT owner FROM car WHERE plate = %s ORDER BY since DESC", (plate,)).fetchall()  # expect: all-rows-for-the-first
        if not rows:
            return None
        return rows[0][0]


# --- variant: sorted by a column, first item
# not found: the file does not show that it is Django's
from .models import Shift


def next_shift(person):
    return sorted(person.shifts.filter(done=False), key=lambda shift: shift.start)[0]  # expect: all-rows-for-the-first


# --- quiet: a slice of a queryset is a limit
from .models import Release


def latest(project):
    return Release.objects.filter(project=project).order_by("-at")[0]


# --- quiet: the other rows are used as well
def table(cursor):
    cursor.execute("SELECT name, size FROM file")
    rows = cursor.fetchall()
    print("first", rows[0])
    return {name: size for name, size in rows}


# --- quiet: a plain list
def best(players):
    return max(players, key=lambda player: player.points)
