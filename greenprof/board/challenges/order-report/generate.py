"""Make a shop's orders: python generate.py SEED FOLDER."""

import random
import sqlite3
import sys
from datetime import date, timedelta
from pathlib import Path

CUSTOMERS, ORDERS = 300, 9000
REGIONS = ("east", "north", "south", "west")


def main(seed: int, folder: Path) -> None:
    """Write ``orders.db``; the same seed makes the same orders on every Python."""
    draw = random.Random(seed)
    customers = [(id, f"Customer {id}", REGIONS[draw.randrange(len(REGIONS))]) for id in range(1, CUSTOMERS + 1)]
    first = date(2025, 1, 1)
    orders, lines = [], []
    for id in range(1, ORDERS + 1):
        day = first + timedelta(days=draw.randrange(365))
        orders.append((id, draw.randrange(CUSTOMERS) + 1, day.isoformat()))
        for _ in range(draw.randrange(6)):
            lines.append((len(lines) + 1, id, draw.randrange(9) + 1, draw.randrange(100, 20000)))
    with sqlite3.connect(folder / "orders.db") as database:
        database.executescript(
            """
            CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT, region TEXT);
            CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER, day TEXT);
            CREATE TABLE order_lines(id INTEGER PRIMARY KEY, order_id INTEGER, quantity INTEGER, price_cents INTEGER);
            """
        )
        database.executemany("INSERT INTO customers VALUES (?, ?, ?)", customers)
        database.executemany("INSERT INTO orders VALUES (?, ?, ?)", orders)
        database.executemany("INSERT INTO order_lines VALUES (?, ?, ?, ?)", lines)
        database.executescript(
            "CREATE INDEX line_order ON order_lines(order_id); CREATE INDEX order_customer ON orders(customer_id);"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
