from rest_framework.serializers import ModelSerializer

from events.models import Event

from .venue import VenueSerializer


class EventSerializer(ModelSerializer):
    venue = VenueSerializer()

    class Meta:
        model = Event
        fields = (
            "name",
            "venue",
            "speakers",  # n+1: serializer-nested
        )
