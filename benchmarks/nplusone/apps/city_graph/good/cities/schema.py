import graphene
from graphene_django import DjangoObjectType

from .models import City


class CityType(DjangoObjectType):
    mayor_name = graphene.String()
    district_names = graphene.List(graphene.String)

    class Meta:
        model = City
        fields = ("name",)

    def resolve_mayor_name(self, info):
        return self.mayor.name

    def resolve_district_names(self, info):
        return [district.name for district in self.districts.all()]


class Query(graphene.ObjectType):
    cities = graphene.List(CityType)

    def resolve_cities(root, info):
        return City.objects.select_related("mayor").prefetch_related("districts").order_by("name")


schema = graphene.Schema(query=Query)
