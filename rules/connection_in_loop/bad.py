import sqlite3
import tempfile
from pathlib import Path


def price_of(connection, item):
    return connection.execute("SELECT price FROM item WHERE id = ?", (item,)).fetchone()[0]


def run(n=300):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "shop.db")
        shop = sqlite3.connect(path)
        shop.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER)")
        shop.executemany("INSERT INTO item VALUES (?, ?)", ((i, i * 3) for i in range(n)))
        shop.commit()
        shop.close()

        prices = []
        for item in range(n):
            connection = sqlite3.connect(path)  # expect: connection-in-loop
            prices.append(price_of(connection, item))
            connection.close()
        return prices
