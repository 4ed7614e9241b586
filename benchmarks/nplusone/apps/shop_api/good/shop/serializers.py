from rest_framework import serializers

from shop.models import Brand, Image, Product


class BrandSerializer(serializers.ModelSerializer):
    class Meta:
        model = Brand
        fields = ["name", "country"]


class ImageSerializer(serializers.ModelSerializer):
    class Meta:
        model = Image
        fields = ["url"]


class ProductSerializer(serializers.ModelSerializer):
    brand = BrandSerializer(read_only=True)
    images = ImageSerializer(many=True, read_only=True)

    class Meta:
        model = Product
        fields = ["id", "name", "brand", "images"]
