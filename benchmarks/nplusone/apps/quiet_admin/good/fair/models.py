from django.db import models


class Hall(models.Model):
    name = models.CharField(max_length=30)

    def __str__(self):
        return self.name


class Exhibitor(models.Model):
    name = models.CharField(max_length=30)

    def __str__(self):
        return self.name


class StandQuerySet(models.QuerySet):
    def complete(self):
        return self.select_related("hall", "exhibitor")


class StandManager(models.Manager.from_queryset(StandQuerySet)):
    def get_queryset(self):
        return super().get_queryset().complete()


class Stand(models.Model):
    number = models.IntegerField()
    hall = models.ForeignKey(Hall, on_delete=models.CASCADE)
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE)

    plain = models.Manager()
    objects = StandManager()

    class Meta:
        ordering = ["number"]
        default_manager_name = "plain"
