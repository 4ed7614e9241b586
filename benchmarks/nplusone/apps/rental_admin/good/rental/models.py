from django.db import models


class Owner(models.Model):
    name = models.CharField(max_length=40)


class Car(models.Model):
    plate = models.CharField(max_length=10)
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE)

    def __str__(self):
        return f"{self.plate} ({self.owner.name})"


class Rental(models.Model):
    car = models.ForeignKey(Car, on_delete=models.CASCADE)
    day = models.DateField()

    @property
    def damages(self):
        return ", ".join(damage.what for damage in self.damage_set.all())


class Damage(models.Model):
    rental = models.ForeignKey(Rental, on_delete=models.CASCADE)
    what = models.CharField(max_length=40)
