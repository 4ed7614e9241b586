"""What to buy for a week of cooking."""

from collections import Counter

from .models import Recipe


def shopping_list(pks):
    wanted = Recipe.objects.filter(pk__in=pks)
    grams = Counter()
    for recipe in wanted:
        for amount in recipe.amounts.select_related("ingredient"):  # n+1: lazy-reverse
            grams[amount.ingredient.name] += amount.grams
    return dict(sorted(grams.items()))


def tag_cloud():
    cloud = Counter()
    for recipe in Recipe.objects.iterator():
        cloud.update(tag.label for tag in recipe.tags.all())  # n+1: lazy-many-to-many
    return sorted(cloud.items())
