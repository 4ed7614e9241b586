from django.db import models


class Holder(models.Model):
    name = models.CharField(max_length=40)


class Policy(models.Model):
    number = models.CharField(max_length=20)


class ClaimManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("policy", "holder")


class ArchiveManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(archived=True).select_related("policy")


class Claim(models.Model):
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT)
    archived = models.BooleanField(default=False)

    objects = ClaimManager()
    archive = ArchiveManager()
