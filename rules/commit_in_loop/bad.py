import sqlite3
import tempfile
from pathlib import Path


def add(connection, item):
    connection.execute("INSERT INTO item VALUES (?, ?)", (item, item * 3))


def run(n=200):
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder, "shop.db"))
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER)")

        for item in range(n):
            add(connection, item)
            connection.commit()  # expect: commit-in-loop

        total = connection.execute("SELECT count(*), sum(price) FROM item").fetchone()
        connection.close()
        return total
