from django.db import models


class Person(models.Model):
    full_name = models.CharField(max_length=100)
    email = models.EmailField()

    class Meta:
        abstract = True


class Customer(Person):
    pass


class Agent(Person):
    pass
