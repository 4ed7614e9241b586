from stocktake.count import take
from stocktake.db import Correction, Item, db

size = 0


def setup(n):
    global size
    size = n
    db.init(":memory:")
    db.create_tables([Item, Correction])
    Item.insert_many([{"code": f"c{i}", "counted": i} for i in range(n)]).execute()


def run():
    missing = take({f"c{i}": i + 2 for i in range(size + 1)})
    return [missing, [item.counted for item in Item.select()], Correction.select().count()]
