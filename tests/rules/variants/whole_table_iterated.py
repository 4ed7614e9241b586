# --- variant: Django, loop in a management command
from django.core.management.base import BaseCommand

from .models import Book


class Command(BaseCommand):
    def handle(self, *args, **options):
        for book in Book.objects.all():  # expect: whole-table-iterated
            self.stdout.write(f"{book.isbn};{book.title};{book.year}")


# --- variant: Django, ordered, with enumerate
from .models import Person


def number_all(write):
    for number, person in enumerate(Person.objects.order_by("pk"), start=1):  # expect: whole-table-iterated
        write(number, person.first, person.last, person.born)


# --- variant: the queryset in a variable
from .models import Reading


def export(out):
    readings = Reading.objects.all()
    for reading in readings:  # expect: whole-table-iterated
        out.writerow([reading.at, reading.sensor, reading.value])


# --- variant: SQLAlchemy legacy, generator
from .models import Page


def documents(session):
    for page in session.query(Page):  # expect: whole-table-iterated
        yield {"id": page.id, "title": page.title, "text": page.text}


# --- variant: SQLAlchemy 2.0, execute and scalars
from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Trip


def km_by_driver(session: Session, add):
    for trip in session.execute(select(Trip)).scalars():  # expect: whole-table-iterated
        add(trip.driver, trip.start, trip.end, trip.km)


# --- variant: async session
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Sale


async def feed(db: AsyncSession, sink):
    for sale in await db.scalars(select(Sale).order_by(Sale.id)):  # expect: whole-table-iterated
        await sink.send(sale.id, sale.item, sale.price)


# --- variant: Django, async for
from .models import Track


async def index(search):
    async for track in Track.objects.all():  # expect: whole-table-iterated
        await search.add(track.id, track.title, track.artist)


# --- variant: handed on whole, by a helper
from .models import Document


def reindex(engine):
    for document in Document.objects.all():  # expect: whole-table-iterated
        engine.index(document)


# --- variant: saved in the loop
from .models import Member


def clean():
    for member in Member.objects.all():  # expect: whole-table-iterated
        member.phone = member.phone.replace(" ", "")
        member.zip = member.zip.strip()
        member.save()


# --- variant: Flask-SQLAlchemy, with continue
from .models import Invoice


def check(report):
    for invoice in Invoice.query.order_by(Invoice.id):  # expect: whole-table-iterated
        if invoice.total == sum(line.cents for line in invoice.lines):
            continue
        report(invoice.id, invoice.number, invoice.total)


# --- variant: the default manager has another name, tuple assignment
from .models import Plant


def write_all(out):
    plants, count = Plant._default_manager.all(), 0
    for plant in plants:  # expect: whole-table-iterated
        out.write(f"{plant.name},{plant.family},{plant.height}\n")
        count += 1
    return count


# --- quiet: iterator
from .models import Book


def export(write):
    for book in Book.objects.all().iterator(chunk_size=2000):
        write(book.isbn, book.title, book.year)


# --- quiet: a condition
from .models import Book


def export(write, year):
    for book in Book.objects.filter(year=year):
        write(book.isbn, book.title, book.author)


# --- quiet: yield_per
from sqlalchemy import select

from .models import Trip


def walk(session, write):
    for trip in session.scalars(select(Trip).execution_options(yield_per=500)):
        write(trip.driver, trip.start, trip.km)
