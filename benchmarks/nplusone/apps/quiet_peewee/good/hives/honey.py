from hives.models import Harvest, Hive
from peewee import prefetch


def listing():
    return [(h.hive.name, h.grams) for h in Harvest.select(Harvest, Hive).join(Hive).order_by(Harvest.id)]


def totals():
    return {hive.name: sum(h.grams for h in hive.harvests) for hive in prefetch(Hive.select(), Harvest.select())}


def keys():
    names = {hive.id: hive.name for hive in Hive.select()}
    return [names[harvest.hive_id] for harvest in Harvest.select().order_by(Harvest.id)]


def record(rows):
    Harvest.insert_many(rows).execute()
