from django.db import models


class Label(models.Model):
    name = models.CharField(max_length=30)


class Band(models.Model):
    name = models.CharField(max_length=30)
    label = models.ForeignKey(Label, on_delete=models.CASCADE)


class Album(models.Model):
    band = models.ForeignKey(Band, on_delete=models.CASCADE, related_name="albums")
    title = models.CharField(max_length=30)

    def __str__(self):
        return self.title


class Concert(models.Model):
    band = models.ForeignKey(Band, on_delete=models.CASCADE, related_name="concerts")
    town = models.CharField(max_length=30)
