# --- variant: Django, filter with a lambda
from .models import Order


def dear(user):
    return list(filter(lambda order: order.total > 100, Order.objects.filter(user=user)))  # expect: rows-filtered-in-python


# --- variant: Django, an if around all of the body of the loop
from .models import Subscription


def remind(send):
    for subscription in Subscription.objects.all():  # expect: rows-filtered-in-python
        if subscription.state == "expired":
            send(subscription)


# --- variant: SQLAlchemy legacy, continue for what is left out
# not found: of low confidence: the truth of an attribute may be computed
from .models import User


def greet(session, mailer):
    users = session.query(User).all()
    for user in users:  # expect: rows-filtered-in-python
        if not user.active:
            continue
        mailer.send(user)


# --- variant: next with a default
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Room


def room_named(session: Session, name: str):
    rooms = session.scalars(select(Room)).all()
    return next((room for room in rooms if room.name == name), None)  # expect: rows-filtered-in-python


# --- variant: DB-API tuples, a condition on a position
import sqlite3


def large(path):
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, size FROM file").fetchall()
    return [name for name, size in rows if size > 1_000_000]  # expect: rows-filtered-in-python


# --- variant: rows as dicts
import psycopg
from psycopg.rows import dict_row


def open_jobs(dsn):
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        jobs = connection.execute("SELECT id, state, owner FROM job").fetchall()
        return [job for job in jobs if job["state"] == "open"]  # expect: rows-filtered-in-python


# --- variant: async session in a method, a set comprehension
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Visit


class Visits:
    def __init__(self, db: AsyncSession):
        self.db = db

    async def countries(self, since):
        result = await self.db.execute(select(Visit))
        return {visit.country for visit in result.scalars() if visit.at >= since}  # expect: rows-filtered-in-python


# --- variant: a range of values with and
from .models import Person


def of_working_age():
    people = Person.objects.all()
    chosen = []
    for person in people:  # expect: rows-filtered-in-python
        if 18 <= person.age < 67 and person.country == "NL":
            chosen.append(person)
    return chosen


# --- variant: search for the first match with break
from .models import Voucher


def find(code):
    found = None
    for voucher in Voucher.objects.all():  # expect: rows-filtered-in-python
        if voucher.code == code:
            found = voucher
            break
    return found


# --- variant: asyncpg records, generator expression
import asyncpg


async def heavy(connection: asyncpg.Connection, limit):
    parcels = await connection.fetch("SELECT id, weight FROM parcel")
    return sorted(parcel["id"] for parcel in parcels if parcel["weight"] > limit)  # expect: rows-filtered-in-python


# --- variant: Peewee
from peewee import BooleanField, Model, TextField


class Task(Model):
    text = TextField()
    done = BooleanField()


def todo():
    return [task.text for task in Task.select() if not task.done]  # expect: rows-filtered-in-python


# --- variant: column known by its declaration, is None
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Loan(Base):
    __tablename__ = "loan"
    id: Mapped[int] = mapped_column(primary_key=True)
    returned: Mapped[str | None]


def outstanding(session):
    loans = session.query(Loan)
    return [loan for loan in loans if loan.returned is None]  # expect: rows-filtered-in-python


# --- quiet: filtered by a function of the program
from .models import Page


def broken(check):
    return [page for page in Page.objects.all() if check(page)]


# --- quiet: split in two halves, all rows are used
from .models import Task


def halves():
    done, todo = [], []
    for task in Task.objects.all():
        if task.done:
            done.append(task)
        else:
            todo.append(task)
    return done, todo


# --- quiet: plain objects
def adults(people):
    return [person for person in people if person.age >= 18]
