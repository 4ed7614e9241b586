from rest_framework import serializers

from bands.models import Band


class DeepBandSerializer(serializers.ModelSerializer):
    class Meta:
        model = Band
        fields = [
            "name",
            "label",
        ]
        depth = 1


class BandSerializer(serializers.ModelSerializer):
    albums = serializers.StringRelatedField(many=True)
    concerts = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    towns = serializers.SlugRelatedField(many=True, read_only=True, slug_field="town", source="concerts")

    class Meta:
        model = Band
        fields = ["name", "albums", "concerts", "towns"]
