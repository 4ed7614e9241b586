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
    start = 0
    while True:
        page = "SELECT id, total FROM orders ORDER BY id LIMIT 100 OFFSET ?"
        rows = connection.execute(page, (start,)).fetchall()  # expect: offset-pagination
        if not rows:
            return found
        found.extend(rows)
        start += 100
