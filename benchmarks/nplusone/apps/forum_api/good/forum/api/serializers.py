from rest_framework import serializers

from forum.models import Thread


class ThreadSerializer(serializers.ModelSerializer):
    author_name = serializers.CharField(source="author.username", read_only=True)
    board = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    author_id = serializers.ReadOnlyField()

    class Meta:
        model = Thread
        fields = ("id", "subject", "author_name", "author_id", "board")
