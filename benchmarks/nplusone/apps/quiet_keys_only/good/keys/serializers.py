from rest_framework import serializers

from keys.models import Person


class PersonSerializer(serializers.ModelSerializer):
    team_number = serializers.IntegerField(source="team_id")
    label = serializers.SerializerMethodField()

    class Meta:
        model = Person
        fields = ("id", "name", "team", "manager", "team_number", "label")

    def get_label(self, person):
        return f"{person} / {person.has_manager()}"
