import sqlite3

FILL = """
    WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < ?)
    INSERT INTO orders SELECT id, 'city ' || id % 50, 2020 + id % 2, id * 7919 % 10007, 'street ' || id, 'left with the neighbours', '+49 30 ' || id FROM numbers
"""


def orders_above(connection, cents):
    rows = connection.execute("SELECT id, total FROM orders WHERE total > ?", (cents,))
    return [(row["id"], row["total"]) for row in rows]


def run(n=20_000):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, year INTEGER, total INTEGER, street TEXT, note TEXT, phone TEXT)")
    connection.execute(FILL, (n,))

    connection.row_factory = sqlite3.Row
    return [orders_above(connection, cents) for cents in range(0, 10_000, 1_000)]
