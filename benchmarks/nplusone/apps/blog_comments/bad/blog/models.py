from django.db import models


class Post(models.Model):
    title = models.CharField(max_length=100)
    published = models.DateField()

    class Meta:
        ordering = ["-published", "pk"]


class Comment(models.Model):
    post = models.ForeignKey("blog.Post", models.CASCADE)
    text = models.TextField()
