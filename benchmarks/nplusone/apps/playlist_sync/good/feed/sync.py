from feed.models import Item, Tag


def sync(entries):
    items = Item.objects.bulk_create(
        [Item(guid=entry["guid"], title=entry["title"]) for entry in entries],
        update_conflicts=True,
        unique_fields=["guid"],
        update_fields=["title"],
    )
    names = {name for entry in entries for name in entry["tags"]}
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    tags = dict(Tag.objects.filter(name__in=names).values_list("name", "pk"))
    items = Item.objects.in_bulk([entry["guid"] for entry in entries], field_name="guid")
    links = [Item.tags.through(item_id=items[e["guid"]].pk, tag_id=tags[name]) for e in entries for name in e["tags"]]
    Item.tags.through.objects.bulk_create(links, ignore_conflicts=True)


def counts(items):
    total = 0
    items = Item.objects.filter(pk__in=[item.pk for item in items])
    for item in items:
        total += item.reads
    return total
