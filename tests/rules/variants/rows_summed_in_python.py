# --- variant: Django, sum of a generator in a method
# not found: a relation without a filter may have been fetched ahead
from django.db import models


class Account(models.Model):
    name = models.CharField(max_length=20)

    def balance(self):
        return sum(entry.cents for entry in self.entry_set.all())  # expect: rows-summed-in-python


# --- variant: Django, total in a loop with a product
from .models import Line


def total(order):
    amount = 0
    for line in Line.objects.filter(order=order):  # expect: rows-summed-in-python
        amount += line.price * line.quantity
    return amount


# --- variant: Django values_list, flat
from .models import Trip


def distance(driver):
    return sum(Trip.objects.filter(driver=driver).values_list("km", flat=True))  # expect: rows-summed-in-python


# --- variant: SQLAlchemy, max of a list comprehension
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Bid


def highest(session: Session, item):
    bids = session.scalars(select(Bid).where(Bid.item == item)).all()
    return max([bid.cents for bid in bids])  # expect: rows-summed-in-python


# --- variant: DB-API tuples
import sqlite3


def weight(path):
    cursor = sqlite3.connect(path).cursor()
    cursor.execute("SELECT weight FROM parcel WHERE sent = 0")
    return sum(row[0] for row in cursor.fetchall())  # expect: rows-summed-in-python


# --- variant: tuples unpacked in the loop
import psycopg


def turnover(dsn, year):
    total = 0
    with psycopg.connect(dsn) as connection:
        for (cents,) in connection.execute("SELECT cents FROM orders WHERE year = %s", (year,)):  # expect: rows-summed-in-python
            total += cents
    return total


# --- variant: sums by key in a defaultdict
from collections import defaultdict

from .models import Sale


def by_city(session):
    totals = defaultdict(int)
    for sale in session.query(Sale).all():  # expect: rows-summed-in-python
        totals[sale.city] += sale.total
    return dict(totals)


# --- variant: Counter of a column
from collections import Counter

from .models import Ticket


def states(queue):
    return Counter(ticket.state for ticket in Ticket.objects.filter(queue=queue))  # expect: rows-summed-in-python


# --- variant: statistics.mean under another name
from statistics import mean as average

from .models import Review


def stars(session, book):
    return average(review.stars for review in session.query(Review).filter_by(book=book))  # expect: rows-summed-in-python


# --- variant: sum by keys with get
import asyncpg


async def hours(connection: asyncpg.Connection):
    worked = {}
    for row in await connection.fetch("SELECT person, hours FROM shift"):  # expect: rows-summed-in-python
        worked[row["person"]] = worked.get(row["person"], 0) + row["hours"]
    return worked


# --- variant: async session, sum over rows of one column
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Usage


async def used(db: AsyncSession, tenant: int):
    result = await db.scalars(select(Usage.bytes).where(Usage.tenant == tenant))
    return sum(result.all())  # expect: rows-summed-in-python


# --- variant: map with a lambda, conditional
from .models import Fine


def fines(reader):
    open_fines = Fine.objects.filter(reader=reader)
    return sum(map(lambda fine: fine.cents, open_fines))  # expect: rows-summed-in-python


# --- quiet: the rows are used as well
from .models import Line


def invoice(order):
    lines = list(Line.objects.filter(order=order))
    return {"lines": [str(line) for line in lines], "total": sum(line.price for line in lines)}


# --- quiet: in the database
from django.db.models import Sum

from .models import Line


def total(order):
    return Line.objects.filter(order=order).aggregate(total=Sum("price"))["total"]


# --- quiet: values worked out by a function
from .models import Line


def total(order, tax_of):
    return sum(tax_of(line) for line in Line.objects.filter(order=order))
