import sqlite3

TABLE = "CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, street TEXT, phone TEXT, note TEXT, total INTEGER)"
FILL = """
    WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < ?)
    INSERT INTO orders
    SELECT id, 'city ' || id % 50, 'street ' || id, '+49 30 ' || id, 'left with the neighbours', id * 7919 % 10007
    FROM numbers
"""


def orders_above(connection, cents):
    rows = connection.execute("SELECT id, total FROM orders WHERE total > ?", (cents,))
    return [(row["id"], row["total"]) for row in rows]


def run(n=20_000):
    connection = sqlite3.connect(":memory:")
    connection.execute(TABLE)
    connection.execute(FILL, (n,))
    connection.row_factory = sqlite3.Row

    return [orders_above(connection, cents) for cents in range(0, 10_000, 1_000)]
