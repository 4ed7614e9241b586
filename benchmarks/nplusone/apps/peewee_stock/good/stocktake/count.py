from stocktake.db import Correction, Item, db


def take(counts):
    missing = []
    with db.atomic():
        items = {item.code: item for item in Item.select().where(Item.code.in_(list(counts)))}
        corrections, changed = [], []
        for code, counted in counts.items():
            item = items.get(code)
            if item is None:
                missing.append(code)
                continue
            corrections.append({"item": item, "by": counted - item.counted})
            item.counted = counted
            changed.append(item)
        Correction.insert_many(corrections).execute()
        Item.bulk_update(changed, fields=[Item.counted])
    return missing
