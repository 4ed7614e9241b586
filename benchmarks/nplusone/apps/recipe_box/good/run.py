import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from recipes.models import Amount, Ingredient, Recipe, Tag
from recipes.shopping import shopping_list, tag_cloud


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    tags = [Tag.objects.create(label=label) for label in ("quick", "vegan", "sweet")]
    flour, sugar = (Ingredient.objects.create(name=name) for name in ("flour", "sugar"))
    for i in range(n):
        recipe = Recipe.objects.create(title=f"Cake {i}")
        recipe.tags.add(*tags[: 1 + i % 3])
        Amount.objects.create(recipe=recipe, ingredient=flour, grams=100 + i)
        Amount.objects.create(recipe=recipe, ingredient=sugar, grams=50)


def run():
    return {"buy": shopping_list(Recipe.objects.values_list("pk", flat=True)), "tags": tag_cloud()}
