from django.contrib.auth.models import User
from django.db import models


class Club(models.Model):
    name = models.CharField(max_length=30)
    members = models.ManyToManyField(User, through="Joined", related_name="clubs")

    def has_members(self):
        return self.members.filter(is_active=True).exists()

    def newest(self):
        joined = self.joined_set.latest("day")
        return joined.day.isoformat()


class Joined(models.Model):
    club = models.ForeignKey(Club, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    day = models.DateField()
