"""The web shop's tables and its data: customers, products and some thousand orders, made from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sqlalchemy import Engine, ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.pool import StaticPool

PRODUCTS = 80
CITIES = ("Amsterdam", "Apeldoorn", "Den Haag", "Groningen", "Maastricht", "Utrecht", "Zwolle")


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    city: Mapped[str]


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    day: Mapped[int]
    customer: Mapped[Customer] = relationship()
    lines: Mapped[list[Line]] = relationship()


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    vat_percent: Mapped[int]


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    price_cents: Mapped[int]
    product: Mapped[Product] = relationship()


@dataclass(frozen=True)
class Incoming:
    """An order as the web shop's front hands it over."""

    customer_id: int
    day: int
    lines: tuple[tuple[int, int, int], ...]  # product, quantity, price in cents


def open_shop() -> Engine:
    """An empty shop in memory."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    return engine


def customers(count: int) -> list[dict[str, object]]:
    """Rows of the customer table."""
    chance = random.Random(1)
    return [{"id": n, "name": f"Customer {n}", "city": chance.choice(CITIES)} for n in range(1, count + 1)]


def products() -> list[dict[str, object]]:
    """Rows of the product table."""
    return [{"id": n, "name": f"Product {n}", "vat_percent": 9 if n % 4 == 0 else 21} for n in range(1, PRODUCTS + 1)]


def incoming_orders(count: int, customer_count: int) -> list[Incoming]:
    """`count` orders, the same ones every time."""
    chance = random.Random(2)
    return [
        Incoming(
            customer_id=chance.randint(1, customer_count),
            day=chance.randint(1, 365),
            lines=tuple(
                (chance.randint(1, PRODUCTS), chance.randint(1, 5), chance.randint(199, 19_999))
                for _ in range(chance.randint(1, 4))
            ),
        )
        for _ in range(count)
    ]
