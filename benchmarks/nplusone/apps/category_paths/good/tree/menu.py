from tree.models import Category


def path(category, by_id):
    names = [category.name]
    while category.parent_id is not None:
        category = by_id[category.parent_id]
        names.append(category.name)
    return " / ".join(reversed(names))


def menu():
    by_id = {category.pk: category for category in Category.objects.all()}
    return [path(category, by_id) for category in by_id.values()]


def leaves():
    return [c.name for c in Category.objects.filter(children__isnull=True)]
