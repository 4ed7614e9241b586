from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=30)


class Person(models.Model):
    name = models.CharField(max_length=30)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="people")
    manager = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)

    def has_manager(self):
        return self.manager_id is not None

    def __str__(self):
        return f"{self.name} (team {self.team_id})"
