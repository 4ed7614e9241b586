from tortoise import fields
from tortoise.models import Model


class Organiser(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40)

    events: fields.ReverseRelation["Event"]


class Event(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=40)
    organiser = fields.ForeignKeyField("models.Organiser", related_name="events")
    visitors = fields.ManyToManyField("models.Visitor", related_name="events")


class Visitor(Model):
    id = fields.IntField(primary_key=True)
    email = fields.CharField(max_length=60)
