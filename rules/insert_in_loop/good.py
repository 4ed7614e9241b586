import sqlite3
import tempfile
from pathlib import Path


def run(n=500):
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder, "shop.db"))
        connection.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER)")

        connection.executemany("INSERT INTO item VALUES (?, ?)", ((i, i * 3) for i in range(n)))
        connection.commit()

        total = connection.execute("SELECT count(*), sum(price) FROM item").fetchone()
        connection.close()
        return total
