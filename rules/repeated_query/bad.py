import sqlite3


def price_of(store, product):
    row = store.execute("SELECT price FROM product WHERE id = ?", (product,)).fetchone()
    return row[0]


FIELDS = {"product": lambda store, product: product, "price": price_of}


def run(n=500):
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE product (id INTEGER PRIMARY KEY, price INTEGER)")
    store.executemany("INSERT INTO product VALUES (?, ?)", [(i, i * 37 % 100) for i in range(n)])

    lines = []
    for product in range(n):
        line = [show(store, product) for show in FIELDS.values()]  # expect: repeated-query
        lines.append(line)
    return lines
