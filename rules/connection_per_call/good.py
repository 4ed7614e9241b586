import sqlite3
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text

PRICE = text("SELECT price FROM item WHERE id = :item")


def price_of(engine, item):
    with engine.connect() as connection:
        return connection.scalar(PRICE, {"item": item})


def open_shop(path, n):
    shop = sqlite3.connect(path)
    shop.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER)")
    shop.executemany("INSERT INTO item VALUES (?, ?)", ((i, i * 3) for i in range(n)))
    shop.commit()
    shop.close()


def run(n=100):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "shop.db")
        open_shop(path, n)
        engine = create_engine(f"sqlite:///{path}")
        prices = [price_of(engine, item) for item in range(n)]
        engine.dispose()
        return prices
