from rest_framework.serializers import CharField, ModelSerializer

from events.models import Venue


class VenueSerializer(ModelSerializer):
    street = CharField(source="address.street", read_only=True)

    class Meta:
        model = Venue
        fields = ("name", "street")
