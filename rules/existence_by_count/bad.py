import sqlite3

FILL = """
    WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < ?)
    INSERT INTO orders SELECT id, 'city ' || id % 50, 2020 + id % 2, id * 7919 % 10007 FROM numbers
"""


def has_orders_above(connection, cents):
    found = connection.execute("SELECT count(*) FROM orders WHERE total > ?", (cents,))
    return found.fetchone()[0] > 0  # expect: existence-by-count


def run(n=20_000):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, year INTEGER, total INTEGER)")
    connection.execute(FILL, (n,))

    return [has_orders_above(connection, cents) for cents in range(0, 10_000, 100)]
