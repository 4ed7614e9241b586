"""The reference: one query sums up per customer, and one walk over its rows makes the report."""

import sqlite3
import sys
from itertools import groupby

QUERY = """
SELECT customers.region, substr(orders.day, 1, 7) AS month, customers.id, customers.name,
       count(DISTINCT orders.id), coalesce(sum(order_lines.quantity * order_lines.price_cents), 0)
FROM orders
JOIN customers ON customers.id = orders.customer_id
LEFT JOIN order_lines ON order_lines.order_id = orders.id
GROUP BY customers.region, month, customers.id
ORDER BY customers.region, month, customers.id
"""


def main(path: str) -> None:
    """Print the report."""
    rows = sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute(QUERY)
    for (region, month), group in groupby(rows, key=lambda row: row[:2]):
        customers = list(group)
        best = max(customers, key=lambda row: row[5])  # the first of equals, which has the smallest id
        print(region, month, sum(row[4] for row in customers), sum(row[5] for row in customers), best[3])


main(sys.argv[1])
