from rest_framework import serializers

from bands.models import Band


class DeepBandSerializer(serializers.ModelSerializer):
    class Meta:
        model = Band
        fields = [
            "name",
            "label",  # n+1: serializer-nested
        ]
        depth = 1


class BandSerializer(serializers.ModelSerializer):
    albums = serializers.StringRelatedField(many=True)  # n+1: serializer-nested
    concerts = serializers.PrimaryKeyRelatedField(many=True, read_only=True)  # n+1: serializer-nested
    towns = serializers.SlugRelatedField(many=True, read_only=True, slug_field="town", source="concerts")  # n+1: serializer-source

    class Meta:
        model = Band
        fields = ["name", "albums", "concerts", "towns"]
