from feed.models import Item, Tag


def sync(entries):
    for entry in entries:
        item, _ = Item.objects.update_or_create(guid=entry["guid"], defaults={"title": entry["title"]})  # n+1: create-per-row
        tags = [Tag.objects.get_or_create(name=name)[0] for name in entry["tags"]]  # n+1: get-per-row
        item.tags.set(tags)  # n+1: write-per-row


def counts(items):
    total = 0
    for item in items:
        item.refresh_from_db()  # n+1: get-per-row
        total += item.reads
    return total
