import sqlite3

FILL = """
    WITH RECURSIVE numbers (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < ?)
    INSERT INTO orders SELECT id, 'city ' || id % 50, 2020 + id % 2, id * 7919 % 10007 FROM numbers
"""


def run(n=50_000):
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT, year INTEGER, total INTEGER)")
    connection.execute(FILL, (n,))

    found = []
    last = 0
    page = "SELECT id, total FROM orders WHERE id > ? ORDER BY id LIMIT 100"
    while batch := connection.execute(page, (last,)).fetchall():
        found.extend(batch)
        last = batch[-1][0]
    return found
