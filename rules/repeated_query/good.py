import sqlite3

FIELDS = {"product": lambda prices, product: product, "price": lambda prices, product: prices[product]}


def run(n=500):
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE product (id INTEGER PRIMARY KEY, price INTEGER)")
    store.executemany("INSERT INTO product VALUES (?, ?)", [(i, i * 37 % 100) for i in range(n)])

    prices = dict(store.execute("SELECT id, price FROM product"))
    lines = []
    for product in range(n):
        line = [show(prices, product) for show in FIELDS.values()]
        lines.append(line)
    return lines
