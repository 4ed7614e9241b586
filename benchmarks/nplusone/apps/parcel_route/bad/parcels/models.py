from django.db import models


class Country(models.Model):
    code = models.CharField(max_length=2)


class City(models.Model):
    name = models.CharField(max_length=60)
    country = models.ForeignKey(Country, on_delete=models.PROTECT)


class Sender(models.Model):
    name = models.CharField(max_length=60)
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="+")


class ParcelManager(models.Manager):
    def on_the_way(self):
        return self.get_queryset().filter(delivered__isnull=True)

    def with_sender(self):
        return self.on_the_way().select_related("sender")


class Parcel(models.Model):
    code = models.CharField(max_length=12)
    sender = models.ForeignKey(Sender, on_delete=models.CASCADE)
    delivered = models.DateTimeField(null=True)

    objects = ParcelManager()
