"""What to buy for a week of cooking."""

from collections import Counter

from .models import Recipe


def shopping_list(pks):
    wanted = Recipe.objects.filter(pk__in=pks)
    wanted = wanted.prefetch_related("amounts__ingredient")
    grams = Counter()
    for recipe in wanted:
        for amount in recipe.amounts.all():
            grams[amount.ingredient.name] += amount.grams
    return dict(sorted(grams.items()))


def tag_cloud():
    cloud = Counter()
    for recipe in Recipe.objects.prefetch_related("tags").iterator(chunk_size=500):
        cloud.update(tag.label for tag in recipe.tags.all())
    return sorted(cloud.items())
