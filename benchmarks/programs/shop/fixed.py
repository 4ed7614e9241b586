"""The shop's yearly order report with each finding in `shop.py` mended: the same answer for fewer joules."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
import time

from forecast import forecast
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session
from store import Customer, Incoming, Line, Order, Product, customers, incoming_orders, open_shop, products

CUSTOMERS = 1500


class Carrier:
    """The parcel service: it answers after a while."""

    def __init__(self) -> None:
        self.rates: dict[str, int] = {}
        self.ready = threading.Event()

    def ask(self) -> None:
        """Fetch the rates, as a slow service would give them."""
        time.sleep(0.2)
        self.rates = {"letter": 395, "parcel": 695}
        self.ready.set()


class Export:
    """The report as lines of JSON."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, rows: list[dict[str, object]]) -> None:
        """Append every row."""
        self.text += "".join([json.dumps(row) + "\n" for row in rows])


def take_in(engine: Engine, orders: list[Incoming]) -> None:
    """Store the orders."""
    with Session(engine) as session:
        session.execute(insert(Customer), customers(CUSTOMERS))
        session.execute(insert(Product), products())
        stored = [{"id": n, "customer_id": o.customer_id, "day": o.day} for n, o in enumerate(orders, 1)]
        session.execute(insert(Order), stored)
        lines = [
            {"order_id": number, "product_id": product, "quantity": quantity, "price_cents": cents}
            for number, order in enumerate(orders, 1)
            for product, quantity, cents in order.lines
        ]
        session.execute(insert(Line), lines)
        session.commit()


def shipping_rates() -> dict[str, int]:
    """Ask the carrier, and wait for its answer."""
    carrier = Carrier()
    threading.Thread(target=carrier.ask).start()
    carrier.ready.wait()
    return carrier.rates


def order_rows(engine: Engine, rates: dict[str, int]) -> list[dict[str, object]]:
    """One row per order, with its customer, its total and the cost of shipping."""
    cost = func.sum(Line.quantity * Line.price_cents * (100 + Product.vat_percent))
    orders = (
        select(Order.id, Customer.city, Order.day, cost)
        .join(Order.customer)
        .join(Order.lines)
        .join(Line.product)
        .group_by(Order.id)
        .order_by(Order.id)
    )
    rows: list[dict[str, object]] = []
    with Session(engine) as session:
        for number, city, day, hundredfold in session.execute(orders):
            total = hundredfold // 100
            shipping = rates["letter"] if total < 5_000 else rates["parcel"]
            rows.append({"order": number, "city": city, "day": day, "cents": total + shipping})
    return rows


def main() -> None:
    """Take in the orders, then report on them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    engine = open_shop()
    take_in(engine, incoming_orders(count, CUSTOMERS))
    rows = order_rows(engine, shipping_rates())
    export = Export()
    export.write(rows)
    answer = export.text + json.dumps([round(level) for level in forecast(rows)])
    print(f"{len(rows)} orders, {sum(row['cents'] for row in rows) / 100:.2f} euro in all")
    print("checksum", hashlib.sha256(answer.encode()).hexdigest()[:16])


if __name__ == "__main__":
    main()
