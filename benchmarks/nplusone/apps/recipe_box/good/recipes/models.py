from django.db import models


class Tag(models.Model):
    label = models.SlugField()

    class Meta:
        ordering = ("label",)


class Ingredient(models.Model):
    name = models.CharField(max_length=60)


class Recipe(models.Model):
    title = models.CharField(max_length=120)
    tags = models.ManyToManyField(Tag, related_name="recipes", blank=True)
    ingredients = models.ManyToManyField(Ingredient, through="Amount")


class Amount(models.Model):
    recipe = models.ForeignKey(Recipe, on_delete=models.CASCADE, related_name="amounts")
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT)
    grams = models.PositiveIntegerField()
