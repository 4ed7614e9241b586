"""Right, and wasteful: every order gets a connection of its own, a query for its customer and one for its lines."""

import sqlite3
import sys


def main(path: str) -> None:
    """Print the report."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    orders = database.execute("SELECT id, customer_id, day FROM orders").fetchall()
    counts: dict[tuple[str, str], int] = {}
    sales: dict[tuple[str, str], dict[int, int]] = {}
    names: dict[int, str] = {}
    for id, customer_id, day in orders:
        database = sqlite3.connect(path)
        name, region = database.execute("SELECT name, region FROM customers WHERE id = ?", (customer_id,)).fetchone()
        lines = database.execute("SELECT quantity, price_cents FROM order_lines WHERE order_id = ?", (id,)).fetchall()
        cents = 0
        for quantity, price_cents in lines:
            cents += quantity * price_cents
        key = (region, day[:7])
        names[customer_id] = name
        counts[key] = counts.get(key, 0) + 1
        of_customer = sales.setdefault(key, {})
        of_customer[customer_id] = of_customer.get(customer_id, 0) + cents
    for key in sorted(counts):
        best = sorted(sales[key].items(), key=lambda item: (-item[1], item[0]))[0][0]
        print(key[0], key[1], counts[key], sum(sales[key].values()), names[best])


main(sys.argv[1])
