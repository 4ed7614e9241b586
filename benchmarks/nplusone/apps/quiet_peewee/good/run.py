from hives.honey import keys, listing, record, totals
from hives.models import Harvest, Hive, database


def setup(n):
    database.init(":memory:")
    database.create_tables([Hive, Harvest])
    Hive.insert_many([{"name": f"Hive {i}"} for i in range(n)]).execute()


def run():
    record([{"hive": hive.id, "grams": 10 * hive.id} for hive in Hive.select()])
    return [listing(), totals(), keys()]
