from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=40)

    def __str__(self):
        return self.name


class Component(models.Model):
    name = models.CharField(max_length=40)
    product = models.ForeignKey(Product, on_delete=models.CASCADE)


class Bug(models.Model):
    number = models.IntegerField()
    component = models.ForeignKey(Component, on_delete=models.CASCADE)
    fixed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"#{self.number} in {self.component.name}/{self.component.product}"
