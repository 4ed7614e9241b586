import sqlite3
import tempfile
from pathlib import Path


def run(n=500):
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder, "shop.db"))
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER)")

        for i in range(n):
            connection.execute("INSERT INTO item VALUES (?, ?)", (i, i * 3))  # expect: insert-in-loop
            connection.commit()  # expect: insert-in-loop

        total = connection.execute("SELECT count(*), sum(price) FROM item").fetchone()
        connection.close()
        return total
