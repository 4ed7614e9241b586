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
        return self.mayor.name  # n+1: resolver-graphene

    def resolve_district_names(self, info):
        return [district.name for district in self.districts.all()]  # n+1: resolver-graphene


class Query(graphene.ObjectType):
    cities = graphene.List(CityType)

    def resolve_cities(root, info):
        return City.objects.order_by("name")


schema = graphene.Schema(query=Query)
