# --- variant: Django, a set of ids
from .models import Membership


def member_ids(group):
    return {membership.user_id for membership in Membership.objects.filter(group=group)}  # expect: whole-entity-fetch


# --- variant: Django, a for loop that prints two columns
from .models import Customer


def phone_list(city):
    for customer in Customer.objects.filter(city=city):  # expect: whole-entity-fetch
        print(customer.name, customer.phone)


# --- variant: SQLAlchemy legacy, list of names in a method
from .models import Tag


class Tags:
    def __init__(self, session):
        self.session = session

    def names(self):
        return [tag.name for tag in self.session.query(Tag).filter(Tag.hidden == False)]  # expect: whole-entity-fetch


# --- variant: SQLAlchemy async, dict comprehension over all()
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Product


async def titles(db: AsyncSession, shop):
    products = (await db.scalars(select(Product).where(Product.shop == shop))).all()
    return {product.id: product.title for product in products}  # expect: whole-entity-fetch


# --- variant: declared columns, the query in its own variable
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Plane(Base):
    __tablename__ = "plane"
    id: Mapped[int] = mapped_column(primary_key=True)
    sign: Mapped[str]
    range_km: Mapped[int]
    seats: Mapped[int]


def signs(session: Session, seats):
    query = select(Plane).where(Plane.seats > seats)
    planes = session.execute(query).scalars()
    return sorted(plane.sign for plane in planes)  # expect: whole-entity-fetch


# --- variant: map with a lambda
from .models import Author


def emails():
    return list(map(lambda author: author.email, Author.objects.exclude(retired=True)))  # expect: whole-entity-fetch


# --- variant: join of names
from .models import Guest


def guest_line(party):
    guests = Guest.objects.filter(party=party).order_by("name")
    return ", ".join(guest.name for guest in guests)  # expect: whole-entity-fetch


# --- variant: append in a loop
# not found: of low confidence: `url` may be computed
from .models import Photo


def urls(session, album):
    urls = []
    for photo in session.query(Photo).filter_by(album_id=album).all():  # expect: whole-entity-fetch
        urls.append(photo.url)
    return urls


# --- variant: Peewee
from peewee import CharField, DateField, Model, TextField


class Entry(Model):
    title = CharField()
    text = TextField()
    day = DateField()


def headings(day):
    return [entry.title for entry in Entry.select().where(Entry.day == day)]  # expect: whole-entity-fetch


# --- variant: Flask-SQLAlchemy, ids for another query
from .models import Follow, Post


def feed(user):
    followed = [follow.followed_id for follow in Follow.query.filter_by(follower_id=user.id).all()]  # expect: whole-entity-fetch
    return Post.query.filter(Post.author_id.in_(followed)).limit(50).all()


# --- variant: an index by one column, walrus in a condition
from .models import Station


def codes(country):
    return [code for station in Station.objects.filter(country=country) if (code := station.code)]  # expect: whole-entity-fetch


# --- variant: Django model with declared fields, async for
from django.db import models


class Shelf(models.Model):
    number = models.IntegerField()
    room = models.CharField(max_length=20)
    note = models.TextField()


async def numbers(room):
    return [shelf.number async for shelf in Shelf.objects.filter(room=room)]  # expect: whole-entity-fetch


# --- quiet: the object is changed and saved
from .models import Customer


def hide(city):
    for customer in Customer.objects.filter(city=city):
        customer.name = "—"
        customer.save()


# --- quiet: one column only is asked for
from .models import Customer


def names(city):
    return [row.name for row in Customer.objects.filter(city=city).only("name")]


# --- quiet: handed on
from .models import Customer


def show(city, render):
    return [render(customer, customer.name) for customer in Customer.objects.filter(city=city)]
