from django.contrib.auth.models import User
from django.db import models


class Club(models.Model):
    name = models.CharField(max_length=30)
    members = models.ManyToManyField(User, through="Joined", related_name="clubs")

    def has_members(self):
        return any(member.is_active for member in self.members.all())

    def newest(self):
        joined = max(self.joined_set.all(), key=lambda joined: joined.day)
        return joined.day.isoformat()


class Joined(models.Model):
    club = models.ForeignKey(Club, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    day = models.DateField()
