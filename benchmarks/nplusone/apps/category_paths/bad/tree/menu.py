from tree.models import Category


def menu():
    return [category.full_path() for category in Category.objects.all()]  # n+1: method-queries


def leaves():
    return [c.name for c in Category.objects.all() if c.is_leaf()]  # n+1: method-queries
