from django.db import models


class Project(models.Model):
    name = models.CharField(max_length=50)


class Task(models.Model):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(max_length=50)
    done = models.BooleanField(default=False)
    due = models.DateField()
