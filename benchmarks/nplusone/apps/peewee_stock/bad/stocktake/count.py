from stocktake.db import Correction, Item, db


def take(counts):
    missing = []
    with db.atomic():
        for code, counted in counts.items():
            item = Item.get_or_none(Item.code == code)  # n+1: peewee
            if item is None:
                missing.append(code)
                continue
            Correction.create(item=item, by=counted - item.counted)  # n+1: peewee
            item.counted = counted
            item.save()  # n+1: peewee
    return missing
