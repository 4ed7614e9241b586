from rest_framework import serializers


class NoteSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    bytes = serializers.SerializerMethodField("sum_of_attachments")  # n+1: serializer-method

    def sum_of_attachments(self, note) -> int:
        return sum(attachment.size for attachment in note.attachments.all())

    def to_representation(self, instance):
        data = super().to_representation(instance)
        data["folder"] = instance.folder.path  # n+1: serializer-method
        return data
